"""`--set a.b=c` as values: the plain forms, without indices and escapes (Helm, pkg/strvals)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

_NAME = re.compile(r"[^.\[\]\\{},=]+(?:\.[^.\[\]\\{},=]+)*")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def set_values(pairs: Iterable[tuple[str, str]]) -> str:
    """The pairs as one JSON document; empty where one of them is in a form that is not read."""
    values: dict[str, Any] = {}
    for name, written in pairs:
        if not _NAME.fullmatch(name) or written.startswith("{"):
            return ""
        *folders, last = name.split(".")
        place = values
        for folder in folders:
            inner = place.setdefault(folder, {})
            if not isinstance(inner, dict):
                return ""
            place = inner
        place[last] = int(written) if _NUMBER.fullmatch(written) else _WORDS.get(written, written)
    return json.dumps(values)
