"""`rdjson`: reviewdog's diagnostic format (proto/rdf in its repository)."""

from __future__ import annotations

import json
from typing import Any

from celerylint.finding import Finding, Severity
from celerylint.origin import Span
from celerylint.report.cells import sentence
from celerylint.report.places import proofs, region
from celerylint.report.result import HOMEPAGE, Report

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(report: Report) -> str:
    """One result. reviewdog takes relative paths from the directory that it runs in, which is ours in a pipe."""
    diagnostics = [_diagnostic(found, report) for found in report.findings]
    result = {"source": {"name": "celerylint", "url": HOMEPAGE}, "diagnostics": diagnostics}
    return json.dumps(result, indent=2) + "\n"


def _diagnostic(found: Finding, report: Report) -> dict[str, Any]:
    code = {"value": found.code} | ({"url": found.url} if found.url else {})
    diagnostic = {
        "message": f"{found.name}: {sentence(found.message)}",
        "location": _location(found.place.span, report),
        "severity": _SEVERITIES[found.severity],
        "code": code,
    }
    related = [
        {"location": _location(place.span, report)} | ({"message": sentence(place.label)} if place.label else {})
        for place in proofs(found)
    ]
    return diagnostic | ({"related_locations": related} if related else {})


def _location(span: Span, report: Report) -> dict[str, Any]:
    """Columns are bytes of UTF-8 from 1, the end is exclusive."""
    here = region(span, report.lines)
    start, end = here.utf8
    return {
        "path": report.shown(span.path),
        "range": {"start": {"line": here.line, "column": start}, "end": {"line": here.line, "column": end}},
    }
