"""Lock files in TOML: uv.lock, poetry.lock, pdm.lock and pylock.toml. Only the stanzas that matter are parsed.

All of them are lists of tables, `[[package]]` (PEP 751: `[[packages]]`), each with a `name` and a `version`. They are
written by programs, so that `name = "…"` stands on a line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from celerylint.facts.dependencies.requirement import PACKAGES, DependencyFacts, Kind, Requirement
from celerylint.facts.dependencies.specifier import from_poetry
from celerylint.origin import Span
from celerylint.sources.text import Text

_STANZA = re.compile(
    rf'\n\[\[packages?\]\][ \t]*\r?\nname[ \t]*=[ \t]*"(?:{"|".join(PACKAGES)})"(?=\r?\n)', re.IGNORECASE
)
_NEXT = re.compile(r"\n\[\[|\n\[metadata|\n\[extras\]")
_VERSION = re.compile(r"^version[ \t]*=[^\r\n]*", re.MULTILINE)
_PYTHON = re.compile(r'^requires[-_]python[ \t]*=[ \t]*"([^"\n]*)"', re.MULTILINE)
_POETRYS_PYTHON = re.compile(r'^python-versions[ \t]*=[ \t]*"([^"\n]*)"', re.MULTILINE)


def locked(text: Text) -> DependencyFacts:
    """The versions that a resolver has chosen."""
    found = tuple(_requirements(text))
    return DependencyFacts(found, (), _python(text.text)) if found else DependencyFacts()


def _requirements(text: Text) -> Iterator[Requirement]:
    content = text.text
    for match in _STANZA.finditer(content):
        start = match.start() + 1
        following = _NEXT.search(content, match.end())
        stanza = content[start : following.start() if following else len(content)].rstrip("\r")
        table = _table(stanza)
        if table is None or not isinstance(table.get("version"), str):
            continue
        written = _VERSION.search(stanza)
        begin, end = written.span() if written else (0, 0)
        yield Requirement(
            table["name"].lower(),
            f"=={table['version']}",
            _span(text, start + begin, start + end),
            Kind.LOCKED,
            _marker(table),
            _group(table),
        )


def _table(stanza: str) -> Mapping[str, Any] | None:
    import tomli

    try:
        document = tomli.loads(stanza)
    except (tomli.TOMLDecodeError, RecursionError):
        return None
    tables = document.get("package", document.get("packages"))
    table = tables[0] if isinstance(tables, list) and tables else None
    return table if isinstance(table, dict) else None


def _marker(table: Mapping[str, Any]) -> str:
    """`marker` (pdm, PEP 751), `markers` (poetry; by group or for all), `resolution-markers` (uv; any of them)."""
    for key in ("marker", "markers", "resolution-markers"):
        value = table.get(key)
        if isinstance(value, str):
            return value
        several = list(value.values()) if isinstance(value, dict) else value
        if isinstance(several, list) and several and all(isinstance(each, str) for each in several):
            return " or ".join(f"({each})" for each in several)
    return ""


def _group(table: Mapping[str, Any]) -> str:
    """The group of a package that not everybody installs (poetry 2 and pdm: `groups`, poetry 1: `category`)."""
    groups = table.get("groups", [table.get("category", "main")])
    if not isinstance(groups, list) or {"main", "default"} & {str(each) for each in groups}:
        return ""
    return str(groups[0]) if groups else ""


def _python(content: str) -> str:
    """What the project needs of Python: said in front of the packages, or (poetry) behind them."""
    first = content.find("\n[[package")
    match = _PYTHON.search(content, 0, max(first, 0))
    if match:
        return match[1]
    match = _POETRYS_PYTHON.search(content, max(content.rfind("\n[metadata]"), 0))
    try:
        return from_poetry(match[1]) if match else ""
    except ValueError:
        return ""


def _span(text: Text, start: int, end: int) -> Span:
    """A stretch of one line; counted here, as an index of all lines costs more than everything else."""
    line = text.text.count("\n", 0, start) + 1
    column = start - text.text.rfind("\n", 0, start)
    return Span(text.path, line, column, line, column + end - start)
