"""Settings behind `--` on a worker's command line, which win over the code (celery/bin/worker.py, 5.0 to 5.7)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from celerylint import catalog
from celerylint.facts.launch import OptionUse
from celerylint.link.releases import Releases
from celerylint.origin import Layer, Unknown, Value, known, unknown

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


def command_line_settings(uses: Mapping[str, OptionUse], releases: Releases) -> dict[str, Value[Any]]:
    """The settings of a command line; names that Celery does not know stop the worker."""
    return {name: command_line_value(name, use, releases) for name, use in uses.items() if name in catalog.settings()}


def command_line_value(name: str, use: OptionUse, releases: Releases) -> Value[Any]:
    """What Celery reads a text as (celery/loaders/base.py:cmdline_config_parser)."""
    if use.unresolved or not isinstance(use.value, str):
        return unknown(use.unresolved or f"{name} has no value", use.span)
    cast = _CAST.match(use.value)
    setting = catalog.settings()[name]
    kind = cast[1] if cast else releases.agreed(lambda release: setting.in_version(release).type)
    if isinstance(kind, Unknown):
        return unknown(kind.reason, use.span)
    read = _READ.get(kind)
    if read is None:
        return unknown(f"what {use.value} means as a {kind} is not followed", use.span)
    try:
        return known(read(use.value[cast.end() :] if cast else use.value), Layer.COMMAND_LINE, use.span)
    except (ValueError, KeyError):
        return unknown(f"{use.value!r} is no {kind}", use.span)
