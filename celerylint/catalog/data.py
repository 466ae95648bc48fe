"""The catalogue's data files, and what a later release changed in an entry.

An entry holds what the newest release that has it says, and `before`: for each release that changed it, the fields
as they were before. Keys that are missing are None (or empty, or false). `until` is missing where the newest
catalogued release still has the entry. The files are in the JSON that Python reads: a number may be `Infinity`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celerylint.catalog.releases import NEWEST, RELEASES, release, version_key


@dataclass(frozen=True, slots=True)
class Change:
    """Before `release` these fields had these values."""

    release: str
    fields: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The first and the last catalogued release that has a thing, and what changed in between, newest change first."""

    first: str
    last: str
    changes: tuple[Change, ...] = ()

    def includes(self, version: str | None) -> bool:
        """Whether that version has it; None is the newest. Raises ValueError as `release` does."""
        key = version_key(release(version))
        return version_key(self.first) <= key <= version_key(self.last)

    @property
    def versions(self) -> tuple[str, ...]:
        """The catalogued releases that have it, oldest first."""
        return RELEASES[RELEASES.index(self.first) : RELEASES.index(self.last) + 1]

    def fields_at(self, version: str | None) -> dict[str, Any]:
        """The fields that were different in that version, with their values then."""
        key = version_key(release(version))
        fields: dict[str, Any] = {}
        for change in self.changes:
            if key < version_key(change.release):
                fields.update(change.fields)
        return fields


def load(name: str) -> dict[str, Any]:
    """The content of one of the data files, such as `settings.json`."""
    data: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_bytes())
    return data


def lifetime(entry: Mapping[str, Any], tuples: Iterable[str] = ()) -> Lifetime:
    """The lifetime that an entry tells; the changed fields named in `tuples` become tuples."""
    last = entry.get("until", NEWEST)
    before = entry.get("before")
    if not before:
        return Lifetime(entry["since"], last)
    names = sorted(before, key=version_key, reverse=True)
    return Lifetime(entry["since"], last, tuple(Change(name, frozen(before[name], tuples)) for name in names))


def frozen(fields: Mapping[str, Any], tuples: Iterable[str]) -> dict[str, Any]:
    """The same fields, those named in `tuples` as tuples; a missing value is an empty one."""
    return {key: tuple(value or ()) if key in tuples else value for key, value in fields.items()}
