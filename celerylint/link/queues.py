"""Queues: who sends to them, what runs from them, who consumes them."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from celerylint.facts.python.names import dotted
from celerylint.link.code import AppSource, Code, evaluated
from celerylint.link.declared_queues import DeclaredQueues
from celerylint.link.routes import queue_name
from celerylint.link.workers import Repository, app_name
from celerylint.model import Producer, Queue, ScheduleEntry, Seconds, Task, Worker
from celerylint.origin import Layer, Span, Unknown, Value, derive, known, unknown


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that name a queue: by that name, and the functions of the tasks that they send."""

    producers: tuple[tuple[str, Producer], ...]
    directed: frozenset[str]


def queues_of(
    repository: Repository,
    app: AppSource,
    settings: Mapping[str, Value[Any]],
    tasks: tuple[Task, ...],
    workers: tuple[Worker, ...],
    calls: Calls,
    schedule: Value[tuple[ScheduleEntry, ...]],
    declared: DeclaredQueues,
) -> tuple[Queue, ...]:
    """Every queue of one app that anything names, by name."""
    producers = _producers(calls, settings, tasks, _scheduled(schedule))
    mine = tuple(worker for worker in workers if worker.app is not None and worker.app.span == app.span)
    consumed = {queue for worker in mine for queue in worker.queues.otherwise(())}
    names = sorted({*producers, *consumed})
    taken: dict[str, list[Worker]] = defaultdict(list)
    for worker in workers:  # of any app: those of one repository often share the broker
        for queue in dict.fromkeys(worker.queues.otherwise(())):
            taken[queue].append(worker)
    consumers = {each: _consumers(each, tuple(taken[each]), mine, workers, repository) for each in names}
    found = (
        _queue(each, app_name(app), app.span, producers.get(each, []), tasks, consumers[each], consumed)
        for each in names
    )
    return tuple(_declared(queue, settings, declared) for queue in found)


def _declared(queue: Queue, settings: Mapping[str, Value[Any]], declared: DeclaredQueues) -> Queue:
    """The queue with what its app's settings say of it."""
    listed = declared.queues.names
    names = listed.value
    return replace(
        queue,
        declared=declared.of(known(queue.name, Layer.CODE)),
        is_default=queue_name(settings["task_default_queue"]).value == queue.name,
        listed=listed if names is None or isinstance(names, Unknown) else Value(queue.name in names, listed.origin),
    )


def _queue(
    name: str,
    app: str,
    fallback: Span,
    producers: list[Producer],
    tasks: tuple[Task, ...],
    consumers: Value[tuple[Worker, ...]],
    consumed: set[str],
) -> Queue:
    mine = tuple(task for task in tasks if task.queue.value == name)
    producers.sort(key=lambda each: (each.span, each.kind, each.task))
    timed = [task for task in mine if isinstance(task.declared_run.value, int | float)]
    longest = max(timed, key=_run, default=None)
    # What a body sleeps for bounds its run from below only: it says that a task is long, never that it is short.
    said = [task for task in timed if task.declared_run.origin.layer is not Layer.INFERRED]
    shortest = min(said, key=_run, default=None)
    nothing: Value[Seconds | None] = known(None, Layer.DEFAULT)
    # Comparing every name with every other is slow, and only a queue that nobody consumes needs it.
    close = [] if name in consumed else difflib.get_close_matches(name, sorted(consumed), 1, 0.75)
    workers = consumers.otherwise(())
    span = producers[0].span if producers else (workers[0].span if workers else fallback)
    return Queue(
        name=name,
        span=span,
        app=app,
        producers=tuple(producers),
        tasks=mine,
        consumers=consumers,
        nearest=close[0] if close else "",
        longest_declared_run=longest.declared_run if longest else nothing,
        shortest_declared_run=shortest.declared_run if shortest else nothing,
        longest_task=longest.name if longest else "",
        shortest_task=shortest.name if shortest else "",
    )


def _run(task: Task) -> float:
    return float(task.declared_run.otherwise(0) or 0)


def _consumers(
    name: str,
    found: tuple[Worker, ...],
    mine: tuple[Worker, ...],
    workers: tuple[Worker, ...],
    repository: Repository,
) -> Value[tuple[Worker, ...]]:
    """The workers that take from a queue; a place that is not understood may start another one."""
    if found:
        return derive(lambda *_: found, *(worker.queues for worker in found))
    if any(fnmatchcase(name, pattern) for pattern in repository.configuration.external_queues):
        return unknown("the configuration says that it is consumed outside the repository")
    started = [worker for worker in workers if worker.workload]
    doubtful = next((worker for worker in started if not worker.queues.known), None)
    if doubtful is not None:
        return unknown(f"the queues of {doubtful.name} are not known: {doubtful.queues.reason}", doubtful.span)
    lost = next((worker for worker in workers if worker.app is None), None)
    if lost is not None:
        return unknown(f"the app of {lost.name} is not known", lost.span)
    if not any(worker.workload for worker in mine):
        return unknown("nothing in the repository starts a worker of this app")
    if repository.unread:
        return unknown(repository.unread[0].reason, repository.unread[0].span)
    return known((), Layer.DEFAULT)


def _producers(
    calls: Calls,
    settings: Mapping[str, Value[Any]],
    tasks: tuple[Task, ...],
    scheduled: dict[str, tuple[str, Producer]] | None,
) -> dict[str, list[Producer]]:
    found: dict[str, list[Producer]] = defaultdict(list)
    default = settings["task_default_queue"]
    # A task that is called, or scheduled, with a queue of its own may never go where it would go without.
    for task in tasks:
        queue = task.queue
        kind = _kind(queue, default)
        called = task.name.rpartition(".")[2] in calls.directed
        directed = kind == "default queue" and (called or scheduled is None or task.name in scheduled)
        if not isinstance(queue.value, str) or directed:
            continue
        span = task.span if kind == "default queue" or queue.origin.span is None else queue.origin.span
        found[queue.value].append(Producer(kind, task.name, span))
    for name, producer in (*calls.producers, *(scheduled or {}).values()):
        found[name].append(producer)
    return found


def _scheduled(schedule: Value[tuple[ScheduleEntry, ...]]) -> dict[str, tuple[str, Producer]] | None:
    """Tasks that the schedule sends to a queue of the entry's own; None where an entry is not followed."""
    if isinstance(schedule.value, Unknown):
        return None
    found: dict[str, tuple[str, Producer]] = {}
    for entry in schedule.value:
        task, queue = entry.task.value, entry.queue.value
        if isinstance(task, Unknown) or isinstance(queue, Unknown):
            return None
        if queue is not None:
            found[task] = (queue, Producer("schedule", entry.name, entry.span))
    return found


def _kind(queue: Value[str], default: Value[Any]) -> str:
    if queue.origin == default.origin:
        return "default queue"
    return "task option" if queue.origin.layer in (Layer.TASK, Layer.ANNOTATION) else "route"


def calls_with_queues(code: Code) -> Calls:
    """`apply_async(queue=…)` and the like, with the queue's name where that can be followed."""
    evaluator = code.evaluator()
    producers: list[tuple[str, Producer]] = []
    directed: set[str] = set()
    for facts in code.files:
        for fact in facts.dispatches:
            if "queue" not in fact.options:
                continue
            task = dotted(fact.task) if fact.task else ""
            directed.add(task.rpartition(".")[2])
            name = queue_name(evaluated(evaluator, facts.path, fact.options["queue"], fact.scope))
            if isinstance(name.value, str):
                producers.append((name.value, Producer("call", task, fact.span)))
    return Calls(tuple(producers), frozenset(directed))
