"""What Kubernetes or Compose start, and how they stop it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.units import Bytes, Cpus, Seconds
from celerylint.origin import Span, Value, unknown

NO_CELERY: Value[Bytes] = unknown("no Celery process is seen in this light")


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
    demand: Value[Bytes] = NO_CELERY
    """What all the Celery processes in it need together: each worker's `memory.demand`, as often as a process manager
    inside starts it, and a parent for each beat. Unknown where a script's branches decide which of them run."""

    floor: Value[Bytes] = NO_CELERY
    """The same sum for an empty application: less is impossible."""


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """A Deployment, StatefulSet, Job, …, a Compose service, or a program that a process manager starts."""

    name: str
    kind: str  # Kubernetes' kind, `service` for Compose, `program` for supervisord, `unit` for systemd, …
    platform: str  # kubernetes, compose, supervisord, systemd, procfile, heroku, make, python, ecs, …
    span: Span
    namespace: str
    replicas: Value[int]  # defaults to 1, as Kubernetes and Compose do
    most_replicas: Value[int]  # what an autoscaler in the repository may raise it to, else `replicas`
    grace_period: Value[Seconds]
    """From SIGTERM to SIGKILL: terminationGracePeriodSeconds (30 s), Compose's stop_grace_period (10 s), supervisord's
    stopwaitsecs (10 s), systemd's TimeoutStopSec (90 s), …; for a worker under a manager inside a container, the
    shorter of both."""

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
