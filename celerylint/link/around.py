"""What acts on a workload: autoscalers, budgets, LimitRanges, PriorityClasses, and Rollouts that take its place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Protocol

from celerylint.facts.manifests import (
    ActingFacts,
    AutoscalerFact,
    BudgetFact,
    LimitRangeFact,
    RolloutFact,
    TriggerFact,
    WorkloadFact,
)
from celerylint.facts.manifests.autoscalers import VERTICAL
from celerylint.model import Autoscaler, Container, DisruptionBudget, Metric, Seconds, Trigger
from celerylint.origin import Layer, Origin, Span, Unknown, Value, derive, known, unknown

_NONE: Value[None] = known(None, Layer.DEFAULT)
_QUEUES = ("listName", "queueName", "queueURL", "queueUrl")
_ADDRESSES = ("address", "addresses", "host", "queueURL", "queueUrl")
_TARGETS = ("listLength", "queueLength", "value", "targetQueueLength")


class Acting(Protocol):
    """A fact that belongs to a namespace and to a rendering."""

    @property
    def namespace(self) -> str: ...
    @property
    def rendering(self) -> str: ...
    @property
    def span(self) -> Span: ...


def near(fact: Acting, workload: WorkloadFact) -> bool:
    """Whether a fact may act on a workload: of its own rendering or of none, and not of another namespace."""
    same = not fact.namespace or not workload.namespace or fact.namespace == workload.namespace
    return workload.platform == "kubernetes" and same and fact.rendering in ("", workload.rendering)


def scaler_of(acting: ActingFacts, workload: WorkloadFact, vertical: bool = False) -> AutoscalerFact | None:
    """The autoscaler of a workload's replicas, or (`vertical`) of its resources."""
    found = (
        each
        for each in acting.autoscalers
        if (each.target, each.target_kind) == (workload.name, workload.kind)
        and near(each, workload)
        and (each.kind == VERTICAL) is vertical
    )
    return next(found, None)


def autoscaler_of(fact: AutoscalerFact | None) -> Autoscaler | None:
    """The model of an autoscaler of replicas."""
    if fact is None:
        return None
    return Autoscaler(
        kind=fact.kind,
        name=fact.name,
        span=fact.span,
        least=fact.minimum,
        most=fact.maximum,
        metrics=tuple(Metric(each.kind, each.name, each.target_type, each.target, each.span) for each in fact.metrics),
        triggers=tuple(map(_trigger, fact.triggers)),
        scale_down_window=_seconds(fact.scale_down_window),
        cooldown=_seconds(fact.cooldown),
        polling=_seconds(fact.polling),
    )


def _seconds(value: Value[float | None]) -> Value[Seconds | None]:
    return value.map(lambda number: None if number is None else Seconds(number))


def _trigger(fact: TriggerFact) -> Trigger:
    metadata = dict(fact.metadata)
    queue = _first(metadata, _QUEUES).map(lambda text: None if text is None else text.rstrip("/").rpartition("/")[2])
    redis = fact.kind.startswith("redis")
    database = metadata.get("databaseIndex") or known("0", Layer.DEFAULT)
    return Trigger(
        kind=fact.kind,
        span=fact.span,
        queue=queue,
        database=_number(database, int) if redis else _NONE,
        address=_first(metadata, _ADDRESSES),
        target=_number(_first(metadata, _TARGETS), float),
    )


def _first(metadata: dict[str, Value[str]], keys: Iterable[str]) -> Value[Any]:
    return next((metadata[key] for key in keys if key in metadata), _NONE)


def _number(value: Value[Any], convert: type[int] | type[float]) -> Value[Any]:
    if not isinstance(value.value, str):
        return value
    try:
        return replace(value, value=convert(value.value))
    except ValueError:
        return unknown(f"{value.value[:40]} is no number", value.origin.span)


