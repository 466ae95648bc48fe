"""Operators on values: arithmetic, comparison, and the limits that keep hostile code from exhausting memory."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from celerylint.link.evaluate.objects import OWN, EnumMember, Members, TreePath, plain
from celerylint.link.evaluate.origins import at, begun
from celerylint.origin import Span, Unknown, Value, unknown

LARGEST_SIZE = 100_000  # characters, elements or bits that an operation may make; settings need a handful

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_SAMENESS = (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)
_SINGLETONS = (None, True, False)
_WIDE = re.compile(r"\d{4,}|\*|\{[^{}]*\{")  # a width of thousands, or one that comes from an argument


def operate(op: ast.operator, left: Value[Any], right: Value[Any], span: Span) -> Value[Any]:
    """A binary operation; lists and dictionaries are joined with their places."""
    one: Any = left.value
    other: Any = right.value
    if isinstance(op, ast.Add) and type(one) in (list, tuple) and type(one) is type(other):
        joined = one + other
        return Value(joined, at(span)) if len(joined) <= LARGEST_SIZE else _too_large(span)
    if isinstance(op, ast.BitOr) and isinstance(one, dict) and isinstance(other, dict):
        return Value(one | other, at(span))
    if isinstance(one, TreePath):
        return _below(op, one, right, span)
    if isinstance(op, ast.Mult) and any(_repeats(each) for each in (one, other)):
        return unknown("its elements are one and the same object", span)
    values = plain(left), plain(right)
    for value, side in zip(values, (left, right), strict=True):
        if isinstance(value, Unknown):
            return begun(value, _beginning(op, *values), span, side)
    return _computed(op, values, left, right, span)


def _beginning(op: ast.operator, left: Any, right: Any) -> str:
    """How a text begins of which a part is not known."""
    if isinstance(op, ast.Mod) and isinstance(left, str):
        return left.partition("%")[0]
    if not isinstance(op, ast.Add):
        return ""
    if isinstance(left, str):
        return left + (right.begins if isinstance(right, Unknown) else "")
    return left.begins if isinstance(left, Unknown) else ""


def _below(op: ast.operator, path: TreePath, part: Value[Any], span: Span) -> Value[Any]:
    """`path / "part"`, or a text of a path with `"/part"` behind it."""
    from celerylint.link.evaluate.paths import below

    data = plain(part)
    if isinstance(op, ast.Div) and not path.is_text:
        return below(path, part, span)
    if isinstance(op, ast.Add) and path.is_text and isinstance(data, str) and data.startswith("/"):
        return below(path, Value(data.lstrip("/"), part.origin), span)
    return unknown("this operation on a path is not followed", span)


def _repeats(data: Any) -> bool:
    """Whether repeating it repeats lists or dictionaries, each of which is then changed with all the others."""
    items = data if isinstance(data, list | tuple) else ()
    return any(isinstance(each.value if isinstance(each, Value) else each, list | dict) for each in items)


def _computed(op: ast.operator, values: tuple[Any, Any], left: Value[Any], right: Value[Any], span: Span) -> Value[Any]:
    function = _OPERATORS.get(type(op))
    if function is None or any(isinstance(each, set) for each in values):
        return unknown("this operation is not followed", span)
    if isinstance(op, ast.Mod) and isinstance(values[0], str | bytes) and not is_tame(str(values[0]), left, right):
        return unknown("this formatting is not followed", span)
    if _size(op, *values) > LARGEST_SIZE:
        return _too_large(span)
    try:
        return Value(function(*values), at(span, left, right))
    except Exception as error:  # what the project's code would raise: it is never ours
        return unknown(f"this operation fails: {error}", span)


def is_tame(template: str, *values: Value[Any]) -> bool:
    """Whether formatting is bounded, and prints nothing that Python's versions print differently (enum members)."""
    return len(template) < LARGEST_SIZE and not _WIDE.search(template) and all(prints_alike(each) for each in values)


def prints_alike(value: Value[Any]) -> bool:
    """Whether `str()` of a value is that of its plain data."""
    data = value.value
    if isinstance(data, EnumMember):
        return data.prints_value
    if isinstance(data, dict):
        return all(prints_alike(each) for each in data.values() if isinstance(each, Value))
    if isinstance(data, list | tuple):
        return not isinstance(data, Members) and all(prints_alike(each) for each in data if isinstance(each, Value))
    return True


