"""Names from before Celery 4 beside those since, in one source: Celery refuses to read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from celerylint import catalog
from celerylint.link.evaluate import plain
from celerylint.link.settings.contribution import OBJECT, PRECONF, Contribution
from celerylint.origin import Span, Unknown

Places = dict[tuple[Span | None, str], str]
"""Each name that is refused, by its place, with one of those that it clashes with."""


def clashes(contributions: Iterable[Contribution]) -> Places:
    """The names that celery/app/utils.py:detect_settings refuses: in the object, or without one in what the app gets.

    It takes the spelling of the majority, the new one where there are as many of both, and refuses names of the other
    unless the same source has the setting in its own spelling too. With a namespace it refuses nothing.
    """
    some = list(contributions)
    objects = [each for each in some if each.rank == OBJECT]
    if any(each.namespace for each in some):
        return {}
    if any(each.given or each.open or each.settings for each in objects):
        return dict(_among([each for each in objects if each.certain and len(objects) == 1]))
    early = [each for each in some if each.rank == PRECONF and each.certain and not each.loaded]
    return dict(_among([each for each in early if each.order.number is not None]))


def _among(sources: list[Contribution]) -> Iterator[tuple[tuple[Span | None, str], str]]:
    every = {name for each in sources for name in each.given}
    sure = {
        name: value.origin.span
        for each in sources
        for name, value in each.given.items()
        if not isinstance(plain(value), Unknown)
    }
    new = [name for name in sorted(sure) if name in catalog.settings() and _documented(name)]
    old = [name for name in sorted(sure) if name not in catalog.settings() and catalog.by_old_name(name)]
    alone_new = [name for name in new if not every & set(catalog.settings()[name].old_names)]
    alone_old = [name for name in old if _setting(name) not in every]
    if not (alone_new and alone_old):
        return
    refused, other = (alone_old, alone_new) if len(old) <= len(new) else (alone_new, alone_old)
    for name in refused:
        yield (sure[name], name), other[0]


def _documented(name: str) -> bool:
    """Whether it is among the settings that Celery counts; those that only its documentation tells of are not."""
    return catalog.settings()[name].source == "celery/app/defaults.py"


def _setting(name: str) -> str:
    found = catalog.by_old_name(name)
    assert found is not None  # asked of old names only
    return found.name
