"""Workers: every `celery worker` that a manifest starts, and each app's own where none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from celerylint import catalog
from celerylint.configuration import Configuration
from celerylint.facts.launch import Launch
from celerylint.link.bodies import Bodies
from celerylint.link.code import AppSource, Code
from celerylint.link.containers import Started, command_of, fills_of
from celerylint.link.deployment import container_of, workload_of
from celerylint.link.environment import UNDEPLOYED
from celerylint.link.evaluate import Evaluator
from celerylint.link.forking import made_before_fork
from celerylint.link.given import given_of, monkey_patched
from celerylint.link.global_options import is_global_option
from celerylint.link.importing import TaskImports
from celerylint.link.launched import refused_words, runs_as_root
from celerylint.link.manifests import Manifests
from celerylint.link.memory import memory_of, packages_of
from celerylint.link.options import Options
from celerylint.link.placement import Placement
from celerylint.link.pool import pool_of
from celerylint.link.releases import ANY, UNNAMED
from celerylint.link.routes import queue_name
from celerylint.link.settings import (
    as_settings,
    broker_of,
    effective_settings,
    replaced_sources,
    same_broker,
)
from celerylint.link.settings.command_line import command_line_settings
from celerylint.link.signals import shell_in_front, shell_remedy
from celerylint.link.stop_signals import signals_of, soft_shutdown
from celerylint.link.task_options import AppView, TaskSource
from celerylint.link.task_queues import TaskQueues
from celerylint.link.tasks import TaskMaker
from celerylint.link.unread import Surroundings
from celerylint.link.variables import dead_variables, literal_variables, overrides_of
from celerylint.link.versions import no_versions
from celerylint.link.volumes import lasts
from celerylint.model import App, RabbitMQ, Seconds, Task, Unread, Worker, Workload
from celerylint.origin import Layer, Unknown, Value, derive, known, unknown

_NOT_STARTED = "nothing in the repository starts this worker"


@dataclass(frozen=True, slots=True)
class Repository:
    """All that workers are made of."""

    code: Code
    placement: Placement
    bodies: Bodies
    manifests: Manifests
    surroundings: Surroundings
    configuration: Configuration
    unread: tuple[Unread, ...]
    rabbitmq: RabbitMQ


def app_model(code: Code, evaluator: Evaluator, app: AppSource, settings: Mapping[str, Value[Any]]) -> App:
    """An app with the settings that it has in one environment."""
    name = app_name(app)
    replaced = replaced_sources(code, evaluator, app, name)
    own, broker = as_settings(settings), broker_of(settings)
    return App(name, app.module, app.variable, app.span, own, broker, app.versions, replaced)


def app_name(app: AppSource) -> str:
    """The name in `Celery("name")`, else the module's."""
    first = app.node.args[0] if app.node.args else None
    value = getattr(first, "value", None)
    return value if isinstance(value, str) else app.module


