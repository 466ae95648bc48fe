"""A call in a task's body."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.origin import Span


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """Something that a task's body calls, by its imported name: `requests.post`, `numpy.linalg.svd`."""

    name: str
    span: Span
    through: tuple[Call, ...] = ()
    """The calls of the project's own functions that lead to it, outermost first; none where it stands in the body."""
