"""Writes the data files: sorted, one entry on a line, the same bytes for the same data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def render(data: Mapping[str, Any], depth: int) -> str:
    """JSON whose first `depth` levels of objects have a line for each entry; ends with a newline."""
    return _object(data, depth, "") + "\n"


def _object(data: Mapping[str, Any], depth: int, indent: str) -> str:
    inner = indent + " "
    lines = (f"{inner}{json.dumps(key)}: {_value(data[key], depth - 1, inner)}" for key in sorted(data))
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _value(value: Any, depth: int, indent: str) -> str:
    if depth > 0 and isinstance(value, Mapping) and value:
        return _object(value, depth, indent)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
