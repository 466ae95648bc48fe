"""Code frames: the lines that prove a finding, with carets and labels, across files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from celerylint.finding import Finding, Place, Severity
from celerylint.origin import Span
from celerylint.report.cells import cells, printable, sentence, width
from celerylint.report.places import proofs, stretch
from celerylint.report.style import Style

WIDEST = 110  # columns of source; longer lines are cut around what is pointed at
_BEFORE = 30  # columns kept before it
_CUT = "…"
_UNREADABLE = "(this line cannot be shown)"

Lines = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to draw: the primary one with `^`, related ones with `-`."""

    place: Place
    primary: bool

    @property
    def span(self) -> Span:
        return self.place.span


@dataclass(frozen=True, slots=True)
class Painter:
    """What frames need besides the finding: the source, how paths are shown, colours, the gutter's width."""

    lines: Lines
    shown: Callable[[str], str]
    style: Style
    severity: Severity
    gutter: int

    def bar(self, number: str = "", text: str = "") -> str:
        """One line of a frame: the line number or nothing, a bar, the text."""
        return self.style("frame", f"{number:>{self.gutter}} |") + (f" {text}" if text else "")

    def head(self, arrow: str, span: Span) -> str:
        """`--> path:line:column`."""
        place = f"{printable(self.shown(span.path))}:{span.line}:{span.column}"
        return f"{' ' * self.gutter}{self.style('frame', arrow)} {place}"

    def paint(self, mark: Mark, text: str) -> str:
        return self.style(self.severity if mark.primary else "related", text)


def frames(finding: Finding, lines: Lines, shown: Callable[[str], str], style: Style) -> list[str]:
    """The frames of a finding, line by line: the primary place's file first, then the others in order."""
    marks = [Mark(finding.place, True)]
    marks += [Mark(place, False) for place in proofs(finding)]
    gutter = len(str(max(mark.span.line for mark in marks)))
    painter = Painter(lines, shown, style, finding.severity, gutter)
    drawn: list[str] = []
    for path in dict.fromkeys(mark.span.path for mark in marks):
        own = [mark for mark in dict.fromkeys(marks) if mark.span.path == path]
        drawn += [painter.head(":::" if drawn else "-->", own[0].span), painter.bar(), *_file(own, painter)]
        drawn.append(painter.bar())
    return drawn


def _file(marks: Sequence[Mark], painter: Painter) -> Iterator[str]:
    """The marked lines of one file in order; a single line between two is shown, more become a gap."""
    source = painter.lines(marks[0].span.path)
    last = 0
    for number in sorted({mark.span.line for mark in marks}):
        if last and number == last + 2:
            yield painter.bar(str(last + 1), _cut("".join(cells(_line(source, last + 1) or "")), 0))
        elif last and number > last + 2:
            yield painter.style("frame", f"{_CUT:>{painter.gutter}}")
        on_line = sorted((mark for mark in marks if mark.span.line == number), key=_by_column)
        yield from _marked(_line(source, number), number, on_line, painter)
        last = number


def _by_column(mark: Mark) -> tuple[int, bool, str]:
    return (mark.span.column, not mark.primary, mark.place.label)


def _line(source: Sequence[str], number: int) -> str | None:
    return source[number - 1] if 0 < number <= len(source) else None


def _marked(line: str | None, number: int, marks: Sequence[Mark], painter: Painter) -> Iterator[str]:
    """A source line with one row of carets for each mark; a long line is drawn anew for each."""
    if line is None:
        yield painter.bar(str(number), painter.style("faint", _UNREADABLE))
        for mark in marks:
            yield painter.bar("", painter.paint(mark, sentence(mark.place.label))).rstrip()
        return
    pieces = cells(line)
    edges = [0, *accumulate(map(width, pieces))]
    for index, mark in enumerate(marks):
        start, end = _columns(mark.span, line, edges)
        cut = 0 if end <= WIDEST else max(0, start - _BEFORE)
        if index == 0 or edges[-1] > WIDEST:
            yield painter.bar(str(number), _cut("".join(pieces), cut))
        start, end = start - cut, min(end - cut, WIDEST)
        carets = ("^" if mark.primary else "-") * max(1, end - start)
        label = f" {sentence(mark.place.label)}" if mark.place.label else ""
        yield painter.bar("", " " * start + painter.paint(mark, f"{carets}{label}"))


def _columns(span: Span, line: str, edges: Sequence[int]) -> tuple[int, int]:
    """First and last (exclusive) drawn column, at least one apart."""
    start, end = stretch(span, line)
    return edges[start], max(edges[end], edges[start] + 1)


def _cut(text: str, start: int) -> str:
    """WIDEST columns of drawn text from a column on, with `…` where something is missing."""
    if not start and width(text) <= WIDEST:
        return text
    kept, column = "", 0
    for character in text:
        before, column = column, column + width(character)
        if start and before <= start < column:
            kept = _CUT + " " * (column - start - 1)  # a wide character may stick into the window
        elif start <= before and column <= start + WIDEST:
            kept += character
    return kept + (_CUT if column > start + WIDEST else "")


def notes(texts: Iterable[str], gutter: int, style: Style) -> list[str]:
    """`= help: …` lines below the frames."""
    return [f"{' ' * gutter} {style('frame', '=')} {text}" for text in texts]
