"""What changes the number or the size of a workload's pods, and what protects them."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.units import Seconds
from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One metric of a HorizontalPodAutoscaler."""

    kind: str  # Resource, ContainerResource, Pods, Object, External
    name: str  # cpu, memory, or the metric's own
    target_type: str  # Utilization, AverageValue, Value
    target: Value[float]  # per cent for Utilization, else in the metric's own unit: cores, bytes, messages
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Trigger:
    """One trigger of KEDA."""

    kind: str  # redis, rabbitmq, aws-sqs-queue, cpu, cron, …
    span: Span
    queue: Value[str | None]  # listName, queueName or the last part of queueURL; None: it looks at no queue
    database: Value[int | None]  # Redis' databaseIndex, 0 where it is left out; None: not Redis
    address: Value[str | None]  # of the broker: address, host or queueURL, as far as the manifest writes it
    target: Value[float | None]  # messages for each pod: listLength, value or queueLength


@dataclass(frozen=True, slots=True, eq=False)
class Autoscaler:
    """A HorizontalPodAutoscaler, or KEDA's ScaledObject or ScaledJob."""

    kind: str
    name: str
    span: Span
    least: Value[int]
    most: Value[int]
    metrics: tuple[Metric, ...]
    triggers: tuple[Trigger, ...]
    scale_down_window: Value[Seconds | None]
    """How long the metric must stay low before pods are taken away (300 s by default); None: never."""

    cooldown: Value[Seconds | None]  # KEDA: from the last trigger to none at all (300 s); None: not KEDA
    polling: Value[Seconds | None]  # KEDA: between two looks (30 s)


@dataclass(frozen=True, slots=True, eq=False)
class DisruptionBudget:
    """A PodDisruptionBudget: what evictions, such as those of a node that is drained, must leave."""

    name: str
    span: Span
    least_available: Value[str | None]  # minAvailable as written: `1`, `50%`
    most_unavailable: Value[str | None]  # maxUnavailable
    allows_none: Value[bool]
    """Whether it never lets a pod go: the replicas are no more than what must be left. A node cannot be drained."""
