"""The last step of the reading wing: everything together is the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from celerylint.configuration import Configuration
from celerylint.facts.launch import Word
from celerylint.facts.manifests import WorkloadFact
from celerylint.link.apps import find_apps
from celerylint.link.beats import beat_of
from celerylint.link.bodies import Bodies
from celerylint.link.cluster import clustered
from celerylint.link.code import AppSource, read_code
from celerylint.link.containers import Started, started, words_of
from celerylint.link.deployment import workload_of
from celerylint.link.dispatches import dispatches_of
from celerylint.link.environment import UNDEPLOYED, Environment
from celerylint.link.find_tasks import find_tasks
from celerylint.link.flowers import flower_of
from celerylint.link.global_options import with_global_options
from celerylint.link.images import read_images
from celerylint.link.importing import Everywhere, TaskImports
from celerylint.link.known_tasks import KnownTasks
from celerylint.link.launchers import python_launchers, reloaded
from celerylint.link.manifests import Manifests, read_manifests
from celerylint.link.monitors import events_are_read
from celerylint.link.neighbours import sharing
from celerylint.link.overlays import told_once
from celerylint.link.periodic import periodic_entries
from celerylint.link.placement import CONTAINERS, Process, distinct, place, standing_alone
from celerylint.link.processes import Processes, may_start
from celerylint.link.queries import TaskQueries
from celerylint.link.queues import Calls, calls_with_queues, queues_of
from celerylint.link.rabbitmq import rabbitmq_of
from celerylint.link.schedule import schedule_of
from celerylint.link.scripts import read_alone
from celerylint.link.servers import connected
from celerylint.link.settings import contributions_of, effective_settings, written_settings
from celerylint.link.starters import read_starters
from celerylint.link.task_options import AppView, TaskSource
from celerylint.link.tasks import TaskMaker
from celerylint.link.unread import Surroundings, launching_manifests, read_surroundings
from celerylint.link.which_app import app_for
from celerylint.link.workers import Repository, WorkerMaker, app_model, app_name
from celerylint.link.written_routes import written_routes
from celerylint.link.written_schedule import written_entries
from celerylint.model import (
    Beat,
    Call,
    Flower,
    Problem,
    Project,
    Queue,
    Route,
    ScheduleEntry,
    Task,
    Unread,
    Worker,
    WrittenSetting,
)
from celerylint.origin import Span, Unknown, Value, unknown
from celerylint.sources.tree import Tree, Trouble

_Schedules = Mapping[Span, Value[tuple[ScheduleEntry, ...]]]


_MAY_WORK = ("worker", "")  # an empty one is hidden in an expansion


def link(tree: Tree, configuration: Configuration) -> Project:
    """The model of a repository. Reads what it needs from the tree; never raises on what is written there."""
    code = read_code(tree)
    apps = find_apps(code)
    manifests, surroundings = read_manifests(tree, configuration), read_surroundings(tree)
    launched = Processes() if tree.deployed else python_launchers(code)
    manifests.add(launched)
    starters = read_starters(configuration.launchers, launched)
    images = read_images(tree, manifests.workloads, manifests.config_maps)
    manifests.workloads = [images.completed(workload) for workload in manifests.workloads]
    everything = [reloaded(each, launched) for each in started(manifests, surroundings, images, starters)]
    running = standing_alone(everything)
    if not tree.deployed:
        alone = read_alone(tree, images, starters, running, manifests.taken)
        manifests.add(alone.said)
        running += alone.started
    found = [(process, app_for(code, apps, process)) for process in running]
    processes = distinct([Process(with_global_options(process, app), app) for process, app in found])
    unread = _unread(manifests, surroundings, everything, processes, tree)
    placement = place(code.modules, apps, find_tasks(code, apps), processes)
    rabbitmq = rabbitmq_of(tree, manifests.workloads)
    bodies = Bodies(code, placement.tasks)
    repository = Repository(code, placement, bodies, manifests, surroundings, configuration, unread, rabbitmq)
    launched_workers = [each for each in processes if each.started.launch.subcommand == "worker"]
    makers = [WorkerMaker(repository, each.app, each.started) for each in launched_workers]
    workers = _workers(repository, makers, processes)
    calls = calls_with_queues(code)
    everywhere = _everywhere(repository, makers)
    own = [_App(repository, app, everywhere, _processes(makers, app)) for app in apps]
    working = [each for each in own if each.app.span in placement.served or placement.stands_alone(each.app)]
    tasks = _all_tasks(working)
    schedules = {each.app.span: each.schedule(tasks) for each in own}
    return Project(
        apps=tuple(each.model for each in own),
        tasks=tasks,
        queues=tuple(queue for each in working for queue in each.queues(workers, calls, schedules[each.app.span])),
        workers=workers,
        beats=_beats(repository, processes, schedules),
        schedule=tuple(entry for each in own for entry in schedules[each.app.span].otherwise(each.added)),
        workloads=tuple(workload_of(fact, manifests) for fact in manifests.workloads),
        problems=_problems(tree, manifests),
        unread=unread,
        charts=tuple(manifests.charts),
        events_read=_events_read(workers, processes, repository),
        dispatches=dispatches_of(code, bodies, tasks, apps),
        settings=_settings(repository, own, processes),
        rabbitmq=rabbitmq,
        routes=tuple(route for each in own for route in each.routes(tasks)),
        flowers=_flowers(repository, processes),
        chords=tuple(Call("celery.chord", span) for facts in code.files for span in facts.chords),
    )


def _events_read(workers: tuple[Worker, ...], processes: tuple[Process, ...], repository: Repository) -> Value[bool]:
    """Whether something reads the events; looked for where a worker sends any."""
    if not any(worker.sends_events.value is True for worker in workers):
        return unknown("no worker is known to send events")
    found = (process.started for process in processes)
    return events_are_read(found, repository.manifests, repository.unread, repository.code.tree)


def _all_tasks(apps: list[_App]) -> tuple[Task, ...]:
    tasks = (task for app in apps for task in app.tasks)
    return tuple(sorted(tasks, key=lambda task: (task.span, task.app)))


def _workers(repository: Repository, makers: list[WorkerMaker], processes: tuple[Process, ...]) -> tuple[Worker, ...]:
    """Those that manifests start, and the own worker of every app that none of them runs."""
    made = [(each.process, each.make()) for each in makers if each.process is not None]
    shared = sharing(made, [process.started for process in processes])
    queries = TaskQueries(repository.bodies, repository.placement.tasks)
    pairs = [(process, worker) for (process, _), worker in zip(made, shared, strict=True)]
    beside = connected(pairs, repository.manifests.workloads, queries.of, repository.code.tree)
    found = told_once(clustered(beside))
    alone = [app for app in repository.placement.apps if repository.placement.stands_alone(app)]
    doubt = next((_may_be_its(each.process) for each in makers if each.why_no_app and each.process is not None), "")
    found += [WorkerMaker(repository, app, None, doubt).make() for app in alone]
    return tuple(sorted(found, key=_place))


def _may_be_its(process: Started) -> str:
    """Why the command line of an app's own worker is not known: there is one of which nobody can tell the app."""
    span = process.launch.span
    return f"the worker that {span.path}:{span.line} starts may be this one: its app is not known"


