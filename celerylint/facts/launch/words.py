"""The words of a command line, each with the way from its characters back to the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from celerylint.origin import Origin, Span, Unknown

Locate = Callable[[int, int], Span]
Environment = Callable[[str], "str | Unknown | None"]


def nothing_known(name: str) -> Unknown:
    """The environment of a reader who knows none of it: no variable has a value, and none is known to be unset."""
    return Unknown(f"the environment variable {name} is not known here")


@dataclass(frozen=True, slots=True)
class Splice:
    """A part of a word's text that stands for a variable; `reason` says why it is still as written."""

    start: int
    end: int
    variable: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command line, as the program receives it.

    `span` covers what is written, with its quotes. An unresolved expansion stays in `text` as it is written;
    `reason` says why it is unresolved. `variables` names those whose values are part of the text. `runs` leads
    back to the file: (offset in `text`, span of the characters from there to the next run). `splices` says which
    parts Kubernetes put in, for the shell that reads the word as its script.
    """

    text: str
    span: Span
    expansions: bool = False  # holds an unresolved $VAR, ${…} or $(…)
    splits: bool = False  # … that is not quoted: it may become several words, or none
    runs: tuple[tuple[int, Span], ...] = ()
    reason: str = ""
    variables: tuple[str, ...] = ()
    splices: tuple[Splice, ...] = ()
    fills: tuple[tuple[Span, Origin], ...] = ()  # parts of the file that a chart fills in, and what from

    @classmethod
    def of(cls, text: str, locate: Locate) -> Word:
        """A word that is written as it stands, where `locate` maps its characters to the file."""
        return assemble([Piece(text, 0, len(text))], locate(0, len(text)), locate)

    @property
    def unresolved(self) -> str:
        """Why the text is not what the program receives; empty where it is."""
        return (self.reason or f"{self.text} cannot be resolved here") if self.expansions else ""

    def locate(self, start: int, end: int) -> Span:
        """Where the characters from `start` to `end` (exclusive) of `text` are written."""
        if start <= 0 and end >= len(self.text):
            return self.span
        if not self.runs:
            return _inside(self.span, len(self.text), start, end)
        first, last = self._run(start), self._run(max(start, end - 1))
        begin = self._part(first, start, start)
        finish = self._part(last, max(start, end - 1), end)
        return Span(begin.path, begin.line, begin.column, finish.end_line, finish.end_column)

    def located(self, locate: Locate) -> Word:
        """The same word, whose characters `locate` maps to the file."""
        return replace(self, runs=tuple(_runs(0, len(self.text), locate)))

    def behind(self, start: int) -> Word:
        """The part of the word from `start` on, as a word of its own."""
        text = self.text[start:]
        part = Word.of(text, lambda low, high: self.locate(start + low, start + high))
        return replace(self, text=text, span=part.span, runs=part.runs)

    def _run(self, offset: int) -> int:
        return max(bisect_right(self.runs, offset, key=lambda run: run[0]) - 1, 0)

    def _part(self, index: int, start: int, end: int) -> Span:
        begin, span = self.runs[index]
        length = (self.runs[index + 1][0] if index + 1 < len(self.runs) else len(self.text)) - begin
        return _inside(span, length, start - begin, end - begin)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word's text and the stretch of the source (offsets, end exclusive) that it comes from."""

    text: str
    start: int
    end: int


def assemble(pieces: Sequence[Piece], span: Span, locate: Locate) -> Word:
    """The word that the pieces make; those that are as long as their source are taken character by character."""
    text = "".join(piece.text for piece in pieces)
    if len(pieces) == 1 and _linear(span, len(text)):
        return Word(text, span)
    runs: list[tuple[int, Span]] = []
    offset = 0
    for piece in pieces:
        if len(piece.text) == piece.end - piece.start:
            runs.extend((offset + at, run) for at, run in _runs(piece.start, piece.end, locate))
        else:
            runs.append((offset, locate(piece.start, piece.end)))
        offset += len(piece.text)
    return Word(text, span, runs=tuple(runs))


