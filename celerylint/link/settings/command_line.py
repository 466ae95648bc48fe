"""Settings behind `--` on a worker's command line, which win over the code (celery/bin/worker.py, 5.0 to 5.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from celerylint import catalog
from celerylint.facts.launch import OptionUse
from celerylint.origin import Layer, Value, known, unknown

_CAST = re.compile(r"\((\w+)\)")
# celery/utils/serialization.py:STRTOBOOL_DEFAULT_TABLE
_TRUTHS = {**dict.fromkeys(("true", "yes", "1", "on"), True), **dict.fromkeys(("false", "no", "0", "off"), False)}
_READ: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "any": str,
    "int": int,
    "float": float,
    "bool": lambda text: _TRUTHS[text.lower()],
}


def with_command_line(settings: Mapping[str, Value[Any]], uses: Mapping[str, OptionUse]) -> dict[str, Value[Any]]:
    """The settings with those of a command line over them; names that Celery does not know stop the worker."""
    given = {name: _value(name, use).hiding(settings[name]) for name, use in uses.items() if name in settings}
    return {**settings, **given}


def _value(name: str, use: OptionUse) -> Value[Any]:
    """What Celery reads a text as (celery/loaders/base.py:cmdline_config_parser)."""
    if use.unresolved or not isinstance(use.value, str):
        return unknown(use.unresolved or f"{name} has no value", use.span)
    cast = _CAST.match(use.value)
    kind = cast[1] if cast else catalog.settings()[name].type
    read = _READ.get(kind)
    if read is None:
        return unknown(f"what {use.value} means as a {kind} is not followed", use.span)
    try:
        return known(read(use.value[cast.end() :] if cast else use.value), Layer.COMMAND_LINE, use.span)
    except (ValueError, KeyError):
        return unknown(f"{use.value!r} is no {kind}", use.span)
