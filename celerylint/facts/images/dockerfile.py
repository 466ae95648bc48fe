r"""A Dockerfile's instructions: lines joined, comments and heredocs taken apart, every character with its place.

Sources: the Dockerfile reference of Docker, and BuildKit's parser (frontend/dockerfile/parser/parser.go): comments
count by their first character even between continued lines, a heredoc belongs to RUN, COPY and ADD, and `# escape=`
must stand in front of everything else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from celerylint.facts.launch import Word
from celerylint.origin import Span
from celerylint.sources.text import Text

_DIRECTIVE = re.compile(r"#[ \t]*(?P<name>[A-Za-z][\w-]*)[ \t]*=[ \t]*(?P<value>.+?)[ \t]*$")
_KEYWORD = re.compile(r"[ \t]*(?P<keyword>[A-Za-z]+)(?:[ \t]+|$)")
_FLAG = re.compile(r"--(?P<name>[a-z-]+)(?:=(?P<value>\S*))?(?:[ \t]+|$)")
HEREDOC = re.compile(r"<<(?P<tabs>-?)(?P<quote>[\"']?)(?P<name>[A-Za-z_][\w.]*)(?P=quote)")
_HEREDOCS = frozenset({"RUN", "COPY", "ADD"})
_MOST = 5_000  # instructions of one file


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line. `runs` lead back to the file: (offset in `text`, offset in the file), in order."""

    source: Text
    text: str
    runs: tuple[tuple[int, int], ...]

    def locate(self, start: int, end: int) -> Span:
        """Where the characters from `start` to `end` (exclusive) are written."""
        first = self._offset(start)
        return self.source.span(first, max(first, self._offset(end - 1) + 1) if end > start else first)

    def word(self, start: int, end: int) -> Word:
        """The characters from `start` to `end` as one word."""
        return Word.of(self.text[start:end], lambda low, high: self.locate(start + low, start + high))

    def _offset(self, at: int) -> int:
        begin, place = self.runs[max(bisect_right(self.runs, at, key=lambda run: run[0]) - 1, 0)]
        return place + at - begin


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A text within the file; one whose name is not quoted has its variables replaced by the builder."""

    name: str
    text: Word
    quoted: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its keyword in capitals, its flags, and where in the line the rest begins."""

    keyword: str
    line: Line
    start: int
    span: Span  # of keyword and rest
    flags: tuple[tuple[str, str], ...] = ()
    heredocs: tuple[Heredoc, ...] = ()

    @property
    def rest(self) -> str:
        """What stands behind keyword and flags."""
        return self.line.text[self.start :]

    def flag(self, name: str) -> str:
        """A flag's value; empty where it is not given."""
        return next((value for each, value in self.flags if each == name), "")

    def word(self) -> Word:
        """All that stands behind keyword and flags, as one word."""
        return self.line.word(self.start, len(self.line.text.rstrip()))


@dataclass(frozen=True, slots=True)
class Stage:
    """What begins with one FROM."""

    source: Instruction
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """The ARGs in front of the first FROM, and the stages."""

    path: str
    arguments: tuple[Instruction, ...]
    stages: tuple[Stage, ...]


def read_dockerfile(text: Text) -> Dockerfile:
    """A Dockerfile; what is no instruction is left out. Never raises for what is written."""
    arguments: list[Instruction] = []
    stages: list[tuple[Instruction, list[Instruction]]] = []
    for instruction in _Reader(text).read():
        if instruction.keyword == "FROM":
            stages.append((instruction, []))
        elif stages:
            stages[-1][1].append(instruction)
        elif instruction.keyword == "ARG":
            arguments.append(instruction)
    return Dockerfile(text.path, tuple(arguments), tuple(Stage(source, tuple(rest)) for source, rest in stages))


@dataclass(slots=True)
class _Reader:
    """Goes over the physical lines once."""

    source: Text
    number: int = 0  # of the physical line, from 0
    continued: re.Pattern[str] = field(default_factory=lambda: re.compile(r"\\[ \t]*$"))

    def read(self) -> Iterator[Instruction]:
        self._directives()
        for _ in range(_MOST):
            line = self._logical()
            if line is None:
                return
            instruction = self._instruction(line)
            if instruction is not None:
                yield instruction

    def _directives(self) -> None:
        while self.number < self.source.line_count:
            match = _DIRECTIVE.match(self.source.line(self.number + 1).strip())
            if match is None:
                return
            self.number += 1
            if match["name"].lower() == "escape" and match["value"] == "`":
                self.continued = re.compile(r"`[ \t]*$")

    def _physical(self) -> tuple[str, int] | None:
        """The next line with its offset in the file; None behind the last."""
        if self.number >= self.source.line_count:
            return None
        self.number += 1
        return self.source.line(self.number), self.source.offset(self.number, 1)

    def _logical(self) -> Line | None:
        """The next logical line; blank lines and comments are left out, also between continued ones."""
        parts: list[str] = []
        runs: list[tuple[int, int]] = []
        length = 0
        while (found := self._physical()) is not None:
            text, offset = found
            if not text.strip() or text.lstrip().startswith("#"):
                continue
            end = self.continued.search(text)
            text = text[: end.start()] if end else text
            runs.append((length, offset))
            parts.append(text)
            length += len(text)
            if end is None:
                break
        return Line(self.source, "".join(parts), tuple(runs)) if parts else None

    def _instruction(self, line: Line) -> Instruction | None:
        match = _KEYWORD.match(line.text)
        if match is None:
            return None
        keyword, at = match["keyword"].upper(), match.end()
        flags = []
        while flag := _FLAG.match(line.text, at):
            flags.append((flag["name"], flag["value"] or ""))
            at = flag.end()
        span = line.locate(match.start("keyword"), len(line.text.rstrip()))
        documents = tuple(self._heredocs(line.text[at:])) if keyword in _HEREDOCS else ()
        return Instruction(keyword, line, at, span, tuple(flags), documents)

    def _heredocs(self, text: str) -> Iterator[Heredoc]:
        for match in HEREDOC.finditer(text):
            yield Heredoc(match["name"], self._heredoc(match["name"], bool(match["tabs"])), bool(match["quote"]))

    def _heredoc(self, name: str, tabs: bool) -> Word:
        parts: list[str] = []
        runs: list[tuple[int, int]] = []
        length = 0
        while (found := self._physical()) is not None:
            text, offset = found
            own = text.lstrip("\t") if tabs else text
            if own == name:
                break
            runs.append((length, offset + len(text) - len(own)))
            parts.append(f"{own}\n")
            length += len(own) + 1
        end = len(self.source.text) if not runs else runs[0][1]
        return Line(self.source, "".join(parts), tuple(runs) or ((0, end),)).word(0, length)
