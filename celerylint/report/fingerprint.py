"""What stays of a finding while lines are added above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from celerylint.finding import Finding
from celerylint.report.credentials import masked
from celerylint.report.places import region
from celerylint.report.result import Report

_WINDOW, _BASE, _MODULUS = 100, 37, 1 << 64  # of GitHub's hash of a line
_END_OF_FILE = 0xFFFF
_BLANK = str.maketrans("", "", " \t")


def fingerprints(report: Report, findings: Iterable[Finding]) -> list[str]:
    """One for each finding, all different: its rule, file and line's text, and which of several equal ones it is.

    No line number, no password: a line that moves, or whose password changes, keeps its fingerprint.
    """
    from hashlib import sha256

    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for found in findings:
        span = found.place.span
        text = " ".join(masked(region(span, report.lines).text).split())
        key = (found.code, report.in_repository(span.path), text)
        seen[key] += 1
        told = "\0".join((*key, str(seen[key]))).encode("utf-8", "surrogatepass")
        made.append(sha256(told).hexdigest()[:32])
    return made


def line_hashes(lines: Sequence[str]) -> Mapping[int, str]:
    """By line number, what github/codeql-action calls `primaryLocationLineHash` (src/fingerprints.ts).

    Code scanning knows an alert again by it. The upload action complains of another value, and the REST API fills
    in none. It is a polynomial of the hundred characters that follow a line's start, blanks left out, and a count
    of equal ones above.
    """
    starts: list[int] = []
    units: list[int] = []
    for number, line in enumerate(lines, 1):
        starts.append(len(units))
        units += _utf16(line.translate(_BLANK))
        units.append(ord("\n") if number < len(lines) else _END_OF_FILE)
    units += [0] * _WINDOW
    upto = list(accumulate(units, lambda total, unit: (total * _BASE + unit) % _MODULUS, initial=0))
    outgoing = pow(_BASE, _WINDOW, _MODULUS)
    seen: Counter[int] = Counter()
    hashes = {}
    for number, start in enumerate(starts, 1):
        value = (upto[start + _WINDOW] - upto[start] * outgoing) % _MODULUS
        seen[value] += 1
        hashes[number] = f"{value:x}:{seen[value]}"
    return hashes


def _utf16(text: str) -> Iterable[int]:
    """The code units of a text."""
    if text.isascii():
        return text.encode()
    data = text.encode("utf-16-le", "surrogatepass")
    return (low | high << 8 for low, high in zip(data[::2], data[1::2], strict=True))
