"""Attributes of instances of pydantic's models: fields, properties, and the model as a dictionary."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import Order, class_frame, order_of
from celerylint.link.evaluate.conversions import UnclearError
from celerylint.link.evaluate.functions import called
from celerylint.link.evaluate.objects import (
    ClassObject,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    plain,
)
from celerylint.link.evaluate.origins import at, failed
from celerylint.link.evaluate.pydantic.bases import Base, base_of, classes_of, declaration
from celerylint.link.evaluate.pydantic.config import Config, config_of
from celerylint.link.evaluate.pydantic.fields import Field, field_names, field_of
from celerylint.link.evaluate.pydantic.sources import Reader
from celerylint.link.evaluate.pydantic.validation import validated
from celerylint.link.evaluate.pydantic.validators import applied, doubt_of_model, validators_of
from celerylint.origin import Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_DUMPS = frozenset({"model_dump", "dict"})


def model_attribute(
    evaluator: Evaluator, holder: Value[Any], thing: InstanceObject, order: Order, base: Base, name: str, span: Span
) -> Value[Any] | None:
    """The attribute of a model's instance; None where it certainly has none."""
    field = field_of(evaluator, order, name)
    if field is None:
        return _declared(evaluator, holder, thing, order, name, span)
    problem = base.problem or field.problem or doubt_of_model(order, name)
    if problem or thing.positional:
        return unknown(f"{thing.of.node.name}.{name} is not followed: {problem or 'it has arguments'}", field.place)
    config = config_of(evaluator, thing, base.old is True)
    if config.problem:
        return unknown(f"{thing.of.node.name}.{name} is not followed: {config.problem}", field.place)
    return _Model(evaluator, thing, order, base, config).value(field, {})


class _Model:
    """One instance and how its fields come to their values."""

    def __init__(self, evaluator: Evaluator, thing: InstanceObject, order: Order, base: Base, config: Config) -> None:
        self.evaluator = evaluator
        self.thing = thing
        self.order = order
        self.base = base
        self.config = config

    def value(self, field: Field, earlier: dict[str, Value[Any]]) -> Value[Any]:
        """A field's value: what it is given by, validated, else its default."""
        try:
            given = self._given(field)
            if given is None:
                return self._defaulted(field, earlier)
            return self._checked(field, given, earlier)
        except (UnclearError, TypeError, ValueError, ArithmeticError):
            return unknown(
                f"what pydantic makes of {self.thing.of.node.name}.{field.name} is not followed", field.place
            )

    def _given(self, field: Field) -> Value[Any] | None:
        """What the call gives, else the environment."""
        by_name = not field.aliases or self.config.flag(
            "populate_by_name", "validate_by_name", "allow_population_by_field_name"
        )
        names = [*field.aliases, *([field.name] if by_name else [])]
        keywords = [each for each in self.thing.keywords if each in names]
        alike = [each for each in self.thing.keywords if each.lower() in {name.lower() for name in names}]
        if len(keywords) != len(alike) or len(keywords) > 1:
            raise UnclearError
        found = self._of_environment(field)
        if not keywords:
            return found
        said = self.thing.keywords[keywords[0]]
        if found is not None and isinstance(said.value, dict):
            raise UnclearError  # both are merged
        return said

    def _of_environment(self, field: Field) -> Value[Any] | None:
        if not self.base.settings:
            return None
        return Reader(self.evaluator, self.config, self.base.old is True).given(field)

    def _defaulted(self, field: Field, earlier: dict[str, Value[Any]]) -> Value[Any]:
        default = self._default(field)
        if default is None:
            return unknown(f"{self.thing.of.node.name}.{field.name} is not given, and it has no default", field.place)
        if default.value is None and self.base.old:
            return default  # pydantic 1 takes None for any type whose default it is
        checks = self.base.settings or self.config.flag("validate_default", "validate_all")
        value = self._checked(field, default, earlier) if checks else default
        if isinstance(value.value, Unknown) or not self.base.settings:
            return value
        names = Reader(self.evaluator, self.config, self.base.old is True).names(field)
        origin = value.origin
        return Value(value.value, Origin(origin.layer, origin.span, origin.via, f"{names[0]} is not set"))

    def _default(self, field: Field) -> Value[Any] | None:
        factory = field.factory
        if factory is None:
            return field.default
        made = factory.value
        if isinstance(made, FunctionObject) and not made.node.args.args and not made.node.args.posonlyargs:
            return called(self.evaluator, made, ([], {}), field.place, None)
        empty: dict[str, Any] = {"builtins.list": [], "builtins.dict": {}}
        name = made.name if isinstance(made, ExternalObject) else ""
        if name in empty:
            return Value(empty[name], factory.origin)
        if isinstance(made, ClassObject):
            return Value(InstanceObject(made), factory.origin)
        return unknown("its default is not followed", field.place)

    def _checked(self, field: Field, value: Value[Any], earlier: dict[str, Value[Any]]) -> Value[Any]:
        """The value as its type and its validators leave it."""
        validators = validators_of(self.order, field.name)
        if not validators:
            return validated(self.evaluator, field.kind, value)
        if len(validators) > 1 or self.base.old is None:
            return unknown(f"{field.name} has validators that are not followed", field.place)
        validator = validators[0]
        before = {**earlier, **self._earlier(field, earlier)}
        if validator.early:
            value = applied(self.evaluator, validator, value, before, field.place)
            return validated(self.evaluator, field.kind, value)
        value = validated(self.evaluator, field.kind, value)
        return applied(self.evaluator, validator, value, before, field.place)

    def _earlier(self, field: Field, known: dict[str, Value[Any]]) -> dict[str, Value[Any]]:
        """The fields before this one, which a validator may look at."""
        found = dict(known)
        for name in field_names(self.order):
            if name == field.name:
                break
            other = field_of(self.evaluator, self.order, name) if name not in found else None
            if other is not None:
                found[name] = self.value(other, found)
        return found


