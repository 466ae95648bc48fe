"""Functions that share a task's name."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.origin import Span


@dataclass(frozen=True, slots=True, eq=False)
class Namesake:
    """Another function that is registered under the name of a task."""

    name: str
    span: Span
    same_file: bool
