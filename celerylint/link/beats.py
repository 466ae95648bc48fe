"""Beat processes, and the entries of the schedule."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Iterator
from typing import Any

from celerylint import catalog
from celerylint.link.code import AppSource
from celerylint.link.containers import Started, command_of
from celerylint.link.deployment import container_of, workload_of
from celerylint.link.evaluate import ExternalCall, plain
from celerylint.link.options import Options
from celerylint.link.settings import effective_settings
from celerylint.link.signals import shell_in_front
from celerylint.link.workers import Repository, app_model, locks
from celerylint.model import Beat, ScheduleEntry, Seconds
from celerylint.origin import Layer, Unknown, Value, known, unknown


def beat_of(repository: Repository, app: AppSource | Unknown, process: Started) -> Beat:
    """A `celery beat` process."""
    settings = (
        effective_settings(repository.code, app, repository.code.evaluator(process.environment))
        if isinstance(app, AppSource)
        else {name: unknown(app.reason) for name in catalog.settings()}
    )
    options = Options(process.launch, process.environment, settings, repository.surroundings.named_variables)
    scheduler = options.get("scheduler")
    return Beat(
        name=process.workload.name,
        span=process.launch.span,
        kind=process.workload.kind,
        command=command_of(process),
        app=app_model(app, settings) if isinstance(app, AppSource) else None,
        workload=workload_of(process.workload, repository.manifests),
        container=container_of(process.container),
        scheduler=scheduler,
        locking=scheduler.map(locks),
        shell_in_front=shell_in_front(process, repository.surroundings),
    )


def schedule_of(app: AppSource, name: str, schedule: Value[Any]) -> Iterator[ScheduleEntry]:
    """The entries of `beat_schedule`; one that is not followed gives none."""
    if not isinstance(schedule.value, dict):
        return
    for key, entry in schedule.value.items():
        fields = entry.value if isinstance(entry, Value) else entry
        if not isinstance(fields, dict):
            continue
        span = entry.origin.span if isinstance(entry, Value) and entry.origin.span else schedule.origin.span or app.span
        when = _field(fields, "schedule")
        yield ScheduleEntry(str(key), span, name, _flat(_field(fields, "task")), _text(when), _interval(when))


def _field(fields: dict[Any, Any], name: str) -> Value[Any]:
    value = fields.get(name)
    return value if isinstance(value, Value) else known(value, Layer.CODE)


def _flat(value: Value[Any]) -> Value[Any]:
    data = plain(value)
    return unknown(data.reason, value.origin.span) if isinstance(data, Unknown) else Value(data, value.origin)


def _interval(when: Value[Any]) -> Value[Seconds | None]:
    """Seconds between two runs; None for a crontab or a solar event."""
    data = when.value
    if isinstance(data, ExternalCall):
        if data.name.rpartition(".")[2] in ("crontab", "solar"):
            return Value(None, when.origin)
        if data.name.rpartition(".")[2] == "schedule" and data.arguments:
            return _interval(data.arguments[0])
        return unknown("this schedule is not followed", when.origin.span)
    if isinstance(data, datetime.timedelta):
        return Value(Seconds(data.total_seconds()), when.origin)
    if isinstance(data, int | float) and not isinstance(data, bool):
        return Value(Seconds(float(data)), when.origin)
    return unknown(when.reason or "this schedule is not followed", when.origin.span)


def _text(when: Value[Any]) -> Value[str]:
    data = when.value
    if isinstance(data, ExternalCall) and data.node is not None:
        words = [_word(argument) for argument in data.node.args]
        words += [f"{keyword.arg}={_word(keyword.value)}" for keyword in data.node.keywords if keyword.arg]
        return Value(f"{data.name.rpartition('.')[2]}({', '.join(words)})", when.origin)
    interval = _interval(when)
    return interval.map(lambda seconds: f"every {seconds:g} s")


def _word(node: ast.expr) -> str:
    return repr(node.value) if isinstance(node, ast.Constant) else "…"
