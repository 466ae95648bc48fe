"""Beat and its schedule."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.app import App
from celerylint.model.units import Seconds
from celerylint.model.workload import Container, Workload
from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True, eq=False)
class ScheduleEntry:
    """One entry of `beat_schedule` or one `add_periodic_task`."""

    name: str
    span: Span
    app: str
    task: Value[str]
    schedule: Value[str]  # as text: `every 30 s`, `crontab(minute=0)`
    interval: Value[Seconds | None]  # None for a crontab


@dataclass(frozen=True, slots=True, eq=False)
class Beat:
    """A `celery beat` process; a worker's embedded beat (-B) is the worker's own."""

    name: str
    span: Span  # the word `beat`
    kind: str
    command: str
    app: App | None
    workload: Workload | None
    container: Container | None
    scheduler: Value[str]
    locking: Value[bool]  # the scheduler takes a lock, as RedBeat does: several may run
    shell_in_front: Value[bool]
