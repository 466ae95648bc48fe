"""A worker: what one `celery worker` process with its pool will really do."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.app import App, Broker
from celerylint.model.autoscaler import Trigger
from celerylint.model.call import Call
from celerylint.model.given import Given
from celerylint.model.server import Server
from celerylint.model.settings import Settings
from celerylint.model.signals import Signals
from celerylint.model.task import Task
from celerylint.model.units import Bytes, KiB, Seconds
from celerylint.model.variable import DeadVariable, LiteralVariable, Override
from celerylint.model.version import Versions
from celerylint.model.workload import Container, Hop, Workload
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown

_NODES: Value[int] = unknown("nothing in the repository starts this worker")
_NO: Value[bool] = known(False, Layer.DEFAULT)
_NO_TRIGGERS: Value[tuple[Trigger, ...]] = known((), Layer.DEFAULT)
_NO_NAME: Value[str | None] = known(None, Layer.DEFAULT)
_NO_SERVER: Value[Server | None] = known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What the processes of one prefork worker need together."""

    parent: Value[Bytes]
    per_process: Value[Bytes]
    demand: Value[Bytes]  # parent + processes × per_process
    floor: Value[Bytes]  # the same sum for an empty application: less is impossible
    counted: tuple[str, ...] = ()
    """What `parent` and `per_process` are made of, in words: `pandas 44 + 11 MiB` in the parent, and in each process
    beside what it shares with it. Less than their sum where packages have others in common."""


@dataclass(frozen=True, slots=True, eq=False)
class RefusedWord:
    """A word of a command line because of which Celery 5 does not start."""

    name: str  # as written: `-A`, `--maxtasksperchild`
    span: Span
    misplaced: bool  # a global option behind the sub-command; else an option that only earlier releases had


