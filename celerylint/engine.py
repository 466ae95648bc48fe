"""Pages over the model: each page is asked about every subject of its scope, and what holds is a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from celerylint.finding import Confidence, Finding, Place, Severity, Undecided
from celerylint.model import Project
from celerylint.origin import Span, Unknown
from celerylint.page import Answer, Page, Read, Rule, Subject, effective, prepare
from celerylint.page.place import confidence, primary, reads_of, related


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all pages together say, in the order of reporting."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]


def run(pages: Sequence[Page], project: Project, parameters: Mapping[str, Mapping[str, Any]] | None = None) -> Outcome:
    """Ask every page about the project. `parameters` holds the user's values by page name.

    Raises PageError for a page and ParameterError for parameters that cannot be used.
    """
    findings: list[Finding] = []
    undecided: list[Undecided] = []
    subjects: dict[str, tuple[Subject, ...]] = {}
    for page in pages:
        rule = prepare(page, effective(page, (parameters or {}).get(page.name, {})))
        if page.scope not in subjects:
            subjects[page.scope] = tuple(rule.scope.subjects(project))
        for found in decide(rule, subjects[page.scope]):
            (findings if isinstance(found, Finding) else undecided).append(found)  # type: ignore[arg-type]
    return Outcome(
        tuple(sorted(merged(findings), key=lambda finding: finding.order)),
        tuple(sorted(undecided, key=lambda item: item.order)),
    )


def decide(rule: Rule, subjects: Sequence[Subject]) -> Iterator[Finding | Undecided]:
    """What one rule says about its subjects. An unknown condition is never a finding."""
    for subject in subjects:
        names = {**rule.parameters, **subject.names}
        answer = rule.when.evaluate(names)
        if answer.unknown is not None or (answer.true and subject.missing):
            yield _undecided(rule, subject, names, answer)
        elif answer.true:
            yield _finding(rule, subject, names, answer)


def _finding(rule: Rule, subject: Subject, names: Mapping[str, Any], answer: Answer) -> Finding:
    page, telling = rule.page, rule.telling()
    span, pointed = primary(telling.at, names, subject.span)
    reads = answer.reads if telling.because is None else tuple(reads_of(telling.because, names))
    worse = telling.error_when is not None and telling.error_when.evaluate(names).true
    return Finding(
        page.code,
        page.name,
        Severity.ERROR if worse else page.severity,
        confidence(answer.reads),
        telling.message.render(names),
        Place(span),
        related(reads, pointed, span, names.values()),
        page.url,
    )


def _undecided(rule: Rule, subject: Subject, names: Mapping[str, Any], answer: Answer) -> Undecided:
    page = rule.page
    span, _ = primary(rule.telling().at, names, subject.span)
    reads = ((subject.missing,) if subject.missing else ()) + answer.reads
    read = next((read for read in reads if read.unknown), None)
    why = answer.unknown.reason if answer.unknown is not None else ""
    text, reason, at = _trail(read) if read else (page.when, why, None)
    return Undecided(page.code, page.name, span, subject.words, text, reason, at)


def _trail(read: Read) -> tuple[str, str, Span | None]:
    """What is unknown, why, and the last place that the trail leads to."""
    if read.value is None or not isinstance(read.value.value, Unknown):
        return read.text, "", None
    places = read.value.origin.places()
    return read.text, read.value.reason, places[-1] if places else None


def merged(findings: Sequence[Finding]) -> list[Finding]:
    """Findings with the same code, place and message as one: all related places, the worst severity, the surest."""
    by_key: dict[tuple[str, Place, str], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.place, finding.message)
        first = by_key.get(key)
        by_key[key] = _both(first, finding) if first else finding
    return list(by_key.values())


def _both(first: Finding, second: Finding) -> Finding:
    spans = {place.span for place in first.related}
    certain = Confidence.CERTAIN in (first.confidence, second.confidence)
    return replace(
        first,
        severity=min(first.severity, second.severity, key=lambda severity: severity.rank),
        confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        related=(*first.related, *(place for place in second.related if place.span not in spans)),
    )
