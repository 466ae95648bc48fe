"""What autoscalers look at: the HPA's metrics and KEDA's triggers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.facts.manifests.quantity import Amount, QuantityError, quantity
from celerylint.facts.manifests.reading import Reader, as_written, entries, filled_in, scalar_text, whole
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources.yaml import Mapping, Node, Scalar


@dataclass(frozen=True, slots=True)
class MetricFact:
    """One metric of a HorizontalPodAutoscaler. A target is per cent for `Utilization`, else in the metric's unit."""

    kind: str  # Resource, ContainerResource, Pods, Object, External
    name: str  # cpu, memory, or the metric's own
    target_type: str  # Utilization, AverageValue, Value
    target: Value[float]
    span: Span


@dataclass(frozen=True, slots=True)
class TriggerFact:
    """One trigger of KEDA: its type, and its metadata as written."""

    kind: str  # redis, rabbitmq, aws-sqs-queue, cpu, cron, …
    metadata: tuple[tuple[str, Value[str]], ...]
    span: Span


_HOLDERS = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
_TARGETS = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}
# Kubernetes, HorizontalPodAutoscalerSpec: without any metric the target is 80 % of the CPU that is asked for.
_USUAL_SHARE = 80.0


def metrics(reader: Reader, spec: Mapping) -> tuple[MetricFact, ...]:
    """The metrics of an autoscaler of any version; the CPU where it names none."""
    found = tuple(_metrics(reader, spec))
    if found:
        return found
    share = reader.value(spec, "targetCPUUtilizationPercentage", _share, known(_USUAL_SHARE, Layer.DEFAULT))
    return (MetricFact("Resource", "cpu", "Utilization", share, share.origin.span or spec.span),)


def _metrics(reader: Reader, spec: Mapping) -> Iterator[MetricFact]:
    for item in reader.sequence(spec, "metrics"):
        kind = scalar_text(reader.child(item, "type")) or ""
        holder = reader.mapping(item, _HOLDERS.get(kind, ""))
        if holder is None:
            continue
        named = reader.child(holder, "name") or reader.child(reader.mapping(holder, "metric"), "name")
        target_type, target = _target(reader, holder)
        name = scalar_text(named) or scalar_text(reader.child(holder, "metricName")) or ""
        yield MetricFact(kind, name, target_type, target, item.span)


def _target(reader: Reader, holder: Mapping) -> tuple[str, Value[float]]:
    """autoscaling/v2's target, else v2beta1's fields."""
    missing: Value[float] = unknown("the metric has no target", holder.span)
    target = reader.mapping(holder, "target")
    written = scalar_text(reader.child(target, "type"))
    if target is not None and written in _TARGETS:
        convert = _share if written == "Utilization" else _number
        return written, reader.value(target, _TARGETS[written], convert, missing)
    for key, name in (("targetAverageUtilization", "Utilization"), ("targetAverageValue", "AverageValue")):
        if reader.child(holder, key) is not None:
            return name, reader.value(holder, key, _share if name == "Utilization" else _number, missing)
    return "Value", reader.value(holder, "targetValue", _number, missing)


def triggers(reader: Reader, spec: Mapping) -> tuple[TriggerFact, ...]:
    """KEDA's triggers, in order."""
    found = []
    for item in reader.sequence(spec, "triggers"):
        kind = scalar_text(reader.child(item, "type"))
        if kind is not None:
            pairs = entries(reader.mapping(item, "metadata"))
            metadata = tuple((key.value, _text(value)) for key, value in pairs if isinstance(value, Scalar))
            found.append(TriggerFact(kind, metadata, item.span))
    return tuple(found)


def _text(node: Node) -> Value[str]:
    why = filled_in(node)
    return unknown(why, node.span) if why else as_written(scalar_text(node) or "", node)


def _share(written: Amount) -> float:
    """Per cent. Raises QuantityError."""
    return float(whole(written))


def _number(written: Amount) -> float:
    """A quantity in the metric's own unit. Raises QuantityError."""
    value = quantity(written)
    if value < 0:
        raise QuantityError("the target is negative")
    return float(value)
