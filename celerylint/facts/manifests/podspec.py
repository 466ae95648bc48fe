"""A Kubernetes pod spec: its containers, their resources, and how it is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from celerylint.facts.manifests.commands import words
from celerylint.facts.manifests.environment import environment, environment_from, environment_open
from celerylint.facts.manifests.mounts import mounts, volumes
from celerylint.facts.manifests.probes import hook, probe
from celerylint.facts.manifests.quantity import cpu, memory
from celerylint.facts.manifests.reading import Reader, as_written, filled_in, scalar_text, seconds
from celerylint.facts.manifests.security import security
from celerylint.facts.manifests.spot import spot
from celerylint.facts.manifests.workloads import ContainerFact
from celerylint.origin import Layer, Origin, Value, known, unknown
from celerylint.sources.yaml import Mapping, Node, Scalar

_STORAGE = ("resources", "limits", "ephemeral-storage")
DEFAULT_GRACE = 30.0  # seconds: Kubernetes API, PodSpec.terminationGracePeriodSeconds


@dataclass(frozen=True, slots=True)
class PodFact:
    """What a pod template's spec writes, whatever object holds it."""

    containers: tuple[ContainerFact, ...]
    init_containers: tuple[ContainerFact, ...]
    grace_period: Value[float]
    spot: Value[str | None]
    restart_policy: str  # Always where not written
    share_process_namespace: bool
    host_network: bool
    priority_class: str


def pod_fact(reader: Reader, pod: Mapping) -> PodFact:
    """Read a pod spec: a mapping with `containers`, or with one `container` as Argo Workflows have it."""
    restart = scalar_text(reader.child(pod, "restartPolicy")) or "Always"
    whole = reader.mapping(pod, "resources", "limits")
    first = [_container(reader, pod, item, restart, whole) for item in reader.sequence(pod, "initContainers")]
    single = reader.child(pod, "container")
    nodes = (*reader.sequence(pod, "containers"), *((single,) if single else ()))
    containers = [_container(reader, pod, item, restart, whole) for item in nodes]
    return PodFact(
        containers=(*(fact for fact in containers if fact), *(fact for fact in first if fact and fact.sidecar)),
        init_containers=tuple(fact for fact in first if fact and not fact.sidecar),
        grace_period=reader.value(pod, "terminationGracePeriodSeconds", seconds, known(DEFAULT_GRACE, Layer.DEFAULT)),
        spot=spot(reader, pod),
        restart_policy=restart,
        share_process_namespace=reader.truth(pod, "shareProcessNamespace"),
        host_network=reader.truth(pod, "hostNetwork"),
        priority_class=scalar_text(reader.child(pod, "priorityClassName")) or "",
    )


def _container(reader: Reader, pod: Mapping, node: Node, restart: str, whole: Mapping | None) -> ContainerFact | None:
    container = reader.as_mapping(node, "a container")
    if container is None:
        return None
    name = reader.child(container, "name")
    own = scalar_text(reader.child(container, "restartPolicy"))
    memory_limit = _limit(reader, container, "memory", whole)
    cpu_limit = _limit(reader, container, "cpu", whole)
    return ContainerFact(
        name=scalar_text(name) or "",
        span=name.span if name else container.span,
        image=image(reader, container),
        entrypoint=words(reader, container, "command"),
        arguments=words(reader, container, "args"),
        environment=environment(reader, container),
        environment_from=environment_from(reader, container),
        memory_limit=memory_limit,
        memory_request=_request(reader, container, "memory", memory_limit),
        cpu_limit=cpu_limit,
        cpu_request=_request(reader, container, "cpu", cpu_limit),
        sidecar=own == "Always",
        stop_signal=_stop_signal(reader, container),
        restart=own or restart,
        working_directory=scalar_text(reader.child(container, "workingDir")) or "",
        mounts=mounts(reader, pod, container),
        environment_open=environment_open(reader, container),
        liveness=probe(reader, container, "livenessProbe"),
        readiness=probe(reader, container, "readinessProbe"),
        startup=probe(reader, container, "startupProbe"),
        pre_stop=hook(reader, container, "preStop"),
        post_start=hook(reader, container, "postStart"),
        volumes=volumes(reader, pod, container),
        security=security(reader, pod, container),
        storage_limit=reader.value(container, _STORAGE, memory, known(None, Layer.DEFAULT)),
    )


def image(reader: Reader, container: Mapping) -> Value[str | None]:
    """The image as written; unknown where another tool fills a part of it in."""
    node = reader.child(container, "image")
    text = scalar_text(node)
    if node is None:
        return known(None, Layer.DEFAULT)
    why = filled_in(node) if isinstance(node, Scalar) else "the image is no text"
    if why:
        return unknown(why, node.span)
    return as_written(text or None, node)


def _limit(reader: Reader, container: Mapping, resource: str, whole: Mapping | None) -> Value[Any]:
    absent: Value[Any] = known(None, Layer.DEFAULT)
    shared = reader.child(whole, resource)
    if shared is not None:
        # Kubernetes 1.34, Pod Level Resources: a budget that the containers share.
        absent = unknown(f"the pod limits the {resource} of all its containers together", shared.span)
    return _amount(reader, container, "limits", resource, absent)


def _request(reader: Reader, container: Mapping, resource: str, limit: Value[Any]) -> Value[Any]:
    """The request; where only the limit is set, Kubernetes copies it."""
    absent: Value[Any] = known(None, Layer.DEFAULT)
    if not limit.known:
        absent = limit
    elif limit.get() is not None:
        absent = Value(limit.get(), Origin(Layer.DEFAULT, None, (limit.origin,), "the request is the limit by default"))
    return _amount(reader, container, "requests", resource, absent)


def _amount(reader: Reader, container: Mapping, side: str, resource: str, absent: Value[Any]) -> Value[Any]:
    path = ("resources", side, resource)
    value = reader.value(container, path, memory if resource == "memory" else cpu, absent)
    # The kubelet sets no cgroup limit for 0.
    return value.map(lambda amount: amount or None) if side == "limits" and value.known else value


def _stop_signal(reader: Reader, container: Mapping) -> Value[str | None]:
    node = reader.child(reader.mapping(container, "lifecycle"), "stopSignal")
    text = scalar_text(node)
    return as_written(text, node) if node and text else known(None, Layer.DEFAULT)
