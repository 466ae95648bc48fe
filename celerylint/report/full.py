"""`full`: findings for people, with the lines that prove them."""

from __future__ import annotations

from collections.abc import Iterator

from celerylint.finding import Confidence, Finding, Severity, Undecided
from celerylint.origin import Span
from celerylint.report.advice import advice
from celerylint.report.cells import printable, sentence
from celerylint.report.frame import frames, notes
from celerylint.report.result import Report
from celerylint.report.style import Style

_LIKELY = "likely, not certain: at least one of the values is inferred"


def render(report: Report) -> str:
    """Every finding with its frames, the undecided where they are asked for, then the counts."""
    style = Style(report.colour)
    blocks = [_finding(finding, report, style) for finding in report.findings]
    if report.show_undecided:
        blocks += [_undecided(entry, report, style) for entry in report.undecided]
    return "\n".join((*blocks, counts(report, style)))


def _finding(finding: Finding, report: Report, style: Style) -> str:
    title = style(finding.severity, f"{finding.severity}[{finding.code}]")
    head = f"{title} {style('strong', f'{finding.name}: {sentence(finding.message)}')}"
    gutter = len(str(max(place.span.line for place in (finding.place, *finding.related))))
    said = [f"note: {_LIKELY}"] if finding.confidence is Confidence.LIKELY else []
    said.append(f"help: celerylint rule {finding.name}")
    if finding.url:
        said.append(f"docs: {printable(finding.url)}")
    drawn = frames(finding, report.lines, report.shown, style)
    return "\n".join((head, *drawn, *notes(said, gutter, style))) + "\n"


def _undecided(entry: Undecided, report: Report, style: Style) -> str:
    def place(span: Span) -> str:
        return f"{printable(report.shown(span.path))}:{span.line}:{span.column}"

    head = f"{style('frame', f'undecided[{entry.code}]')} {style('strong', f'{entry.name}: {sentence(entry.subject)}')}"
    trail = f" ({place(entry.at)})" if entry.at else ""
    said = [f"unknown: {sentence(entry.unknown)}: {sentence(entry.reason)}{trail}", f"help: {advice(entry)}"]
    return "\n".join((head, f" {style('frame', '-->')} {place(entry.place)}", *notes(said, 1, style))) + "\n"


def counts(report: Report, style: Style) -> str:
    """What was found, and what was read to find it: two lines."""
    return f"{style('strong', verdict(report))}\n{'; '.join(understood(report))}\n"


def verdict(report: Report) -> str:
    """`Found 1 error, 2 warnings.`"""
    found = [counted(report.summary.of(severity), severity) for severity in Severity if report.summary.of(severity)]
    return f"Found {', '.join(found)}." if found else "No findings."


def understood(report: Report) -> Iterator[str]:
    """What was read, and what is not shown, in parts."""
    summary = report.summary
    yield (
        f"{counted(summary.files, 'file')} read, "
        f"{counted(summary.workers, 'worker')} and {counted(summary.tasks, 'task')} understood"
    )
    if not (summary.workers or summary.tasks):
        yield "is this the root of a project with Celery?"
    if summary.undecided:
        yield f"{summary.undecided} undecided" + ("" if report.show_undecided else " (--show-undecided)")
    if summary.suppressed:
        yield f"{summary.suppressed} ignored by comments"
    if summary.hidden:
        yield f"{summary.hidden} less severe (--min-severity)"


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`; Severity's words too, where `info` has no plural."""
    return f"{number} {noun}" if number == 1 or noun == Severity.INFO else f"{number} {noun}s"
