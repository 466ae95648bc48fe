"""The names that a configuration source may use for a setting, in the order in which Celery looks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from celerylint import catalog
from celerylint.link.releases import Releases
from celerylint.link.settings.contribution import DEFAULTS, PRECONF
from celerylint.origin import Value, unknown

# celery/app/utils.py:Settings.result_backend asks for CELERY_RESULT_BACKEND behind the new name, in every release.
_ASKED_BY_OLD_NAMES = frozenset({"result_backend"})
OLD_NAME = "its old name is honoured here from Celery 5.7 on and ignored before"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings that a source sets, and those of them that it names with the namespace in front."""

    settings: dict[str, Value[Any]] = field(default_factory=dict)
    prefixed: frozenset[str] = frozenset()
    given: Mapping[str, Value[Any]] = field(default_factory=dict)  # by the names that are written


@cache
def spellings(namespace: str) -> Mapping[str, tuple[str, ...]]:
    """Every setting's names, the strongest first: with the namespace, the new name, old ones.

    celery/utils/collections.py:ConfigurationView._to_keys.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, setting in catalog.settings().items():
        prefixed = catalog.django_name(name, namespace) if namespace else None
        names = [each for each in (prefixed, name, *setting.old_names) if each]
        found[name] = tuple(dict.fromkeys(names))
    return found


@cache
def meanings(namespace: str) -> Mapping[str, str]:
    """The setting that a name means."""
    table: dict[str, str] = {}
    for setting, names in spellings(namespace).items():
        for name in names:
            table.setdefault(name, setting)
    earlier = {name: found.name for name in _earlier_names() if (found := catalog.by_old_name(name))}
    return {**earlier, **table}


def _earlier_names() -> Iterable[str]:
    """Old names that only earlier releases knew."""
    return {
        name
        for setting in catalog.settings().values()
        for change in setting.lifetime.changes
        for name in change.fields.get("old_names", ())
    }


def chosen(given: Mapping[str, Value[Any]], namespace: str, rank: int, releases: Releases) -> Chosen:
    """The settings among named values; where several names mean the same one, Celery's order decides."""
    found: dict[str, Value[Any]] = {}
    prefixed = set()
    for setting in sorted({meanings(namespace)[name] for name in given if name in meanings(namespace)}):
        names = [each for each in spellings(namespace)[setting] if each in given]
        if not names:
            doubtful = next(value for name, value in given.items() if meanings(namespace).get(name) == setting)
            found[setting] = unknown("not every Celery knows this old name", doubtful.origin.span)
            continue
        if namespace and names[0] == catalog.django_name(setting, namespace):
            prefixed.add(setting)
        elif rank == PRECONF:
            names = [each for each in given if each in names][-1:]  # old names become new ones, and the last one wins
        honoured = rank == PRECONF or names[0] not in catalog.settings()[setting].old_names or setting in prefixed
        value = _old(given[names[0]], namespace, rank, releases) if not honoured else given[names[0]]
        if value is None and setting in _ASKED_BY_OLD_NAMES:
            value = unknown("its old name is asked for as well where it has no value", given[names[0]].origin.span)
        if value is not None:
            found[setting] = value
    return Chosen(found, frozenset(prefixed), given)


def _old(value: Value[Any], namespace: str, rank: int, releases: Releases) -> Value[Any] | None:
    """A value under an old name, outside of what is set on the app itself; None where it is ignored.

    Until 5.6 the new name was looked for everywhere, also among the defaults, before an old one was; only a
    configuration object that is written in old names throughout was read by them (celery/app/utils.py:detect_settings,
    proved with 4.4 to 5.7).
    """
    if not namespace and rank != DEFAULTS:
        return value
    since = releases.since("5.7.0")
    if since is False and namespace:
        return None
    return value if since else unknown(OLD_NAME, value.origin.span)
