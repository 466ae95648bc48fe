"""What a page is asked about, once for each: a worker, a task on a worker, a queue, …"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.model import (
    App,
    Beat,
    Chart,
    Dispatch,
    Probe,
    Problem,
    Project,
    Queue,
    Route,
    ScheduleEntry,
    Task,
    UnusedValue,
    Worker,
    Workload,
    WrittenSetting,
)
from celerylint.origin import Span, Unknown
from celerylint.page.frame import Read
from celerylint.page.types import Type, tuple_of


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to ask about: its variables, the entity that a finding falls back to, and how to call it.

    `missing` is set where the entity itself is not known, as the tasks of a worker may be: nothing can be found there.
    """

    names: Mapping[str, Any]
    span: Span
    words: str
    missing: Read | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A kind of subject: the variables' types, and every subject of a project, in the model's order."""

    name: str
    variables: Mapping[str, Type]
    subjects: Callable[[Project], Iterator[Subject]]


def _record(record: type) -> Type:
    return Type("record", record=record)


def _scope(name: str, variable: str, record: type, entities: Callable[[Project], tuple[Any, ...]]) -> Scope:
    def subjects(project: Project) -> Iterator[Subject]:
        for entity in entities(project):
            title = entity.kind if record is Problem else entity.name
            yield Subject({"project": project, variable: entity}, entity.span, f"{name} {title}")

    return Scope(name, {"project": _record(Project), variable: _record(record)}, subjects)


def _project(project: Project) -> Iterator[Subject]:
    placed: tuple[Any, ...] = (*project.apps, *project.workers, *project.workloads, *project.tasks, *project.beats)
    span: Span = placed[0].span if placed else Span.of_line(".")
    yield Subject({"project": project}, span, "the project")


def _chart_values(project: Project) -> Iterator[Subject]:
    for chart in project.charts:
        for value in chart.unused_values:
            words = f"value {value.key} of chart {chart.name}"
            yield Subject({"project": project, "chart": chart, "value": value}, value.span, words)


def _tasks_on_workers(project: Project) -> Iterator[Subject]:
    for worker in project.workers:
        tasks = worker.tasks.value
        names = {"project": project, "worker": worker}
        if isinstance(tasks, Unknown):
            read = Read("worker.tasks", tuple_of(_record(Task)), worker.tasks)
            yield Subject({**names, "task": tasks}, worker.span, f"the tasks of worker {worker.name}", read)
            continue
        for task in tasks:
            yield Subject({**names, "task": task}, task.span, f"task {task.name} on worker {worker.name}")


def _probe(name: str, record: type, holders: Callable[[Project], tuple[Any, ...]]) -> Scope:
    """The known probes of the containers of workers or beats."""

    def subjects(project: Project) -> Iterator[Subject]:
        for holder in holders(project):
            for probe in holder.container.probes if holder.container else ():
                names = {"project": project, name: holder, "probe": probe}
                yield Subject(names, probe.span, f"{probe.role} probe of {name} {holder.name}")

    types = {"project": _record(Project), name: _record(record), "probe": _record(Probe)}
    return Scope(f"probe on {name}", types, subjects)


_UNUSED_VALUE = {"project": _record(Project), "chart": _record(Chart), "value": _record(UnusedValue)}
_ON_WORKER = {"project": _record(Project), "worker": _record(Worker), "task": _record(Task)}

_ALL = (
    Scope("project", {"project": _record(Project)}, _project),
    _scope("app", "app", App, lambda project: project.apps),
    _scope("task", "task", Task, lambda project: project.tasks),
    Scope("task on worker", _ON_WORKER, _tasks_on_workers),
    _scope("worker", "worker", Worker, lambda project: project.workers),
    _probe("worker", Worker, lambda project: project.workers),
    _scope("queue", "queue", Queue, lambda project: project.queues),
    _scope("beat", "beat", Beat, lambda project: project.beats),
    _probe("beat", Beat, lambda project: project.beats),
    _scope("workload", "workload", Workload, lambda project: project.workloads),
    _scope("schedule entry", "entry", ScheduleEntry, lambda project: project.schedule),
    _scope("route", "route", Route, lambda project: project.routes),
    Scope("unused chart value", _UNUSED_VALUE, _chart_values),
    _scope("setting", "setting", WrittenSetting, lambda project: project.settings),
    _scope("dispatch", "dispatch", Dispatch, lambda project: project.dispatches),
    _scope("problem", "problem", Problem, lambda project: project.problems),
)
SCOPES: Mapping[str, Scope] = {scope.name: scope for scope in _ALL}
