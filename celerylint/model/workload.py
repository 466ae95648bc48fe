"""What Kubernetes or Compose start, and how they stop it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.units import Bytes, Cpus, Seconds
from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True)
class Hop:
    """A line on the way from what is deployed to the command that starts Celery."""

    name: str  # `container worker`, ENTRYPOINT, CMD, a script's name
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """One container of a workload, or a Compose service's container."""

    name: str
    span: Span
    image: Value[str | None]
    memory_limit: Value[Bytes | None]  # None: no limit is written
    memory_request: Value[Bytes | None]
    cpu_limit: Value[Cpus | None]
    cpu_request: Value[Cpus | None]


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """A Deployment, StatefulSet, Job, …, or a Compose service."""

    name: str
    kind: str  # Kubernetes' kind, or `service` for Compose
    platform: str  # kubernetes or compose
    span: Span
    namespace: str
    replicas: Value[int]  # defaults to 1, as Kubernetes and Compose do
    most_replicas: Value[int]  # what an autoscaler in the repository may raise it to, else `replicas`
    grace_period: Value[Seconds]
    """From SIGTERM to SIGKILL: terminationGracePeriodSeconds (30 s), Compose's stop_grace_period (10 s)."""

    strategy: Value[str | None]  # RollingUpdate or Recreate; None where the kind has no surge
    surges: Value[bool]  # whether a rollout runs old and new pods side by side
    spot: Value[str | None]
    """`required` or `tolerated` where nodeSelector, affinity or tolerations name spot or preemptible nodes."""

    lives_long: bool  # not a Job, CronJob or ScaledJob
    containers: tuple[Container, ...]
    development: bool  # a file or service that says it is for development, tests or an example
    values: tuple[str, ...] = ()
    """The values files that Helm renders it with, over the chart's own."""
    overlay: str = ""  # the folder of the kustomization that builds it
