"""What every report is made from."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celerylint.finding import Finding, Severity, Undecided

if TYPE_CHECKING:
    from celerylint.page import Page

HOMEPAGE = "https://github.com/celerylint/celerylint"


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts. `hidden` are findings below the least severity that was asked for, `suppressed` those that are ignored
    by a comment."""

    files: int
    workers: int
    tasks: int
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    undecided: int = 0
    hidden: int = 0
    suppressed: int = 0

    def of(self, severity: Severity) -> int:
        """How many findings of one severity."""
        counts = {Severity.ERROR: self.errors, Severity.WARNING: self.warnings, Severity.INFO: self.infos}
        return counts[severity]


@dataclass(frozen=True, slots=True)
class Report:
    """Findings and undecided entries in their order, and the ways to their source text."""

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    summary: Summary
    lines: Callable[[str], Sequence[str]]  # a file's lines without line ends, by its path in spans; none if unreadable
    shown: Callable[[str], str]  # a path in spans, as a person at the current directory writes it
    show_undecided: bool = False
    colour: bool = False
    base: str = ""  # the linted root as seen from the top of its repository; empty where it is that, or in none
    pages: Callable[[], Sequence[Page]] = tuple  # the rules that findings may be of

    def in_repository(self, path: str) -> str:
        """A path in spans as seen from the top of the repository: what forges and CI know files by."""
        return posixpath.normpath(posixpath.join(self.base, path))
