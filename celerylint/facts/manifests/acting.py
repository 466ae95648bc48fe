"""Objects beside workloads that change them, or say how they are placed, scaled and evicted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from celerylint.facts.manifests.autoscalers import AutoscalerFact
from celerylint.facts.manifests.quantity import Amount, QuantityError, cpu, memory
from celerylint.facts.manifests.reading import Reader, entries, scalar_text, whole
from celerylint.facts.manifests.rollout import RolloutFact
from celerylint.origin import Layer, Span, Value, known
from celerylint.sources.yaml import Mapping, Node


@dataclass(frozen=True, slots=True)
class LimitRangeFact:
    """What containers of a namespace get where they write no limit or request; None where it gives none."""

    name: str
    namespace: str
    memory_limit: Value[int | None]
    memory_request: Value[int | None]
    cpu_limit: Value[float | None]
    cpu_request: Value[float | None]
    span: Span
    rendering: str = ""


@dataclass(frozen=True, slots=True)
class BudgetFact:
    """A PodDisruptionBudget: how many pods an eviction leaves. A number, a share such as `50%`, or None."""

    name: str
    namespace: str
    labels: tuple[tuple[str, str], ...]  # that its pods have
    partial: bool  # it selects by more than labels
    minimum: Value[int | str | None]  # minAvailable
    maximum: Value[int | str | None]  # maxUnavailable
    span: Span
    rendering: str = ""


@dataclass(frozen=True, slots=True)
class PriorityClassFact:
    """A PriorityClass."""

    name: str
    value: Value[int]
    namespace: str  # always empty: it is the whole cluster's
    span: Span
    rendering: str = ""


@dataclass(frozen=True, slots=True)
class ActingFacts:
    """Those of one file, or of all."""

    autoscalers: tuple[AutoscalerFact, ...] = ()
    limit_ranges: tuple[LimitRangeFact, ...] = ()
    budgets: tuple[BudgetFact, ...] = ()
    priority_classes: tuple[PriorityClassFact, ...] = ()
    rollouts: tuple[RolloutFact, ...] = ()

    def joined(self, other: ActingFacts) -> ActingFacts:
        """Both together."""
        return ActingFacts(
            (*self.autoscalers, *other.autoscalers),
            (*self.limit_ranges, *other.limit_ranges),
            (*self.budgets, *other.budgets),
            (*self.priority_classes, *other.priority_classes),
            (*self.rollouts, *other.rollouts),
        )

    def each(self, change: Callable[[Any], Any]) -> ActingFacts:
        """The same with each of them changed."""
        return ActingFacts(
            tuple(map(change, self.autoscalers)),
            tuple(map(change, self.limit_ranges)),
            tuple(map(change, self.budgets)),
            tuple(map(change, self.priority_classes)),
            tuple(map(change, self.rollouts)),
        )

    def in_rendering(self, rendering: str) -> ActingFacts:
        """The same as parts of one rendering."""
        return self.each(lambda fact: replace(fact, rendering=rendering))


def limit_range(reader: Reader, name: str, namespace: str, spec: Mapping | None) -> LimitRangeFact | None:
    """The defaults of a LimitRange's Container limits, as the API server completes them."""
    for item in reader.sequence(spec, "limits"):
        if scalar_text(reader.child(item, "type")) != "Container":
            continue
        # kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem: a missing default is the
        # maximum; a missing default request is the default, else the minimum.
        limits = ("default", "max")
        requests = ("defaultRequest", "default", "max", "min")
        return LimitRangeFact(
            name,
            namespace,
            _first(reader, item, limits, "memory"),
            _first(reader, item, requests, "memory"),
            _first(reader, item, limits, "cpu"),
            _first(reader, item, requests, "cpu"),
            item.span,
        )
    return None


def _first(reader: Reader, item: Node, keys: tuple[str, ...], resource: str) -> Value[Any]:
    absent: Value[None] = known(None, Layer.DEFAULT)
    for key in keys:
        found = reader.mapping(item, key)
        if reader.child(found, resource) is not None:
            return reader.value(found, resource, memory if resource == "memory" else cpu, absent)
    return absent


def budget(reader: Reader, name: str, namespace: str, spec: Mapping | None, span: Span) -> BudgetFact:
    """A PodDisruptionBudget."""
    absent: Value[None] = known(None, Layer.DEFAULT)
    selector = reader.mapping(spec, "selector")
    labels = ((key.value, scalar_text(value)) for key, value in entries(reader.mapping(selector, "matchLabels")))
    return BudgetFact(
        name,
        namespace,
        tuple((key, text) for key, text in labels if text is not None),
        bool(reader.sequence(selector, "matchExpressions")),
        reader.value(spec, "minAvailable", _pods, absent),
        reader.value(spec, "maxUnavailable", _pods, absent),
        span,
    )


def _pods(written: Amount) -> int | str:
    """A number of pods, or a share of them as written. Raises QuantityError."""
    if isinstance(written, str):
        if not (written.endswith("%") and written[:-1].isdecimal() and len(written) < 9):
            raise QuantityError(f"`{written[:40]}` is neither a number nor a percentage")
        return written
    return whole(written)


def priority_class(reader: Reader, name: str, node: Mapping, span: Span) -> PriorityClassFact:
    """A PriorityClass."""
    return PriorityClassFact(name, reader.value(node, "value", _priority, known(0, Layer.DEFAULT)), "", span)


def _priority(written: Amount) -> int:
    """A priority, which may be negative. Raises QuantityError."""
    if isinstance(written, bool) or not isinstance(written, int) or abs(written) > 2**31:
        raise QuantityError(f"`{str(written)[:40]}` is no priority")
    return written