_NO_ROOT: Value[bool] = known(False, Layer.DEFAULT)
_UNSET: Value[str | None] = known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """One `celery worker`. Where nothing in the repository starts one, the app's own, with deployment unknown."""

    name: str  # the workload's or service's name
    span: Span  # the word `worker`, or the app where nothing starts it
    kind: str  # Kubernetes' kind, `service` for Compose, `app` where nothing starts it
    command: str  # as written
    via: tuple[Hop, ...]  # the lines that lead to `span`, outermost first: manifest, Dockerfile, scripts
    app: App | None
    settings: Settings
    broker: Broker
    versions: Versions  # the app's
    workload: Workload | None
    container: Container | None
    given: Given  # what the command line asks for
    pool: Value[str]  # prefork, threads, gevent, eventlet, solo, or a dotted class
    concurrency: Value[int]  # unknown where Celery would take the CPUs of the machine
    concurrency_from_cpus: Value[bool]
    """Nobody set the concurrency: one process per CPU of the node (celery/worker/worker.py, billiard.cpu_count)."""

    monkey_patched: Value[bool]
    """A green pool in a Python that waits with it: `-P gevent` behind Celery's own program patches it first of all."""

    autoscale_max: Value[int | None]
    autoscale_min: Value[int | None]
    processes: Value[int]  # the most that the pool may run at once: autoscale's maximum, else concurrency
    prefetch_multiplier: Value[int]
    prefetch_count: Value[int]  # processes × multiplier; 0 is unlimited (celery/worker/components.py)
    disable_prefetch: Value[bool]
    queues: Value[tuple[str, ...]]
    busy_queues: Value[tuple[str, ...]]  # those of `queues` that some task of the repository is sent to
    tasks: Value[tuple[Task, ...]]

    time_limit: Value[Seconds | None]
    soft_time_limit: Value[Seconds | None]
    max_tasks_per_child: Value[int | None]
    max_memory_per_child: Value[KiB | None]
    memory: Memory
    heavy_imports: tuple[str, ...]  # packages imported by its tasks' modules that leave memory behind
    made_before_fork: Value[tuple[Call, ...]]
    """What its app's and its tasks' modules create while they are imported, and a forked process cannot use: threads,
    clients with threads of their own, CUDA. Unknown where the repository creates something anew in each process."""

    longest_run: Value[Seconds | None]  # of all its tasks; None where no task is bounded or known
    longest_task: str  # the task that it is of, or in words how many may run that long
    longest_declared_run: Value[Seconds | None]  # the longest `declared_run` of its tasks; None where none says one
    tasks_without_limit: Value[tuple[str, ...]]
    load: Value[str]  # cpu or io where all its tasks agree, else mixed; unknown where one task's load is

    embedded_beat: Value[bool]  # -B
    locking_scheduler: Value[bool]  # the scheduler takes a lock, as RedBeat does
    shell_in_front: Value[bool]
    """A shell stays as the container's first process, so that SIGTERM never reaches Celery."""

    soft_shutdown: Value[Seconds | None]
    """How long SIGTERM lets tasks go on before they are requeued: REMAP_SIGTERM=SIGQUIT with
    worker_soft_shutdown_timeout (celery/apps/worker.py, 5.5 and later; before that they are at once).
    None: warm shutdown without an end."""

    signals: Signals

    nodes: Value[int] = _NODES
    """At least so many workers are at its broker at once: the replicas of its own workload and of those that are
    deployed beside it with the same app and broker, each as many as an autoscaler may start."""

    node_name: Value[str | None] = _NO_NAME  # `-n` as written; None: celery@ and the host's name

    overrides: tuple[Override, ...] = ()
    dead_variables: tuple[DeadVariable, ...] = ()
    literal_variables: tuple[LiteralVariable, ...] = ()
    private_broker: Value[bool] = _NO
    """Whether it takes from a broker that only its own command line names, by BROKER_URL or `-b`, while every other
    process of the code, whatever its variables, sends to the one that the code writes."""

    foreign_triggers: Value[tuple[Trigger, ...]] = _NO_TRIGGERS
    """The triggers of its workload's autoscaler on queues that none of the workload's workers takes from."""

    gossip: Value[bool] = _NO  # it listens to the events of all other workers
    heartbeats: Value[bool] = _NO  # it sends the event `worker-heartbeat` every 2 s
    sends_events: Value[bool] = _NO  # -E: events of each task
    state_file: Value[str | None] = _NO_NAME  # --statedb, where it keeps the revoked tasks
    state_file_lasts: Value[bool] = _NO
    """Whether the state file stands on a volume that outlives the pod or container."""

    shares_container: bool = False  # a process manager or a script may run other programs beside it

    neighbours: tuple[str, ...] = ()
    """The other Celery processes of its container, each in words: what it is, and where it is started."""

    speaks_for_container: bool = True
    """Of several workers in one container, the one at which something is said of all of them: the first prefork one,
    or the first."""

    shell_remedy: str = ""
    """What lets the stop signal through a shell that stays in front, in words: it may be kept by a pipe, by `&` or by
    the commands behind, where `exec` alone is not enough."""

    root: Value[bool] = _NO_ROOT
    """Whether it runs as root: the container does, and nothing on the way changes the user."""

    c_force_root: Value[str | None] = _UNSET  # C_FORCE_ROOT of its environment; None: unset
    refused_words: tuple[RefusedWord, ...] = ()
    redis: Value[Server | None] = _NO_SERVER  # its broker, where that is a Redis that is deployed beside it
    database: Value[Server | None] = _NO_SERVER
    """The database that is deployed beside it and that its tasks ask; looked for where the workers that are told its
    name may need more connections than it has."""

    query: Call | None = None  # one of its tasks' calls that ask the database; looked for where `database` is

    @property
    def fixed_node_name(self) -> Value[bool]:
        """Whether every replica gets the same node name: `-n` names a host and has neither `%h` nor `%n` in it.

        A name without `@` is that of the host (celery/utils/nodenames.py:default_nodename, 5.7).
        """
        return self.node_name.map(_is_fixed)

    @property
    def lacks_exec(self) -> Value[bool]:
        """`shell_in_front`, where an `exec` would help: not a worker that goes into the background (--detach)."""
        detached = self.signals.detached
        return Value(False, detached.origin) if detached.value is True else self.shell_in_front

    @property
    def blocking_tasks(self) -> Value[tuple[Task, ...]]:
        """The tasks during which the worker answers nobody: all of a solo pool, and what computes on green threads."""
        if isinstance(self.pool.value, Unknown):
            return unknown(self.pool.reason, self.pool.origin.span)
        if self.pool.value == "solo":
            return self.tasks
        green = self.pool.value in ("gevent", "eventlet")
        return self.tasks.map(lambda tasks: tuple(each for each in tasks if green and each.load.value == "cpu"))


def _is_fixed(name: str | None) -> bool:
    return name is not None and not ("%h" in name or "%n" in name or name.endswith("@") or not name)