def budget_of(acting: ActingFacts, workload: WorkloadFact, least: Value[int]) -> DisruptionBudget | None:
    """The PodDisruptionBudget whose labels the pods of a workload have; one that selects by more is left out."""
    labels = set(workload.template_labels)
    for fact in acting.budgets:
        if near(fact, workload) and fact.labels and not fact.partial and labels.issuperset(fact.labels):
            return DisruptionBudget(
                name=fact.name,
                span=fact.span,
                least_available=fact.minimum.map(lambda value: None if value is None else str(value)),
                most_unavailable=fact.maximum.map(lambda value: None if value is None else str(value)),
                allows_none=_allows_none(fact, least),
            )
    return None


def _allows_none(fact: BudgetFact, replicas: Value[int]) -> Value[bool]:
    """Whether no pod may go: the shares are rounded up (kubernetes pkg/controller/disruption)."""
    if isinstance(fact.maximum.value, Unknown) or fact.maximum.value is not None:
        return derive(lambda most, count: _pods(most, count) == 0 and count > 0, fact.maximum, replicas)
    if isinstance(fact.minimum.value, Unknown) or fact.minimum.value is not None:
        return derive(lambda least, count: _pods(least, count) >= count > 0, fact.minimum, replicas)
    return known(False, Layer.DEFAULT)


def _pods(written: int | str, replicas: int) -> int:
    return math.ceil(int(written[:-1]) * replicas / 100) if isinstance(written, str) else written


def limited(value: Value[Any], field: str, acting: ActingFacts, workload: WorkloadFact) -> Value[Any]:
    """A limit or request with what a LimitRange gives where nobody writes one."""
    if not value.known or value.get() is not None:
        return value
    ranges = [each for each in acting.limit_ranges if near(each, workload)]
    given = [(each, getattr(each, field)) for each in ranges]
    for fact, default in given:
        if default.known and default.get() is None:
            continue
        if not _certain(fact, workload):
            return unknown(f"the LimitRange {fact.name} may give it one", fact.span)
        if not default.known:
            return unknown(default.reason, fact.span)
        note = f"the LimitRange {fact.name} gives it"
        return Value(default.get(), Origin(Layer.INFERRED, default.origin.span or fact.span, (), note))
    return value


def _certain(fact: LimitRangeFact, workload: WorkloadFact) -> bool:
    """Whether both are in one namespace, or are put into one together."""
    return fact.namespace == workload.namespace


def priority_of(acting: ActingFacts, workload: WorkloadFact) -> Value[int | None]:
    """The priority of a workload's class; unknown where the class is not in the repository."""
    if not workload.priority_class:
        return _NONE
    found = (each for each in acting.priority_classes if each.name == workload.priority_class)
    fact = next((each for each in found if each.rendering in ("", workload.rendering)), None)
    if fact is None:
        return unknown(f"the PriorityClass {workload.priority_class} is not in the repository", workload.span)
    return fact.value.map(lambda number: number)


def qos_of(containers: Iterable[Container]) -> Value[str | None]:
    """Guaranteed: each container's limits are its requests, both for CPU and memory. BestEffort: nobody has any."""
    every = list(containers)
    values = [
        value for each in every for value in (each.memory_limit, each.memory_request, each.cpu_limit, each.cpu_request)
    ]
    return derive(_qos, *values)


def _qos(*amounts: Any) -> str:
    if all(amount is None for amount in amounts):
        return "BestEffort"
    pairs = [amounts[index : index + 2] for index in range(0, len(amounts), 2)]
    same = all(limit is not None and limit == request for limit, request in pairs)
    return "Guaranteed" if same else "Burstable"


def in_place(workloads: Iterable[WorkloadFact], rollouts: tuple[RolloutFact, ...]) -> list[WorkloadFact]:
    """The workloads with those of Rollouts in the place of the ones whose pods they take (`workloadRef`)."""
    return [_replaced(workload, rollouts) for workload in workloads] if rollouts else list(workloads)


def _replaced(workload: WorkloadFact, rollouts: tuple[RolloutFact, ...]) -> WorkloadFact:
    for fact in rollouts:
        if (fact.target_kind, fact.target) == (workload.kind, workload.name) and near(fact, workload):
            return replace(
                workload,
                kind="Rollout",
                name=fact.name,
                replicas=fact.replicas,
                strategy=fact.strategy,
                surges=fact.surges,
            )
    return workload
