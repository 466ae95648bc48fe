"""A Helm chart of the repository."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.origin import Span


@dataclass(frozen=True, slots=True, eq=False)
class UnusedValue:
    """A value that no template of the chart reads: it changes nothing."""

    key: str  # dotted, as in `.Values`
    span: Span  # of the key, in the values file or the release that writes it


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart that concerns Celery."""

    name: str
    folder: str  # from the root; empty for the root itself
    span: Span  # of the name
    unused_values: tuple[UnusedValue, ...]  # only where it is certain that no template reads them
