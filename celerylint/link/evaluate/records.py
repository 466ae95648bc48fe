"""Classes and functions that make records: dataclasses, attrs, named tuples, `types.SimpleNamespace`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import TAME_DECORATORS, Order, class_frame
from celerylint.link.evaluate.functions import Arguments, called
from celerylint.link.evaluate.objects import (
    ClassObject,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    Namespace,
    Record,
    plain,
)
from celerylint.link.evaluate.origins import at
from celerylint.origin import Span, Unknown, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_DATACLASS = frozenset({"dataclasses.dataclass"})
_ATTRS = frozenset(each for each in TAME_DECORATORS if each.startswith("attr"))
_FIELDS = frozenset({"dataclasses.field", "attr.ib", "attr.attrib", "attr.field", "attrs.field"})
# What a field may be told without another value for it.
_TAME = frozenset(
    {"default", "default_factory", "factory", "repr", "compare", "eq", "order", "hash", "metadata", "kw_only"}
)
_TAME |= {"validator", "type", "doc", "on_setattr"}
_FACTORIES: dict[str, type] = {"builtins.list": list, "builtins.dict": dict}
NAMED_TUPLE = "typing.NamedTuple"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what stands for its default, and whether only a keyword gives it."""

    default: Value[Any] | None
    by_keyword: bool


def maker_of(evaluator: Evaluator, of: ClassObject) -> str:
    """The decorator that gives a class its `__init__`; empty where it has none of these."""
    for decorator in of.node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = getattr(evaluator.expression(target, of.frame).value, "name", "")
        if name in _DATACLASS | _ATTRS:
            return name
    return ""


def is_record(evaluator: Evaluator, order: Order) -> bool:
    """Whether one of the classes is a dataclass or one of attrs."""
    return any(isinstance(each, ClassObject) and maker_of(evaluator, each) for each in order)


def fields_of(evaluator: Evaluator, thing: InstanceObject, order: Order) -> dict[str, Value[Any]] | Unknown:
    """The fields of an instance, as its class was called: an argument, else the default."""
    fields: dict[str, Field] = {}
    for of in reversed([each for each in order if isinstance(each, ClassObject)]):
        maker = maker_of(evaluator, of)
        found = _declared(evaluator, of, maker) if maker else {}
        if isinstance(found, Unknown):
            return found
        fields.update(found)
    by_place = [name for name, field in fields.items() if not field.by_keyword]
    if len(thing.positional) > len(by_place) or thing.keywords.keys() - fields.keys():
        return Unknown(f"{thing.of.node.name} is given what is not followed")
    given = {**dict(zip(by_place, thing.positional, strict=False)), **thing.keywords}
    values: dict[str, Value[Any]] = {}
    for name, field in fields.items():
        value = given.get(name) or field.default
        if value is None:
            return Unknown(f"{thing.of.node.name} is not given its {name}")
        values[name] = value
    return values


def _declared(evaluator: Evaluator, of: ClassObject, maker: str) -> dict[str, Field] | Unknown:
    """The fields that a class itself declares."""
    options = _options(evaluator, of)
    if isinstance(options, Unknown):
        return options
    fields: dict[str, Field] = {}
    by_keyword = options.get("kw_only") is True
    frame = class_frame(evaluator, of)
    for name, annotation in _statements(of, maker):
        kind = _last(annotation) if annotation is not None else ""
        if kind == "KW_ONLY":
            by_keyword = True
            continue
        if kind == "ClassVar":
            continue
        value = evaluator.lookup(frame, name)
        call = value.value if value is not None else None
        is_field = isinstance(call, ExternalCall) and call.name in _FIELDS
        if annotation is None and not is_field:
            continue
        if kind == "InitVar" or (is_field and isinstance(call, ExternalCall) and call.keywords.keys() - _TAME):
            return Unknown(f"the field {name} of {of.node.name} is not followed")
        own = is_field and isinstance(call, ExternalCall) and plain(call.keywords.get("kw_only", _FALSE)) is True
        fields[name] = Field(_default(evaluator, value) if value is not None else None, by_keyword or own)
    return fields


_FALSE: Value[Any] = Value(False, at(Span.of_line("")))


def _options(evaluator: Evaluator, of: ClassObject) -> dict[str, Any] | Unknown:
    """What the decorator is told."""
    options: dict[str, Any] = {}
    for decorator in of.node.decorator_list:
        for each in decorator.keywords if isinstance(decorator, ast.Call) else ():
            options[each.arg or ""] = plain(evaluator.expression(each.value, of.frame))
    if "" in options or options.get("init", True) is not True or "these" in options or "field_transformer" in options:
        return Unknown(f"the decorator of {of.node.name} is not followed")
    return options


def _statements(of: ClassObject, maker: str) -> Iterator[tuple[str, ast.expr | None]]:
    """Names with their annotations; without one a name counts for `attr.s` only."""
    for each in of.node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            yield each.target.id, each.annotation
        elif isinstance(each, ast.Assign) and maker in _ATTRS:
            yield from ((target.id, None) for target in each.targets if isinstance(target, ast.Name))


