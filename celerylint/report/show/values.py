"""Values as data: each with its origin and its place, and never a password."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from celerylint.model import Hop
from celerylint.origin import Layer, Span, Unknown, Value
from celerylint.report.credentials import MASK, is_secret, masked

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_PLAIN = (bool, int, type(None))

Entry = dict[str, Any]


def entry(value: Value[Any], name: str = "") -> Entry:
    """`{"value", "origin", "path", "line"}`; an unknown has the value null and a "reason" besides.

    The place of a derived value is the nearest one that it follows from; a default stands nowhere.
    """
    places = () if value.origin.layer is Layer.DEFAULT else value.origin.places()
    span = places[0] if places else None
    shown = {
        "value": None if isinstance(value.value, Unknown) else plain(value.value, name),
        "origin": value.origin.layer.value,
        "path": span.path if span else None,
        "line": span.line if span else None,
    }
    if isinstance(value.value, Unknown):
        shown |= {"origin": "unknown", "reason": masked(value.reason)}
    return shown


def place(span: Span) -> Entry:
    """Where an entity stands."""
    return {"path": span.path, "line": span.line}


def hops(via: Iterable[Hop]) -> list[Entry]:
    """The lines that lead to a command, outermost first."""
    return [{"name": masked(hop.name), **place(hop.span)} for hop in via]


def plain(written: Any, name: str = "") -> Any:
    """What JSON can say, the same for the same value: sets sorted, patterns and other objects as text."""
    if name and is_secret(name) and written not in (None, "") and not isinstance(written, bool):
        return MASK
    if isinstance(written, (Value, Enum)):
        return plain(written.value, name)
    if isinstance(written, Unknown):
        return None
    if isinstance(written, _PLAIN):
        return written
    if isinstance(written, float):
        return _number(written)
    if isinstance(written, Mapping):
        return {_text(key): plain(item, _text(key)) for key, item in written.items()}
    if isinstance(written, (list, tuple)):
        return [plain(item) for item in written]
    if isinstance(written, (set, frozenset)):
        return sorted((plain(item) for item in written), key=repr)
    return _text(written)


def _number(written: float) -> Any:
    """A whole number of seconds reads better as one; JSON has no infinity."""
    if not math.isfinite(written):
        return str(written)
    return int(written) if written.is_integer() else written


def _text(written: Any) -> str:
    if isinstance(written, re.Pattern):
        written = written.pattern
    if isinstance(written, bytes):
        written = written.decode("utf-8", "backslashreplace")
    return masked(_ADDRESS.sub("", str(written)))
