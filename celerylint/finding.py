"""What celerylint says: findings with their places, and what stayed undecided with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from celerylint.origin import Span


class Severity(StrEnum):
    """error: breaks or loses work · warning: will likely hurt · info: advice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """certain: every value is written down or a default of Celery or Kubernetes · likely: one is inferred."""

    CERTAIN = "certain"
    LIKELY = "likely"


@dataclass(frozen=True, slots=True)
class Place:
    """A span with its own short label, such as `limit = 1 GiB`; empty where the finding's message serves."""

    span: Span
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A page that holds somewhere: the primary place, and the related ones that prove it, in order."""

    code: str
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    place: Place
    related: tuple[Place, ...] = ()
    url: str = ""

    @property
    def order(self) -> tuple[object, ...]:
        """Findings are reported by path, then line; the same input always gives the same order."""
        return (self.place.span, self.code, self.message)


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that a comment silences: not reported, but counted."""

    finding: Finding
    comment: Span
    reason: str  # in the author's words; empty where none is given


@dataclass(frozen=True, slots=True)
class Undecided:
    """A page whose condition needs a value nobody can know: what is unknown, and why."""

    code: str
    name: str
    place: Span
    subject: str  # the entity in words, such as `worker shop-worker`
    unknown: str  # the expression that is unknown, such as `worker.concurrency`
    reason: str
    at: Span | None = None  # where the trail ends

    @property
    def order(self) -> tuple[object, ...]:
        """The same order as findings."""
        return (self.place, self.code, self.subject, self.unknown)
