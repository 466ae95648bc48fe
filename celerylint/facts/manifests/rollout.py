"""How many pods an object keeps, and how it replaces them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from celerylint.facts.manifests.quantity import Amount, QuantityError
from celerylint.facts.manifests.reading import Reader, as_written, scalar_text, whole
from celerylint.origin import Layer, Span, Value, derive, known, unknown
from celerylint.sources.yaml import Mapping

WORKFLOWS = frozenset({"Workflow", "CronWorkflow", "WorkflowTemplate", "ClusterWorkflowTemplate"})  # Argo's
# OpenKruise has its own jobs.
BATCH = frozenset(["Job", "CronJob", "ScaledJob", "JobSet", "BroadcastJob", "AdvancedCronJob"]) | WORKFLOWS

# Kubernetes API, OpenKruise and Argo Rollouts: where `replicas` is left out there is one.
_ONE_BY_DEFAULT = frozenset(
    {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "CloneSet", "Rollout", "Pod"}
)


@dataclass(frozen=True, slots=True)
class RolloutFact:
    """An Argo Rollout that takes the pods of another workload and keeps them in its place (`workloadRef`)."""

    name: str
    namespace: str
    target_kind: str
    target: str
    replicas: Value[int]
    strategy: Value[str | None]
    surges: Value[bool]
    span: Span
    rendering: str = ""


_PARALLEL = frozenset({"Job", "CronJob"})
_REASONS = {
    "DaemonSet": "a DaemonSet runs one per node",
    "ScaledJob": "KEDA starts as many jobs as the queue asks for",
    "Knative": "Knative scales it with the requests",
}
_NO_SURGE = frozenset(["StatefulSet", "ReplicaSet", "ReplicationController", "Pod", "PodTemplate"]) | BATCH
# Where the surge of a kind is written below its spec, and what it is where it is left out.
_SURGES: dict[str, tuple[tuple[str, ...], str | int]] = {
    "Deployment": (("strategy", "rollingUpdate", "maxSurge"), "25%"),
    "DeploymentConfig": (("strategy", "rollingParams", "maxSurge"), "25%"),
    "Rollout": (("strategy", "canary", "maxSurge"), "25%"),
    "DaemonSet": (("updateStrategy", "rollingUpdate", "maxSurge"), 0),
    "CloneSet": (("updateStrategy", "maxSurge"), 0),
}


def replicas(reader: Reader, kind: str, owner: Mapping | None) -> Value[int]:
    """How many pods `owner`, the mapping that holds the pod template, asks for."""
    if kind in _REASONS:
        return unknown(_REASONS[kind])
    if kind in _PARALLEL:
        return reader.value(owner, "parallelism", whole, known(1, Layer.DEFAULT))
    absent = (
        known(1, Layer.DEFAULT) if kind in _ONE_BY_DEFAULT else unknown(f"a {kind} without replicas decides itself")
    )
    return reader.value(owner, "replicas", whole, absent) if kind != "Pod" else absent


def rollout(reader: Reader, name: str, namespace: str, spec: Mapping | None, span: Span) -> RolloutFact | None:
    """A Rollout without a pod template of its own."""
    reference = reader.mapping(spec, "workloadRef")
    target = scalar_text(reader.child(reference, "name"))
    if target is None:
        return None
    count, plan = replicas(reader, "Rollout", spec), strategy(reader, "Rollout", spec)
    kind = scalar_text(reader.child(reference, "kind")) or "Deployment"
    return RolloutFact(name, namespace, kind, target, count, plan, surges(reader, "Rollout", spec, plan, count), span)


def strategy(reader: Reader, kind: str, owner: Mapping | None) -> Value[str | None]:
    """RollingUpdate or Recreate for a Deployment and its like; None where the kind has no such choice."""
    if kind == "Rollout":
        found = reader.mapping(owner, "strategy")
        name = "BlueGreen" if reader.child(found, "blueGreen") else "Canary"
        return known(name, Layer.MANIFEST, found.span) if found else known(name, Layer.DEFAULT)
    if kind not in ("Deployment", "DeploymentConfig"):
        return known(None, Layer.DEFAULT)
    node = reader.child(reader.mapping(owner, "strategy"), "type")
    if node is None:
        return known("RollingUpdate", Layer.DEFAULT)
    written = {"Rolling": "RollingUpdate"}.get(scalar_text(node) or "", scalar_text(node))
    if written in ("RollingUpdate", "Recreate"):
        return as_written(written, node)
    return unknown(f"the strategy {written or 'is no text'} cannot be read", node.span)


def surges(reader: Reader, kind: str, owner: Mapping | None, plan: Value[str | None], count: Value[int]) -> Value[bool]:
    """Whether a rollout starts a new pod before an old one is gone."""
    if kind in _NO_SURGE:
        return known(False, Layer.DEFAULT)
    if not plan.known or plan.get() == "Recreate":
        return plan.map(lambda _: False)
    if plan.get() == "BlueGreen" or kind == "Knative":
        return known(True, Layer.DEFAULT)
    if kind not in _SURGES:
        return unknown(f"how a {kind} replaces its pods is its own affair")
    path, usual = _SURGES[kind]
    most = reader.value(owner, path, _surge, known(_surge(usual), Layer.DEFAULT))
    if most.known and not isinstance(most.get(), Fraction):
        return most.map(lambda number: number >= 1)
    if not most.known or most.get() == 0 or not count.known:
        # A share of any pods at all rounds up to one.
        return most.map(lambda share: share > 0)
    surge = derive(lambda share, pods: math.ceil(share * pods) >= 1, most, count)
    return Value(surge.value, most.origin)


def _surge(written: Amount) -> int | Fraction:
    """A number of pods, or a share of them (`25%` is 1/4). Raises QuantityError."""
    if isinstance(written, str):
        if not re.fullmatch(r"[0-9]{1,9}%", written):
            raise QuantityError(f"`{written[:40]}` is neither a number nor a percentage")
        return Fraction(int(written[:-1]), 100)
    return whole(written)