def join(first: Span, last: Span) -> Span:
    """From the start of one span to the end of the other; the first alone where they do not follow each other."""
    if first.path != last.path or (last.end_line, last.end_column) < (first.end_line, first.end_column):
        return first
    return Span(first.path, first.line, first.column, last.end_line, last.end_column)


def _runs(start: int, end: int, locate: Locate) -> Iterator[tuple[int, Span]]:
    """Halves the stretch until each part stands in one line, character for character."""
    pending = [(start, end)]
    while pending:
        low, high = pending.pop()
        if low >= high:
            continue
        span = locate(low, high)
        if high - low == 1 or _linear(span, high - low):
            yield low - start, span
            continue
        middle = (low + high) // 2
        pending += [(middle, high), (low, middle)]


def _linear(span: Span, length: int) -> bool:
    return span.line == span.end_line and span.end_column - span.column == length


def _inside(span: Span, length: int, start: int, end: int) -> Span:
    """A part of a stretch of `length` characters; the whole where it is not written character for character."""
    quote = 0 if _linear(span, length) else 1
    if not _linear(span, length + 2 * quote):
        return span
    column = span.column + quote
    return Span(span.path, span.line, column + max(start, 0), span.line, column + min(end, length))


_SPACE = re.compile(r"[ \t\r\n]*")
_PIECES = re.compile(
    r"""(?P<plain>[^\s'"\\]+|[^\S \t\r\n]+)
    |'(?P<raw>[^']*)'
    |(?P<quoted>"(?:[^"\\]|\\.)*")
    |(?P<continued>\\\r?\n)
    |\\(?P<escaped>.)""",
    re.VERBOSE | re.DOTALL,
)
_QUOTED = re.compile(r'\\(?P<escaped>["\\])|(?P<plain>[^\\]+|\\)', re.DOTALL)


def split(value: str, locate: Locate) -> list[Word]:
    """The words of a command line that no shell reads (Compose, systemd, supervisord): POSIX quoting, no expansion.

    `locate` maps offsets of `value` to the file. From a quote that is never closed on, the rest is one opaque
    word (`expansions` and `splits` are set). A backslash before a line end continues the line.
    """
    words: list[Word] = []
    position = _end(_SPACE, value, 0)
    while position < len(value):
        end, pieces = _word(value, position)
        if end is None:
            reason = "a quote that is opened here is never closed"
            span = locate(position, len(value))
            words.append(Word(value[position:], span, expansions=True, splits=True, reason=reason))
            break
        if pieces is not None:
            words.append(assemble(pieces, locate(position, end), locate))
        position = _end(_SPACE, value, end)
    return words


def _word(value: str, position: int) -> tuple[int | None, list[Piece] | None]:
    """Where the word at `position` ends, and its pieces; no end: never closed, no pieces: no word at all."""
    pieces: list[Piece] = []
    empty = True
    while position < len(value) and value[position] not in " \t\r\n":
        match = _PIECES.match(value, position)
        if match is None:
            return None, None
        if match.lastgroup != "continued":
            empty = False
            pieces.extend(_pieces(match))
        position = match.end()
    return position, None if empty else pieces


def _pieces(match: re.Match[str]) -> Iterator[Piece]:
    kind = match.lastgroup or ""
    if kind == "quoted":
        base = match.start() + 1
        for inner in _QUOTED.finditer(match["quoted"][1:-1]):
            yield Piece(inner[inner.lastgroup or 0], base + inner.start(), base + inner.end())
    elif kind == "escaped":
        yield Piece(match[kind], match.start(), match.end())
    else:
        yield Piece(match[kind], match.start(kind), match.end(kind))


def _end(pattern: re.Pattern[str], value: str, position: int) -> int:
    match = pattern.match(value, position)
    return match.end() if match else position