class WorkerMaker:
    """Makes one worker: of a started process, or an app's own."""

    def __init__(
        self, repository: Repository, app: AppSource | Unknown, process: Started | None, doubt: str = ""
    ) -> None:
        self.repository = repository
        self.app = app if isinstance(app, AppSource) else None
        self.why_no_app = app.reason if isinstance(app, Unknown) else ""
        self.process = process
        self.environment = process.environment if process else UNDEPLOYED
        self.evaluator = repository.code.evaluator(self.environment)
        self.versions = self.app.versions if self.app else no_versions(self.why_no_app)
        self.releases = self.app.releases if self.app else UNNAMED
        self.settings = self._settings()
        named = repository.surroundings.named_variables
        doubt = repository.unread[0].reason if repository.unread and process is None else doubt
        doubt = process.workload.patched if process else doubt
        fills = fills_of(process.container) if process else ()
        launch = process.launch if process else None
        self.options = Options(launch, self.environment, self.settings, named, doubt, fills, self.releases)
        # The options see the code's settings as well: some of them are read before those behind `--` are.
        self.early = self.settings
        self.settings = self._settings(self._above(launch)) if launch else self.settings
        self.limits = (self._seconds("time_limit"), self._seconds("soft_time_limit"))
        self.imports = self._imports()

    def make(self) -> Worker:
        """The worker."""
        made, process = self._made(), self.process
        if process is None:
            return made
        return replace(
            made,
            overrides=overrides_of(self.options),
            dead_variables=dead_variables(process, self.repository.code.tree) if self.app else (),
            literal_variables=literal_variables(process),
            private_broker=self._private_broker(),
            gossip=self.options.get("without_gossip").map(lambda off: not off),
            heartbeats=self.options.get("without_heartbeat").map(lambda off: not off),
            sends_events=self.options.get("task_events").map(bool),
            state_file=self.options.get("statedb"),
            state_file_lasts=lasts(self.options.get("statedb"), process),
            shares_container=_shares_container(process.launch),
            shell_remedy=shell_remedy(process),
        )

    def _made(self) -> Worker:
        process = self.process
        pool = pool_of(self.options, self.environment, self.early)
        given = given_of(self.options, process.launch if process else None)
        signals = signals_of(process, given, self.environment, self.repository.surroundings)
        sources, tasks = self._tasks(pool.name)
        names = derive(lambda some: [source.path for source in some], sources)
        used = packages_of(self.repository.code, names.otherwise([]))
        heavy = _heavy_imports(self.repository.code, names.otherwise([]))
        runs = [task.longest_run for task in tasks.otherwise(())]
        app = self._app()
        container = container_of(process.container, process.workload, self.repository.manifests) if process else None
        return Worker(
            name=process.name if process else (app.name if app else ""),
            span=process.launch.span if process else self._app_span(),
            kind=process.workload.kind if process else "app",
            command=command_of(process) if process else "",
            via=process.via if process else (),
            app=self._app(),
            settings=as_settings(self.settings),
            broker=broker_of(self.settings),
            versions=self.versions,
            workload=self._workload(),
            container=container,
            given=given,
            pool=pool.name,
            concurrency=pool.concurrency,
            concurrency_from_cpus=pool.from_cpus,
            monkey_patched=monkey_patched(pool.name, process, self.repository.code.tree),
            autoscale_max=pool.autoscale_max,
            autoscale_min=pool.autoscale_min,
            processes=pool.processes,
            prefetch_multiplier=pool.prefetch_multiplier,
            prefetch_count=pool.prefetch_count,
            disable_prefetch=self._disable_prefetch(),
            queues=self._queues(),
            busy_queues=self._busy_queues(tasks),
            tasks=tasks,
            time_limit=self.limits[0],
            soft_time_limit=self.limits[1],
            max_tasks_per_child=self.options.get("max_tasks_per_child"),
            max_memory_per_child=self.options.get("max_memory_per_child"),
            memory=memory_of(pool.name, pool.processes, self._django(), used, self.repository.configuration),
            heavy_imports=heavy,
            made_before_fork=self._made_before_fork(names.otherwise([])),
            longest_run=_longest(runs),
            longest_task=_longest_name(tasks.otherwise(())),
            longest_declared_run=_longest([task.declared_run for task in tasks.otherwise(())]),
            tasks_without_limit=tasks.map(_without_limit),
            load=_load(tasks),
            embedded_beat=self.options.get("beat").map(bool),
            locking_scheduler=self.options.get("scheduler").map(locks),
            shell_in_front=shell_in_front(process, self.repository.surroundings),
            soft_shutdown=soft_shutdown(self.environment, self.repository.surroundings, self.settings),
            signals=signals,
            node_name=self.options.get("hostname"),
            root=runs_as_root(process, container) if process and container else unknown(_NOT_STARTED),
            c_force_root=self.environment.get("C_FORCE_ROOT"),
            refused_words=refused_words(process.launch) if process else (),
        )

    def _made_before_fork(self, paths: list[str]) -> Value[Any]:
        """Nothing where every process begins anew, and imports for itself."""
        if self.options.get("pool_start_method").value == "spawn":
            return known((), Layer.DEFAULT)
        return made_before_fork(self.repository.code, [*paths, *([self.app.path] if self.app else [])])

    def _workload(self) -> Workload | None:
        process = self.process
        return workload_of(process.workload, self.repository.manifests, process.grace_period) if process else None

    def _imports(self) -> TaskImports | None:
        if self.app is None:
            return None
        code, every = self.repository.code, self.repository.placement.tasks
        return TaskImports(code, self.app, self.settings, self.evaluator, self.process, every)

    def _settings(self, above: Mapping[str, Value[Any]] | None = None) -> dict[str, Value[Any]]:
        if self.app is not None:
            return effective_settings(self.repository.code, self.app, self.evaluator, above)
        return {name: unknown(self.why_no_app) for name in catalog.settings()} | dict(above or {})

    def _above(self, launch: Launch) -> dict[str, Value[Any]]:
        """What the command line changes in the app's settings; those behind `--` come last (celery/bin/worker.py)."""
        given = self.options.get("disable_prefetch")
        found = {"worker_disable_prefetch": given} if given is not self.settings["worker_disable_prefetch"] else {}
        releases = self.releases if self.app is not None else ANY
        return {**found, **command_line_settings(launch.settings, releases)}

    def _app(self) -> App | None:
        if self.app is None:
            return None
        return app_model(self.repository.code, self.evaluator, self.app, self.settings)

    def _app_span(self) -> Any:
        assert self.app is not None  # only an app's own worker has no process
        return self.app.span

    def _disable_prefetch(self) -> Value[bool]:
        started = self.process is not None
        return (self.settings["worker_disable_prefetch"] if started else self.options.get("disable_prefetch")).map(bool)

    def _private_broker(self) -> Value[bool]:
        """Whether the command line names another broker than the code does for everybody."""
        own, variable = self.settings["broker_url"], self.environment.variables.get("CELERY_BROKER_URL")
        if self.app is None or variable is None or not is_global_option(variable):
            return known(False, Layer.DEFAULT)
        others = (container for workload in self.repository.manifests.workloads for container in workload.containers)
        variables = (variable for container in others for variable in container.environment)
        given = next((variable for variable in variables if variable.name == "CELERY_BROKER_URL"), None)
        if given is not None:
            return unknown("others are given CELERY_BROKER_URL", given.span)
        everybody = effective_settings(self.repository.code, self.app, self.repository.code.evaluator())["broker_url"]
        return derive(lambda mine, theirs: same_broker(mine) != same_broker(theirs), own, everybody)

    def _seconds(self, dest: str) -> Value[Any]:
        return self.options.get(dest).map(lambda number: None if number is None else _as_seconds(number))

    def _queues(self) -> Value[tuple[str, ...]]:
        """`-Q`, else `task_queues`, else the default queue; less `-X` (celery/app/amqp.py:Queues)."""
        if self.process is None:
            return unknown(_NOT_STARTED, self._app_span())
        chosen = self.options.get("queues")
        if chosen.value is None:
            declared = TaskQueues(self.settings).names
            if isinstance(declared.value, Unknown):
                return declared
            chosen = (
                declared.map(tuple)
                if declared.value
                else queue_name(self.settings["task_default_queue"]).map(lambda name: (name,))
            )
        excluded = self.options.get("exclude_queues")
        less: tuple[str, ...] = () if excluded.value is None else excluded.otherwise(())
        if isinstance(excluded.value, Unknown):
            return derive(lambda names, _: names, chosen, excluded)
        kept = chosen.map(lambda names: tuple(name for name in dict.fromkeys(names) if name not in less))
        return kept if excluded.value is None else derive(lambda names, _: names, kept, excluded)

    def _tasks(self, pool: Value[str]) -> tuple[Value[tuple[TaskSource, ...]], Value[tuple[Task, ...]]]:
        """The tasks that it will run: those of its app that go to one of its queues."""
        if self.app is None:
            nothing: Value[Any] = unknown(self.why_no_app)
            return nothing, nothing
        maker = TaskMaker(
            AppView(
                self.repository.code,
                self.app,
                self.settings,
                self.evaluator,
                self.repository.configuration,
                self.repository.rabbitmq,
            ),
            self.repository.bodies,
        )
        mine = self._sources(self.app)
        if isinstance(mine, Unknown):
            return unknown(mine.reason, self.app.span), unknown(mine.reason, self.app.span)
        name = app_name(self.app)
        made = [(source, self._imported(maker.make(source, self.limits, pool, name), source)) for source in mine]
        queues = self._queues()
        if self.process is not None and isinstance(queues.value, Unknown):
            return queues, queues  # type: ignore[return-value]
        names = queues.otherwise(())
        kept = [pair for pair in made if self.process is None or pair[1].queue.value in names]
        lost = next((task for _, task in made if self.process is not None and not task.queue.known), None)
        if lost is not None and not kept:
            return _doubtful(lost), _doubtful(lost)
        origin = queues.origin
        return Value(tuple(each for each, _ in kept), origin), Value(tuple(each for _, each in kept), origin)

    def _sources(self, app: AppSource) -> tuple[TaskSource, ...] | Unknown:
        """The tasks that its process registers: shared ones, where there are several apps, if it imports them.

        Where nothing starts a worker of the app, only a process that somebody starts by hand decides that.
        """
        placement = self.repository.placement
        sources = placement.tasks_of(app)
        imports = self.imports
        asked = [(each, imports.of(each)) for each in sources if placement.shared(each)] if imports else []
        lost = next((each for each, imported in asked if self.process is None or not imported.known), None)
        if lost is not None and app.span not in placement.served:
            return Unknown(f"several apps share {lost.name}, and nothing in the repository says which one runs it")
        less = [each for each, imported in asked if imported.value is False]
        return tuple(each for each in sources if not any(each is other for other in less))

    def _imported(self, task: Task, source: TaskSource) -> Task:
        return replace(task, imported=self.imports.of(source)) if self.imports else task

    def _busy_queues(self, tasks: Value[tuple[Task, ...]]) -> Value[tuple[str, ...]]:
        used = tasks.map(lambda some: {task.queue.otherwise("") for task in some})
        return derive(lambda names, busy: tuple(name for name in names if name in busy), self._queues(), used)

    def _django(self) -> bool:
        return any(
            "django" in facts.imports.values() or _from_django(facts.imports) for facts in self.repository.code.files
        )


