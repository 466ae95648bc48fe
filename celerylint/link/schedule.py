"""The entries of beat's schedule: what they send, and when."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from celerylint.link.code import AppSource
from celerylint.link.crontab import crontab_of, crontab_of_line
from celerylint.link.evaluate import ExternalCall, plain
from celerylint.link.evaluate.objects import Raised
from celerylint.link.known_tasks import KnownTasks
from celerylint.link.releases import Releases
from celerylint.link.routes import queue_name
from celerylint.model import Crontab, ScheduleEntry, Seconds
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown

# celery/schedules.py, and the modules that gave them before 5.0.
_CRONTABS = frozenset({"celery.schedules.crontab", "celery.task.schedules.crontab"})
_INTERVALS = frozenset({"celery.schedules.schedule", "celery.task.schedules.schedule"})
_SOLAR = "celery.schedules.solar"
_LINE = "celery.schedules.crontab.from_string"
_LONGEST_WORD = 40  # characters of an argument, as it is shown


def schedule_of(app: AppSource, name: str, schedule: Value[Any], tasks: KnownTasks) -> Value[tuple[ScheduleEntry, ...]]:
    """The entries of `beat_schedule`; unknown where it, or an entry of it, is not followed."""
    if isinstance(schedule.value, Unknown):
        return unknown(schedule.value.reason, schedule.origin.span)
    if schedule.value is None:
        return Value((), schedule.origin)
    if not isinstance(schedule.value, dict):
        return unknown("beat_schedule is no dictionary that can be followed", schedule.origin.span)
    found: list[ScheduleEntry] = []
    for key, entry in schedule.value.items():
        fields = entry.value if isinstance(entry, Value) else entry
        if isinstance(fields, dict):
            own = entry.origin.span if isinstance(entry, Value) else None
            place = own or schedule.origin.span or app.span
            found.append(schedule_entry(str(key), place, name, fields, tasks, app.releases))
    return Value(tuple(found), schedule.origin)


def schedule_entry(
    name: str, span: Span, app: str, fields: Mapping[Any, Any], tasks: KnownTasks, releases: Releases
) -> ScheduleEntry:
    """One entry from the fields that `beat_schedule` has for it."""
    when = _field(fields, "schedule")
    task = _task(_field(fields, "task"))
    options = _field(fields, "options")
    interval, crontab = _interval(when), _crontab(when, releases)
    refused = crontab.value.reason if isinstance(crontab.value, Raised) else ""
    if when.value is None:  # beat asks it when it is due (celery/beat.py:ScheduleEntry.is_due)
        refused = "the entry has no schedule"
    runs = tasks.of(task)
    return ScheduleEntry(
        name=name,
        span=span,
        app=app,
        task=task,
        runs=runs,
        schedule=_text(when),
        interval=interval,
        crontab=crontab,
        refused=refused,
        queue=_option(options, "queue", queue_name),
        expires=_option(options, "expires", _expiry),
        shortest_gap=crontab.map(_gap) if crontab.value is not None else interval,
        nearest=tasks.nearest(task) if runs.value is None else "",
    )


def _field(fields: Mapping[Any, Any], name: str) -> Value[Any]:
    value = fields.get(name)
    return value if isinstance(value, Value) else known(value, Layer.CODE)


def _task(value: Value[Any]) -> Value[str]:
    data = plain(value)
    if isinstance(data, str):
        return Value(data, value.origin)
    reason = data.reason if isinstance(data, Unknown) else "what names the task is no text"
    return unknown(reason, value.origin.span)


def _option(options: Value[Any], name: str, read: Any) -> Value[Any]:
    """One of the options that the entry sends its task with."""
    if isinstance(options.value, Unknown):
        return unknown(options.value.reason, options.origin.span)
    if options.value is None:
        return known(None, Layer.DEFAULT)
    if not isinstance(options.value, dict):
        return unknown("its options are no dictionary that can be followed", options.origin.span)
    if name not in options.value:
        return known(None, Layer.DEFAULT)
    found: Value[Any] = read(_field(options.value, name))
    return found


def _expiry(value: Value[Any]) -> Value[Any]:
    """Seconds after which a message is dropped; a moment in time is none (celery/app/base.py:send_task)."""
    data = plain(value)
    if isinstance(data, Unknown):
        return unknown(data.reason, value.origin.span)
    seconds = _seconds(data)
    if data is not None and seconds is None:
        return unknown(f"{data!r} is no number of seconds", value.origin.span)
    return Value(seconds, value.origin)


def _seconds(data: Any) -> Seconds | None:
    if isinstance(data, datetime.timedelta):
        return Seconds(data.total_seconds())
    return Seconds(float(data)) if isinstance(data, int | float) else None  # True is one second


def _interval(when: Value[Any]) -> Value[Seconds | None]:
    """Seconds between two runs; None for a crontab or a solar event."""
    data = when.value
    if isinstance(data, ExternalCall):
        if data.name in _CRONTABS or data.name in (_SOLAR, _LINE):
            return Value(None, when.origin)
        given = data.arguments[0] if data.arguments else data.keywords.get("run_every")
        if data.name in _INTERVALS and given is not None:
            return _interval(given)
        return unknown("this schedule is not followed", when.origin.span)
    seconds = _seconds(data)
    if seconds is not None:
        return Value(seconds, when.origin)
    return unknown(when.reason or "this schedule is not followed", when.origin.span)


def _crontab(when: Value[Any], releases: Releases) -> Value[Crontab | None]:
    """The crontab; None for what is none, `Raised` where Celery certainly refuses it."""
    data = when.value
    if isinstance(data, Unknown):
        return unknown(data.reason, when.origin.span)
    if not isinstance(data, ExternalCall) or not (data.name in _CRONTABS or data.name == _LINE):
        return known(None, Layer.DEFAULT)
    positional = tuple(plain(each) for each in data.arguments)
    named = {name: plain(value) for name, value in data.keywords.items() if name not in ("nowfun", "app")}
    unclear = next((each for each in (*positional, *named.values()) if isinstance(each, Unknown)), None)
    if unclear is not None:
        return unknown(unclear.reason, when.origin.span)
    if data.name == _LINE and positional:
        return Value(crontab_of_line(positional[0], releases), when.origin)
    return Value(crontab_of(positional, named, releases), when.origin)


def _gap(crontab: Crontab | None) -> Seconds | None:
    return crontab.shortest_gap if crontab is not None else None


def _text(when: Value[Any]) -> Value[str]:
    data = when.value
    if isinstance(data, ExternalCall):
        words = [_word(argument) for argument in data.arguments]
        words += [f"{name}={_word(argument)}" for name, argument in data.keywords.items()]
        called = "crontab.from_string" if data.name == _LINE else data.name.rpartition(".")[2]
        return Value(f"{called}({', '.join(words)})", when.origin)
    return _interval(when).map(lambda seconds: f"every {seconds:g} s")


def _word(argument: Value[Any]) -> str:
    """An argument as text; … for what is long or no plain value."""
    data = plain(argument)
    text = "…" if isinstance(data, Unknown) else repr(data)
    return text if len(text) <= _LONGEST_WORD else "…"
