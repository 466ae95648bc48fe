"""Beat processes."""

from __future__ import annotations

from typing import Any

from celerylint import catalog
from celerylint.link.code import AppSource
from celerylint.link.containers import Started, command_of, fills_of
from celerylint.link.deployment import container_of, workload_of
from celerylint.link.options import Options
from celerylint.link.releases import UNNAMED, Releases
from celerylint.link.schedule_file import ScheduleFile, schedule_file
from celerylint.link.settings import effective_settings
from celerylint.link.signals import shell_in_front
from celerylint.link.workers import Repository, app_model, locks
from celerylint.model import Beat, ScheduleEntry
from celerylint.origin import Layer, Unknown, Value, known, unknown

# Schedulers that read their entries from somewhere else than the code, and the code's besides.
_STORED = {"database": "a database", "django_celery_beat": "a database", "redbeat": "Redis", "mongo": "MongoDB"}


def beat_of(
    repository: Repository, app: AppSource | Unknown, process: Started, schedule: Value[tuple[ScheduleEntry, ...]]
) -> Beat:
    """A `celery beat` process; `schedule` is what the code of its app says."""
    evaluator = repository.code.evaluator(process.environment)
    settings = (
        effective_settings(repository.code, app, evaluator)
        if isinstance(app, AppSource)
        else {name: unknown(app.reason) for name in catalog.settings()}
    )
    named = repository.surroundings.named_variables
    releases = app.releases if isinstance(app, AppSource) else UNNAMED
    fills = fills_of(process.container)
    options = Options(process.launch, process.environment, settings, named, fills=fills, releases=releases)
    scheduler = options.get("scheduler")
    container = container_of(process.container, process.workload, repository.manifests)
    path = schedule_file(scheduler, options)
    file = ScheduleFile(path, process.container, container, process.workload.platform)
    entries = _schedule(scheduler, schedule)
    return Beat(
        name=process.workload.full_name,
        span=process.launch.span,
        kind=process.workload.kind,
        command=command_of(process),
        via=process.via,
        app=app_model(repository.code, evaluator, app, settings) if isinstance(app, AppSource) else None,
        workload=workload_of(process.workload, repository.manifests, process.grace_period),
        container=container,
        scheduler=scheduler,
        schedule=entries,
        locking=scheduler.map(locks),
        shell_in_front=shell_in_front(process, repository.surroundings),
        worker_beside=False,
        schedule_file=file.path,
        longest_interval=_longest_interval(entries),
        schedule_writable=file.writable,
        schedule_survives=file.survives,
        remote_control=_remote_control(options.get("remote_control"), releases),
    )


def _longest_interval(entries: Value[tuple[ScheduleEntry, ...]]) -> Value[Any]:
    """The longest that is known, with its own place."""
    if isinstance(entries.value, Unknown):
        return unknown(entries.value.reason, entries.origin.span)
    timed = [each.interval for each in entries.value if isinstance(each.interval.value, int | float)]
    return max(timed, key=lambda each: float(each.otherwise(0)), default=known(None, Layer.DEFAULT))


def _remote_control(asked: Value[bool], releases: Releases) -> Value[bool]:
    """What is asked for, where the release knows it (celery/apps/beat.py, 5.7)."""
    since = releases.since("5.7.0")
    if not asked.known or not asked.get() or since is True:
        return asked.map(bool)
    if since is False:
        return asked.map(lambda _: False)
    return unknown("whether its Celery has remote control for beat is not known", asked.origin.span)


def _schedule(scheduler: Value[str], written: Value[tuple[ScheduleEntry, ...]]) -> Value[tuple[ScheduleEntry, ...]]:
    """What the code says, where the scheduler takes its entries from nowhere else."""
    if isinstance(scheduler.value, Unknown):
        return unknown(f"its scheduler is not known: {scheduler.reason}", scheduler.origin.span)
    word = next((each for each in _STORED if each in str(scheduler.value).lower()), None)
    if word is not None:
        return unknown(f"{scheduler.value} keeps its schedule in {_STORED[word]}", scheduler.origin.span)
    return written
