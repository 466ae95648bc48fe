"""The whole repository, as pages see it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.app import App
from celerylint.model.beat import Beat, ScheduleEntry
from celerylint.model.call import Call
from celerylint.model.chart import Chart
from celerylint.model.dispatch import Dispatch
from celerylint.model.flower import Flower
from celerylint.model.queue import Queue
from celerylint.model.rabbitmq import UNSEEN, RabbitMQ
from celerylint.model.route import Route
from celerylint.model.task import Task
from celerylint.model.worker import Worker
from celerylint.model.workload import Workload
from celerylint.model.written import WrittenSetting
from celerylint.origin import Span, Value, unknown

_NOBODY: Value[bool] = unknown("nobody looked for what reads events")


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Something that kept us from reading a file, in the reader's words."""

    kind: str  # unreadable, undecodable, too-large, python-syntax, yaml-syntax, yaml-depth, yaml-alias-bomb, …
    span: Span
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Unread:
    """A place that may start a worker or set something, and that we do not read: absence proves nothing."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """Everything that was understood. Every tuple is in a stable order: by path, line, then name."""

    apps: tuple[App, ...]
    tasks: tuple[Task, ...]  # as the app's own worker would run them
    queues: tuple[Queue, ...]
    workers: tuple[Worker, ...]
    beats: tuple[Beat, ...]
    schedule: tuple[ScheduleEntry, ...]
    workloads: tuple[Workload, ...]
    problems: tuple[Problem, ...]
    unread: tuple[Unread, ...]
    charts: tuple[Chart, ...] = ()
    events_read: Value[bool] = _NOBODY
    """Whether something in the repository reads the events that workers send; a monitor elsewhere is never known."""

    dispatches: tuple[Dispatch, ...] = ()  # the calls that send tasks, where something may be wrong with one
    settings: tuple[WrittenSetting, ...] = ()  # as every app's own worker and those in manifests read them
    routes: tuple[Route, ...] = ()  # as the apps' own workers have them
    chords: tuple[Call, ...] = ()  # every call of `celery.chord`; tests are left out
    rabbitmq: RabbitMQ = UNSEEN
    flowers: tuple[Flower, ...] = ()
