"""TOML tables with places: the parser itself does not say where a key or a text stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from celerylint.facts.dependencies.requirement import Kind, Requirement, from_url, package, required
from celerylint.facts.dependencies.specifier import from_poetry
from celerylint.origin import Span
from celerylint.sources.text import Text


def parsed(text: Text) -> Mapping[str, Any]:
    """The file's tables; empty where it is no TOML."""
    import tomli

    try:
        return tomli.loads(text.text)
    except (tomli.TOMLDecodeError, RecursionError):
        return {}


def table(within: object, *keys: str) -> Mapping[str, Any]:
    """The table at a path of keys; empty where there is none."""
    for key in keys:
        within = within.get(key) if isinstance(within, Mapping) else None
    return within if isinstance(within, Mapping) else {}


def texts(within: object) -> list[str]:
    """The texts among the items of a list."""
    return [each for each in within if isinstance(each, str)] if isinstance(within, list) else []


def listed(text: Text, items: object, header: str, group: str = "", kind: Kind = Kind.REQUIRED) -> list[Requirement]:
    """The requirements among the texts of a list that stands below the header."""
    at = header_of(text, header)
    found: list[Requirement] = []
    for item in texts(items):
        requirement = required(item, Span.of_line(text.path), kind, group)
        if requirement is not None:
            start, at = _quoted(text.text, item, at)
            found.append(replace(requirement, span=text.span(start, at)))
    return found


def header_of(text: Text, header: str) -> int:
    """Where a table's header stands; the file's start where it has none of its own."""
    match = re.search(rf"^[ \t]*\[[ \t]*{re.escape(header)}[ \t]*\]", text.text, re.MULTILINE)
    return match.end() if match else 0


def _quoted(content: str, item: str, at: int) -> tuple[int, int]:
    """Where a text stands between quotes, from an offset on; what begins like it where it is written with escapes."""
    for start in (at, 0):
        for quote in "\"'":
            found = content.find(f"{quote}{item}{quote}", start)
            if found >= 0:
                return found + 1, found + 1 + len(item)
    name = re.compile(rf"(?<=[\"']){re.escape(re.split(r'[^A-Za-z0-9._-]', item.lstrip(), maxsplit=1)[0])}[^\"'\r\n]*")
    match = name.search(content, at) or name.search(content)
    return match.span() if match else (0, 0)


def keyed(text: Text, entries: Mapping[str, Any], header: str, group: str = "") -> Iterator[Requirement]:
    """The packages of a table `name = constraint`, as poetry and Pipenv write it."""
    for key, value in entries.items():
        name = package(key)
        if name is None:
            continue
        span = _key(text, key, header)
        for each in value if isinstance(value, list) else [value]:
            yield _entry(name, each, span, group)


def _key(text: Text, key: str, header: str) -> Span:
    """The line of a key in its table, or the header of a table of its own."""
    own = re.compile(rf"^[ \t]*\[[ \t]*{re.escape(header)}\.[\"']?{re.escape(key)}[\"']?[ \t]*\]", re.MULTILINE)
    line = re.compile(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*(?:=|\.)[^\r\n#]*", re.MULTILINE)
    match = own.search(text.text) or line.search(text.text, header_of(text, header))
    if match is None:
        return Span.of_line(text.path)
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    return text.span(start, start + len(match[0].strip()))


def _entry(name: str, value: object, span: Span, group: str) -> Requirement:
    """A constraint: a text, or a table with a version or an address."""
    fields = value if isinstance(value, Mapping) else {"version": value}
    marker = _marker(fields)
    if any(isinstance(fields.get(key), str) for key in ("git", "url", "path", "file")):
        address = next(str(fields[key]) for key in ("git", "url", "path", "file") if isinstance(fields.get(key), str))
        tag = fields.get("tag", fields.get("rev", fields.get("ref", "")))
        return from_url(name, f"{address}@{tag}" if tag else address, span, Kind.REQUIRED, marker, group)
    version = fields.get("version", "*")
    try:
        specifier = from_poetry(version) if isinstance(version, str) else ""
    except ValueError:
        return Requirement(name, "", span, Kind.REQUIRED, marker, group, f"`{version}` names no version to read")
    return Requirement(name, specifier, span, Kind.REQUIRED, marker, group)


def _marker(fields: Mapping[str, Any]) -> str:
    """`markers`, and what an entry needs of Python: that is a marker too."""
    marker = fields.get("markers")
    parts = [f"({marker})"] if isinstance(marker, str) and marker else []
    python = fields.get("python")
    if isinstance(python, str):
        try:
            alternatives = [_clauses(each) for each in from_poetry(python).split(" || ") if each]
        except ValueError:
            alternatives = []
        if alternatives:
            parts.append(f"({' or '.join(alternatives)})")
    return " and ".join(parts)


def _clauses(specifier: str) -> str:
    found = (re.match(r"([<>=!~]+)(.*)", each) for each in specifier.split(","))
    return " and ".join(f'python_version {each[1]} "{each[2]}"' for each in found if each)
