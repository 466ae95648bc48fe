"""How a page was decided: each clause of its condition with its answer, for every subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.model import Project
from celerylint.origin import Span
from celerylint.page.expression import Answer, clauses, compile_condition
from celerylint.page.parameters import effective
from celerylint.page.prepare import names_of
from celerylint.page.read import Page
from celerylint.page.scope import SCOPES


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of `when`, with what it came to and what it read."""

    text: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Decision:
    """All clauses for one subject."""

    subject: str
    span: Span
    clauses: tuple[Clause, ...]


def trace(page: Page, project: Project, parameters: Mapping[str, Any] | None = None) -> Iterator[Decision]:
    """The decisions of a page, subject by subject. Raises ExpressionError and ParameterError as running it does."""
    values = effective(page, parameters or {})
    types = names_of(page)
    compiled = [(text, compile_condition(text, types)) for text in clauses(page.when)]
    for subject in SCOPES[page.scope].subjects(project):
        names = {**values, **subject.names}
        answers = tuple(Clause(text, clause.evaluate(names)) for text, clause in compiled)
        yield Decision(subject.words, subject.span, answers)
