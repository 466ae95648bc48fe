"""Which Celery releases the catalogue was read from, and which of them stands for a given version."""

from __future__ import annotations

import functools
import re

RELEASES = ("4.4.7", "5.2.7", "5.3.6", "5.4.0", "5.5.3", "5.6.3", "5.7.0")
"""The last patch release of each minor series that celerylint knows, oldest first."""

OLDEST = RELEASES[0]
NEWEST = RELEASES[-1]

_NUMBERS = re.compile(r"v?(\d+(?:\.\d+)*)")


@functools.cache
def version_key(version: str) -> tuple[int, ...]:
    """The numbers at the start of a version: `5.4.0rc1` is (5, 4, 0). Raises ValueError where there are none."""
    match = _NUMBERS.match(version.strip())
    if match is None:
        raise ValueError(f"not a version of Celery: {version!r}")
    return tuple(int(number) for number in match[1].split("."))


@functools.cache
def release(version: str | None) -> str:
    """The catalogued release that stands for a version; None is the newest.

    The same minor series where it is catalogued (5.4.1 → 5.4.0), else the nearest older one of the same major
    (5.8 → 5.7.0), else the nearest newer one of the same major (5.1 → 5.2.7), else the nearest major. A bare major
    (`5`) is its newest release. Raises ValueError where `version` does not start with a number.
    """
    if version is None:
        return NEWEST
    wanted = version_key(version)[:2]
    if len(wanted) == 1:
        wanted = (*wanted, 10**9)
    same_major = [name for name in RELEASES if version_key(name)[0] == wanted[0]]
    return _nearest(same_major or list(RELEASES), wanted)


def _nearest(names: list[str], wanted: tuple[int, ...]) -> str:
    older = [name for name in names if version_key(name)[:2] <= wanted]
    return older[-1] if older else names[0]
