"""The value as an expression at a place: chosen first, then written so that Python comes to it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from oracle.sources import Place

Way = Callable[[Place, Any, int], "str | None"]
"""Writes a value at a place with at most so many indirections; None where it has no form for this value."""

ANY: list[Way] = []  # for every value
BY_TYPE: dict[type, list[Way]] = {}
MOST_TRIES = 4


def way(*types: type, often: int = 1) -> Callable[[Way], Way]:
    """Registers a way for values of these types; of any type where none is named."""

    def register(function: Way) -> Way:
        for each in types or (None,):
            (ANY if each is None else BY_TYPE.setdefault(each, [])).extend([function] * often)
        return function

    return register


def expression(place: Place, value: Any, depth: int) -> str:
    """The value, through about so many indirections."""
    draw = place.draw
    if depth <= 0:
        return literal(place, value)
    own = BY_TYPE.get(type(value), [])
    for _ in range(MOST_TRIES):
        written = draw.pick(own if own and draw.chance(45) else ANY)(place, value, depth - 1)
        if written is not None:
            return written
    return literal(place, value)


def deeper(place: Place, depth: int) -> int:
    """The depth of a part: one of several goes on, the others are mostly written down."""
    return depth if place.draw.chance(50) else 0


def literal(place: Place, value: Any) -> str:
    """The value written down, in any of Python's spellings."""
    draw = place.draw
    if isinstance(value, timedelta):
        place.imported("from datetime import timedelta")
        return _delta(value)
    if isinstance(value, bool) or value is None:
        return repr(value)
    if isinstance(value, int):
        return _integer(place, value)
    if isinstance(value, float):
        return repr(value) if draw.chance(85) or value < 1 else f"{value:e}"
    if isinstance(value, str):
        return quoted(place, value)
    if isinstance(value, dict):
        return _mapping(place, value)
    parts = [literal(place, each) for each in value]
    if isinstance(value, tuple):
        return "(" + ", ".join(parts) + (",)" if len(parts) == 1 else ")")
    if isinstance(value, set):
        return "{" + ", ".join(parts) + "}" if parts else "set()"
    return "[" + ", ".join(parts) + "]"


def quoted(place: Place, text: str) -> str:
    """A string literal."""
    draw = place.draw
    if draw.chance(75):
        return repr(text) if draw.chance(60) else f'"{text}"'
    cut = draw.number(0, len(text))
    forms = (f'"""{text}"""', f"r'{text}'", f"u'{text}'", f"('{text[:cut]}' \"{text[cut:]}\")", f"f'{text}'")
    return draw.pick(forms)


def _integer(place: Place, number: int) -> str:
    draw = place.draw
    if draw.chance(85) or number < 0:
        return str(number)
    return draw.pick((hex(number), f"{number:_}", f"0b{number:b}", f"+{number}"))


def _mapping(place: Place, data: dict[Any, Any]) -> str:
    names = all(isinstance(key, str) and key.isidentifier() for key in data)
    if names and place.draw.chance(20):
        return "dict(" + ", ".join(f"{key}={literal(place, item)}" for key, item in data.items()) + ")"
    return "{" + ", ".join(f"{literal(place, key)}: {literal(place, item)}" for key, item in data.items()) + "}"


def _delta(value: timedelta) -> str:
    seconds = value.total_seconds()
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds and seconds % size == 0:
            return f"timedelta({unit}={int(seconds // size)})"
    return f"timedelta(seconds={seconds:g})" if seconds % 1 else f"timedelta(seconds={int(seconds)})"
