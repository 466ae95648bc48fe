"""What manifests write about workloads and their containers: the facts that Kubernetes and Compose share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from celerylint.facts.images import ImageFact
from celerylint.facts.launch import Word
from celerylint.origin import Layer, Span, Unknown, Value, known

FIRST_ALONE: Value[bool] = known(False, Layer.DEFAULT)  # the stop signal goes to a container's first process


@dataclass(frozen=True, slots=True)
class ManifestProblem:
    """Something in a manifest that Kubernetes or Compose would refuse, or that cannot be read."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class ConfigMapKey:
    """`valueFrom.configMapKeyRef` or `secretKeyRef`: the value is that key's."""

    name: str
    key: str
    optional: bool
    kind: str = "ConfigMap"  # or Secret


@dataclass(frozen=True, slots=True)
class ResourceField:
    """`valueFrom.resourceFieldRef`: a limit or request divided by `divisor`, rounded up (the downward API)."""

    resource: str  # limits.cpu, requests.memory, …
    divisor: Fraction  # in the resource's unit: cores or bytes
    container: str  # empty: the container that asks


@dataclass(frozen=True, slots=True)
class EnvironmentFact:
    """One environment variable; later ones win over earlier ones."""

    name: str
    value: Value[str]  # unknown for a Secret's key, a field reference, a variable of the host, …
    span: Span  # of the name
    reference: ConfigMapKey | None = None
    resource: ResourceField | None = None


@dataclass(frozen=True, slots=True)
class EnvironmentSource:
    """Variables by the bunch: `envFrom` or Compose's `env_file`; the container's own environment wins over them."""

    kind: str  # ConfigMap, Secret or file
    name: str  # a file's path is relative to the root
    span: Span
    prefix: str = ""
    optional: bool = False
    entries: tuple[EnvironmentFact, ...] | None = None  # a file's; None where they are elsewhere or unreadable


@dataclass(frozen=True, slots=True)
class BuildFact:
    """Compose's `build`: where the image's Dockerfile is. Paths are relative to the root; empty: not in it."""

    context: str
    dockerfile: str
    target: str
    span: Span
    arguments: tuple[tuple[str, str | Unknown], ...] = ()


@dataclass(frozen=True, slots=True)
class MountFact:
    """Files of a container that are not its image's: a folder or file of the repository, a ConfigMap's, or a volume.

    `source` is a path relative to the root, or the ConfigMap's name; empty where nobody can tell what is in it.
    """

    target: str  # absolute
    span: Span
    source: str = ""
    config_map: bool = False
    key: str = ""  # subPath: one file of the ConfigMap, which then is the target itself
    items: tuple[tuple[str, str], ...] = ()  # keys and their paths below the target; none: each key is its own


@dataclass(frozen=True, slots=True)
class VolumeFact:
    """Where a container keeps files beyond its own: what kind of volume stands at a path."""

    target: str  # absolute
    kind: str  # emptyDir, configMap, persistentVolumeClaim, …; bind, volume or tmpfs; empty where nobody says it
    read_only: bool
    in_memory: bool  # an emptyDir with `medium: Memory`, or a tmpfs
    span: Span


@dataclass(frozen=True, slots=True)
class ProbeFact:
    """How a platform asks a container whether it is well. Times are seconds."""

    kind: str  # exec, http, tcp, grpc; `image`: what the image says, with other times; `none`: nobody asks
    span: Span
    words: tuple[Word, ...]  # of exec
    timeout: Value[float]
    period: Value[float]
    failures: Value[int]  # in a row, until the container counts as unwell
    delay: Value[float]  # before failures count
    grace_period: Value[float | None]  # of its own, from SIGTERM to SIGKILL


@dataclass(frozen=True, slots=True)
class HookFact:
    """What happens when a container starts (postStart), or before it gets its stop signal (preStop)."""

    kind: str  # exec, http, tcp, sleep
    span: Span
    words: tuple[Word, ...]  # of exec
    seconds: Value[float | None]  # of sleep