def _processes(makers: list[WorkerMaker], app: AppSource) -> list[TaskImports]:
    """What the started workers of an app import."""
    mine = (each for each in makers if each.app is not None and each.app.span == app.span)
    return [each.imports for each in mine if each.imports is not None]


def _everywhere(repository: Repository, makers: list[WorkerMaker]) -> Everywhere:
    """What all started workers together import."""
    doubt = repository.unread[0].reason if repository.unread else ""
    processes = [each.imports or f"the app of a worker is not known: {each.why_no_app}" for each in makers]
    return Everywhere(repository.code, repository.placement.tasks, processes, doubt)


def _place(found: Worker | Beat | Flower) -> tuple[object, ...]:
    workload = found.workload
    return workload is None, found.span, found.name, workload.overlay if workload else ""


def _beats(repository: Repository, processes: tuple[Process, ...], schedules: _Schedules) -> tuple[Beat, ...]:
    launched = [process for process in processes if process.started.launch.subcommand == "beat"]
    workers = {id(each.started.container) for each in processes if each.started.launch.subcommand in _MAY_WORK}
    beats = [
        replace(
            beat_of(repository, each.app, each.started, _schedule(schedules, each.app)),
            worker_beside=id(each.started.container) in workers,
        )
        for each in launched
    ]
    return tuple(sorted(told_once(beats), key=_place))


