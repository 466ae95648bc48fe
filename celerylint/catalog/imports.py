"""What popular packages cost a process that imports them, as measured by `python -m celerylint.catalog.measure`."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from celerylint.catalog.data import load

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """A package beside Celery, in bytes: what it adds to a process, and what of that a forked child does not share."""

    name: str
    resident: int
    own: int
    includes: frozenset[str]  # the packages of the table that it imports itself
    version: str


@functools.cache
def _table() -> Mapping[str, Imported]:
    packages = load("imports.json")["packages"]
    return {
        name: Imported(
            name, _bytes(each["resident"]), _bytes(each["own"]), frozenset(each["includes"]), each["version"]
        )
        for name, each in packages.items()
    }


def _bytes(mib: float) -> int:
    return int(mib * _MIB)


def imported(name: str) -> Imported | None:
    """The package of a dotted name; None where it was not measured."""
    parts = name.split(".")
    found = (_table().get(".".join(parts[:length])) for length in range(len(parts), 0, -1))
    return next((each for each in found if each is not None), None)


def together(packages: Iterable[Imported]) -> tuple[int, int]:
    """What several packages add to a process, and to each child, in bytes; what they share is counted once."""
    every = {package.name: package for package in packages}
    outer = [each for each in every.values() if not any(each.name in other.includes for other in every.values())]
    shared = {name for each in outer for name in each.includes if sum(name in other.includes for other in outer) > 1}
    again = [
        (_table()[name], sum(name in other.includes for other in outer) - 1)
        for name in sorted(shared)
        if not any(name in _table()[other].includes for other in shared)
    ]
    resident = sum(each.resident for each in outer) - sum(each.resident * times for each, times in again)
    own = sum(each.own for each in outer) - sum(each.own * times for each, times in again)
    return max(resident, 0), max(own, 0)
