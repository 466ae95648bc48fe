"""Pipenv's Pipfile and its lock file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from celerylint.facts.dependencies.requirement import PACKAGES, DependencyFacts, Kind, Requirement
from celerylint.facts.dependencies.tables import keyed, parsed, table
from celerylint.sources.text import Text

_ENTRY = re.compile(rf'"(?P<name>{"|".join(PACKAGES)})"\s*:\s*(?=\{{)')
_DEVELOP = re.compile(r'^\s{0,4}"develop"\s*:\s*\{', re.MULTILINE)
_VERSION = re.compile(r'"version"\s*:\s*"[^"\n]*"')


def pipfile(text: Text) -> DependencyFacts:
    """The packages that a Pipfile asks for."""
    document = parsed(text)
    packages = keyed(text, table(document, "packages"), "packages")
    develop = keyed(text, table(document, "dev-packages"), "dev-packages", "dev")
    version = table(document, "requires").get("python_version")
    return DependencyFacts((*packages, *develop), (), f"=={version}.*" if isinstance(version, str) else "")


def pipfile_lock(text: Text) -> DependencyFacts:
    """The versions that Pipenv has chosen."""
    return DependencyFacts(tuple(_locked(text)))


def _locked(text: Text) -> Iterator[Requirement]:
    content = text.text
    develop = _DEVELOP.search(content)
    border = develop.start() if develop else len(content)
    decoder = json.JSONDecoder()
    for match in _ENTRY.finditer(content):
        try:
            entry, end = decoder.raw_decode(content, match.end())
        except (ValueError, RecursionError):
            continue
        version = entry.get("version") if isinstance(entry, dict) else None
        if not isinstance(version, str):
            continue
        written = _VERSION.search(content, match.end(), end)
        span = text.span(*(written.span() if written else match.span()))
        marker = entry.get("markers")
        group = "dev" if match.start() > border else ""
        yield Requirement(
            match["name"], version, span, Kind.LOCKED, marker if isinstance(marker, str) else "", group=group
        )
