"""Python's own functions over iterables: `zip`, `enumerate`, `map`, `any`, `next`, … Elements need not be known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.comprehensions import iterated
from celerylint.link.evaluate.displays import elements
from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import ExternalObject, Members, Once, Raised, plain
from celerylint.link.evaluate.origins import at, failed, written
from celerylint.link.evaluate.truth import truth_of
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

Items = list[Value[Any]]
Function = Callable[["Evaluator", list[Items], dict[str, Value[Any]], Span], Any]


def of_iterables(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """What such a function gives; None where it is none, or it is called in another way."""
    name = thing.name
    function = _FUNCTIONS.get(name)
    positional, named = arguments
    if function is None or not positional:
        return None
    if name == "builtins.enumerate" and len(positional) == 2:
        positional, named = positional[:1], {"start": positional[1]}
    rows: list[Items] = []
    for each in positional:
        items = iterated(evaluator, each, span)
        if isinstance(each.value, str):
            items = [Value(character, each.origin) for character in each.value]
        if isinstance(items, Unknown):
            return failed(items, span, each)
        rows.append(items)
    result = function(evaluator, rows, named, span)
    if isinstance(result, Unknown):
        return failed(result, span)
    return Value(Once(result) if isinstance(result, list) else result, at(span, *positional))


def _zip(evaluator: Evaluator, rows: list[Items], named: dict[str, Value[Any]], span: Span) -> Any:
    if named.keys() - {"strict"}:
        return Unknown("this zip() is not followed")
    return [written(tuple(each), span) for each in zip(*rows, strict=False)]


def _enumerate(evaluator: Evaluator, rows: list[Items], named: dict[str, Value[Any]], span: Span) -> Any:
    start = plain(named["start"]) if "start" in named else 0
    if type(start) is not int or len(rows) != 1:
        return Unknown("this enumerate() is not followed")
    return [written((written(index, span), each), span) for index, each in enumerate(rows[0], start)]


def _reversed(evaluator: Evaluator, rows: list[Items], named: dict[str, Value[Any]], span: Span) -> Any:
    return rows[0][::-1]


def _any(evaluator: Evaluator, rows: list[Items], named: dict[str, Value[Any]], span: Span) -> Any:
    return _first_that(rows[0], True)


def _all(evaluator: Evaluator, rows: list[Items], named: dict[str, Value[Any]], span: Span) -> Any:
    found = _first_that(rows[0], False)
    return found if isinstance(found, Unknown) else not found


def _iter(evaluator: Evaluator, rows: list[Items], named: dict[str, Value[Any]], span: Span) -> Any:
    return rows[0]


def _chain(evaluator: Evaluator, rows: list[Items], named: dict[str, Value[Any]], span: Span) -> Any:
    return [each for row in rows for each in row]


def _first_that(items: Items, wanted: bool) -> bool | Unknown:
    """Whether one is certainly as wanted; one that is not known leaves it open only where no other is."""
    truths = [truth_of(each) for each in items]
    if any(each is wanted for each in truths):
        return True
    return next((each for each in truths if isinstance(each, Unknown)), False)


_FUNCTIONS: dict[str, Function] = {
    "builtins.zip": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.reversed": _reversed,
    "builtins.iter": _iter,
    "itertools.chain": _chain,
    "builtins.any": _any,
    "builtins.all": _all,
}


def first(arguments: Arguments, span: Span) -> Value[Any]:
    """`next(iterator)`, `next(iterator, default)`: of an iterator that has just been made."""
    positional, _ = arguments
    if not isinstance(positional[0].value, Once) or len(positional) > 2:
        return unknown("what next() gives here is not followed", span)
    items = elements(positional[0])
    if isinstance(items, Unknown):
        return failed(items, span, positional[0])
    if items:
        return items[0]
    return positional[1] if len(positional) > 1 else failed(Raised("it gives nothing", exception="StopIteration"), span)


def mapped(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """`map(function, items)`, `filter(function, items)`; None where it is another call."""
    from celerylint.link.evaluate.calls import called_with

    positional, named = arguments
    name = thing.name
    if name not in ("builtins.map", "builtins.filter") or len(positional) != 2 or named:
        return None
    items = iterated(evaluator, positional[1], span)
    if isinstance(items, Unknown) or isinstance(positional[1].value, Members):
        return unknown("what is gone through is not known", span)
    function = positional[0]
    results = [
        each if function.value is None else called_with(evaluator, function, ([each], {}), span) for each in items
    ]
    if name == "builtins.map":
        return written(Once(results), span)
    kept: Items = []
    for each, result in zip(items, results, strict=True):
        holds = truth_of(result)
        if isinstance(holds, Unknown):
            return failed(holds, span, result)
        kept.extend([each] if holds else [])
    return written(Once(kept), span)
