"""Celery's settings: names, types, defaults, and how they changed from release to release."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from celerylint.catalog.data import Lifetime, lifetime, load


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the newest release that has it knows it; `in_version` gives it as it was.

    `type` is int, float, bool, string, list, dict, tuple or any. `default` has the shape of JSON: tuples and sets are
    lists, a timedelta is its seconds. Lists and dicts are shared: do not change them. `old_names` are the upper-case
    names that Celery still reads. `source` is the place in Celery that tells of it: `celery/app/defaults.py`, or the
    documentation for settings that are read but have no default there.
    """

    name: str
    type: str
    default: Any = field(hash=False)
    old_names: tuple[str, ...]
    lifetime: Lifetime
    source: str
    deprecated_by: str | None = None  # the release that deprecates it
    removed_by: str | None = None  # the release that removes it
    alternative: str | None = None  # what to use then, in Celery's words

    @property
    def first_version(self) -> str:
        """The oldest catalogued release that has it."""
        return self.lifetime.first

    @property
    def last_version(self) -> str:
        """The newest catalogued release that has it."""
        return self.lifetime.last

    def exists_in(self, version: str | None) -> bool:
        """Whether that version of Celery knows it; None is the newest. Raises ValueError as `release` does."""
        return self.lifetime.includes(version)

    def in_version(self, version: str | None) -> Setting:
        """The setting as that version had it, or the nearest version that has it where that one has not."""
        fields = self.lifetime.fields_at(version)
        return replace(self, **fields) if fields else self

    def default_in(self, version: str | None) -> Any:
        """Its default in that version, or in the nearest that has it. Raises ValueError as `release` does."""
        return self.in_version(version).default


@functools.cache
def settings() -> Mapping[str, Setting]:
    """Every setting of every catalogued release, by Celery's lower-case name, sorted."""
    return MappingProxyType({name: _setting(name, entry) for name, entry in load("settings.json")["settings"].items()})


def _setting(name: str, entry: Mapping[str, Any]) -> Setting:
    return Setting(
        name,
        entry["type"],
        entry.get("default"),
        tuple(entry.get("old_names", ())),
        lifetime(entry, tuples=("old_names",)),
        entry.get("source", "celery/app/defaults.py"),
        entry.get("deprecated_by"),
        entry.get("removed_by"),
        entry.get("alternative"),
    )


@functools.cache
def _by_old_name() -> Mapping[str, Setting]:
    found = {old: setting for setting in settings().values() for old in _all_old_names(setting)}
    return {**found, **{old: setting for setting in settings().values() for old in setting.old_names}}


def _all_old_names(setting: Setting) -> tuple[str, ...]:
    earlier = (change.fields.get("old_names", ()) for change in setting.lifetime.changes)
    return tuple(name for names in earlier for name in names)


def by_old_name(name: str) -> Setting | None:
    """The setting that an upper-case name without namespace means, such as `CELERYD_CONCURRENCY` or `BROKER_URL`.

    None for any other name: upper case of the new name is no old name where Celery has another one
    (`TASK_ACKS_LATE` is ignored, `CELERY_ACKS_LATE` is read; celery/app/defaults.py:_to_compat).
    """
    return _by_old_name().get(name)


def django_name(setting: Setting | str, namespace: str | None = "CELERY") -> str | None:
    """How Django's settings must spell a setting for `config_from_object("django.conf:settings", namespace=…)`.

    With a namespace: `CELERY_TASK_ACKS_LATE`; in lower case where the namespace is (celery/utils/collections.py:
    ConfigurationView._to_keys). Without one: its old name, or None where it has none, as Django reads upper case only.
    """
    name = setting if isinstance(setting, str) else setting.name
    if not namespace:
        known = settings().get(name)
        return known.old_names[0] if known and known.old_names else None
    prefix = namespace.rstrip("_") + "_"
    full = name if name.startswith(prefix) else prefix + name
    return full.upper() if prefix.isupper() else full.lower()
