"""A rule as SARIF and code scanning describe it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from celerylint.finding import Confidence, Finding, Severity
from celerylint.report.cells import sentence
from celerylint.report.page import as_text

if TYPE_CHECKING:
    from celerylint.page import Page

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LONGEST = 1000  # characters of a description that code scanning takes
_PRIORITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_PRECISIONS = {Confidence.CERTAIN: "very-high", Confidence.LIKELY: "high"}


def descriptor(page: Page | None, findings: Iterable[Finding]) -> dict[str, Any]:
    """A reportingDescriptor. A rule that has no page at hand is described by its findings.

    Its precision is that of its least certain finding: SARIF knows a precision of rules, we know that of findings.
    """
    found = list(findings)
    first = found[0]
    summary = page.summary if page else first.message
    confidence = Confidence.LIKELY if any(each.confidence is Confidence.LIKELY for each in found) else first.confidence
    severity = page.severity if page else first.severity
    described = {
        "id": first.code,
        "name": first.name,
        "shortDescription": {"text": _cut(summary)},
        "fullDescription": {"text": _cut(_opening(page) if page else summary)},
        "help": _help(page) if page else {"text": _cut(summary)},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "precision": _PRECISIONS[confidence],
            "problem.severity": _PRIORITIES[severity],
            "tags": list(dict.fromkeys(tag for tag in ("celery", page.topic if page else "") if tag)),
        },
    }
    return described | ({"helpUri": first.url} if first.url else {})


def _help(page: Page) -> dict[str, str]:
    """The whole page for who can show Markdown; why it hurts, for who cannot."""
    return {"text": "\n\n".join(_paragraphs(page)) or page.summary, "markdown": as_text(page)}


def _opening(page: Page) -> str:
    return next(iter(_paragraphs(page)), page.summary)


def _paragraphs(page: Page) -> list[str]:
    """The page's own text between its title and its first section, a line for each paragraph."""
    lines = page.source.body_text.strip("\n").split("\n")[1:]
    text = "\n".join(takewhile(lambda line: not line.startswith("## "), lines))
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]


def _cut(text: str) -> str:
    line = sentence(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
