"""What a field's annotation says that it may hold."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import enum_of, order_of
from celerylint.link.evaluate.frame import Frame
from celerylint.link.evaluate.objects import ClassObject, ExternalCall, ExternalObject, plain
from celerylint.link.evaluate.pydantic.bases import base_of
from celerylint.origin import Unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_NAMES = {
    **{f"builtins.{each}": each for each in ("int", "str", "float", "bool", "list", "tuple", "set", "dict")},
    **{f"typing.{each.title()}": each for each in ("list", "tuple", "set", "dict")},
    **dict.fromkeys(("typing.Sequence", "collections.abc.Sequence"), "sequence"),
    **dict.fromkeys(("typing.Mapping", "collections.abc.Mapping"), "dict"),
    **dict.fromkeys(("builtins.frozenset", "typing.FrozenSet"), "set"),
    **dict.fromkeys(("typing.Any", "builtins.object"), "any"),
    "datetime.timedelta": "timedelta",
}
_PYDANTIC = {
    **dict.fromkeys(("PositiveInt", "NonNegativeInt", "NegativeInt", "NonPositiveInt"), "int"),
    **dict.fromkeys(("PositiveFloat", "NonNegativeFloat", "NegativeFloat", "NonPositiveFloat"), "float"),
    **dict.fromkeys(("RedisDsn", "AmqpDsn", "AnyUrl"), "url"),
    "SecretStr": "secret",
    "StrictStr": "str",
}
_PACKAGES = ("pydantic.", "pydantic.v1.", "pydantic.types.", "pydantic.networks.", "pydantic.v1.types.")
_BOUNDS = frozenset({"gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "regex"})
# What annotates a type and changes no value.
_REMARKS = ("annotated_types.", "typing_extensions.Doc", "pydantic.Field", "pydantic.v1.Field", "typing.Doc")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type: its name (`?` for one that is not followed), what it is made of, and the class or values it stands for.

    `fields`: the calls of `Field` that annotate it.
    """

    name: str
    parts: tuple[Kind, ...] = ()
    of: Any = None
    fields: tuple[ExternalCall, ...] = ()

    @property
    def is_complex(self) -> bool:
        """Whether pydantic-settings reads it as JSON (pydantic_settings/sources/utils.py:_annotation_is_complex)."""
        if self.name == "union":
            return any(each.is_complex for each in self.parts)
        return self.name in ("list", "tuple", "set", "dict", "sequence", "model", "settings")


NOT_FOLLOWED = Kind("?")


def kind_of(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Kind:
    """The type that an annotation means."""
    if isinstance(node, ast.Constant):
        return Kind("none") if node.value is None else NOT_FOLLOWED
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([kind_of(evaluator, each, frame) for each in (node.left, node.right)])
    if isinstance(node, ast.Subscript):
        return _parametrised(evaluator, node, frame)
    thing = evaluator.expression(node, frame).value
    if isinstance(thing, ClassObject):
        return _own(evaluator, thing)
    if isinstance(thing, ExternalCall):
        return _constrained(thing)
    return Kind(_name_of(thing.name)) if isinstance(thing, ExternalObject) else NOT_FOLLOWED


def _name_of(name: str) -> str:
    for package in _PACKAGES:
        if name.startswith(package) and name.removeprefix(package) in _PYDANTIC:
            return _PYDANTIC[name.removeprefix(package)]
    return _NAMES.get(name, "?")


def _union(parts: list[Kind]) -> Kind:
    flat: list[Kind] = []
    for each in parts:
        flat.extend(each.parts if each.name == "union" else [each])
    return Kind("union", tuple(flat))


def _own(evaluator: Evaluator, of: ClassObject) -> Kind:
    order = order_of(evaluator, of)
    if isinstance(order, Unknown):
        return NOT_FOLLOWED
    if enum_of(order) is not None:
        return Kind("enum", of=of)
    base = base_of(order)
    if base is None:
        return NOT_FOLLOWED
    return Kind("settings" if base.settings else "model", of=of)


def _constrained(thing: ExternalCall) -> Kind:
    """`conint(gt=0)`, `constr(min_length=1)`: the plain type, where nothing but bounds is asked for."""
    kinds = {"conint": "int", "confloat": "float", "constr": "str"}
    package, _, function = thing.name.rpartition(".")
    if f"{package}." not in _PACKAGES or thing.arguments or thing.keywords.keys() - _BOUNDS:
        return NOT_FOLLOWED
    return Kind(kinds.get(function, "?"))


def _parametrised(evaluator: Evaluator, node: ast.Subscript, frame: Frame) -> Kind:
    base = getattr(evaluator.expression(node.value, frame).value, "name", "")
    name = base.removeprefix("typing_extensions.").removeprefix("typing.")
    inner = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    if name == "Literal":
        return _literal(evaluator, inner, frame)
    if name == "Annotated":
        return _annotated(evaluator, inner, frame)
    if name == "Optional":
        return _union([kind_of(evaluator, inner[0], frame), Kind("none")])
    if name in ("Final", "Required"):
        return kind_of(evaluator, inner[0], frame)
    if name == "Union":
        return _union([kind_of(evaluator, each, frame) for each in inner])
    kind = _name_of(base)
    if kind not in ("list", "tuple", "set", "dict", "sequence"):
        return NOT_FOLLOWED
    return Kind(kind, tuple(_element(evaluator, each, frame) for each in inner))


def _element(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Kind:
    if isinstance(node, ast.Constant) and node.value is ...:
        return Kind("...")
    return kind_of(evaluator, node, frame)


def _literal(evaluator: Evaluator, nodes: list[ast.expr], frame: Frame) -> Kind:
    values = [plain(evaluator.expression(each, frame)) for each in nodes]
    simple = all(isinstance(each, str | int | None) for each in values)
    return Kind("literal", of=tuple(values)) if simple else NOT_FOLLOWED


def _annotated(evaluator: Evaluator, nodes: list[ast.expr], frame: Frame) -> Kind:
    """`Annotated[type, …]`: a remark may also say how the value is read or changed."""
    kind = kind_of(evaluator, nodes[0], frame)
    fields: list[ExternalCall] = []
    for each in nodes[1:]:
        remark = evaluator.expression(each, frame).value
        if isinstance(remark, str):
            continue
        if not isinstance(remark, ExternalCall) or not remark.name.startswith(_REMARKS):
            return NOT_FOLLOWED
        if remark.name.endswith("Field"):
            fields.append(remark)
    return Kind(kind.name, kind.parts, kind.of, (*kind.fields, *fields))