def _declared(
    evaluator: Evaluator, holder: Value[Any], thing: InstanceObject, order: Order, name: str, span: Span
) -> Value[Any] | None:
    """What is no field: a method, a property, a class variable; None where no class has it."""
    from celerylint.link.evaluate.instances import bound

    base = base_of(order)
    if base is not None and base.problem:
        return unknown(f"{thing.of.node.name}.{name} is not followed: {base.problem}", span)
    for of in classes_of(order):
        found = evaluator.lookup(class_frame(evaluator, of), name)
        if found is None:
            continue
        node = declaration(of, name)
        if node is None and not isinstance(found.value, FunctionObject):
            return unknown(f"{of.node.name}.{name} has no type", span)
        if name.startswith("_") or doubt_of_model(order, name):
            return unknown(f"{of.node.name}.{name} may be set by the model", span)
        return bound(evaluator, holder, found, span)
    if name in _DUMPS:
        call = ExternalCall("pydantic.BaseModel", (holder,))
        return Value(ExternalObject(f"pydantic.BaseModel().{name}", call), at(span))
    return None


def dumped(evaluator: Evaluator, holder: Value[Any], span: Span) -> Value[Any]:
    """`model_dump()`: the fields as a dictionary, and those of the models within."""
    from celerylint.link.evaluate.instances import instance_attribute

    thing = holder.value
    if not isinstance(thing, InstanceObject):
        return unknown("it is no model", span)
    order = order_of(evaluator, thing.of)
    if isinstance(order, Unknown):
        return failed(order, span)
    data: dict[str, Value[Any]] = {}
    for name in field_names(order):
        value = instance_attribute(evaluator, holder, thing, name, span) or unknown(f"{name} is not known", span)
        if isinstance(value.value, InstanceObject) or not _is_flat(value):
            value = unknown(f"what model_dump() makes of {name} is not followed", span)
        data[name] = value
    computed = any(
        isinstance(each, ast.Name | ast.Attribute | ast.Call) and "computed_field" in ast.unparse(each)
        for of in classes_of(order)
        for method in of.node.body
        for each in getattr(method, "decorator_list", [])
    )
    return unknown("its computed fields are not followed", span) if computed else Value(data, at(span, holder))


def _is_flat(value: Value[Any]) -> bool:
    """Whether a value is given as it is, with no model in it."""
    return isinstance(value.value, Unknown) or not isinstance(plain(value), Unknown)
