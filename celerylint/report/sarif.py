"""`sarif`: SARIF 2.1.0, within what GitHub's code scanning takes of it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from string import ascii_letters, digits
from typing import Any

from celerylint import __version__
from celerylint.finding import Finding, Place
from celerylint.origin import Span
from celerylint.report.cells import sentence
from celerylint.report.fingerprint import fingerprints, line_hashes
from celerylint.report.places import proofs, region
from celerylint.report.result import HOMEPAGE, Report
from celerylint.report.sarif_rule import LEVELS, descriptor

MOST_RESULTS = 25_000  # of a run: code scanning refuses a file with more
MOST_PROOFS = 100  # related locations of a result that it shows; more than 1000 are refused
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_UNRESERVED = frozenset(f"{ascii_letters}{digits}-._~/".encode())


def render(report: Report) -> str:
    """One run. No times, no paths of the machine: the same findings give the same bytes."""
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2) + "\n"


def _run(report: Report) -> dict[str, Any]:
    findings = _kept(report.findings)
    codes = sorted({found.code for found in findings})
    base = f"{uri(report.base)}/" if report.base else ""
    return {
        "tool": {"driver": _driver(report, findings, codes)},
        # A repository with several roots uploads one run for each: code scanning tells them apart by this.
        "automationDetails": {"id": f"celerylint/{base}"},
        "invocations": [{"executionSuccessful": True, **_left_out(report, findings)}],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "columnKind": "utf16CodeUnits",
        "results": _results(report, findings, codes),
    }


def _driver(report: Report, findings: Sequence[Finding], codes: Sequence[str]) -> dict[str, Any]:
    pages = {page.code: page for page in report.pages()} if codes else {}
    of = {code: [found for found in findings if found.code == code] for code in codes}
    return {
        "name": "celerylint",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": HOMEPAGE,
        "rules": [descriptor(pages.get(code), of[code]) for code in codes],
    }


def _kept(findings: Sequence[Finding]) -> Sequence[Finding]:
    """As many as may be uploaded: the worst, in the order that they had."""
    if len(findings) <= MOST_RESULTS:
        return findings
    worst = sorted(range(len(findings)), key=lambda index: findings[index].severity.rank)
    return [findings[index] for index in sorted(worst[:MOST_RESULTS])]


def _left_out(report: Report, kept: Sequence[Finding]) -> dict[str, Any]:
    rest = len(report.findings) - len(kept)
    if not rest:
        return {}
    text = f"{rest} more findings, the least severe, are left out: code scanning takes {MOST_RESULTS}."
    return {"toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}]}


def _results(report: Report, findings: Sequence[Finding], codes: Sequence[str]) -> list[dict[str, Any]]:
    marks = fingerprints(report, findings)
    index = {code: number for number, code in enumerate(codes)}
    paths = dict.fromkeys(found.place.span.path for found in findings)
    hashes = {path: line_hashes(report.lines(path)) for path in paths}
    return [
        {
            **_result(report, found),
            "ruleIndex": index[found.code],
            "partialFingerprints": _identity(mark, hashes[found.place.span.path], found.place.span),
        }
        for found, mark in zip(findings, marks, strict=True)
    ]


def _identity(mark: str, hashes: Mapping[int, str], span: Span) -> dict[str, str]:
    known = hashes.get(span.line)
    return {"celerylint/v1": mark} | ({"primaryLocationLineHash": known} if known else {})


def _result(report: Report, found: Finding) -> dict[str, Any]:
    places = proofs(found)[:MOST_PROOFS]
    result = {
        "ruleId": found.code,
        "level": LEVELS[found.severity],
        "message": {"text": _message(report, found, places)},
        "locations": [_location(report, found.place)],
        "properties": {"confidence": found.confidence.value},
    }
    related = [{"id": number, **_location(report, place)} for number, place in enumerate(places, 1)]
    return result | ({"relatedLocations": related} if related else {})


def _message(report: Report, found: Finding, places: Sequence[Place]) -> str:
    """The message, then a link to each related location: code scanning shows no other ones.

    A full stop ends the first sentence, which it takes for the title.
    """
    text = _plain(found.message)
    if not places:
        return text
    links = ", ".join(f"[{_plain(_name(report, place))}]({number})" for number, place in enumerate(places, 1))
    return f"{text.rstrip('.')}. Because of {links}."


def _name(report: Report, place: Place) -> str:
    return place.label or f"{report.in_repository(place.span.path)}:{place.span.line}"


def _plain(text: str) -> str:
    """Text in which nothing is a link (SARIF 2.1.0, 3.11.6)."""
    return sentence(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _location(report: Report, place: Place) -> dict[str, Any]:
    """One line, though the span may have more: a pull request shows an alert only if it changes all of its lines."""
    here = region(place.span, report.lines)
    start, end = here.utf16
    columns = {"startLine": here.line, "startColumn": start, "endLine": here.line, "endColumn": end}
    artifact = {"uri": uri(report.in_repository(place.span.path)), "uriBaseId": _ROOT}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact, "region": columns}}
    return location | ({"message": {"text": _plain(place.label)}} if place.label else {})


def uri(path: str) -> str:
    """A relative path as a relative URI, by its bytes."""
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in os.fsencode(path))
