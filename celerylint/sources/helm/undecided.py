"""Templates that decide by a value that only the machine that deploys knows: what they write is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from celerylint.sources.helm.chart_copy import Template
from celerylint.sources.helm.functions import TOKEN
from celerylint.sources.helm.named import included, name_of
from celerylint.sources.helm.template import Part, definitions
from celerylint.sources.text import Text
from celerylint.sources.yaml import TooLargeError, python, read

_DECIDING = frozenset({"if", "else", "with", "range"})


def undecided(templates: Mapping[str, Template], values: Iterable[str]) -> dict[str, str]:
    """By the names of templates, the value that they decide by, directly or in a named template."""
    paths = sorted({path for text in values if TOKEN.search(text) for path in _unknown(text)})
    if not paths:
        return {}
    asks = re.compile(rf"\.Values\.({'|'.join(map(re.escape, paths))})(?![\w.])")
    by_name: dict[str, str] = {}
    while new := dict(_named(templates.values(), asks, by_name)):
        by_name |= new
    found = {}
    for name, template in templates.items():
        reason = None if template.partial else _reason(_outside(template.parts), asks, by_name)
        if reason:
            found[name] = reason
    return found


def _unknown(text: str) -> Iterator[str]:
    """The paths of values that hold a token."""
    documents, _ = read(Text("", text))
    try:
        pending: list[tuple[str, Any]] = [("", python(document.root)) for document in documents]
    except TooLargeError:
        return
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [(f"{path}.{key}" if path else key, inner) for key, inner in value.items()]
        elif isinstance(value, str) and path and TOKEN.search(value):
            yield path


def _named(templates: Iterable[Template], asks: re.Pattern[str], known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The named templates, beside those that are known, that decide by one of the values."""
    for template in templates:
        for first, last in definitions(template.parts):
            name = name_of(template.parts[first].body)
            reason = _reason(template.parts[first + 1 : last], asks, known)
            if reason and name not in known:
                yield name, reason


def _outside(found: tuple[Part, ...]) -> tuple[Part, ...]:
    inside = {index for first, last in definitions(found) for index in range(first, last + 1)}
    return tuple(part for index, part in enumerate(found) if index not in inside)


def _reason(found: Iterable[Part], asks: re.Pattern[str], known: Mapping[str, str]) -> str:
    for part in found:
        match = asks.search(part.body) if part.keyword in _DECIDING else None
        if match:
            return match[1]
        for name in included(part.body) if not part.text else ():
            if name in known:
                return known[name]
    return ""
