"""How values behave in expressions when one of them is absent (None) or unknown.

Arithmetic with None is None, an ordered comparison with None is false, None holds nothing; equality is Python's.
Everything else with Unknown is unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from celerylint.model import Version
from celerylint.origin import Unknown

Binary = Callable[[Any, Any], Any]

ARITHMETIC: dict[str, Binary] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
ORDER: dict[str, Binary] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def calculate(symbol: str) -> Binary:
    """`+`, `-`, `*`, `/`, `//` or `%` over values that may be None or unknown. Dividing by zero gives unknown."""
    function = ARITHMETIC[symbol]

    def run(first: Any, second: Any) -> Any:
        if first is None or second is None:
            return None
        if first.__class__ is Unknown:
            return first
        if second.__class__ is Unknown:
            return second
        if not (isinstance(first, (int, float)) and isinstance(second, (int, float))):
            return Unknown("it is not a number")
        try:
            return function(first, second)
        except ArithmeticError:
            return Unknown("the arithmetic has no result, as when it divides by zero")

    return run


def order(symbol: str) -> Binary:
    """`<`, `<=`, `>` or `>=` over values that may be None or unknown."""
    function = ORDER[symbol]

    def run(first: Any, second: Any) -> Any:
        if first is None or second is None:
            return False
        if first.__class__ is Unknown:
            return first
        if second.__class__ is Unknown:
            return second
        if first.__class__ is Version or second.__class__ is Version:
            return _of_versions(symbol, first, second)
        try:
            return bool(function(first, second))
        except TypeError:
            return Unknown(f"{type(first).__name__} and {type(second).__name__} have no order")

    return run


def _of_versions(symbol: str, first: Any, second: Any) -> Any:
    """A version and a text, in either order."""
    if first.__class__ is Version:
        return first.compared(symbol, str(second))
    return second.compared(_MIRRORED.get(symbol, symbol), str(first))


def equal(first: Any, second: Any) -> Any:
    """`==`; tuples and lists with the same items are equal."""
    if first.__class__ is Unknown:
        return first
    if second.__class__ is Unknown:
        return second
    if isinstance(first, Version) or isinstance(second, Version):
        return False if first is None or second is None else _of_versions("==", first, second)
    if isinstance(first, (tuple, list)) and isinstance(second, (tuple, list)):
        return _equal_items(first, second)
    return bool(first == second)


def _equal_items(first: Any, second: Any) -> Any:
    if len(first) != len(second):
        return False
    return conjunction([equal(one, other) for one, other in zip(first, second, strict=True)])


def conjunction(results: list[Any]) -> Any:
    """`and` over finished results: false decides, then unknown."""
    if any(result is False for result in results):
        return False
    return next((result for result in results if result.__class__ is Unknown), True)


def unequal(first: Any, second: Any) -> Any:
    """`!=`."""
    return inverse(equal(first, second))


def contains(item: Any, holder: Any) -> Any:
    """`item in holder`. An unknown item of the holder leaves it open, unless another one matches."""
    if holder is None:
        return False
    if holder.__class__ is Unknown:
        return holder
    if isinstance(holder, str):
        return _in_text(item, holder)
    if not isinstance(holder, (tuple, list, set, frozenset, dict)):
        return Unknown("it holds nothing that could be compared")
    unknown: Unknown | None = None
    for other in holder:
        result = equal(item, other)
        if result is True:
            return True
        if result.__class__ is Unknown:
            unknown = result
    return False if unknown is None else unknown


def _in_text(item: Any, text: str) -> Any:
    if item.__class__ is Unknown:
        return item
    return isinstance(item, str) and item in text


def missing(item: Any, holder: Any) -> Any:
    """`item not in holder`."""
    return inverse(contains(item, holder))


def same(first: Any, second: Any) -> Any:
    """`is`, which pages use with None alone."""
    if first.__class__ is Unknown:
        return first
    return first is second


def different(first: Any, second: Any) -> Any:
    """`is not`."""
    return inverse(same(first, second))


def inverse(result: Any) -> Any:
    """`not`."""
    return result if result.__class__ is Unknown else not result