@dataclass(frozen=True, slots=True)
class SecurityFact:
    """Who the container's processes are, and what they may write; None where nobody says it."""

    user: Value[int | None]
    non_root: Value[bool | None]
    read_only_root: Value[bool]


NOTHING_SAID = SecurityFact(known(None, Layer.DEFAULT), known(None, Layer.DEFAULT), known(False, Layer.DEFAULT))
_NO_LIMIT: Value[None] = known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True)
class ContainerFact:
    """One container. A limit or request of None is not written; a default request follows from the limit."""

    name: str
    span: Span  # of the name
    image: Value[str | None]
    entrypoint: tuple[Word, ...] | None  # Kubernetes' command; None: the image's
    arguments: tuple[Word, ...] | None  # Kubernetes' args, Compose's command; None: the image's
    environment: tuple[EnvironmentFact, ...]
    environment_from: tuple[EnvironmentSource, ...]
    memory_limit: Value[int | None]  # bytes
    memory_request: Value[int | None]
    cpu_limit: Value[float | None]  # cores
    cpu_request: Value[float | None]
    sidecar: bool = False  # an init container with restartPolicy Always
    init: Value[bool] | None = None  # Compose's `init: true`: tini is the first process; None for Kubernetes
    stop_signal: Value[str | None] | None = None  # Compose's or `lifecycle.stopSignal`; None where not written
    restart: str = ""  # as written: Kubernetes' restartPolicy of the pod, Compose's restart
    working_directory: str = ""  # as written
    build: BuildFact | None = None
    mounts: tuple[MountFact, ...] = ()
    made: ImageFact | None = None  # the image, where the repository says how it is built
    environment_open: str = ""  # why variables that are written nowhere may be set all the same
    stops_all: Value[bool] = FIRST_ALONE  # whether every process gets the stop signal, not the first alone
    app: Span | None = None  # the app whose own code starts Celery, where the command line names none
    liveness: ProbeFact | None = None
    readiness: ProbeFact | None = None
    startup: ProbeFact | None = None
    healthcheck: ProbeFact | None = None  # Compose's
    pre_stop: HookFact | None = None
    post_start: HookFact | None = None
    volumes: tuple[VolumeFact, ...] = ()
    security: SecurityFact = NOTHING_SAID
    storage_limit: Value[int | None] = _NO_LIMIT  # bytes of ephemeral storage


@dataclass(frozen=True, slots=True)
class WorkloadFact:
    """A pod template with the object that holds it, a Compose service, or a program that something else starts."""

    platform: str  # kubernetes, compose, supervisord, systemd, procfile, …
    kind: str  # as written; `service` for Compose, `program` for supervisord, …
    name: str
    namespace: str  # empty where not written
    span: Span  # of the name
    replicas: Value[int]
    grace_period: Value[float]  # seconds from SIGTERM to SIGKILL
    strategy: Value[str | None]  # None where the kind has no such choice
    surges: Value[bool]  # whether a rollout runs old and new pods side by side
    spot: Value[str | None]  # `required` or `tolerated`
    lives_long: bool  # False for Jobs and the like
    containers: tuple[ContainerFact, ...]  # native sidecars come last
    init_containers: tuple[ContainerFact, ...]  # without the sidecars
    share_process_namespace: bool
    host_network: bool
    labels: tuple[tuple[str, str], ...]
    template_labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]
    profiles: tuple[str, ...]  # Compose's
    development: bool  # says of itself that it is for development, tests or an example
    fragment: bool  # no container has an image: a patch of something else
    patched: str = ""  # what changes it before it runs, so that what is written here is not what counts
    incomplete: str = ""  # why a part of it is missing, such as a file to extend that is not there
    rendering: str = ""  # of a chart, or the kustomization that builds it: what acts on it is looked for there first
    overlay: str = ""  # the folder of the kustomization that builds it
    values: tuple[str, ...] = ()  # the values files that make it so, over the chart's own
    variant: str = ""  # the values files again, where others make it otherwise
    priority_class: str = ""  # priorityClassName

    @property
    def full_name(self) -> str:
        """The name, with the values files where other ones make the workload otherwise."""
        return f"{self.name} ({self.variant})" if self.variant else self.name
