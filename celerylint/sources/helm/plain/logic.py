"""Functions that decide and compare (text/template and sprig 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celerylint.sources.helm.plain.values import Unknowable, truth


class RefusedError(Exception):
    """The chart itself refuses to be rendered."""


def default(instead: Any, *value: Any) -> Any:
    if not value:
        return instead
    known = truth(value[0])
    if isinstance(known, Unknowable):
        return known
    return value[0] if known else instead


def required(message: Any, value: Any) -> Any:
    if isinstance(value, Unknowable):
        return value
    if value is None or value == "":
        return Unknowable(f"the chart asks its user for it: {message}")
    return value


def fail(message: Any) -> Any:
    raise RefusedError(str(message))


def equal(first: Any, *others: Any) -> bool:
    """Go compares values of one kind alone."""
    kinds = {kind(each) for each in (first, *others)}
    if len(kinds) != 1 or kinds & {"dict", "list", "NoneType"}:
        raise TypeError
    return first in others


def kind(value: Any) -> str:
    return "dict" if isinstance(value, dict) else type(value).__name__


def ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        if kind(left) != kind(right) or kind(left) not in ("int", "float", "str"):
            raise TypeError
        return compare(left, right)

    return ordered


def and_(*values: Any) -> Any:
    for value in values:
        known = truth(value)
        if isinstance(known, Unknowable) or not known:
            return known if isinstance(known, Unknowable) else value
    return values[-1]


def or_(*values: Any) -> Any:
    for value in values:
        known = truth(value)
        if isinstance(known, Unknowable) or known:
            return known if isinstance(known, Unknowable) else value
    return values[-1]


def not_(value: Any) -> Any:
    known = truth(value)
    return known if isinstance(known, Unknowable) else not known


def empty(value: Any = None) -> Any:
    known = truth(value)
    return known if isinstance(known, Unknowable) else not known


def coalesce(*values: Any) -> Any:
    return or_(*values, None)


def ternary(first: Any, second: Any, condition: Any) -> Any:
    known = truth(condition) if isinstance(condition, bool | Unknowable) else Unknowable("`ternary` wants a truth")
    return known if isinstance(known, Unknowable) else (first if known else second)
