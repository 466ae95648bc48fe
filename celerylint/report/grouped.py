"""`grouped`: one line for each finding, below the name of its file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from celerylint.origin import Span
from celerylint.report.cells import printable, sentence
from celerylint.report.full import counts
from celerylint.report.result import Report
from celerylint.report.style import Style
from celerylint.report.table import table


def render(report: Report) -> str:
    """Each file with its findings, the undecided among them where they are asked for; then the counts."""
    style = Style(report.colour)
    blocks = []
    for path, rows in groupby(sorted(_rows(report), key=lambda row: row[0]), key=lambda row: row[0].path):
        cells = [[f"{span.line}:{span.column}", *words] for span, words in rows]
        blocks.append(f"{style('strong', printable(report.shown(path)))}\n{table(cells, style, indent='  ')}")
    return "\n".join((*blocks, counts(report, style)))


def _rows(report: Report) -> Iterator[tuple[Span, list[str]]]:
    """The words of a line, the last one cut nowhere: `sentence` has made it safe already."""
    for found in report.findings:
        yield found.place.span, [str(found.severity), found.code, found.name, sentence(found.message)]
    for entry in report.undecided if report.show_undecided else ():
        said = sentence(f"{entry.subject}: {entry.unknown}: {entry.reason}")
        yield entry.place, ["undecided", entry.code, entry.name, said]
