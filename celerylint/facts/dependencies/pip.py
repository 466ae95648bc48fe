"""Files that pip reads: requirements and constraints (pip's documentation, Requirements File Format)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from celerylint.facts.dependencies.requirement import (
    PACKAGES,
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

# What a line that is worth reading begins with: an option that matters, a package that is looked for, an address.
_NAMES = "|".join(name.replace("-", "[-_.]+") for name in PACKAGES)
_MATTERS = re.compile(
    rf"\s*(?!--hash)(?:-[rce]|--(?:req|con|edit)|(?:{_NAMES})(?![A-Za-z0-9])|[^\s#]*(?:/|git\+|\.whl|\.zip|\.gz))",
    re.IGNORECASE,
)
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
    """The logical lines that may matter, as pip joins them (pip/_internal/req/req_file.py:join_lines)."""
    lines = text.text.splitlines(keepends=True)
    at = done = 0
    for number, line in enumerate(lines):
        start, at = at, at + len(line)
        if number < done or _MATTERS.match(line) is None:
            continue
        while number and _goes_on(lines[number - 1]):
            number -= 1
            start -= len(lines[number])
        done = number + 1
        while done < len(lines) and _goes_on(lines[done - 1]):
            done += 1
        yield _joined(lines[number:done]), line_span(text, start, start + len(_written(lines[number])))


def _goes_on(line: str) -> bool:
    """Whether the next line belongs to this one: a comment ends a line, whatever stands at its end."""
    return line.rstrip("\r\n").endswith("\\") and not line.lstrip().startswith("#")


def _joined(lines: list[str]) -> str:
    last = lines[-1].rstrip("\r\n")
    # A comment behind continued lines is no part of the last word.
    pieces = [*(_written(line) for line in lines[:-1]), f" {last}" if last.lstrip().startswith("#") else last]
    return _COMMENT.sub("", "".join(pieces).removesuffix("\\"))


def _written(line: str) -> str:
    """A line without what joins it to the next one, and without its comment where it ends there."""
    content = line.rstrip("\r\n")
    return content.rstrip("\\") if _goes_on(line) else _COMMENT.sub("", content)
