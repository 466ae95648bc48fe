"""The way that a value took: origins put together, and kept short."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from celerylint.origin import Layer, Origin, Span, Unknown, Value

LARGEST_WAY = 24  # places; a reader follows a handful, and sums of sums could double them without end


def via(*origins: Origin) -> tuple[Origin, ...]:
    """Origins as the way to another value, each once; those that no longer fit lose what lies behind them."""
    found: list[Origin] = []
    left = LARGEST_WAY
    for origin in origins:
        if any(origin is each for each in found) or left <= 0:
            continue
        size = _size(origin)
        kept = origin if size <= left else replace(origin, via=())
        left -= min(size, left) if kept is origin else 1
        found.append(kept)
    return tuple(found)


def _size(origin: Origin) -> int:
    """How many origins there are in the tree; bounded, because every tree was made by `via`."""
    return 1 + sum(_size(each) for each in origin.via)


def at(span: Span, *sources: Value[Any] | Origin) -> Origin:
    """An origin in code, with the values that it came from."""
    return Origin(Layer.CODE, span, via(*(each.origin if isinstance(each, Value) else each for each in sources)))


def written(data: Any, span: Span) -> Value[Any]:
    """What is written at a place."""
    return Value(data, Origin(Layer.CODE, span))


def failed(why: Unknown, span: Span, *sources: Value[Any]) -> Value[Any]:
    """No value, for the reason that one of the values that it needs has none."""
    return begun(why, "", span, *sources)


def begun(why: Unknown, begins: str, span: Span, *sources: Value[Any]) -> Value[Any]:
    """A text of which only the beginning is known."""
    same = why if why.begins == begins else replace(why, begins=begins)
    return Value(same, Origin(Layer.UNKNOWN, span, via(*(each.origin for each in sources))))
