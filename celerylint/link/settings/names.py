"""The names that a configuration source may use for a setting."""

from __future__ import annotations

from celerylint import catalog


def preconf_setting(name: str) -> str | None:
    """The setting that `app.conf.<name>` or `Celery(<name>=…)` sets: its new name, or an old upper-case one."""
    if name in catalog.settings():
        return name
    old = catalog.by_old_name(name)
    return old.name if old else None


def object_setting(name: str, namespace: str) -> tuple[str, bool] | None:
    """The setting that a name in a configuration object means, and whether every Celery 5 agrees on that.

    Under a namespace, old names without it were ignored until 5.6 and are honoured from 5.7 on.
    """
    if name in catalog.settings():
        return name, True
    if namespace:
        prefix = namespace.rstrip("_") + "_"
        if name.startswith(prefix):
            new = name[len(prefix) :].lower()
            if new in catalog.settings():
                return new, True
        old = catalog.by_old_name(name)
        return (old.name, False) if old else None
    old = catalog.by_old_name(name)
    return (old.name, True) if old else None
