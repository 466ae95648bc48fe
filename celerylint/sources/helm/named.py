"""Named templates that decide: their text is asked for by an `if`, so that no other text may stand in for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from celerylint.sources.helm.template import Part, definitions

_INCLUDE = re.compile(r'(?<![\w.$])(?:include|template)\s+(?:"([^"\n]+)"|`([^`]+)`)')
_NAME = re.compile(r'define\s+(?:"([^"\n]+)"|`([^`]+)`)')
_DECIDING = frozenset({"if", "else", "range", "with"})


def included(body: str) -> set[str]:
    """The named templates that an action asks for."""
    return {quoted or raw for quoted, raw in _INCLUDE.findall(body)}


def name_of(body: str) -> str:
    """The name in `define "name"`."""
    match = _NAME.match(body)
    return (match[1] or match[2]) if match else ""


def deciding(files: Iterable[tuple[Part, ...]]) -> frozenset[str]:
    """The names of those whose text some condition depends on, directly or through another."""
    within: dict[str, set[str]] = {}
    asked: set[str] = set()
    for found in files:
        for part in found:
            if part.keyword in _DECIDING:
                asked |= included(part.body)
        for first, last in definitions(found):
            inner = within.setdefault(name_of(found[first].body), set())
            for part in found[first + 1 : last]:
                if not part.text:
                    inner |= included(part.body)
    pending = list(asked)
    while pending:
        new = within.get(pending.pop(), set()) - asked
        asked |= new
        pending += new
    return frozenset(asked)
