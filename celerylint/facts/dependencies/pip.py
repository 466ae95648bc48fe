"""Files that pip reads: requirements and constraints (pip's documentation, Requirements File Format)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.facts.dependencies.requirement import (
    DependencyFacts,
    Include,
    Kind,
    Requirement,
    from_url,
    line_span,
    named,
    package,
    required,
    shortened,
)
from celerylint.origin import Span
from celerylint.sources.text import Text

_COMMENT = re.compile(r"(?:^|\s)#.*", re.DOTALL)
_INCLUDE = re.compile(r"\s*(?P<flag>-r|--requirement|-c|--constraint)(?:\s*=\s*|\s*)(?P<path>\S+)\s*$")
_EDITABLE = re.compile(r"\s*(?:-e|--editable)(?:\s*=\s*|\s+)")
_OPTIONS = re.compile(r"\s(?:--?[A-Za-z])")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)")
_ARCHIVE = re.compile(r"(?:^|/)([A-Za-z][\w.]*?)-\d[\w.+-]*(?:\.whl|\.tar\.gz|\.zip)(?=[#?]|$)")
_ADDRESS = re.compile(r"\s*(?:[a-z+]+://|git\+|\.{0,2}/|\S+\.(?:whl|zip|tar\.gz)$)")


def requirements(text: Text) -> DependencyFacts:
    """The packages of a requirements file, and the files that it takes in."""
    return _read(text, Kind.REQUIRED)


def constraints(text: Text) -> DependencyFacts:
    """The same for a file of constraints, which installs nothing by itself."""
    return _read(text, Kind.CONSTRAINED)


def _read(text: Text, kind: Kind) -> DependencyFacts:
    found: list[Requirement] = []
    includes: list[Include] = []
    for line, span in _lines(text):
        included = _INCLUDE.match(line)
        if included:
            path = included["path"].strip("\"'")
            if "://" not in path:
                inner = Kind.CONSTRAINED if included["flag"] in ("-c", "--constraint") else Kind.REQUIRED
                includes.append(Include(path, span, inner))
        elif requirement := _requirement(line, span, kind):
            found.append(requirement)
    return DependencyFacts(tuple(found), tuple(includes))


def _requirement(line: str, span: Span, kind: Kind) -> Requirement | None:
    line = _EDITABLE.sub("", line, count=1)
    if _ADDRESS.match(line):
        told = _EGG.search(line) or _ARCHIVE.search(line)
        name = package(told[1]) if told else None
        return from_url(name, line.partition(";")[0].strip(), span, kind) if name else None
    name = named(line)
    if name is None:
        return None
    written = _OPTIONS.split(line, maxsplit=1)[0]
    if "${" in written:
        return Requirement(name, "", span, kind, unclear=f"`{shortened(written)}` depends on a variable")
    return required(written, span, kind)


def _lines(text: Text) -> Iterator[tuple[str, Span]]:
    """The logical lines, as pip joins them (pip/_internal/req/req_file.py): `\\` goes on, a comment ends a line."""
    pieces: list[str] = []
    first = at = 0
    for line in text.text.splitlines(keepends=True):
        start, at = at, at + len(line)
        if not pieces:
            first = start
        content = line.rstrip("\r\n")
        if content.endswith("\\") and not content.lstrip().startswith("#"):
            pieces.append(content.rstrip("\\"))
            continue
        # A comment between continued lines ends them.
        pieces.append(f" {content}" if content.lstrip().startswith("#") else content)
        joined = _COMMENT.sub("", "".join(pieces))
        if joined.strip():
            end = first + len(_COMMENT.sub("", pieces[0]).rstrip())
            yield joined, line_span(text, first, end)
        pieces = []
    if pieces:
        yield "".join(pieces), line_span(text, first, first + len(pieces[0]))
