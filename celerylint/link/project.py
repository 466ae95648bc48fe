"""The last step of the reading wing: everything together is the model."""

from __future__ import annotations

from collections.abc import Iterable

from celerylint.configuration import Configuration
from celerylint.facts.manifests import WorkloadFact
from celerylint.link.apps import find_apps
from celerylint.link.beats import beat_of, schedule_of
from celerylint.link.code import AppSource, read_code
from celerylint.link.containers import Started, started, words_of
from celerylint.link.deployment import workload_of
from celerylint.link.manifests import Manifests, read_manifests
from celerylint.link.queues import queues_of
from celerylint.link.settings import as_settings, broker_of, effective_settings
from celerylint.link.tasks import TaskMaker, find_tasks
from celerylint.link.unread import read_surroundings
from celerylint.link.which_app import app_for
from celerylint.link.workers import Repository, WorkerMaker, app_model
from celerylint.model import App, Beat, Problem, Project, Queue, ScheduleEntry, Task, Unread, Worker
from celerylint.origin import Span, Unknown
from celerylint.sources.tree import Tree, Trouble


def link(tree: Tree, configuration: Configuration) -> Project:
    """The model of a repository. Reads what it needs from the tree; never raises on what is written there."""
    code = read_code(tree)
    apps = find_apps(code)
    manifests = read_manifests(tree)
    tasks = find_tasks(code, apps)
    repository = Repository(code, apps, tasks, manifests, read_surroundings(tree), configuration)
    processes = [(process, app_for(code, apps, process)) for process in started(manifests, repository.surroundings)]
    unread = _unread(repository, [process for process, _ in processes], tree)
    workers = _workers(repository, processes)
    own = {app.span: _App(repository, app) for app in apps}
    return Project(
        apps=tuple(each.model for each in own.values()),
        tasks=_all_tasks(own.values()),
        queues=tuple(queue for each in own.values() for queue in each.queues(workers, unread)),
        workers=workers,
        beats=_beats(repository, processes),
        schedule=tuple(entry for each in own.values() for entry in each.schedule()),
        workloads=tuple(workload_of(fact, manifests) for fact in manifests.workloads),
        problems=_problems(tree, manifests),
        unread=unread,
    )


def _all_tasks(apps: Iterable[_App]) -> tuple[Task, ...]:
    tasks = (task for app in apps for task in app.tasks)
    return tuple(sorted(tasks, key=lambda task: (task.span, task.app)))


def _workers(repository: Repository, processes: list[tuple[Started, AppSource | Unknown]]) -> tuple[Worker, ...]:
    """Those that manifests start, and the own worker of every app that none of them runs."""
    found: list[Worker] = []
    served: set[Span] = set()
    for process, app in processes:
        if process.launch.subcommand == "worker":
            found.append(WorkerMaker(repository, app, process).make())
            served |= {app.span} if isinstance(app, AppSource) else set()
    found += [WorkerMaker(repository, app, None).make() for app in repository.apps if app.span not in served]
    return tuple(sorted(found, key=lambda worker: (worker.workload is None, worker.span, worker.name)))


def _beats(repository: Repository, processes: list[tuple[Started, AppSource | Unknown]]) -> tuple[Beat, ...]:
    beats = [beat_of(repository, app, process) for process, app in processes if process.launch.subcommand == "beat"]
    return tuple(sorted(beats, key=lambda beat: beat.span))


class _App:
    """One app as its own worker, without a deployment, would have it."""

    def __init__(self, repository: Repository, app: AppSource) -> None:
        self.repository = repository
        self.app = app
        evaluator = repository.code.evaluator()
        self.settings = effective_settings(repository.code, app, evaluator)
        name = app_model(repository, app).name
        self.model = App(name, app.module, app.variable, app.span, as_settings(self.settings), broker_of(self.settings))
        maker = TaskMaker(repository.code, app, self.settings, evaluator, repository.configuration)
        limits = (self.settings["task_time_limit"], self.settings["task_soft_time_limit"])
        mine = [source for source in repository.tasks if source.app in (None, app.span)]
        self.tasks: tuple[Task, ...] = tuple(maker.make(source, limits, name) for source in mine)

    def queues(self, workers: tuple[Worker, ...], unread: tuple[Unread, ...]) -> tuple[Queue, ...]:
        """Its queues."""
        return queues_of(self.repository, self.app, self.model.name, self.settings, self.tasks, workers, unread)

    def schedule(self) -> tuple[ScheduleEntry, ...]:
        """Its schedule."""
        return tuple(schedule_of(self.app, self.model.name, self.settings["beat_schedule"]))


def _unread(repository: Repository, processes: list[Started], tree: Tree) -> tuple[Unread, ...]:
    """Places that may start a worker and were not understood."""
    found = [*repository.surroundings.launches, *repository.manifests.templates]
    understood = {process.container.span for process in processes}
    for workload in repository.manifests.workloads:
        for container in workload.containers:
            words = words_of(container)
            if container.span not in understood and any("celery" in word.text.lower() for word in words):
                where = f"{container.span.path}:{container.span.line}"
                found.append(Unread(container.span, f"the command at {where} mentions Celery and is not understood"))
    for trouble in tree.troubles:
        if trouble.kind.startswith("yaml") and trouble.kind != "yaml-duplicate-key" and _mentions(tree, trouble):
            found.append(Unread(trouble.span, f"{trouble.span.path} mentions Celery and cannot be read"))
    return tuple(sorted(found, key=lambda each: each.span))


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
    if trouble.kind in ("unreadable", "undecodable", "too-large"):
        return trouble.span.path.endswith((".py", ".yaml", ".yml"))
    return _mentions(tree, trouble)


def _mentions(tree: Tree, trouble: Trouble) -> bool:
    return tree.mentions(trouble.span.path)
