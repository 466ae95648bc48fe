"""What formats point at: a stretch of one line, in the units that each of them counts columns in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from celerylint.finding import Finding, Place
from celerylint.origin import Span


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of one line. Columns count from 1, the end is exclusive; in characters until asked otherwise."""

    line: int
    column: int
    end_column: int
    text: str  # the whole line; empty where it cannot be read

    @property
    def utf16(self) -> tuple[int, int]:
        """First and last column in UTF-16 code units."""
        return self._in("utf-16-le", 2)

    @property
    def utf8(self) -> tuple[int, int]:
        """First and last column in bytes of UTF-8."""
        return self._in("utf-8", 1)

    def _in(self, encoding: str, unit: int) -> tuple[int, int]:
        if self.text.isascii():
            return self.column, self.end_column

        def column(characters: int) -> int:
            return len(self.text[:characters].encode(encoding, "surrogatepass")) // unit + 1

        return column(self.column - 1), column(self.end_column - 1)


def region(span: Span, lines: Callable[[str], Sequence[str]]) -> Region:
    """The first line of a span. A line that cannot be read keeps the columns that the span has."""
    source = lines(span.path)
    if not 0 < span.line <= len(source):
        return Region(span.line, span.column, span.end_column if span.end_line == span.line else span.column, "")
    text = source[span.line - 1]
    start, end = stretch(span, text)
    return Region(span.line, start + 1, end + 1, text)


def stretch(span: Span, line: str) -> tuple[int, int]:
    """Where a span stands in its first line, in characters from 0, kept inside of it.

    A whole line, without the white space around it, where only the line is known; its rest where the span goes on.
    """
    start, end = span.column - 1, span.end_column - 1
    if span.end_line > span.line:
        end = len(line.rstrip())
    elif (start, end) == (0, 0):
        start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    start = min(max(start, 0), len(line))
    return start, min(max(end, start), len(line))


def proofs(finding: Finding) -> tuple[Place, ...]:
    """The related places that say something: with a label of their own, or somewhere that was not pointed at yet."""
    seen = {finding.place.span}
    said: dict[Place, None] = {}
    for place in finding.related:
        if place.label or place.span not in seen:
            seen.add(place.span)
            said[place] = None
    return tuple(said)
