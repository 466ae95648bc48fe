"""Objects that act on other objects: autoscalers and LimitRanges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from celerylint.facts.manifests.quantity import cpu, memory
from celerylint.facts.manifests.reading import Reader, scalar_text, whole
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources.yaml import Mapping, Node


@dataclass(frozen=True, slots=True)
class AutoscalerFact:
    """What changes a workload's replicas. A VerticalPodAutoscaler changes its resources instead."""

    kind: str  # HorizontalPodAutoscaler, ScaledObject, ScaledJob or VerticalPodAutoscaler
    target_kind: str
    target: str
    minimum: Value[int]
    maximum: Value[int]
    namespace: str
    span: Span  # of the target's name
    rendering: str = ""  # of a chart or a kustomization


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


# The least and the most replicas where they are left out (KEDA 2.x: 0 and 100; the HPA's maximum is required).
_BOUNDS: dict[str, tuple[str, str, int | None, int | None]] = {
    "HorizontalPodAutoscaler": ("minReplicas", "maxReplicas", 1, None),
    "ScaledObject": ("minReplicaCount", "maxReplicaCount", 0, 100),
    "ScaledJob": ("minReplicaCount", "maxReplicaCount", 0, 100),
}
_VERTICAL = "a VerticalPodAutoscaler changes resources, not replicas"


def autoscaler(reader: Reader, kind: str, name: str, namespace: str, spec: Mapping | None) -> AutoscalerFact | None:
    """Read an autoscaler's spec; None where the object is no autoscaler or has no target."""
    if kind not in (*_BOUNDS, "VerticalPodAutoscaler") or spec is None:
        return None
    target = reader.mapping(spec, "targetRef" if kind.startswith("Vertical") else "scaleTargetRef")
    node = reader.child(target, "name")
    if kind == "ScaledJob":
        target_kind, target_name, span = kind, name, spec.span
    elif node is None:
        reader.problem(spec.span, f"the {kind} {name} has no target")
        return None
    else:
        target_kind = scalar_text(reader.child(target, "kind")) or "Deployment"
        target_name, span = scalar_text(node) or "", node.span
    if kind not in _BOUNDS:
        bounds: tuple[Value[int], Value[int]] = (unknown(_VERTICAL, span), unknown(_VERTICAL, span))
    else:
        bounds = _bounds(reader, kind, spec)
    return AutoscalerFact(kind, target_kind, target_name, *bounds, namespace, span)


def _bounds(reader: Reader, kind: str, spec: Mapping) -> tuple[Value[int], Value[int]]:
    low_key, high_key, least, most = _BOUNDS[kind]
    missing: Value[int] = unknown(f"the {kind} has no {high_key}", spec.span)
    low = reader.value(spec, low_key, whole, known(least, Layer.DEFAULT))
    return low, reader.value(spec, high_key, whole, missing if most is None else known(most, Layer.DEFAULT))


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
