"""INI files with places: sections and options as Python's configparser reads them (3.11, RawConfigParser)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from celerylint.facts.launch.words import Locate, Piece, Word, assemble
from celerylint.facts.manifests.workloads import ManifestProblem
from celerylint.origin import Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_COMMENTS = ("#", ";")  # at the start of a line
_SECTION = re.compile(r"\[(?P<header>.+)\]")
_OPTION = re.compile(r"(?P<name>.*?)\s*(?:[=:])\s*(?P<value>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Option:
    """One option; its value's lines are joined by line ends, as configparser joins them."""

    name: str  # in lower case
    span: Span  # of the name
    value: Word


@dataclass(slots=True)
class Section:
    """A section with its options; of two with the same name the later one wins."""

    name: str
    span: Span  # of the name
    options: dict[str, Option] = field(default_factory=dict)

    def get(self, name: str) -> Word | None:
        """An option's value."""
        found = self.options.get(name)
        return found.value if found else None


@dataclass(frozen=True, slots=True)
class Ini:
    """The sections by name, and the lines that are neither a section nor an option."""

    sections: dict[str, Section]
    problems: list[ManifestProblem]


@dataclass(frozen=True, slots=True)
class _Line:
    """What is left of a line without its comment and the blanks around it: offsets in the file."""

    start: int
    end: int
    indent: int
    comment: bool


def read_ini(files: Iterable[tuple[str, Locate]], inline: tuple[str, ...] = ()) -> Ini:
    """The sections of files that are read one after the other: the text of each, and the way from its offsets to it.

    `inline` are the marks of a comment behind a value.
    """
    ini = Ini({}, [])
    for source, locate in files:
        reading = _Reading(source, locate, ini)
        for line in _lines(source, inline):
            reading.line(line)
        reading.finish()
    return ini


def _lines(source: str, inline: tuple[str, ...]) -> Iterator[_Line]:
    position = 0
    while position < len(source):
        match = _LINE.match(source, position)
        if match is None:
            return
        line = match[0]
        cut = 0 if line.lstrip().startswith(_COMMENTS) else _inline_comment(line, inline)
        body = line if cut is None else line[:cut]
        stripped = body.strip()
        indent = len(line) - len(line.lstrip())
        start = position + indent
        yield _Line(start, start + len(stripped), indent, cut is not None)
        position = match.end()


def _inline_comment(line: str, marks: tuple[str, ...]) -> int | None:
    """Where a comment behind a value begins: a mark at the line's start or behind a blank."""
    places = (
        match.start()
        for mark in marks
        for match in re.finditer(re.escape(mark), line)
        if match.start() == 0 or line[match.start() - 1].isspace()
    )
    return min(places, default=None)


class _Reading:
    """The state of configparser's reader between two lines."""

    def __init__(self, source: str, locate: Locate, ini: Ini) -> None:
        self._source = source
        self._locate = locate
        self._ini = ini
        self._section: Section | None = None
        self._indent = 0
        self._option: tuple[str, Span] | None = None
        self._parts: list[tuple[int, int]] = []  # the lines of the option's value

    def line(self, line: _Line) -> None:
        if line.start == line.end:
            if not line.comment and self._option:
                self._parts.append((line.start, line.start))
            return
        if self._option and line.indent > self._indent:
            self._parts.append((line.start, line.end))
            return
        self.finish()
        self._indent = line.indent
        body = self._source[line.start : line.end]
        header = _SECTION.match(body)
        option = _OPTION.match(body)
        if header:
            self._enter(header["header"], line.start + header.start("header"))
        elif self._section is None or option is None or not option["name"]:
            span = self._locate(line.start, line.end)
            self._ini.problems.append(ManifestProblem(span, "this line is neither a section nor an option"))
        else:
            name = option["name"]
            self._option = (name.lower(), self._locate(line.start, line.start + len(name)))
            self._parts = [(line.start + option.start("value"), line.end)]

    def finish(self) -> None:
        """Ends the option that is being read."""
        if self._option and self._section is not None:
            while len(self._parts) > 1 and self._parts[-1][0] == self._parts[-1][1]:
                self._parts.pop()
            name, span = self._option
            self._section.options[name] = Option(name, span, self._value())
        self._option = None

    def _enter(self, name: str, start: int) -> None:
        span = self._locate(start, start + len(name))
        self._section = self._ini.sections.setdefault(name, Section(name, span))

    def _value(self) -> Word:
        pieces: list[Piece] = []
        for index, (start, end) in enumerate(self._parts):
            if index:
                pieces.append(Piece("\n", self._parts[index - 1][1], start))
            if start < end:
                pieces.append(Piece(self._source[start:end], start, end))
        first, last = self._parts[0][0], self._parts[-1][1]
        span = self._locate(first, last)
        return assemble(pieces, span, self._locate) if pieces else Word("", span)
