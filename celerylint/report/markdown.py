"""`markdown`: tables for a job's summary page or a comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from celerylint.finding import Confidence, Finding, Place, Undecided
from celerylint.origin import Span
from celerylint.report.advice import advice
from celerylint.report.cells import printable, sentence
from celerylint.report.full import understood, verdict
from celerylint.report.places import proofs
from celerylint.report.result import Report

LARGEST = 1_000_000  # bytes; GitHub takes 1 MiB of a step's summary, and none of a larger one
_RESERVED = 500  # for `N more`, twice
_HEADER = "| | Rule | Place | Finding | Because |\n|---|---|---|---|---|\n"
_UNDECIDED = "| Rule | Place | Unknown | How to tell |\n|---|---|---|---|\n"
_LONGEST = 500  # characters of a text in a cell
_PROOFS = 5  # places in a cell
# Whatever Markdown may read as structure; `://` too, since GitHub makes links of bare addresses.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {mark: f"\\{mark}" for mark in r"\`*_{}[]()#|~$!@^"}
)


def render(report: Report) -> str:
    """The counts, then the findings, the worst first, as far as the size allows; the rest is counted."""
    heading = f"## celerylint\n\n**{verdict(report)}** {_escaped('; '.join(understood(report)))}\n"
    size = LARGEST - _RESERVED - len(heading.encode())
    worst = sorted(report.findings, key=lambda found: found.severity.rank)
    findings, left = _table(_HEADER, [_finding(found, report) for found in worst], size)
    undecided = ""
    if report.show_undecided:
        undecided, _ = _table(_UNDECIDED, [_entry(entry, report) for entry in report.undecided], left)
    return heading + findings + undecided


def _table(header: str, rows: Sequence[str], size: int) -> tuple[str, int]:
    """The rows that fit into so many bytes, `N more` for the others, and the bytes that are left."""
    kept = list(_fitting(rows, size - len(header) - 1))
    if not rows:
        return "", size
    rest = len(rows) - len(kept)
    table = f"\n{header}{''.join(kept)}" if kept else ""
    more = f"\n{rest} more, left out for their size.\n" if rest else ""
    return table + more, size - len(table.encode())


def _fitting(rows: Iterable[str], size: int) -> Iterator[str]:
    for row in rows:
        size -= len(row.encode())
        if size < 0:
            return
        yield row


def _finding(found: Finding, report: Report) -> str:
    places = proofs(found)
    because = [_proof(place, report) for place in places[:_PROOFS]]
    if len(places) > _PROOFS:
        because.append(f"{len(places) - _PROOFS} more")
    likely = " (likely)" if found.confidence is Confidence.LIKELY else ""
    rule = _rule(found.code, found.name, found.url)
    told = f"{found.message} ({found.place.label})" if found.place.label else found.message
    return _row(f"{found.severity}{likely}", rule, _at(found.place.span, report), _escaped(told), "; ".join(because))


def _entry(entry: Undecided, report: Report) -> str:
    told = f"{entry.subject}: {entry.unknown}: {entry.reason}"
    return _row(_rule(entry.code, entry.name, ""), _at(entry.place, report), _escaped(told), _escaped(advice(entry)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _rule(code: str, name: str, url: str) -> str:
    """A link where it goes to the web, and its address holds nothing that would end it."""
    plain = _escaped(f"{code} {name}")
    safe = url.startswith("https://") and url.isascii() and url.isprintable() and not set(url) & set(" <>()|\\`\"'")
    return f"[{plain}]({url})" if safe else plain


def _proof(place: Place, report: Report) -> str:
    at = _at(place.span, report)
    return f"{_escaped(place.label)} ({at})" if place.label else at


def _at(span: Span, report: Report) -> str:
    return _escaped(f"{printable(report.in_repository(span.path))}:{span.line}")


def _escaped(text: str) -> str:
    """Text for a cell: on one line, and nothing but text, whatever it holds."""
    line = sentence(text)
    if len(line) > _LONGEST:
        line = f"{line[: _LONGEST - 1]}…"
    return line.translate(_ESCAPES).replace("://", "\\://")
