"""Names that are no setting of Celery's, and the setting that they were surely meant to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from celerylint import catalog
from celerylint.link.settings.names import meanings

# The first words of settings that are Celery's alone; `result_` and `database_` may be anybody's without a namespace.
_SECTIONS = ("task_", "worker_", "beat_", "broker_")
# Third parties that read their own settings from the same places.
_THIRD_PARTIES = ("redbeat_", "django_celery_", "flower_", "celery_once", "celery_progress", "sentry_")
_SHORTEST = 9  # characters; shorter names are too close to other words


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a name: `prefix` or `spelling`; and the setting that it was meant to be."""

    kind: str
    setting: str


@cache
def slip_of(name: str, namespace: str) -> Slip | None:
    """The slip behind a name; None where it is a setting's name, or where nothing says that it was meant to be one."""
    if name in meanings(namespace) or not name.isascii() or name.lower().startswith(_THIRD_PARTIES):
        return None
    return _unprefixed(name, namespace) or _misspelt(name, namespace)


def _unprefixed(name: str, namespace: str) -> Slip | None:
    """`CELERY_TASK_ACKS_LATE` without a namespace, `TASK_ACKS_LATE` under one and without."""
    if not name.isupper():
        return None
    plain = name.lower().removeprefix("celery_")
    if plain not in catalog.settings() or (namespace and plain != name.lower()):
        return None
    own = plain.startswith(_SECTIONS) or plain != name.lower()
    return Slip("prefix", plain) if own else None


def _misspelt(name: str, namespace: str) -> Slip | None:
    """A name one or two letters away from one setting's alone."""
    prefix = (catalog.django_name("x", namespace) or "x")[:-1] if namespace else ""
    plain = name.removeprefix(prefix) if prefix else name
    if len(plain) < _SHORTEST or plain.lower().startswith(_THIRD_PARTIES):
        return None
    if plain == name and not name.islower():
        return None
    plain = plain.lower()
    close = sorted((distance, each) for each in catalog.settings() if (distance := _distance(plain, each)) <= 2)
    alone = [each for distance, each in close if distance == close[0][0]]
    return Slip("spelling", alone[0]) if len(alone) == 1 else None


def _distance(one: str, other: str) -> int:
    """How many letters have to be added, dropped, changed or swapped; 3 for whatever is more than 2."""
    if abs(len(one) - len(other)) > 2:
        return 3
    rows: list[list[int]] = [list(range(len(other) + 1))]
    for line, letter in enumerate(one, 1):
        rows.append([line])
        for place, each in enumerate(other, 1):
            best = min(rows[-2][place] + 1, rows[-1][-1] + 1, rows[-2][place - 1] + (letter != each))
            if line > 1 and place > 1 and letter == other[place - 2] and one[line - 2] == each:
                best = min(best, rows[-3][place - 2] + 1)
            rows[-1].append(best)
        if min(rows[-1]) > 2:
            return 3
    return min(rows[-1][-1], 3)


def slips_among(words: frozenset[str], namespace: str) -> Iterator[str]:
    """The words that look like a setting's name gone wrong."""
    prefix = (catalog.django_name("x", namespace) or "x")[:-1] if namespace else ""
    for word in words:
        likely = word.startswith((prefix or "CELERY_", "CELERY_")) or word.lower().startswith(_SECTIONS)
        if likely and slip_of(word, namespace) is not None:
            yield word
