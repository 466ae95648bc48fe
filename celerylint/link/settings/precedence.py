"""Which of several contributions to one setting wins, by the release of Celery; and what releases make of defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from celerylint import catalog
from celerylint.link.evaluate import plain
from celerylint.link.releases import Releases
from celerylint.link.settings.contribution import PRECONF, Contribution
from celerylint.origin import Layer, Origin, Span, Unknown, Value, known, unknown

# The defaults differ and mean the same: 0 until 5.1 and None since are one process per CPU (celery/worker/worker.py).
_ALIKE = frozenset({"worker_concurrency"})
_CONDITION = "it is set under a condition that the repository does not decide"


def ranked(setting: str, contributions: Sequence[Contribution], releases: Releases) -> Iterator[list[Contribution]]:
    """The contributions, strongest first: one list for each order that a possible release has.

    Until 5.6 a name was looked for in every source before the next one was, the one with the namespace first; since
    5.7 every name is looked for in one source before the next one is (celery/utils/collections.py:ConfigurationView,
    proved with 4.4 to 5.7). What is set on the app itself is one source, whatever its statements are.
    """
    latest = sorted(contributions, key=lambda each: each.order.key, reverse=True)
    since = releases.since("5.7.0")
    if since is not False:
        yield sorted(latest, key=lambda each: (each.rank, each.rank == PRECONF and not each.may_prefix(setting)))
    if since is not True:
        yield sorted(latest, key=lambda each: (not each.may_prefix(setting), each.rank))


def strongest(setting: str, contributions: Sequence[Contribution], default: Value[Any]) -> Value[Any]:
    """The first value; unknown where something stronger, or as strong, may set it too."""
    found: list[tuple[Contribution, Value[Any]]] = []
    opened = ""
    span: Span | None = None
    for contribution in contributions:
        if setting in contribution.settings:
            found.append((contribution, contribution.settings[setting]))
        elif contribution.open and not opened and not any(each.certain for each, _ in found):
            opened, span = contribution.open, contribution.span
    if opened:
        return unknown(opened, span)
    sure = next((index for index, (each, _) in enumerate(found) if each.certain), None)
    maybe = found if sure is None else [*found[:sure], *_unordered(setting, found, sure)]
    best = found[sure][1] if sure is not None else default
    if any(differs(value, best) for _, value in maybe):
        first = maybe[0][1]
        unclear = all(each.certain for each, _ in maybe)
        why = "several places set it in an order that is not known" if unclear else first.reason or _CONDITION
        return unknown(why, first.origin.span)
    losers = [value for _, value in found if value is not best]
    return best.hiding(*losers)


def _unordered(
    setting: str, found: list[tuple[Contribution, Value[Any]]], sure: int
) -> list[tuple[Contribution, Value[Any]]]:
    """The values of the same rank that may as well come later."""
    best = found[sure][0]
    return [
        pair
        for pair in found[sure + 1 :]
        if pair[0].rank == best.rank
        and pair[0].may_prefix(setting) is best.may_prefix(setting)
        and not pair[0].order.is_ordered(best.order)
    ]


def differs(one: Value[Any], other: Value[Any]) -> bool:
    """Whether two values are not certain to be the same."""
    first, second = plain(one), plain(other)
    unclear = isinstance(first, Unknown) or isinstance(second, Unknown)
    return unclear or type(first) is not type(second) or bool(first != second)


def default_of(setting: catalog.Setting, releases: Releases) -> Value[Any]:
    """Celery's default: None in a release without the setting; unknown where the releases differ.

    Where nothing names a release, an older one may be in use as well: those that have the setting must agree.
    """
    having = tuple(each for each in releases.possible if is_in(setting, each))
    asked = releases if releases.text or not having else replace(releases, installed=having)
    default = asked.agreed(lambda release: setting.default_in(release) if is_in(setting, release) else None)
    if setting.name in _ALIKE and isinstance(default, Unknown):
        default = setting.default
    if isinstance(default, Unknown):
        return unknown(f"its default is not known: {default.reason}")
    return known(tuple(default) if setting.type == "tuple" and default else default, Layer.DEFAULT)


def as_released(setting: catalog.Setting, value: Value[Any], releases: Releases) -> Value[Any]:
    """A value that somebody wrote means nothing to a release that does not have the setting."""
    if value.origin.layer in (Layer.DEFAULT, Layer.UNKNOWN) or not releases.text:
        return value
    present = releases.agreed(lambda release: is_in(setting, release))
    if present is True:
        return value
    if isinstance(present, Unknown):
        since = f"Celery has it from {setting.first_version} to {setting.last_version}, and may be {releases.name}"
        return unknown(since, value.origin.span).hiding(value)
    note = f"Celery {releases.name} has no such setting"
    return Value(None, Origin(Layer.DEFAULT, None, (), note)).hiding(value)


def is_in(setting: catalog.Setting, release: str) -> bool:
    """Settings that only the documentation tells of may be older than it."""
    return setting.source != "celery/app/defaults.py" or setting.exists_in(release)
