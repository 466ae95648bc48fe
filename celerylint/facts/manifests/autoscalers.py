"""Autoscalers: Kubernetes' own, KEDA's, and the VerticalPodAutoscaler."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.facts.manifests.reading import Reader, as_written, filled_in, scalar_text, seconds, whole
from celerylint.facts.manifests.scaling import MetricFact, TriggerFact, metrics, triggers
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources.yaml import Mapping

_NONE: Value[None] = known(None, Layer.DEFAULT)
VERTICAL = "VerticalPodAutoscaler"


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
    name: str = ""
    metrics: tuple[MetricFact, ...] = ()
    triggers: tuple[TriggerFact, ...] = ()
    scale_down_window: Value[float | None] = _NONE  # seconds; None: it never takes pods away
    cooldown: Value[float | None] = _NONE  # seconds, of KEDA
    polling: Value[float | None] = _NONE
    mode: Value[str | None] = _NONE  # a VerticalPodAutoscaler's updateMode


# The least and the most replicas where they are left out (KEDA 2.x: 0 and 100; the HPA's maximum is required).
_BOUNDS: dict[str, tuple[str, str, int | None, int | None]] = {
    "HorizontalPodAutoscaler": ("minReplicas", "maxReplicas", 1, None),
    "ScaledObject": ("minReplicaCount", "maxReplicaCount", 0, 100),
    "ScaledJob": ("minReplicaCount", "maxReplicaCount", 0, 100),
}
KINDS = frozenset({*_BOUNDS, VERTICAL})
_VERTICAL = "a VerticalPodAutoscaler changes resources, not replicas"
_WINDOW = 300.0  # seconds: kube-controller-manager --horizontal-pod-autoscaler-downscale-stabilization
_COOLDOWN, _POLLING = 300.0, 30.0  # seconds: KEDA 2.x
_BEHAVIOR = ("advanced", "horizontalPodAutoscalerConfig", "behavior")


def autoscaler(reader: Reader, kind: str, name: str, namespace: str, spec: Mapping | None) -> AutoscalerFact | None:
    """Read an autoscaler's spec; None where the object is no autoscaler or has no target."""
    if kind not in KINDS or spec is None:
        return None
    target = reader.mapping(spec, "targetRef" if kind == VERTICAL else "scaleTargetRef")
    node = reader.child(target, "name")
    if kind == "ScaledJob":
        target_kind, target_name, span = kind, name, spec.span
    elif node is None:
        reader.problem(spec.span, f"the {kind} {name} has no target")
        return None
    else:
        target_kind = scalar_text(reader.child(target, "kind")) or "Deployment"
        target_name, span = scalar_text(node) or "", node.span
    keda = kind.startswith("Scaled")
    minimum, maximum = _bounds(reader, kind, spec)
    return AutoscalerFact(
        kind,
        target_kind,
        target_name,
        minimum,
        maximum,
        namespace,
        span,
        name=name,
        metrics=metrics(reader, spec) if kind == "HorizontalPodAutoscaler" else (),
        triggers=triggers(reader, spec) if keda else (),
        scale_down_window=_window(reader, spec, ("behavior",) if not keda else _BEHAVIOR) if kind in _BOUNDS else _NONE,
        cooldown=_seconds(reader, spec, "cooldownPeriod", _COOLDOWN) if kind == "ScaledObject" else _NONE,
        polling=_seconds(reader, spec, "pollingInterval", _POLLING) if keda else _NONE,
        mode=_mode(reader, spec) if kind == VERTICAL else _NONE,
    )


def _bounds(reader: Reader, kind: str, spec: Mapping) -> tuple[Value[int], Value[int]]:
    if kind not in _BOUNDS:
        return unknown(_VERTICAL, spec.span), unknown(_VERTICAL, spec.span)
    low_key, high_key, least, most = _BOUNDS[kind]
    missing: Value[int] = unknown(f"the {kind} has no {high_key}", spec.span)
    low = reader.value(spec, low_key, whole, known(least, Layer.DEFAULT))
    idle: Value[int | None] = reader.value(spec, "idleReplicaCount", whole, _NONE)
    if idle.known and idle.get() is not None and low.known:
        low = min(low, idle, key=lambda value: int(value.get() or 0))
    return low, reader.value(spec, high_key, whole, missing if most is None else known(most, Layer.DEFAULT))


def _window(reader: Reader, spec: Mapping, path: tuple[str, ...]) -> Value[float | None]:
    """How long pods stay after the metric fell; None where the policy takes none away."""
    down = reader.mapping(spec, *path, "scaleDown")
    policy = reader.child(down, "selectPolicy")
    if scalar_text(policy) == "Disabled" and policy is not None:
        return as_written(None, policy)
    return _seconds(reader, down, "stabilizationWindowSeconds", _WINDOW)


def _seconds(reader: Reader, node: Mapping | None, key: str, usual: float) -> Value[float | None]:
    return reader.value(node, key, seconds, known(usual, Layer.DEFAULT))


def _mode(reader: Reader, spec: Mapping) -> Value[str | None]:
    node = reader.child(reader.mapping(spec, "updatePolicy"), "updateMode")
    if node is None:
        return known("Auto", Layer.DEFAULT)
    why = filled_in(node)
    return unknown(why, node.span) if why else as_written(scalar_text(node), node)