def _flowers(repository: Repository, processes: tuple[Process, ...]) -> tuple[Flower, ...]:
    launched = [each for each in processes if each.started.launch.subcommand == "flower"]
    return tuple(sorted(told_once(flower_of(repository, each.app, each.started) for each in launched), key=_place))


def _schedule(schedules: _Schedules, app: AppSource | Unknown) -> Value[tuple[ScheduleEntry, ...]]:
    return schedules[app.span] if isinstance(app, AppSource) else unknown(app.reason)


def _settings(repository: Repository, apps: list[_App], processes: tuple[Process, ...]) -> tuple[WrittenSetting, ...]:
    """Each written name once, as the apps' own workers read it and those processes that are not for development."""
    models = {each.app.span: each.model for each in apps}
    pairs: list[tuple[AppSource, Environment]] = [(each.app, UNDEPLOYED) for each in apps]
    for each in processes:
        if isinstance(each.app, AppSource) and not each.started.workload.development:
            pairs.append((each.app, each.started.environment))
    found: dict[tuple[Span, Span, str], WrittenSetting] = {}
    for app, environment in pairs:
        evaluator = repository.code.evaluator(environment)
        given = contributions_of(repository.code, evaluator, app)
        effective = effective_settings(repository.code, app, evaluator)
        for written in written_settings(repository.code.tree, app, models[app.span], given, effective):
            found.setdefault((written.span, app.span, written.name), written)
    return tuple(found[key] for key in sorted(found))


class _App:
    """One app as its own worker, without a deployment, would have it."""

    def __init__(
        self, repository: Repository, app: AppSource, everywhere: Everywhere, processes: list[TaskImports]
    ) -> None:
        self.repository = repository
        self.app = app
        evaluator = repository.code.evaluator()
        self.settings = effective_settings(repository.code, app, evaluator)
        name = app_name(app)
        self.model = app_model(repository.code, evaluator, app, self.settings)
        view = AppView(repository.code, app, self.settings, evaluator, repository.configuration, repository.rabbitmq)
        maker = TaskMaker(view, repository.bodies)
        self.declared = maker.declared
        limits = (self.settings["task_time_limit"], self.settings["task_soft_time_limit"])
        pool = self.settings["worker_pool"]
        self.added: tuple[ScheduleEntry, ...] = ()  # what is known of the schedule where the whole of it is not
        imports = TaskImports(repository.code, app, self.settings, evaluator, None, repository.placement.tasks)
        sources = (each for each in repository.placement.tasks_of(app) if self._has(each, processes, everywhere))
        self.tasks: tuple[Task, ...] = tuple(
            everywhere.told(maker.make(source, limits, pool, name), source, imports) for source in sources
        )

    def _has(self, source: TaskSource, processes: list[TaskImports], everywhere: Everywhere) -> bool:
        """Whether a task is one of this app's: a shared one where its processes import it, or no process does."""
        placement = self.repository.placement
        if not placement.shared(source):
            return True
        found = {each.of(source).value for each in processes}
        if self.app.span not in placement.served:
            return True in found
        return found != {False} or everywhere.of(source).value is False

    def queues(
        self, workers: tuple[Worker, ...], calls: Calls, schedule: Value[tuple[ScheduleEntry, ...]]
    ) -> tuple[Queue, ...]:
        """Its queues."""
        return queues_of(self.repository, self.app, self.settings, self.tasks, workers, calls, schedule, self.declared)

    def schedule(self, tasks: tuple[Task, ...]) -> Value[tuple[ScheduleEntry, ...]]:
        """Its schedule; `tasks` are those of all apps."""
        placement, known = self.repository.placement, self._known(tasks)
        written = schedule_of(self.app, self.model.name, self.settings["beat_schedule"], known)
        code, apps = self.repository.code, placement.apps
        self.added = tuple(periodic_entries(code, apps, self.app, self.model.name, known))
        if isinstance(written.value, Unknown) and written.origin.span is not None:
            path, name = written.origin.span.path, self.model.name
            mine = written_entries(code.evaluator(), path, name, known, self.app.releases)
            self.added = (*mine, *self.added)
        return written.map(lambda entries: (*entries, *self.added))

    def routes(self, tasks: tuple[Task, ...]) -> tuple[Route, ...]:
        """Its routes; `tasks` are those of all apps."""
        tree, known = self.repository.code.tree, self._known(tasks)
        return written_routes(tree, self.settings["task_routes"], self.model.name, self.app.span, known)

    def _known(self, tasks: tuple[Task, ...]) -> KnownTasks:
        placement = self.repository.placement
        others = (task for task in tasks if task not in self.tasks)
        declared = frozenset(source.name for source in placement.tasks)
        unnamed = next((source.unnamed for source in placement.tasks if source.unnamed), "")
        doubt = placement.open or (unnamed and f"a task's name is not known: {unnamed}")
        return KnownTasks(placement.modules, self.app.path, (*self.tasks, *others), declared, doubt)


