"""The names that a configuration source may use for a setting, in the order in which Celery looks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from celerylint import catalog
from celerylint.origin import Value, unknown

OLD_UNDER_NAMESPACE = "under a namespace its old name is honoured from Celery 5.7 on and ignored before"


@cache
def spellings(namespace: str) -> Mapping[str, tuple[tuple[str, bool], ...]]:
    """Every setting's names, the strongest first, and whether every Celery 5 knows them.

    celery/utils/collections.py:ConfigurationView._to_keys: with the namespace, as the new name, as an old one. Under a
    namespace, old names were ignored until 5.6 and are honoured from 5.7 on.
    """
    found: dict[str, tuple[tuple[str, bool], ...]] = {}
    for name, setting in catalog.settings().items():
        prefixed = catalog.django_name(name, namespace) if namespace else None
        names = [(each, True) for each in (prefixed, name) if each]
        names += [(old, not namespace) for old in setting.old_names]
        found[name] = tuple(dict.fromkeys(names))
    return found


@cache
def meanings(namespace: str) -> Mapping[str, str]:
    """The setting that a name means."""
    table: dict[str, str] = {}
    for setting, names in spellings(namespace).items():
        for name, _ in names:
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


def chosen(given: Mapping[str, Value[Any]], namespace: str) -> dict[str, Value[Any]]:
    """The settings among named values; where several names mean the same one, Celery's order decides."""
    wanted = {meanings(namespace)[name] for name in given if name in meanings(namespace)}
    found: dict[str, Value[Any]] = {}
    for setting in sorted(wanted):
        names = [each for each in spellings(namespace)[setting] if each[0] in given]
        if not names:
            doubtful = next(value for name, value in given.items() if meanings(namespace).get(name) == setting)
            found[setting] = unknown("not every Celery knows this old name", doubtful.origin.span)
        elif names[0][1]:
            found[setting] = given[names[0][0]]
        else:
            found[setting] = unknown(OLD_UNDER_NAMESPACE, given[names[0][0]].origin.span)
    return found
