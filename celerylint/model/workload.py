"""What Kubernetes or Compose start, and how they stop it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.autoscaler import Autoscaler, DisruptionBudget
from celerylint.model.probe import Hook, Probe
from celerylint.model.units import Bytes, Cpus, Seconds
from celerylint.origin import Layer, Span, Value, known, unknown

NO_CELERY: Value[Bytes] = unknown("no Celery process is seen in this light")
_NO_PROBE: Value[Probe | None] = known(None, Layer.DEFAULT)
_NO_HOOK: Value[Hook | None] = known(None, Layer.DEFAULT)
_NO_BYTES: Value[Bytes | None] = known(None, Layer.DEFAULT)
_NO_NUMBER: Value[int | None] = known(None, Layer.DEFAULT)
_NO: Value[bool] = known(False, Layer.DEFAULT)
_NO_TEXT: Value[str | None] = known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A variable that a manifest sets for a container by its name; what its image sets is not among them."""

    name: str
    span: Span
    value: Value[str | None]  # None: certainly unset, as an optional key that is not there
    source: str  # value, ConfigMap, Secret, field or resource
    resource: str  # limits.cpu, requests.memory, … where it is the downward API's; else empty
    of_node: bool
    """`limits.cpu` or `limits.memory` of a container without that limit: the value is the node's."""


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """Where a container keeps files beyond its own."""

    path: str
    kind: str  # emptyDir, configMap, persistentVolumeClaim, …; Compose: bind, volume, tmpfs; empty: not told
    read_only: bool
    in_memory: bool
    span: Span


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
    memory_limit: Value[Bytes | None]  # None: no limit is written; inferred where a LimitRange gives one
    memory_request: Value[Bytes | None]
    cpu_limit: Value[Cpus | None]
    cpu_request: Value[Cpus | None]
    demand: Value[Bytes] = NO_CELERY
    """What all the Celery processes in it need together: each worker's `memory.demand`, as often as a process manager
    inside starts it, and a parent for each beat. Unknown where a script's branches decide which of them run."""

    floor: Value[Bytes] = NO_CELERY
    """The same sum for an empty application: less is impossible."""

    storage_limit: Value[Bytes | None] = _NO_BYTES  # ephemeral-storage
    liveness: Value[Probe | None] = _NO_PROBE
    readiness: Value[Probe | None] = _NO_PROBE
    startup: Value[Probe | None] = _NO_PROBE
    healthcheck: Value[Probe | None] = _NO_PROBE
    """Compose's, else the image's HEALTHCHECK; unknown where an image that is not built here may have one.
    None under Kubernetes, which does not look at it."""

    pre_stop: Value[Hook | None] = _NO_HOOK
    post_start: Value[Hook | None] = _NO_HOOK
    variables: tuple[Variable, ...] = ()
    volumes: tuple[Volume, ...] = ()
    user: Value[int | None] = _NO_NUMBER  # runAsUser; None: what the image says
    root: Value[bool] = _NO
    """Whether its processes are root's: runAsUser 0; not with another user or runAsNonRoot; else the image decides."""

    read_only_root: Value[bool] = _NO  # readOnlyRootFilesystem, Compose's read_only
    restart: str = ""  # as written: restartPolicy of the pod, Compose's restart
    stop_signal: Value[str | None] = _NO_TEXT  # None: nobody says another than the image's
    sidecar: bool = False  # an init container with restartPolicy Always, which runs beside the others

    @property
    def probes(self) -> tuple[Probe, ...]:
        """Those of its probes that are known: liveness, readiness, startup, Docker's healthcheck."""
        every = (self.liveness, self.readiness, self.startup, self.healthcheck)
        return tuple(probe for each in every if (probe := each.otherwise(None)) is not None)


_ONE: Value[int] = known(1, Layer.DEFAULT)


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
    least_replicas: Value[int] = _ONE  # what an autoscaler may lower it to, else `replicas`
    autoscaler: Autoscaler | None = None
    vertical: Value[str | None] = _NO_TEXT
    """updateMode of a VerticalPodAutoscaler: Auto and Recreate evict its pods; None where there is none."""

    budget: DisruptionBudget | None = None
    qos: Value[str | None] = _NO_TEXT
    """Guaranteed, Burstable or BestEffort (Kubernetes, Pod Quality of Service); None for Compose."""

    init_containers: tuple[Container, ...] = ()  # without sidecars
    priority_class: str = ""
    priority: Value[int | None] = _NO_NUMBER  # the class's; None: the cluster's default
    host_network: bool = False