def _unread(
    manifests: Manifests,
    surroundings: Surroundings,
    everything: list[Started],
    processes: tuple[Process, ...],
    tree: Tree,
) -> tuple[Unread, ...]:
    """Places that may start a worker and were not understood."""
    launches = [each for each in surroundings.launches if each.span.path not in manifests.taken and not tree.deployed]
    found = [*launches, *manifests.unread]
    dark = [each.started for each in processes if not each.started.launch.subcommand]
    every = (*everything, *(each.started for each in processes))
    understood = {each.container.span for each in every} - {each.container.span for each in dark}
    for workload in manifests.workloads:
        if workload.development and workload.platform not in CONTAINERS:
            continue  # what somebody starts while developing takes nothing from production
        for container in workload.containers:
            words = words_of(container)
            if container.span not in understood and _mentions(workload, words):
                where = f"{container.span.path}:{container.span.line}"
                found.append(Unread(container.span, f"the command at {where} mentions Celery and is not understood"))
    read = {process.started.launch.span.path for process in processes} | {each.span.path for each in found}
    read |= manifests.taken
    found += launching_manifests(tree, read) if not tree.deployed else ()
    for trouble in tree.troubles:
        if trouble.kind.startswith("yaml") and trouble.kind != "yaml-duplicate-key" and _concerns(tree, trouble):
            found.append(Unread(trouble.span, f"{trouble.span.path} mentions Celery and cannot be read"))
    once = {(each.span, each.reason): each for each in found}  # overlays share what they are built from
    return tuple(sorted(once.values(), key=lambda each: each.span))


def _mentions(workload: WorkloadFact, words: tuple[Word, ...]) -> bool:
    """Whether a command may start Celery: what a container's command names is what it runs, a program's may not be."""
    if workload.platform in CONTAINERS:
        return any("celery" in word.text.lower() for word in words)
    return may_start(words)


def _problems(tree: Tree, manifests: Manifests) -> tuple[Problem, ...]:
    """What kept us from reading a file that concerns Celery; other files' troubles are nobody's business here."""
    troubles = [trouble for trouble in tree.troubles if _concerns(tree, trouble)]
    found = [Problem(trouble.kind, trouble.span, trouble.message) for trouble in troubles]
    celery = {fact.span.path for fact in manifests.workloads if _starts_celery(fact)}
    found += [Problem("manifest-value", span, message) for span, message in manifests.problems if span.path in celery]
    return tuple(sorted(found, key=lambda each: (each.span, each.kind, each.message)))


def _starts_celery(workload: WorkloadFact) -> bool:
    words = (word for container in workload.containers for word in words_of(container))
    return any("celery" in word.text.lower() for word in words)


def _concerns(tree: Tree, trouble: Trouble) -> bool:
    path = trouble.span.path
    if path == tree.deployed:
        return True
    if path.endswith(".json"):  # editors' and tools' JSON has comments; only a manifest's trouble matters here
        return tree.mentions(path) and b"apiVersion" in (tree.data(path) or b"")
    if "{{" in path:
        return False  # a template of cookiecutter or the like: no Python and no YAML until somebody fills it in
    if trouble.kind in ("unreadable", "undecodable", "too-large"):
        hidden = path.rpartition("/")[2].startswith(".")  # .pre-commit-config.yaml: a tool's own
        return not hidden and path.endswith((".py", ".yaml", ".yml"))
    return tree.mentions(path)