def _last(annotation: ast.expr) -> str:
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _default(evaluator: Evaluator, value: Value[Any]) -> Value[Any] | None:
    """`= 1`, `= field(default=1)`, `= field(default_factory=list)`; None where there is none."""
    call = value.value
    if not isinstance(call, ExternalCall) or call.name not in _FIELDS:
        return _made(evaluator, value, call) if _is_factory(call) else value
    given = call.keywords.get("default", call.arguments[0] if call.arguments else None)
    if given is not None:
        return _made(evaluator, given, given.value) if _is_factory(given.value) else given
    factory = call.keywords.get("default_factory", call.keywords.get("factory"))
    return _of_factory(evaluator, factory) if factory is not None else None


def _is_factory(thing: Any) -> bool:
    return isinstance(thing, ExternalCall) and thing.name in ("attr.Factory", "attrs.Factory")


def _made(evaluator: Evaluator, value: Value[Any], call: Any) -> Value[Any]:
    single = len(call.arguments) == 1 and not call.keywords
    return _of_factory(evaluator, call.arguments[0]) if single else _unfollowed(value)


def _of_factory(evaluator: Evaluator, factory: Value[Any]) -> Value[Any]:
    thing = factory.value
    if isinstance(thing, ExternalObject) and thing.name in _FACTORIES:
        return Value(_FACTORIES[thing.name](), factory.origin)
    if isinstance(thing, FunctionObject) and not thing.node.args.args:
        return called(evaluator, thing, ([], {}), factory.origin.span or Span.of_line(""), None)
    return Value(InstanceObject(thing), factory.origin) if isinstance(thing, ClassObject) else _unfollowed(factory)


def _unfollowed(value: Value[Any]) -> Value[Any]:
    return Value(Unknown("the field's default is not followed"), value.origin)


def named_tuple(
    evaluator: Evaluator, of: ClassObject, order: Order, arguments: Arguments, span: Span
) -> Value[Any] | None:
    """An instance of a `typing.NamedTuple`; None where the class is none."""
    if not any(isinstance(each, ExternalObject) and each.name == NAMED_TUPLE for each in order):
        return None
    frame = class_frame(evaluator, of)
    names = [name for name, annotation in _statements(of, "") if annotation is not None]
    defaults = {name: value for name in names if (value := evaluator.lookup(frame, name)) is not None}
    if any(isinstance(each, ast.FunctionDef) and each.name == "__new__" for each in of.node.body):
        return Value(Unknown(f"{of.node.name} has a __new__, which is not followed"), at(span))
    return _record(names, defaults, arguments, of, span)


def of_records(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """`namedtuple(…)(…)`, `SimpleNamespace(…)`, `asdict(…)`; None for any other call."""
    positional, named = arguments
    if thing.name == "types.SimpleNamespace" and not positional:
        return Value(Namespace("a namespace", dict(named)), at(span))
    if thing.name == "collections.namedtuple()" and thing.of is not None:
        names, defaults = _names(thing.of)
        return _record(names, defaults, arguments, None, span) if names else None
    if thing.name in ("dataclasses.asdict", "attr.asdict", "attrs.asdict") and len(positional) == 1 and not named:
        return _as_dictionary(evaluator, positional[0], span)
    return None


def _names(call: ExternalCall) -> tuple[list[str], dict[str, Value[Any]]]:
    """The fields of `namedtuple("Name", ["a", "b"], defaults=(1,))`."""
    given = plain(call.arguments[1]) if len(call.arguments) > 1 else None
    names = given.replace(",", " ").split() if isinstance(given, str) else given
    last = call.keywords.get("defaults")
    values = list(last.value) if last is not None and isinstance(last.value, list | tuple) else []
    simple = isinstance(names, list | tuple) and all(isinstance(each, str) for each in names)
    if not simple or not isinstance(names, list | tuple) or call.keywords.keys() - {"defaults", "module"}:
        return [], {}
    defaults = dict(zip(reversed(names), reversed(values), strict=False))
    return list(names), defaults if last is None or len(values) == len(defaults) else {}


def _record(
    names: list[str], defaults: dict[str, Value[Any]], arguments: Arguments, of: ClassObject | None, span: Span
) -> Value[Any]:
    positional, named = arguments
    given = {**defaults, **dict(zip(names, positional, strict=False)), **named}
    if len(positional) > len(names) or set(given) != set(names):
        return Value(Unknown("the fields of this named tuple are not followed"), at(span))
    return Value(Record.made({name: given[name] for name in names}, of), at(span))


def _as_dictionary(evaluator: Evaluator, value: Value[Any], span: Span) -> Value[Any] | None:
    """The fields of a dataclass's instance; what holds further instances is not followed."""
    from celerylint.link.evaluate.classes import order_of
    from celerylint.link.evaluate.instances import instance_attribute

    thing = value.value
    order = order_of(evaluator, thing.of) if isinstance(thing, InstanceObject) else Unknown("it is no instance")
    if isinstance(order, Unknown) or not isinstance(thing, InstanceObject):
        return None
    fields = fields_of(evaluator, thing.made or thing, order)
    if isinstance(fields, Unknown):
        return Value(fields, at(span))
    data: dict[str, Value[Any]] = {}
    for name in fields:
        found = instance_attribute(evaluator, value, thing, name, span)
        flat = found is not None and not isinstance(plain(found), Unknown)
        data[name] = found if found is not None and flat else Value(Unknown(f"{name} is not followed"), at(span))
    return Value(data, at(span, value))
