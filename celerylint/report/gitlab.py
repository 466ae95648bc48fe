"""`gitlab`: a Code Quality report, for `artifacts: reports: codequality`."""

from __future__ import annotations

import json

from celerylint.finding import Finding, Severity
from celerylint.report.cells import sentence
from celerylint.report.fingerprint import fingerprints
from celerylint.report.result import Report

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(report: Report) -> str:
    """One array. GitLab keeps the first of several entries with one fingerprint, so all are different."""
    marks = fingerprints(report, report.findings)
    entries = [_entry(found, mark, report) for found, mark in zip(report.findings, marks, strict=True)]
    return json.dumps(entries, indent=2) + "\n"


def _entry(found: Finding, mark: str, report: Report) -> dict[str, object]:
    span = found.place.span
    return {
        "description": f"{found.code} {sentence(found.message)}",
        "check_name": found.name,
        "fingerprint": mark,
        "severity": _SEVERITIES[found.severity],
        "location": {"path": report.in_repository(span.path), "lines": {"begin": span.line, "end": span.line}},
    }
