"""Workloads and their containers, as data: everything that is known of them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from celerylint.model import Probe, Variable, Workload
from celerylint.origin import Span, Unknown, Value
from celerylint.report.credentials import masked
from celerylint.report.show.values import Entry, entry, place, plain

# How fields are called that have a unit.
_UNITS = {
    "Seconds": (
        "grace_period",
        "timeout",
        "answer_timeout",
        "period",
        "delay",
        "cooldown",
        "polling",
        "scale_down_window",
    ),
    "Bytes": ("memory_limit", "memory_request", "storage_limit"),
}
_SUFFIX = {name: f"_{unit.lower()}" for unit, names in _UNITS.items() for name in names}


def workload(found: Workload) -> Entry:
    """A workload with all that is known of it and of what acts on it."""
    return _record(found)


def probe(value: Value[Probe | None]) -> Entry:
    """A probe in one value: what it asks, how often, how long it waits."""
    shown = entry(value.map(lambda found: None if found is None else _said(found)))
    if value.known and value.get() is None:
        shown |= {"path": None, "line": None}
    return shown


def _said(found: Probe) -> Entry:
    times = {"timeout_seconds": found.timeout, "period_seconds": found.period, "failures": found.failures}
    asked = {"command": masked(found.command)} if found.command else {}
    return {"kind": found.kind, **{name: plain(value) for name, value in times.items()}, **asked}


def _record(thing: Any) -> Entry:
    """A record field by field: its span is its place, and a value keeps its origin."""
    shown: Entry = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, Span):
            shown |= place(value)
        else:
            # A variable's name says whether its value is a secret; the name itself is none.
            name = thing.name if isinstance(thing, Variable) and field.name == "value" else field.name
            shown[f"{field.name}{_SUFFIX.get(field.name, '')}"] = _shown(value, name)
    return shown


def _shown(value: Any, name: str) -> Any:
    if isinstance(value, Value):
        inner = value.value
        if is_dataclass(inner) and not isinstance(inner, Unknown | type):
            return {**entry(value.map(lambda _: None)), "value": _record(inner)}
        return entry(value, name)
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    if isinstance(value, tuple):
        return [_shown(item, name) for item in value]
    return plain(value, name)
