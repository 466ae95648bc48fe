"""The version of a package, as exactly as the repository tells it: one, or the stretches that it lies in."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from celerylint.origin import Unknown, Value

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A place in the row of all versions: just before one, or just behind it. Pre-releases count as the release."""

    numbers: tuple[float, ...]  # without zeros at the end, so that 5.4 is 5.4.0
    behind: bool = False


FIRST, LAST = Cut(()), Cut((math.inf,), True)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """The versions between two cuts."""

    low: Cut = FIRST
    high: Cut = LAST


ANY = (Stretch(),)


def numbers(text: str) -> tuple[int, ...] | None:
    """The numbers of a version such as `5.4.0`; None where the text is none."""
    return tuple(int(part) for part in text.split(".")) if _NUMBERS.fullmatch(text) else None


def cut(release: Iterable[int], behind: bool = False) -> Cut:
    """The place before a version, or behind it."""
    kept = list(release)
    while kept and kept[-1] == 0:
        kept.pop()
    return Cut(tuple(kept), behind)


def meet(first: tuple[Stretch, ...], second: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """The versions that lie in both."""
    found = (Stretch(max(one.low, other.low), min(one.high, other.high)) for one in first for other in second)
    return tuple(sorted(each for each in found if each.low < each.high))


def join(*several: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """The versions that lie in any of them."""
    joined: list[Stretch] = []
    for each in sorted(stretch for some in several for stretch in some):
        if joined and each.low <= joined[-1].high:
            joined[-1] = Stretch(joined[-1].low, max(joined[-1].high, each.high))
        else:
            joined.append(each)
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class Version:
    """Which versions it may be; a page compares it with a text: `app.versions.celery >= "5.5"`."""

    stretches: tuple[Stretch, ...]
    text: str = field(compare=False)  # as people say it: `5.4.0`, `>=5.3,<6`, `5.3.6 or 5.4.0`

    def __str__(self) -> str:
        return self.text

    @property
    def exact(self) -> bool:
        """Whether it can only be one."""
        return len(self.stretches) == 1 and self.stretches[0] == _only(self.stretches[0].low.numbers)

    def compared(self, symbol: str, text: str) -> bool | Unknown:
        """Whether `<`, `<=`, `>`, `>=`, `==` or `!=` holds for all that it may be; unknown where only for some."""
        wanted = numbers(text)
        if wanted is None:
            return Unknown(f"{text!r} is no version")
        inside = meet(self.stretches, _holding(symbol, cut(wanted), cut(wanted, behind=True)))
        if not inside:
            return False
        return True if inside == self.stretches else Unknown(f"the version may be {self.text}")


def _only(parts: tuple[float, ...]) -> Stretch:
    return Stretch(Cut(parts), Cut(parts, True))


def _holding(symbol: str, before: Cut, behind: Cut) -> tuple[Stretch, ...]:
    """The versions for which a comparison with one version holds."""
    below, above = Stretch(FIRST, before), Stretch(behind, LAST)
    found = {
        "<": (below,),
        "<=": (Stretch(FIRST, behind),),
        ">": (above,),
        ">=": (Stretch(before, LAST),),
        "==": (Stretch(before, behind),),
        "!=": (below, above),
    }[symbol]
    return tuple(each for each in found if each.low < each.high)


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """The packages that Celery's behaviour hangs on, as the app's requirement and lock files name them."""

    celery: Value[Version]
    kombu: Value[Version]
    billiard: Value[Version]
    vine: Value[Version]
    amqp: Value[Version]
    redis: Value[Version]  # the client for Python
    django: Value[Version]
    gevent: Value[Version]
    eventlet: Value[Version]
    celery_redbeat: Value[Version]
    django_celery_beat: Value[Version]
    django_celery_results: Value[Version]
    flower: Value[Version]
