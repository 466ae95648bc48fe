"""A queue: who sends to it, what runs from it, who consumes it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.declared_queue import NO_DECLARATION, DeclaredQueue
from celerylint.model.task import Task
from celerylint.model.units import Seconds
from celerylint.model.worker import Worker
from celerylint.origin import Layer, Span, Value, known

_NOT_LISTED: Value[bool | None] = known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True, eq=False)
class Producer:
    """A place that sends to the queue."""

    kind: str  # route, task option, call, default queue, schedule
    task: str  # the task's name or the route's pattern
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Queue:
    """A queue by its name, within one app."""

    name: str
    span: Span  # where it is named first
    app: str
    producers: tuple[Producer, ...]
    tasks: tuple[Task, ...]
    consumers: Value[tuple[Worker, ...]]
    """The workers that take from it. Unknown as soon as one launch place or one worker's queues are not understood."""

    nearest: str  # the consumed queue with the most similar name; empty where none is similar
    longest_declared_run: Value[Seconds | None]  # the longest and the shortest of its tasks' `declared_run`,
    shortest_declared_run: Value[Seconds | None]  # of those tasks that say one; None where none does
    longest_task: str
    shortest_task: str
    declared: DeclaredQueue = NO_DECLARATION  # as the app declares it
    is_default: bool = False  # whether it is its app's `task_default_queue`
    listed: Value[bool | None] = _NOT_LISTED  # whether `task_queues` names it; None: the app has no `task_queues`
