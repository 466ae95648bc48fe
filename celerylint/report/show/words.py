"""Values in few words, for the cells of tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celerylint.report.show.values import Entry

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


def amount(shown: Any, name: str = "") -> str:
    """A value as people say it: `1.5 GiB`, `20 min`, `yes`, `-` where there is none."""
    if shown is None or shown in ("", []):
        return "-"
    if isinstance(shown, bool):
        return "yes" if shown else "no"
    if isinstance(shown, (int, float)):
        return _unit(name)(shown)
    if isinstance(shown, list):
        return ", ".join(amount(item) for item in shown)
    if isinstance(shown, dict):
        return ", ".join(f"{key}={amount(item)}" for key, item in shown.items())
    return str(shown)


def value(entry: Entry, name: str = "") -> str:
    """The value of an entry; `?` where nobody can know it."""
    return "?" if "reason" in entry else amount(entry["value"], name)


def origin(entry: Entry, where: Callable[[str], str]) -> str:
    """Where a value comes from: `command line deploy/worker.yaml:24`, or why nobody can know it."""
    source = entry.get("reason") or entry["origin"]
    return f"{source} {spot(entry, where)}".rstrip()


def spot(entry: Entry, where: Callable[[str], str]) -> str:
    """`path:line`, or nothing."""
    return f"{where(entry['path'])}:{entry['line']}" if entry["path"] is not None else ""


def _unit(name: str) -> Callable[[float], str]:
    if name.endswith("_bytes"):
        return memory
    if name.endswith("_kib"):
        return lambda number: memory(number * 1024)
    if name.endswith(("time_limit", "longest_run", "_seconds", "_timeout")):
        return duration
    return str


def memory(number: float) -> str:
    """Bytes in the largest unit that is not below one."""
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.4g} {unit}"
        number /= 1024
    return f"{number:.4g} GiB"


def duration(number: float) -> str:
    """Seconds in the largest unit that is not below one."""
    for length, unit in _UNITS:
        if number >= length:
            return f"{number / length:.4g} {unit}"
    return f"{number:.4g} s"
