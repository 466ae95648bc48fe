"""The fields of a model: their types, their defaults, and the names under which they are given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import Order, class_frame
from celerylint.link.evaluate.frame import place
from celerylint.link.evaluate.objects import ClassObject, ExternalCall, plain
from celerylint.link.evaluate.pydantic.bases import classes_of, declaration, is_bound_elsewhere
from celerylint.link.evaluate.pydantic.kinds import Kind, kind_of
from celerylint.origin import Span, Unknown, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_FIELD = frozenset({"pydantic.Field", "pydantic.fields.Field", "pydantic.v1.Field", "pydantic.v1.fields.Field"})
# Arguments of Field that change neither the value nor the names that it is given by.
_TAME = frozenset(
    {"title", "description", "examples", "example", "repr", "exclude", "deprecated", "json_schema_extra", "frozen"}
    | {"gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "regex", "min_items", "max_items"}
    | {"serialization_alias", "include", "kw_only", "init", "field_title_generator", "max_digits", "decimal_places"}
)
_READ = frozenset({"default", "default_factory", "alias", "validation_alias", "env"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `default` is None where it must be given; `factory` makes the default.

    `aliases` are the names by which it is given instead of its own, and `env` the variables that pydantic 1 is told.
    """

    name: str
    kind: Kind
    place: Span
    default: Value[Any] | None = None
    factory: Value[Any] | None = None
    aliases: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    problem: str = ""


def field_names(order: Order) -> list[str]:
    """The names of all fields, those of the bases first."""
    found: dict[str, None] = {}
    for of in reversed(classes_of(order)):
        for each in of.node.body:
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and _is_field(each):
                found[each.target.id] = None
    return list(found)


def _is_field(node: ast.AnnAssign) -> bool:
    if not isinstance(node.target, ast.Name) or node.target.id.startswith("_") or node.target.id == "model_config":
        return False
    annotation = node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation
    return getattr(annotation, "attr", getattr(annotation, "id", "")) != "ClassVar"


def field_of(evaluator: Evaluator, order: Order, name: str) -> Field | None:
    """The field of that name as the most derived class declares it; None where none does."""
    for of in classes_of(order):
        node = declaration(of, name)
        if is_bound_elsewhere(of, name):
            return Field(name, Kind("?"), Span.of_line(of.frame.path, of.node.lineno), problem="it is set in a block")
        if node is not None and not _is_field(node):
            return None
        if node is not None:
            return _declared(evaluator, of, node, name)
        if evaluator.lookup(class_frame(evaluator, of), name) is not None:
            return _overridden(order, of, name)
    return None


def _overridden(order: Order, of: ClassObject, name: str) -> Field | None:
    """A name without a type: a method or property, unless a base declares it as a field."""
    if name not in field_names(order):
        return None
    where = Span.of_line(of.frame.path, of.node.lineno)
    return Field(name, Kind("?"), where, problem=f"{of.node.name} overrides it without a type")


def _declared(evaluator: Evaluator, of: ClassObject, node: ast.AnnAssign, name: str) -> Field:
    frame = class_frame(evaluator, of)
    kind = kind_of(evaluator, node.annotation, frame)
    where = place(frame, node)
    given = evaluator.lookup(frame, name) if node.value is not None else None
    call = given.value if given is not None and is_field_call(given.value) else None
    calls = [*kind.fields, *([call] if isinstance(call, ExternalCall) else [])]
    bare = Field(name, kind, where, default=given if call is None else None)
    for each in calls:
        bare = _with_call(bare, each)
    return bare


def is_field_call(thing: Any) -> bool:
    """Whether it is what `Field(…)` gives."""
    return isinstance(thing, ExternalCall) and thing.name in _FIELD


def _with_call(field: Field, call: ExternalCall) -> Field:
    """A field with what `Field(default, alias=…)` says of it."""
    strange = [each for each in call.keywords if each not in _TAME and each not in _READ]
    names = dict(_names_in(call))
    doubtful = next((key for key, value in names.items() if value is None), None)
    problem = f"Field(…) is given {strange[0]}" if strange else f"its {doubtful} is not known" if doubtful else ""
    default = call.arguments[0] if call.arguments else call.keywords.get("default")
    if default is not None and default.value is ...:
        default = None
    aliases = names.get("validation_alias") or names.get("alias") or field.aliases
    return Field(
        field.name,
        field.kind,
        field.place,
        default if default is not None else field.default,
        call.keywords.get("default_factory", field.factory),
        aliases,
        names.get("env") or field.env,
        problem or field.problem,
    )


def _names_in(call: ExternalCall) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    for key in ("alias", "validation_alias", "env"):
        if key in call.keywords and call.keywords[key].value is not None:
            yield key, _names(call.keywords[key])


def _names(value: Value[Any]) -> tuple[str, ...] | None:
    """A name, several, or `AliasChoices("a", "b")`; None where that is not known."""
    thing = value.value
    if isinstance(thing, ExternalCall):
        parts = [plain(each) for each in thing.arguments]
        if not thing.name.endswith(".AliasChoices") or thing.keywords:
            return None
    else:
        data = plain(value)
        parts = list(data) if isinstance(data, list | tuple | set) else [data]
    return tuple(parts) if parts and all(isinstance(each, str) for each in parts) else None


def default_of(field: Field) -> Value[Any] | Unknown | None:
    """The default as it is written; None where there is none."""
    if isinstance(field.default, Value) and isinstance(field.default.value, Unknown):
        return field.default.value
    return field.default
