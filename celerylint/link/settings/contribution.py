"""What one statement contributes to an app's configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from celerylint.origin import Layer, Origin, Span, Value

# Strongest first; proved by running Celery 5.2 to 5.7 (celery/app/base.py:_load_config, celery/app/utils.py:Settings).
PRECONF, DEFAULTS, OBJECT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Contribution:
    """Settings set together by one statement, by Celery's lower-case name.

    `open` is the reason why the statement may set others too; empty where it certainly sets only these. `certain` is
    False where a condition that nobody can know decides whether the statement runs at all.
    """

    rank: int
    order: tuple[object, ...]  # later wins within a rank
    settings: dict[str, Value[Any]] = field(default_factory=dict)
    open: str = ""
    span: Span | None = None
    certain: bool = True


def placed(value: Value[Any], layer: Layer, span: Span | None, note: str = "") -> Value[Any]:
    """A value as a setting: at the statement that sets it, with the way that it took before."""
    steps = value.origin.via if value.origin.span in (None, span) else (value.origin,)
    return Value(value.value, Origin(layer, span, steps, note), ())
