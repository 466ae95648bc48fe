"""What one statement contributes to an app's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from celerylint.link.evaluate.origins import via
from celerylint.origin import Layer, Origin, Span, Value

# Strongest first; proved by running Celery 5.2 to 5.7 (celery/app/base.py:_load_config, celery/app/utils.py:Settings).
# CHANGED is a default of Celery's that is changed in place.
PRECONF, DEFAULTS, OBJECT, CHANGED = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Order:
    """When a statement runs: later wins within a rank. Nobody knows the order of two places that nothing orders.

    `number` counts what the process does while it loads the app, from 0; None for what is done elsewhere, which comes
    later: there only statements of one body (`body`: the file, and the line of the function around it) have an order.
    """

    number: int | None
    body: tuple[str, int] = ("", 0)
    place: tuple[int, int] = (0, 0)

    def is_ordered(self, other: Order) -> bool:
        """Whether it is known which of the two comes first."""
        return self.number is not None or other.number is not None or self.body == other.body

    @property
    def key(self) -> tuple[bool, int, tuple[str, int], tuple[int, int]]:
        """A key to sort by: a total order, right wherever there is one."""
        return self.number is None, self.number or 0, self.body, self.place


@dataclass(frozen=True, slots=True)
class Contribution:
    """Settings set together by one statement, by Celery's lower-case name.

    `open` is the reason why the statement may set others too; empty where it certainly sets only these. `certain` is
    False where nobody knows whether the statement runs at all. `prefixed` are the settings that it names with the
    namespace in front. `given` are the values by the names that are written there, those too that set nothing. `loaded`
    says whether something may have read the configuration before, which makes Celery load it.
    """

    rank: int
    order: Order
    settings: dict[str, Value[Any]] = field(default_factory=dict)
    open: str = ""
    span: Span | None = None
    certain: bool = True
    prefixed: frozenset[str] = frozenset()
    given: Mapping[str, Value[Any]] = field(default_factory=dict)
    namespace: str = ""
    loaded: bool = False

    def may_prefix(self, setting: str) -> bool:
        """Whether it names the setting with the namespace in front, or may do so."""
        return setting in self.prefixed or (bool(self.open) and setting not in self.settings)


def placed(value: Value[Any], layer: Layer, span: Span | None, note: str = "") -> Value[Any]:
    """A value as a setting: at the statement that sets it, with the way that it took before."""
    steps = value.origin.via if value.origin.span in (None, span) else via(value.origin)
    return Value(value.value, Origin(layer, span, steps, note), ())
