"""`junit`: a test suite for each file, a failed test for each finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from celerylint.finding import Finding, Place
from celerylint.report.cells import printable, sentence
from celerylint.report.places import proofs
from celerylint.report.result import Report

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_CLEAN = """\
  <testsuite name="celerylint" tests="1" failures="0">
    <testcase name="celerylint" classname="celerylint" />
  </testsuite>
"""
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def render(report: Report) -> str:
    """One passing test where nothing was found: viewers take an empty report for a broken one."""
    suites = groupby(report.findings, key=lambda found: found.place.span.path)
    body = "".join(_suite(report, path, list(found)) for path, found in suites) or _CLEAN
    failures = len(report.findings)
    return f'{_HEAD}<testsuites name="celerylint" tests="{failures or 1}" failures="{failures}">\n{body}</testsuites>\n'


def _suite(report: Report, path: str, findings: list[Finding]) -> str:
    name = _text(printable(report.in_repository(path)))
    count = len(findings)
    cases = "".join(_cases(report, name, findings))
    return f'  <testsuite name="{name}" tests="{count}" failures="{count}">\n{cases}  </testsuite>\n'


def _cases(report: Report, suite: str, findings: Iterable[Finding]) -> Iterator[str]:
    """Viewers know a test by its names: they are unique, and hold no line, so that history survives edits."""
    seen: Counter[str] = Counter()
    for found in findings:
        seen[found.code] += 1
        again = f" ({seen[found.code]})" if seen[found.code] > 1 else ""
        span = found.place.span
        name = f'name="{found.code} {found.name}{again}" classname="{suite}" line="{span.line}"'
        message = f'message="{_text(sentence(found.message))}" type="{found.severity}"'
        told = "\n".join(map(_text, _told(report, found)))
        yield f"    <testcase {name}>\n      <failure {message}>{told}</failure>\n    </testcase>\n"


def _told(report: Report, found: Finding) -> Iterator[str]:
    yield f"{_at(report, found.place)}: {found.severity} {found.code} {found.name} {sentence(found.message)}"
    for place in proofs(found):
        yield f"{_at(report, place)}: {sentence(place.label)}" if place.label else _at(report, place)
    if found.url:
        yield found.url


def _at(report: Report, place: Place) -> str:
    span = place.span
    return f"{printable(report.in_repository(span.path))}:{span.line}:{span.column}"


def _text(text: str) -> str:
    r"""Characters that XML has; the few that are left without control characters as escapes, such as `\ufffe`."""
    kept = text if text.isascii() else "".join(map(_character, text))
    return kept.translate(_ENTITIES)


def _character(character: str) -> str:
    return character.encode("unicode_escape").decode() if character in "\ufffe\uffff" else character
