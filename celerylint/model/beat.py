"""Beat and its schedule."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass

from celerylint.model.app import App
from celerylint.model.task import Task
from celerylint.model.units import Seconds
from celerylint.model.workload import Container, Hop, Workload
from celerylint.origin import Layer, Span, Value, known

_DAY = 24 * 60  # minutes
_DAYS = 28 * 365 + 7  # after 28 years the same days are the same weekdays


@dataclass(frozen=True, slots=True)
class Crontab:
    """When a `crontab(...)` is due: the numbers of each field, in order; Sunday is day 0 of the week."""

    minute: tuple[int, ...]
    hour: tuple[int, ...]
    day_of_week: tuple[int, ...]
    day_of_month: tuple[int, ...]
    month_of_year: tuple[int, ...]

    @property
    def shortest_gap(self) -> Seconds | None:
        """The shortest time between two runs, without changes of the clock; None where there are no two."""
        times = sorted({60 * hour + minute for hour in self.hour for minute in self.minute})
        if not (times and self.day_of_week and self.day_of_month and self.month_of_year):
            return None
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        overnight = _DAY + times[0] - times[-1]
        if not gaps or overnight < min(gaps):
            days = self._days_apart()
            gaps += [overnight + (days - 1) * _DAY] if days is not None else []
        return Seconds(60 * min(gaps)) if gaps else None

    def _days_apart(self) -> int | None:
        """The fewest days between two days on which it is due; None where there are no two."""
        start = datetime.date(2001, 1, 1).toordinal()
        due = [day for day in range(start, start + _DAYS) if self._is_due(datetime.date.fromordinal(day))]
        return min((later - earlier for earlier, later in itertools.pairwise(due)), default=None)

    def _is_due(self, day: datetime.date) -> bool:
        week = day.isoweekday() % 7 in self.day_of_week
        return week and day.day in self.day_of_month and day.month in self.month_of_year


_NO_FILE: Value[str | None] = known(None, Layer.DEFAULT)
_NO_INTERVAL: Value[Seconds | None] = known(None, Layer.DEFAULT)
_YES: Value[bool] = known(True, Layer.DEFAULT)


@dataclass(frozen=True, slots=True, eq=False)
class ScheduleEntry:
    """One entry of `beat_schedule`, one `add_periodic_task` or one `@periodic_task`."""

    name: str
    span: Span
    app: str
    task: Value[str]  # the name that it sends
    runs: Value[Task | None]
    """The task of that name; None where the app's workers certainly know none of this name."""

    schedule: Value[str]  # as text: `every 30 s`, `crontab(minute=0)`
    interval: Value[Seconds | None]  # None for a crontab or a solar event
    crontab: Value[Crontab | None]  # None for anything else
    refused: str  # why Celery raises an exception when it reads this schedule; empty where it does not
    queue: Value[str | None]  # the entry's own `options["queue"]`
    expires: Value[Seconds | None]  # the entry's own `options["expires"]`, as far as it is a time span
    shortest_gap: Value[Seconds | None]
    """The shortest time between two runs: the interval, or that of the crontab; None where nothing tells it."""

    nearest: str = ""  # where no task has the name: the one with the most similar name; empty where none is similar


@dataclass(frozen=True, slots=True, eq=False)
class Beat:
    """A `celery beat` process; a worker's embedded beat (-B) is the worker's own."""

    name: str
    span: Span  # the word `beat`
    kind: str
    command: str
    via: tuple[Hop, ...]  # the lines that lead to `span`, outermost first: manifest, Dockerfile, scripts
    app: App | None
    workload: Workload | None
    container: Container | None
    scheduler: Value[str]
    schedule: Value[tuple[ScheduleEntry, ...]]
    """What it sends; unknown where the scheduler also takes entries from elsewhere, or the code hides some."""

    locking: Value[bool]  # the scheduler takes a lock, as RedBeat does: several may run
    shell_in_front: Value[bool]
    worker_beside: bool  # a worker runs in its container, too, or may
    remote_control: Value[bool]
    """Whether it answers `inspect ping`: `--enable-remote-control` or `beat_enable_remote_control`, from 5.7 on."""

    schedule_file: Value[str | None] = _NO_FILE
    """Where Celery's own scheduler keeps what it has sent, as beat is told: a path that may count from its working
    directory (celery/beat.py:PersistentScheduler). None for schedulers that keep no file."""

    longest_interval: Value[Seconds | None] = _NO_INTERVAL
    """Of the entries whose interval is known. None: crontabs alone; unknown where the schedule is."""

    schedule_writable: Value[bool] = _YES  # not where the file system is read-only and no volume lies around the file
    schedule_survives: Value[bool] = _YES  # whether the file is still there when the container is replaced