def _shares_container(launch: Launch) -> bool:
    """Whether a process manager, or a script that goes on, may run other programs in the container."""
    return launch.supervision is not None or any(each.background or not each.last for each in launch.shells)


def _from_django(imports: Any) -> bool:
    return any(name.startswith("django.") for name in imports.values())


def _doubtful(task: Task) -> Value[Any]:
    """A worker none of whose tasks is known, while one may be sent to it."""
    return unknown(f"the queue of {task.name} is not known: {task.queue.reason}", task.span)


def _as_seconds(number: Any) -> Any:
    return Seconds(float(number)) if isinstance(number, int | float) else number


def _heavy_imports(code: Code, paths: list[str]) -> tuple[str, ...]:
    wanted = set(paths)
    imports = (facts.imports.values() for facts in code.files if facts.path in wanted)
    names = {name.partition(".")[0] for some in imports for name in some}
    return tuple(sorted(name for name in names if "heavy" in catalog.call_kinds(name)))


def _longest(runs: list[Value[Any]]) -> Value[Any]:
    """The longest that is known: a bound from below, which no unknown one can lower."""
    bounded = [run for run in runs if isinstance(run.value, int | float)]
    if bounded:
        return max(bounded, key=lambda run: float(run.get()))
    doubtful = next((run for run in runs if isinstance(run.value, Unknown)), None)
    return doubtful or known(None, Layer.DEFAULT)


def _longest_name(tasks: tuple[Task, ...]) -> str:
    """The task that may run longest, or how many may run equally long."""
    bounded = [task for task in tasks if isinstance(task.longest_run.value, int | float)]
    if not bounded:
        return ""
    longest = max(float(task.longest_run.get() or 0) for task in bounded)
    same = [task for task in bounded if float(task.longest_run.get() or 0) == longest]
    return same[0].name if len(same) == 1 else f"each of {len(same)} tasks"


def _without_limit(tasks: tuple[Task, ...]) -> tuple[str, ...]:
    return tuple(task.name for task in tasks if task.time_limit.known and task.time_limit.value is None)


def _load(tasks: Value[tuple[Task, ...]]) -> Value[str]:
    """The load that all tasks share, else mixed."""
    some = tasks.otherwise(())
    if not some:
        return unknown(tasks.reason or "no task of the repository goes to its queues", tasks.origin.span)
    return derive(lambda *loads: loads[0] if len(set(loads)) == 1 else "mixed", *(task.load for task in some))


def locks(scheduler: object) -> bool:
    """Whether a scheduler takes a lock, so that several may run: RedBeat does, Celery's own and Django's do not."""
    return "redbeat" in str(scheduler).lower()
