"""Which tasks an app's workers know, and which apps have workers at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from celerylint.link.code import AppSource
from celerylint.link.containers import Started
from celerylint.link.find_tasks import Found
from celerylint.link.modules import Modules
from celerylint.link.task_options import TaskSource
from celerylint.origin import Span, Unknown

CONTAINERS = ("kubernetes", "compose", "ecs", "nomad")  # the platforms that start a container with a command line


@dataclass(frozen=True, slots=True)
class Process:
    """A started Celery process with its app; Unknown with the reason where that cannot be told."""

    started: Started
    app: AppSource | Unknown


@dataclass(frozen=True, slots=True)
class Placement:
    """The apps, the tasks, and the apps that a manifest starts a worker of."""

    modules: Modules
    apps: tuple[AppSource, ...]
    tasks: tuple[TaskSource, ...]
    served: frozenset[Span]
    open: str = ""  # why there may be other tasks; empty where there are none

    def tasks_of(self, app: AppSource) -> tuple[TaskSource, ...]:
        """The tasks that a worker of the app may be sent.

        `@app.task` registers with every app of its process (celery/app/base.py:Celery.task, `shared`), so the only
        app with workers also runs those of the apps beside it. Whether its processes import the module of a shared
        task is not asked here.
        """
        return tuple(task for task in self.tasks if task.app in (None, app.span) or self._adopts(app, task.app))

    def shared(self, source: TaskSource) -> bool:
        """Whether a task is one of several apps: of those whose processes import its module."""
        return source.app is None and len(self.apps) > 1

    def stands_alone(self, app: AppSource) -> bool:
        """Whether the app is to be shown as a worker of its own: nothing starts it, and nobody else runs its tasks."""
        if app.span in self.served:
            return False
        return not any(self._adopts(other, app.span) for other in self.apps if other.span in self.served)

    def _adopts(self, app: AppSource, other: Span | None) -> bool:
        if other is None or other in self.served or self.served != {app.span}:
            return False
        return self.modules.source_root(app.path) == self.modules.source_root(other.path)


def place(modules: Modules, apps: tuple[AppSource, ...], found: Found, processes: tuple[Process, ...]) -> Placement:
    """The placement that the started workers make."""
    served = frozenset(
        process.app.span
        for process in processes
        if process.started.launch.subcommand == "worker"
        and isinstance(process.app, AppSource)
        and not _by_hand(process.started)
    )
    return Placement(modules, apps, found.tasks, served, found.open)


def _by_hand(started: Started) -> bool:
    """A script that somebody starts while developing says nothing about who runs the app's workers in production."""
    return started.workload.development and started.workload.platform not in CONTAINERS


def standing_alone(started: Iterable[Started]) -> list[Started]:
    """Without the programs of a file that a container of the repository starts: they run there, not by themselves."""
    every = list(started)
    inside = {(each.launch.start, each.workload.development) for each in every if each.workload.platform in CONTAINERS}

    def contained(each: Started) -> bool:
        places = {(each.launch.start, False), (each.launch.start, each.workload.development)}
        return each.workload.platform not in CONTAINERS and not inside.isdisjoint(places)

    return [each for each in every if not contained(each)]


def distinct(processes: list[Process]) -> tuple[Process, ...]:
    """A service that an overlay file repeats without changing what matters here is one process."""
    found: dict[tuple[object, ...], Process] = {}
    for process in sorted(processes, key=lambda each: each.started.workload.development):
        workload, container = process.started.workload, process.started.container
        launch = process.started.launch
        values = (
            workload.replicas,
            workload.grace_period,
            container.memory_limit,
            container.cpu_limit,
            container.image,
        )
        names = (workload.overlay, workload.full_name, container.name, launch.span, launch.node)
        key = (*names, *(str(value.value) for value in values))
        found.setdefault(key, process)
    return tuple(sorted(found.values(), key=lambda each: (each.started.workload.span, each.started.launch.span)))
