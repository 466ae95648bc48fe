"""The catalogued releases of Celery that an app may run on, and what they agree on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celerylint import catalog
from celerylint.model import Version
from celerylint.model.version import FIRST, LAST, Stretch, cut, meet
from celerylint.origin import Unknown, Value


@dataclass(frozen=True, slots=True)
class Releases:
    """Releases, oldest first.

    `possible` are those whose ways of doing things count: every one of the newest major where nothing names a version.
    `installed` are those whose settings, options and defaults count: where nothing names a version, the newest alone,
    as that is what an installation gets then.
    """

    possible: tuple[str, ...]
    installed: tuple[str, ...]
    text: str = ""  # as the requirements have it; empty where nothing names a version

    @property
    def name(self) -> str:
        """What they are called: the version as it is written, else the newest."""
        return self.text or self.installed[-1]

    def since(self, release: str) -> bool | None:
        """Whether all of them are this release or a later one; None where only some are."""
        later = {catalog.version_key(each) >= catalog.version_key(release) for each in self.possible}
        return later.pop() if len(later) == 1 else None

    def agreed(self, ask: Callable[[str], Any]) -> Any:
        """What all that may be installed answer; Unknown where they differ."""
        answers = [ask(release) for release in self.installed]
        if all(type(each) is type(answers[0]) and each == answers[0] for each in answers):
            return answers[0]
        which = f"which may be {self.text}" if self.text else "which nothing names"
        return Unknown(f"it depends on the release of Celery, {which}")


_MAJOR = catalog.version_key(catalog.NEWEST)[0]
UNNAMED = Releases(
    tuple(each for each in catalog.RELEASES if catalog.version_key(each)[0] == _MAJOR), (catalog.NEWEST,)
)
ANY = Releases(UNNAMED.possible, UNNAMED.possible)
"""Where not even the app is known, so that no requirements of its own are."""


def releases_of(version: Value[Version]) -> Releases:
    """The catalogued releases that a version of Celery may be.

    A release stands for its minor series, and for those between it and its neighbours that the catalogue leaves out.
    """
    if isinstance(version.value, Unknown):
        return UNNAMED
    stretches = version.value.stretches
    found = tuple(release for release, around in _series() if meet(stretches, (around,)))
    return Releases(found, found, str(version.value))


def _series() -> list[tuple[str, Stretch]]:
    """Each catalogued release with the versions that it stands for, from behind the series before it."""
    keys = [catalog.version_key(release)[:2] for release in catalog.RELEASES]
    lows = [FIRST, *(cut((major, minor + 1)) for major, minor in keys[:-1])]
    highs = [*(cut(key) for key in keys[1:]), LAST]
    return [(name, Stretch(*ends)) for name, *ends in zip(catalog.RELEASES, lows, highs, strict=True)]
