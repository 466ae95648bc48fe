"""Names on the app with the namespace in front, or with what may be one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from celerylint import catalog
from celerylint.link.settings.contribution import DEFAULTS, OBJECT, PRECONF, Contribution, Order
from celerylint.origin import Unknown, Value, unknown


def perhaps_prefixed(statements: Iterable[Contribution], namespace: str | Unknown) -> list[Contribution]:
    """What such names may set: with the namespace in front a name wins over all others of its setting."""
    if isinstance(namespace, str):
        return []
    found: dict[str, Value[object]] = {}
    for each in statements:
        if each.rank != PRECONF:
            continue
        for name, value in each.given.items():
            for setting in _ends(name):
                found.setdefault(setting, unknown(f"{name} may set it: {namespace.reason}", value.origin.span))
    if not found:
        return []
    order, prefixed = Order(None), frozenset(found)
    return [Contribution(PRECONF, order, found, certain=False, prefixed=prefixed)]


def beside_old_names(setting: str, contributions: list[Contribution]) -> bool:
    """Whether a setting of the app's own may lose to one under its new name, as an object is written in old names.

    Until 5.6 such an object made Celery give what is set on the app its old name; a default kept the new one, as the
    object does where it has both kinds, and the name as it is asked for was looked for in every source before an old
    one (celery/app/utils.py:detect_settings, which does not count what is set on the app as well).
    """
    objects = [each for each in contributions if each.rank == OBJECT]
    old = any(name not in catalog.settings() and catalog.by_old_name(name) for each in objects for name in each.given)
    setting_it = {each.rank for each in contributions if setting in each.settings}
    new = DEFAULTS in setting_it or any(setting in each.given for each in objects)
    return old and new and PRECONF in setting_it


def renamed(setting: catalog.Setting, contributions: list[Contribution]) -> bool:
    """Whether loading takes the namespace off a name on the app, as an old name of the setting has the same letters.

    `CELERY_RESULT_BACKEND` becomes `result_backend`, and so loses to an object's until 5.6, where the name with the
    namespace was looked for in every source before the new one.
    """
    name = setting.name
    strong = {each.rank == PRECONF for each in contributions if name in each.prefixed}
    own = (each for each in contributions if each.rank == PRECONF and name in each.prefixed)
    return strong == {True, False} and any(old in each.given for each in own for old in setting.old_names)


def merged_names(setting: catalog.Setting, contributions: list[Contribution]) -> list[Contribution] | None:
    """The app's own statements as one, where all come before its configuration is loaded; None where some may not.

    Loading gives every name the new one, in the order in which the names were set first: of two that mean the same
    the later one wins, with the value that it has by then (celery/app/utils.py:detect_settings, 5.2 to 5.7).
    """
    name = setting.name
    setting_it = [each for each in contributions if each.rank == PRECONF and name in each.settings]
    own = sorted(setting_it, key=lambda each: each.order.key)
    if not all(each.certain and not each.loaded and not each.open and each.order.number is not None for each in own):
        return None
    latest: dict[str, tuple[Value[object], Contribution]] = {}
    for each in own:
        words = [word for word in each.given if word in (name, *setting.old_names)]
        if not words and each.may_prefix(name):
            return contributions  # the namespace makes no old name of it, so it stays one of its own, and wins
        for word in words or [name]:
            latest[word] = (each.given.get(word, each.settings[name]), each)
    value, last = list(latest.values())[-1]
    rest = [each for each in contributions if each not in own]
    kept = [_without(each, name) for each in own]
    return [*rest, *kept, replace(last, settings={name: value}, prefixed=frozenset(), given={})]


def _without(contribution: Contribution, name: str) -> Contribution:
    return replace(contribution, settings={key: each for key, each in contribution.settings.items() if key != name})


def _ends(name: str) -> list[str]:
    """The settings whose names a name ends with, behind something else."""
    if name in catalog.settings():
        return []
    lower = name.lower()
    parts = [lower[at + 1 :] for at, each in enumerate(lower) if each == "_"]
    return [each for each in parts if each in catalog.settings()]
