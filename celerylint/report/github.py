"""`github`: workflow commands, which GitHub Actions shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from celerylint.finding import Finding, Severity
from celerylint.report.cells import printable, sentence
from celerylint.report.full import counted
from celerylint.report.places import proofs, region
from celerylint.report.result import Report

MOST = 10  # annotations of one level that GitHub keeps of a step (actions/toolkit, docs/problem-matchers.md)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
_PROOFS = 20  # lines of one annotation


def render(report: Report) -> str:
    """The worst first, ten of each level; what GitHub would drop silently is counted in a notice."""
    levels = {level: [found for found in report.findings if found.severity is level] for level in Severity}
    dropped = any(len(findings) > MOST for findings in levels.values())
    lines, rest = [], {}
    for level, findings in levels.items():
        # The notice that says so is one of the ten itself.
        most = MOST - 1 if level is Severity.INFO and dropped else MOST
        lines += [_annotation(found, report) for found in findings[:most]]
        rest[level] = len(findings) - most
    if dropped:
        lines.append(_command("notice", {"title": "celerylint"}, _more(rest)))
    return "".join(lines)


def _more(rest: dict[Severity, int]) -> str:
    """`12 more findings are not annotated: 3 errors, 9 warnings`."""
    left = {level: count for level, count in rest.items() if count > 0}
    said = ", ".join(counted(count, level) for level, count in left.items())
    total = sum(left.values())
    verb = "finding is" if total == 1 else "findings are"
    return f"{total} more {verb} not annotated, since GitHub keeps {MOST} of a level: {said}"


def _annotation(found: Finding, report: Report) -> str:
    """One line is pointed at: GitHub has columns only where a region ends on the line that it starts on."""
    here = region(found.place.span, report.lines)
    properties = {
        "title": f"{found.code} {found.name}",
        "file": printable(report.in_repository(found.place.span.path)),
        "line": str(here.line),
        "endLine": str(here.line),
        "col": str(here.column),
        "endColumn": str(here.end_column),
    }
    return _command(_LEVELS[found.severity], properties, "\n".join(_told(found, report)))


def _told(found: Finding, report: Report) -> Iterator[str]:
    """The message, then the places that prove it, since an annotation shows no others."""
    yield sentence(f"{found.message} ({found.place.label})" if found.place.label else found.message)
    places = proofs(found)
    for place in places[:_PROOFS]:
        at = f"{printable(report.in_repository(place.span.path))}:{place.span.line}"
        yield f"{at}: {sentence(place.label)}" if place.label else at
    if len(places) > _PROOFS:
        yield f"and {len(places) - _PROOFS} more places"


def _command(name: str, properties: dict[str, str], data: str) -> str:
    """One line, whatever stands in it: nothing that was read can end it, or a property, and begin another command."""
    written = ",".join(_pairs(properties.items()))
    return f"::{name} {written}::{data.translate(_DATA)}\n"


def _pairs(properties: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{key}={value.translate(_PROPERTY)}" for key, value in properties)
