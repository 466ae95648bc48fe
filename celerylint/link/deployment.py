"""Workloads and containers of the model, from what the manifests write."""

from __future__ import annotations

from celerylint.facts.manifests import ContainerFact, EnvironmentFact, WorkloadFact
from celerylint.link.around import autoscaler_of, budget_of, limited, priority_of, qos_of, scaler_of
from celerylint.link.containers import limit_of, variable_value
from celerylint.link.manifests import Manifests
from celerylint.link.probes import healthcheck_of, hook_of, probe_of
from celerylint.model import Bytes, Container, Cpus, Seconds, Variable, Volume, Workload
from celerylint.origin import Layer, Value, known, unknown

_NO_TEXT: Value[str | None] = known(None, Layer.DEFAULT)


def container_of(fact: ContainerFact, workload: WorkloadFact, manifests: Manifests) -> Container:
    """A container with its quantities in their units, and what the namespace gives where it writes none."""
    acting, doubt = manifests.acting, workload.patched

    def amount(value: Value[float | None], field: str) -> Value[float | None]:
        return limited(value, field, acting, workload)

    return Container(
        name=fact.name,
        span=fact.span,
        image=fact.image,
        memory_limit=_bytes(limited(fact.memory_limit, "memory_limit", acting, workload)),
        memory_request=_bytes(limited(fact.memory_request, "memory_request", acting, workload)),
        cpu_limit=_cpus(amount(fact.cpu_limit, "cpu_limit")),
        cpu_request=_cpus(amount(fact.cpu_request, "cpu_request")),
        storage_limit=_bytes(fact.storage_limit),
        liveness=probe_of(fact.liveness, "liveness", doubt),
        readiness=probe_of(fact.readiness, "readiness", doubt),
        startup=probe_of(fact.startup, "startup", doubt),
        healthcheck=healthcheck_of(fact, workload.platform, doubt or workload.incomplete),
        pre_stop=hook_of(fact.pre_stop, doubt),
        post_start=hook_of(fact.post_start, doubt),
        variables=tuple(_variable(each, fact, workload, manifests) for each in fact.environment),
        volumes=tuple(
            Volume(each.target, each.kind, each.read_only, each.in_memory, each.span) for each in fact.volumes
        ),
        user=fact.security.user,
        root=_root(fact),
        read_only_root=fact.security.read_only_root,
        restart=fact.restart,
        stop_signal=fact.stop_signal or _NO_TEXT,
        sidecar=fact.sidecar,
    )


def _variable(each: EnvironmentFact, fact: ContainerFact, workload: WorkloadFact, manifests: Manifests) -> Variable:
    source = each.reference.kind if each.reference else "resource" if each.resource else "value"
    if source == "value" and not each.value.known and "running pod's" in each.value.reason:
        source = "field"
    limit = limit_of(each, fact, workload) if each.resource and each.resource.resource.startswith("limits.") else None
    of_node = limit is not None and limit.value is None
    value = variable_value(each, fact, workload, manifests)
    return Variable(each.name, each.span, value, source, each.resource.resource if each.resource else "", of_node)


def _root(fact: ContainerFact) -> Value[bool]:
    """Whether root runs the container's processes: its manifest says it, else its image."""
    user, non_root = fact.security.user, fact.security.non_root
    if not user.known or user.get() is not None:
        return user.map(lambda number: number == 0)
    if not non_root.known or non_root.get():
        return non_root.map(lambda said: not said)
    if fact.made is not None and (not fact.made.user.known or fact.made.user.get() is not None):
        return fact.made.user.map(lambda name: (name or "").partition(":")[0] in ("root", "0"))
    return unknown("the image says whether root runs its processes", fact.span)


def workload_of(fact: WorkloadFact, manifests: Manifests, grace_period: Value[float] | None = None) -> Workload:
    """A workload, with what acts on it.

    `grace_period` is what one of its processes has, where that is another.
    """
    acting = manifests.acting
    scaler, vertical = scaler_of(acting, fact), scaler_of(acting, fact, vertical=True)
    containers = tuple(container_of(each, fact, manifests) for each in fact.containers)
    first = tuple(container_of(each, fact, manifests) for each in fact.init_containers)
    least = scaler.minimum.hiding(fact.replicas) if scaler else fact.replicas
    return Workload(
        name=fact.full_name,
        kind=fact.kind,
        platform=fact.platform,
        span=fact.span,
        namespace=fact.namespace,
        replicas=fact.replicas,
        most_replicas=scaler.maximum.hiding(fact.replicas) if scaler else fact.replicas,
        grace_period=(grace_period or fact.grace_period).map(Seconds),
        strategy=fact.strategy,
        surges=fact.surges,
        spot=fact.spot,
        lives_long=fact.lives_long,
        containers=containers,
        development=fact.development,
        values=fact.values,
        overlay=fact.overlay,
        least_replicas=least,
        autoscaler=autoscaler_of(scaler),
        vertical=vertical.mode if vertical else _NO_TEXT,
        budget=budget_of(acting, fact, least),
        qos=qos_of((*containers, *first)) if fact.platform == "kubernetes" else _NO_TEXT,
        init_containers=first,
        priority_class=fact.priority_class,
        priority=priority_of(acting, fact),
        host_network=fact.host_network,
    )


def _bytes(value: Value[int | None]) -> Value[Bytes | None]:
    return value.map(lambda count: None if count is None else Bytes(count))


def _cpus(value: Value[float | None]) -> Value[Cpus | None]:
    return value.map(lambda count: None if count is None else Cpus(count))
