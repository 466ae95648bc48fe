"""Workloads and containers of the model, from what the manifests write."""

from __future__ import annotations

from celerylint.facts.manifests import AutoscalerFact, ContainerFact, WorkloadFact
from celerylint.link.manifests import Manifests
from celerylint.model import Bytes, Container, Cpus, Seconds, Workload
from celerylint.origin import Value


def container_of(fact: ContainerFact) -> Container:
    """A container with its quantities in their units."""
    return Container(
        name=fact.name,
        span=fact.span,
        image=fact.image,
        memory_limit=_bytes(fact.memory_limit),
        memory_request=_bytes(fact.memory_request),
        cpu_limit=_cpus(fact.cpu_limit),
        cpu_request=_cpus(fact.cpu_request),
    )


def workload_of(fact: WorkloadFact, manifests: Manifests, grace_period: Value[float] | None = None) -> Workload:
    """A workload; its most replicas are those that an autoscaler in the repository may give it.

    `grace_period` is what one of its processes has, where that is another.
    """
    return Workload(
        name=fact.full_name,
        kind=fact.kind,
        platform=fact.platform,
        span=fact.span,
        namespace=fact.namespace,
        replicas=fact.replicas,
        most_replicas=_most_replicas(fact, manifests),
        grace_period=(grace_period or fact.grace_period).map(Seconds),
        strategy=fact.strategy,
        surges=fact.surges,
        spot=fact.spot,
        lives_long=fact.lives_long,
        containers=tuple(map(container_of, fact.containers)),
        development=fact.development,
        values=fact.values,
        overlay=fact.overlay,
    )


def _most_replicas(fact: WorkloadFact, manifests: Manifests) -> Value[int]:
    scaler = next((each for each in manifests.autoscalers if _scales(each, fact)), None)
    return scaler.maximum.hiding(fact.replicas) if scaler else fact.replicas


def _scales(scaler: AutoscalerFact, fact: WorkloadFact) -> bool:
    same = (scaler.target, scaler.target_kind) == (fact.name, fact.kind)
    near = not scaler.namespace or not fact.namespace or scaler.namespace == fact.namespace
    around = scaler.rendering in ("", fact.rendering)
    return fact.platform == "kubernetes" and scaler.kind != "VerticalPodAutoscaler" and same and near and around


def _bytes(value: Value[int | None]) -> Value[Bytes | None]:
    return value.map(lambda count: None if count is None else Bytes(count))


def _cpus(value: Value[float | None]) -> Value[Cpus | None]:
    return value.map(lambda count: None if count is None else Cpus(count))
