"""The project of one flake8 run: analysed once, then asked for one file after the other."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from celerylint import session
from celerylint.configuration import Configuration
from celerylint.flake8.message import text

if TYPE_CHECKING:
    from celerylint.finding import Finding, Place


@dataclass(frozen=True, slots=True, order=True)
class Report:
    """What flake8 shows of a finding in one file; line and column count from 1."""

    line: int
    column: int
    text: str


class Project:
    """A root (without links) and its configuration, and what is found there; with or without heed to `# noqa`."""

    def __init__(self, root: Path, configuration: Configuration, noqa: bool = True) -> None:
        self._root = root
        self._configuration = configuration
        self._noqa = noqa

    def analyse(self) -> None:
        """Reads the project as it is on disk. Raises ConfigurationError."""
        _ = self._saved

    def reports(self, file: str, buffer: str | None = None) -> Sequence[Report]:
        """What is found in a file, in its order; `buffer` is its text where an editor has not saved it yet.

        Nothing for a file outside of the root, or one that celerylint leaves out. Raises ConfigurationError.
        """
        names = tuple(_names(self._root, file))
        if not names:
            return ()
        found = self._saved if buffer is None else self._checked(dict.fromkeys(names, _encoded(buffer)))
        return next((found[name] for name in names if name in found), ())

    @cached_property
    def _saved(self) -> Mapping[str, Sequence[Report]]:
        return self._checked({})

    def _checked(self, overlay: Mapping[str, bytes]) -> Mapping[str, Sequence[Report]]:
        result = session.check(self._root, self._configuration, overlay=overlay)
        more = () if self._noqa else _behind_noqa(result)
        return _by_file((*result.findings, *more), self._shown)

    def _shown(self, path: str) -> str:
        """A path in spans, as the reader can open it from the current directory."""
        return os.path.relpath(self._root / path)


def _names(root: Path, file: str) -> Iterator[str]:
    """What spans may call the file: a link goes by its own name where what it leads to is not read itself."""
    folder, name = os.path.split(os.path.abspath(file))  # noqa: PTH100
    for path in dict.fromkeys((Path(os.path.realpath(folder), name), Path(os.path.realpath(file)))):
        if path.is_relative_to(root):
            yield path.relative_to(root).as_posix()


def _encoded(buffer: str) -> bytes:
    """The bytes that would be saved: an encoding that the text declares in a comment is how it will be read."""
    plain = buffer.encode("utf-8", "surrogatepass")
    try:
        declared = tokenize.detect_encoding(io.BytesIO(plain).readline)[0]
        return buffer.encode(declared, "replace")
    except (SyntaxError, LookupError):
        return plain


def _behind_noqa(result: session.Result) -> Iterator[Finding]:
    """What a `# noqa` silences, and not one of celerylint's own comments."""
    for each in result.suppressed:
        at = each.comment
        comment = result.lines(at.path)[at.line - 1][at.column - 1 : at.end_column - 1]
        if "noqa" in comment.lower() and "celerylint" not in comment.lower():
            yield each.finding


def _by_file(findings: Iterable[Finding], shown: Callable[[str], str]) -> Mapping[str, Sequence[Report]]:
    """Each finding once in each file that it has a place in: at its first place there."""
    reports: dict[str, list[Report]] = {}
    for finding in findings:
        first: dict[str, Place] = {}
        for place in (finding.place, *finding.related):
            first.setdefault(place.span.path, place)
        for path, place in first.items():
            span = place.span
            reports.setdefault(path, []).append(Report(span.line, span.column, text(finding, place, shown)))
    return {path: sorted(each) for path, each in reports.items()}
