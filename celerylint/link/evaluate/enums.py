"""Enums of the repository: their members by name, by value, and all of them in order."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import Order, class_attribute, class_frame, enum_of, methods_of, order_of
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import (
    ClassObject,
    EnumMember,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    Raised,
    plain,
)
from celerylint.link.evaluate.origins import at, failed
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_SIMPLE = (ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Expr, ast.Pass)
_MAKING = frozenset({"__new__", "__init__", "__str__", "__format__", "__eq__", "_generate_next_value_"})


def family_of(evaluator: Evaluator, of: ClassObject) -> Order | None:
    """The classes of an enum; None where the class is none."""
    order = order_of(evaluator, of)
    return None if isinstance(order, Unknown) or enum_of(order) is None else order


def member(evaluator: Evaluator, of: ClassObject, name: str, span: Span) -> Value[EnumMember] | None:
    """The attribute of an enum: a member, else what the class says; None where it has none."""
    found = class_attribute(evaluator, of, name)
    order = family_of(evaluator, of)
    if found is None or order is None or isinstance(found.value, FunctionObject | Unknown) or name.startswith("_"):
        return found
    kind = enum_of(order)
    if kind is None:
        return found
    if any(isinstance(each, ClassObject) and _makes_members(each) for each in order):
        return unknown(f"{of.node.name} makes its members by itself", span)
    # A tuple is unpacked into the mixin's arguments; and a Django choice is its value with a label.
    value = found
    if isinstance(found.value, tuple):
        django = any(isinstance(each, ExternalObject) and each.name.startswith("django.") for each in order)
        if not django or not found.value:
            return unknown(f"the value of {of.node.name}.{name} is not followed", span)
        value = found.value[0]
    if isinstance(value.value, ExternalCall):
        value = _automatic(evaluator, of, name, value, kind)
    return Value(EnumMember(of, name, value, *kind), at(span, found))


def members(evaluator: Evaluator, of: ClassObject, span: Span) -> list[Value[EnumMember]] | Unknown:
    """All members in the order of their definition, less the aliases of others."""
    frame = class_frame(evaluator, of)
    order = family_of(evaluator, of)
    if order is None or evaluator.lookup(frame, ANY) is not None:
        return Unknown(f"the members of {of.node.name} are not followed")
    found: list[Value[EnumMember]] = []
    seen = []
    compound = any(not isinstance(each, _SIMPLE) for each in of.node.body)
    if compound:
        return Unknown(f"the members of {of.node.name} are not followed")
    for name in _bound(of):
        if name.startswith("_"):
            return Unknown(f"the members of {of.node.name} are not followed")
        one = member(evaluator, of, name, span)
        if one is None or not isinstance(one.value, EnumMember):
            return Unknown(f"{of.node.name}.{name} is not followed")
        data = plain(one.value.value)
        if isinstance(data, Unknown):
            return data
        if data not in seen:
            seen.append(data)
            found.append(one)
    return found


def by_value(evaluator: Evaluator, of: ClassObject, value: Value[Any], span: Span) -> Value[EnumMember]:
    """`Color("red")`, `Color(Color.RED)`."""
    if isinstance(value.value, EnumMember) and value.value.of.node is of.node:
        return Value(value.value, at(span, value))
    classes = [each for each in family_of(evaluator, of) or () if isinstance(each, ClassObject)]
    every = members(evaluator, of, span)
    data = plain(value)
    why = next((each for each in (data, every) if isinstance(each, Unknown)), None)
    if why is not None or isinstance(every, Unknown):
        return failed(why if why is not None else Unknown(""), span, value)
    if any(method.name == "_missing_" for each in classes for method in methods_of(each)):
        return unknown(f"{of.node.name} has a _missing_, which is not followed", span)
    for each in every:
        found: Any = each.value
        if plain(found.value) == data:
            return Value(each.value, at(span, value, each))
    return failed(Raised(f"{data!r} is no {of.node.name}", exception="ValueError"), span, value)


def _automatic(
    evaluator: Evaluator, of: ClassObject, name: str, value: Value[Any], kind: tuple[str, bool]
) -> Value[Any]:
    """`auto()` (enum.Enum and enum.StrEnum, _generate_next_value_): a number where all before it are automatic too."""
    names = _bound(of)
    if getattr(value.value, "name", "") != "enum.auto" or any(each.startswith("_") for each in names):
        return value
    if any(getattr(each, "name", "") == "enum.StrEnum" for each in family_of(evaluator, of) or ()):
        return Value(name.lower(), value.origin)
    frame = class_frame(evaluator, of)
    before = [evaluator.lookup(frame, each) for each in names[: names.index(name) + 1]] if name in names else []
    automatic = all(each is not None and getattr(each.value, "name", "") == "enum.auto" for each in before)
    return Value(len(before), value.origin) if before and automatic and kind[0] != "str" else value


def _bound(of: ClassObject) -> list[str]:
    """The names that a class's body assigns, in order."""
    names: list[str] = []
    for each in of.node.body:
        declared = [each.target] if isinstance(each, ast.AnnAssign) else []
        targets = each.targets if isinstance(each, ast.Assign) else declared
        names.extend(one.id for one in targets if isinstance(one, ast.Name))
    return names


def _makes_members(of: ClassObject) -> bool:
    return any(method.name in _MAKING for method in methods_of(of))
