"""What the variables of a worker's container do to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True, eq=False)
class Override:
    """A variable that Celery's command line reads, and that says something else than the code."""

    name: str  # CELERY_WORKER_CONCURRENCY
    span: Span  # of its value
    setting: str  # worker_concurrency
    value: Value[Any]
    hidden: Value[Any]  # what the code says


@dataclass(frozen=True, slots=True, eq=False)
class DeadVariable:
    """A variable that is called like a setting, and that neither Celery nor anything in the repository reads."""

    name: str
    span: Span
    setting: str  # Celery's lower-case name of what it was meant to be
    instead: str  # the variable that Celery's command line does read for it; empty where there is none


@dataclass(frozen=True, slots=True, eq=False)
class LiteralVariable:
    """A variable's name on a command line that no shell reads: Celery gets the text, not the value."""

    name: str
    span: Span  # of the word
    text: str  # the word, as Celery gets it