def _too_large(span: Span) -> Value[Any]:
    return unknown("this operation makes something too large to be followed", span)


def _size(op: ast.operator, left: Any, right: Any) -> int:
    """At least how large the result may be, in elements, characters or bits."""
    if isinstance(op, ast.Pow | ast.LShift):
        if not isinstance(left, int | float) or not isinstance(right, int | float) or abs(right) > LARGEST_SIZE:
            return LARGEST_SIZE + 1
        bits = left.bit_length() if isinstance(left, int) else 64
        return int(bits * max(right, 1)) if isinstance(op, ast.Pow) else int(bits + right)
    sizes = [len(each) for each in (left, right) if isinstance(each, str | bytes | list | tuple)]
    bits = sum(each.bit_length() for each in (left, right) if isinstance(each, int))
    if isinstance(op, ast.Mult) and sizes:
        return sizes[0] * max((abs(each) for each in (left, right) if isinstance(each, int)), default=1)
    return max(sum(sizes), bits)


def compare(op: ast.cmpop, left: Value[Any], right: Value[Any]) -> bool | Unknown:
    """A comparison of two values; Unknown where one is not known, or Python would raise."""
    if isinstance(left.value, EnumMember) and isinstance(right.value, EnumMember) and isinstance(op, _SAMENESS):
        same = left.value.is_one_with(right.value)
        return same if isinstance(same, Unknown) else same is isinstance(op, ast.Is | ast.Eq)
    one, other = plain(left), plain(right)
    if isinstance(op, ast.Is | ast.IsNot):
        return _same(op, left, right, one, other)
    if isinstance(op, ast.In | ast.NotIn):
        return _contained(op, one, other, left, right)
    for value in (one, other):
        if isinstance(value, Unknown):
            return value
    if isinstance(op, ast.Eq | ast.NotEq):
        return bool(one == other) is isinstance(op, ast.Eq)
    try:
        return bool(_ORDER[type(op)](one, other))
    except TypeError as error:
        return Unknown(f"this comparison fails: {error}")


def _same(op: ast.cmpop, left: Value[Any], right: Value[Any], one: Any, other: Any) -> bool | Unknown:
    """`is`: certain only where one side is None, True or False and the other is known to be it or not."""
    wanted = isinstance(op, ast.Is)
    for value, single in ((one, other), (other, one)):
        if isinstance(single, Unknown) or not any(single is each for each in _SINGLETONS):
            continue
        if not isinstance(value, Unknown):
            return (value is single) is wanted
        held = left.value if value is one else right.value
        # A container or an object of the repository is certainly none of the three, whatever is in it.
        return value if isinstance(held, Unknown) or not isinstance(held, (list, tuple, dict, *OWN)) else not wanted
    return next((each for each in (one, other) if isinstance(each, Unknown)), Unknown("this `is` is not followed"))


def _contained(op: ast.cmpop, one: Any, other: Any, left: Value[Any], box: Value[Any]) -> bool | Unknown:
    """`in`: in a dictionary only the keys count, which are known even where a value is not."""
    if isinstance(left.value, EnumMember) and not left.value.mixin and isinstance(box.value, list | tuple):
        return _among(op, left, box.value)
    if isinstance(one, Unknown):
        return one
    items = list(box.value) if isinstance(box.value, dict) else other
    if isinstance(items, Unknown):
        return items
    try:
        return (one in items) is isinstance(op, ast.In)
    except TypeError as error:
        return Unknown(f"this comparison fails: {error}")


def _among(op: ast.cmpop, left: Value[Any], items: list[Any] | tuple[Any, ...]) -> bool | Unknown:
    """Whether a member of an enum is among others."""
    found = [compare(ast.Eq(), left, each) if isinstance(each, Value) else Unknown("it is no member") for each in items]
    if any(each is True for each in found):
        return isinstance(op, ast.In)
    doubt = next((each for each in found if isinstance(each, Unknown)), None)
    return doubt if doubt is not None else isinstance(op, ast.NotIn)
