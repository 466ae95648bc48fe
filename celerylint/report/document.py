"""`json`: everything, for programs; version 1 only ever gains keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from celerylint.finding import Finding, Place, Undecided
from celerylint.origin import Span
from celerylint.report.advice import advice
from celerylint.report.credentials import masked
from celerylint.report.result import Report, Summary

VERSION = 1


def render(report: Report) -> str:
    """Findings, undecided entries (always, asked for or not) and counts; paths are relative to the linted root."""
    return encoded(
        {
            "findings": [described(finding) for finding in report.findings],
            "undecided": [_undecided(entry) for entry in report.undecided],
            "summary": _summary(report.summary),
        }
    )


def encoded(document: Mapping[str, Any]) -> str:
    """A versioned document. ASCII only, so that no terminal or encoding can be harmed by what was read."""
    return json.dumps({"version": VERSION, **document}, indent=2, allow_nan=False) + "\n"


def described(finding: Finding) -> dict[str, Any]:
    """One finding as data."""
    span = finding.place.span
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": masked(finding.message),
        "label": masked(finding.place.label),
        **_position(span),
        "end_line": span.end_line,
        "end_column": span.end_column,
        "related": [_related(place) for place in finding.related],
        "fix": None,
        "url": finding.url or None,
    }


def _related(place: Place) -> dict[str, Any]:
    span = place.span
    ends = {"end_line": span.end_line, "end_column": span.end_column}
    return {**_position(span), **ends, "message": masked(place.label)}


def _position(span: Span) -> dict[str, Any]:
    return {"path": span.path, "line": span.line, "column": span.column}


def _undecided(entry: Undecided) -> dict[str, Any]:
    return {
        "code": entry.code,
        "name": entry.name,
        **_position(entry.place),
        "subject": masked(entry.subject),
        "unknown": masked(entry.unknown),
        "reason": masked(entry.reason),
        "at": _position(entry.at) if entry.at else None,
        "help": advice(entry),
    }


def _summary(summary: Summary) -> dict[str, int]:
    return {
        "error": summary.errors,
        "warning": summary.warnings,
        "info": summary.infos,
        "hidden": summary.hidden,
        "suppressed": summary.suppressed,
        "undecided": summary.undecided,
        "files": summary.files,
        "workers": summary.workers,
        "tasks": summary.tasks,
    }
