"""Tasks, queues, schedule entries and apps, as data."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from celerylint.model import App, Beat, Queue, ScheduleEntry, Task, Versions
from celerylint.origin import Layer, Value, unknown
from celerylint.report.credentials import masked
from celerylint.report.show.values import Entry, entry, hops, place


def task(found: Task) -> Entry:
    """A task as the app's own worker would run it."""
    return {
        "name": found.name,
        **place(found.span),
        "app": found.app or None,
        "queue": entry(found.queue),
        "acks_late": entry(found.acks_late),
        "reject_on_worker_lost": entry(found.reject_on_worker_lost),
        "time_limit": entry(found.time_limit),
        "soft_time_limit": entry(found.soft_time_limit),
        "longest_run": entry(found.longest_run),
        "load": entry(found.load),
        "ignore_result": entry(found.ignore_result),
        "serializer": entry(found.serializer),
        "is_async": found.is_async,
        "lasting_effects": [{"name": call.name, **place(call.span)} for call in found.lasting_effects],
        "sends": [{"name": call.name, **place(call.span)} for call in found.sends],
    }


def queue(found: Queue) -> Entry:
    """A queue: who sends to it, who takes from it, which tasks it carries."""
    return {
        "name": found.name,
        **place(found.span),
        "app": found.app or None,
        "producers": [
            {"kind": producer.kind, "task": producer.task, **place(producer.span)} for producer in found.producers
        ],
        "consumers": entry(found.consumers.map(lambda workers: tuple(worker.name for worker in workers))),
        "tasks": [task.name for task in found.tasks],
        "nearest": found.nearest or None,
    }


def schedule_entry(found: ScheduleEntry) -> Entry:
    """One entry of beat's schedule."""
    return {
        "name": found.name,
        **place(found.span),
        "app": found.app or None,
        "task": entry(found.task),
        "is_task": entry(found.runs.map(lambda task: task is not None)),
        "schedule": entry(found.schedule),
        "interval_seconds": entry(found.interval),
        "crontab": entry(found.crontab.map(lambda crontab: asdict(crontab) if crontab else None)),
        "shortest_gap_seconds": entry(found.shortest_gap),
        "refused": found.refused or None,
        "queue": entry(found.queue),
        "expires_seconds": entry(found.expires),
    }


def beat(found: Beat) -> Entry:
    """A `celery beat` process: what starts it, its scheduler, how many there may be."""
    nowhere: Value[Any] = unknown("nothing in the repository starts this beat")
    workload = found.workload
    return {
        "name": found.name,
        **place(found.span),
        "kind": found.kind,
        "overlay": (workload.overlay if workload else "") or None,
        "app": found.app.name if found.app else None,
        "values": list(workload.values) if workload else [],
        "command": masked(found.command),
        "via": hops(found.via),
        "scheduler": entry(found.scheduler),
        "schedule": entry(found.schedule.map(lambda entries: tuple(each.name for each in entries))),
        "replicas": entry(workload.replicas if workload else nowhere),
        "most_replicas": entry(workload.most_replicas if workload else nowhere),
        "strategy": entry(workload.strategy if workload else nowhere),
    }


def versions(found: Versions) -> Entry:
    """Celery's version, and those of its companions that are known."""
    every = {each.name: getattr(found, each.name) for each in fields(found)}
    return {name: entry(value) for name, value in every.items() if name == "celery" or value.known}


def app(found: App) -> Entry:
    """An app: its broker, its versions and the settings that somebody wrote."""
    written = {name: value for name, value in found.settings.items() if value.origin.layer is not Layer.DEFAULT}
    return {
        "name": found.name,
        **place(found.span),
        "module": found.module,
        "variable": found.variable,
        "broker_transport": entry(found.broker.transport),
        "visibility_timeout": entry(found.broker.visibility_timeout),
        "versions": versions(found.versions),
        "settings": {name: entry(value, name) for name, value in sorted(written.items())},
    }
