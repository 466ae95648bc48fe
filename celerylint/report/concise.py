"""`concise`: one line for each finding, for editors and grep."""

from __future__ import annotations

from celerylint.origin import Span
from celerylint.report.cells import printable, sentence
from celerylint.report.result import Report
from celerylint.report.style import Style


def render(report: Report) -> str:
    """`path:line:column: severity CODE name message`; undecided entries with the word `undecided`."""
    style = Style(report.colour)

    def line(span: Span, word: str, role: str, code: str, rest: str) -> str:
        return f"{printable(report.shown(span.path))}:{span.line}:{span.column}: {style(role, word)} {code} {rest}\n"

    lines = [
        line(found.place.span, found.severity, found.severity, found.code, f"{found.name} {sentence(found.message)}")
        for found in report.findings
    ]
    if report.show_undecided:
        lines += [
            line(
                entry.place,
                "undecided",
                "frame",
                entry.code,
                f"{entry.name} {sentence(f'{entry.subject}: {entry.unknown}: {entry.reason}')}",
            )
            for entry in report.undecided
        ]
    return "".join(lines)
