"""Names on the app that may have the namespace in front, where nobody knows the namespace."""

from __future__ import annotations

from collections.abc import Iterable

from celerylint import catalog
from celerylint.link.settings.contribution import PRECONF, Contribution, Order
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


def _ends(name: str) -> list[str]:
    """The settings whose names a name ends with, behind something else."""
    if name in catalog.settings():
        return []
    lower = name.lower()
    parts = [lower[at + 1 :] for at, each in enumerate(lower) if each == "_"]
    return [each for each in parts if each in catalog.settings()]
