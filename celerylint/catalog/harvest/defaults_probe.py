"""A script: load one release's celery/app/defaults.py with stand-ins for what it imports, print its settings as JSON.

Run as `python -I -S defaults_probe.py path/to/celery/app/defaults.py`. It uses nothing but the standard library, so it
reads releases that do not run on this Python (4.4.7).
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any


def _memoize(**_: Any) -> Callable[[Any], Any]:
    return lambda function: function


def _itself(value: Any) -> Any:
    return value


_STAND_INS: dict[str, dict[str, Any]] = {
    "celery": {"__path__": []},
    "celery.five": {"items": dict.items, "keys": dict.keys, "python_2_unicode_compatible": _itself},
    "celery.utils": {"__path__": []},
    "celery.utils.functional": {"memoize": _memoize},
    "celery.utils.serialization": {"strtobool": bool},
}


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


def _flat(options: dict[str, Any], root: str = "") -> Iterator[tuple[str, str, Any]]:
    for key, option in options.items():
        if isinstance(option, dict):
            yield from _flat(option, f"{root}{key}_")
        else:
            yield root + key, key, option


def read(path: str) -> dict[str, Any]:
    """The settings that a defaults.py declares, by name, as plain values."""
    for name, attributes in _STAND_INS.items():
        sys.modules[name] = ModuleType(name)
        vars(sys.modules[name]).update(attributes)
    namespaces = runpy.run_path(path)["NAMESPACES"]
    return {
        name: {
            "type": getattr(option.type, "__name__", option.type),
            "default": _plain(option.default),
            "old_names": sorted(old.format(key).upper() for old in option.old) or [name.upper()],
            "deprecated_by": option.deprecate_by,
            "removed_by": option.remove_by,
            "alternative": option.alt,
        }
        for name, key, option in _flat(namespaces)
    }


if __name__ == "__main__":
    json.dump(read(sys.argv[1]), sys.stdout)
