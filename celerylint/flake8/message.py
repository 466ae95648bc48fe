"""A finding in one line at one of its places, with the others named: flake8 knows no related places."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from celerylint.finding import Finding, Place
from celerylint.report.cells import printable, sentence

_NAMED = 3  # further places; more would hide the message
_LONGEST = 60  # characters of a place's label


def text(finding: Finding, here: Place, shown: Callable[[str], str]) -> str:
    """`CODE message (other places) [name]`, for a report at the place `here`.

    A place is `path:line: label`. There is no column: who reads flake8's output (python-lsp-server's flake8_lint.py)
    takes the last `path:line:column:` of a line for where it points.
    """
    others = list(dict.fromkeys(_others(finding, here, shown)))
    if len(others) > _NAMED + 1:
        others[_NAMED:] = [f"and {len(others) - _NAMED} more places"]
    aside = f" ({'; '.join(others)})" if others else ""
    return f"{finding.code} {sentence(finding.message)}{aside} [{finding.name}]"


def _others(finding: Finding, here: Place, shown: Callable[[str], str]) -> Iterator[str]:
    if here != finding.place:
        yield f"at {_named(finding.place, here, shown)}"
        if here.label:
            yield _named(here, here, shown)
    for place in finding.related:
        if place != here and (place.label or place.span != here.span):
            yield _named(place, here, shown)


def _named(place: Place, here: Place, shown: Callable[[str], str]) -> str:
    """Where it is, as far as that is not clear already, and what is there."""
    span = place.span
    if span.path != here.span.path:
        where = f"{printable(shown(span.path))}:{span.line}"
    else:
        where = f"line {span.line}" if span.line != here.span.line else "here"
    label = _label(place)
    return f"{where}: {label}" if label else where


def _label(place: Place) -> str:
    label = sentence(place.label)
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
