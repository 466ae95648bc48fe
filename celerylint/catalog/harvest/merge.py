"""Makes one entry with a history out of what each release says."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from celerylint.catalog.harvest.settings import Records
from celerylint.catalog.releases import NEWEST, RELEASES


def merge(by_release: Mapping[str, Records]) -> Records:
    """One entry for each name: the fields of its newest release, `since`, `until`, and `before` where they changed.

    Raises ValueError where a release in the middle of an entry's life does not have it.
    """
    names = sorted({name for records in by_release.values() for name in records})
    return {name: _entry(name, by_release) for name in names}


def _entry(name: str, by_release: Mapping[str, Records]) -> dict[str, Any]:
    present = [release for release in RELEASES if name in by_release.get(release, {})]
    first, last = RELEASES.index(present[0]), RELEASES.index(present[-1])
    if list(RELEASES[first : last + 1]) != present:
        raise ValueError(f"{name} comes and goes: {', '.join(present)}")
    fields = {release: compact(by_release[release][name]) for release in present}
    entry = {**fields[present[-1]], "since": present[0]}
    if present[-1] != NEWEST:
        entry["until"] = present[-1]
    before = {newer: difference(fields[older], fields[newer]) for older, newer in pairwise(present)}
    changed = {release: change for release, change in before.items() if change}
    return {**entry, "before": changed} if changed else entry


def compact(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without those that say nothing: None, an empty list, false. A default keeps all but None."""
    return {
        key: value
        for key, value in fields.items()
        if value is not None and (key == "default" or (value is not False and value != []))
    }


def difference(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """The older values of the fields that differ; None for a field that only the newer one has."""
    return {key: older.get(key) for key in sorted({*older, *newer}) if not _same(older.get(key), newer.get(key))}


def _same(one: Any, other: Any) -> bool:
    """Equal and of one type: 0 is not False, 1 is not 1.0."""
    return type(one) is type(other) and bool(one == other)
