"""What calls into well-known packages cost: processor, waiting, an effect that lasts, or what a fork breaks."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from celerylint.catalog.data import load

KINDS = ("cpu", "io", "lasting", "heavy", "unforkable", "held")


@functools.cache
def _tables() -> Mapping[str, frozenset[str]]:
    return {kind: frozenset(names) for kind, names in load("calls.json").items()}


@functools.lru_cache(maxsize=8192)
def call_kinds(name: str) -> frozenset[str]:
    """The kinds of a dotted name, of KINDS: those of its longest prefix in each table."""
    tables = _tables()
    if _listed(name, tables["neutral"]):
        return frozenset()
    return frozenset(kind for kind in KINDS if _listed(name, tables[kind]))


def _listed(name: str, names: frozenset[str]) -> bool:
    parts = name.split(".")
    return any(".".join(parts[:length]) in names for length in range(len(parts), 0, -1))
