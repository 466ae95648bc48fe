"""Runs inside another process: loads projects as a worker does and tells the tasks and the schedule that it has.

It reads a JSON list of projects from its input, and forks for each: their modules and environments are their own.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

from oracle.told import told
from real_celery import tell

OPTIONS = ("acks_late", "reject_on_worker_lost", "time_limit", "soft_time_limit", "ignore_result", "serializer")
FIELDS = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")


def loaded(project: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The tasks of a project's app, with their options, and its schedule. Raises whatever loading it raises."""
    os.chdir(project["root"])
    os.environ.clear()
    os.environ.update(project["env"])
    sys.path.insert(0, project["root"])
    module, _, attribute = project["app"].partition(":")
    app = getattr(importlib.import_module(module), attribute)
    app.loader.import_default_modules()
    app.finalize()
    tasks = {name: options(app, task) for name, task in app.tasks.items() if not name.startswith("celery.")}
    schedule = {name: entry(app, fields) for name, fields in app.conf.beat_schedule.items()}
    return {"tasks": tasks, "schedule": schedule}


def options(app: Any, task: Any) -> dict[str, Any]:
    """A task's options as a worker would use them; its queue is the one that a call without options goes to."""
    own = {"queue": task.queue} if getattr(task, "queue", None) else {}
    routed = app.amqp.router.route(own, task.name).get("queue")
    queue = routed.name if routed is not None else app.conf.task_default_queue
    return {**{name: told(getattr(task, name)) for name in OPTIONS}, "queue": queue}


def entry(app: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """An entry as beat has it: the task's name, seconds or the numbers of a crontab, and two of its options."""
    made = importlib.import_module("celery.beat").ScheduleEntry(**fields, app=app)
    when = made.schedule
    given = made.options
    return {
        "task": made.task,
        "interval": when.run_every.total_seconds() if hasattr(when, "run_every") else None,
        "crontab": [sorted(getattr(when, name)) for name in FIELDS] if hasattr(when, "minute") else None,
        "queue": given.get("queue"),
        "expires": told(given.get("expires")),
    }


def main() -> None:
    """Answer for every project, one line each."""
    asked = json.load(sys.stdin)
    for module in ("celery.app.base", "celery.app.amqp", "celery.beat", "kombu", "celery.loaders.app", "django.conf"):
        importlib.import_module(module)
    tell(asked["projects"], asked["names"], loaded)


if __name__ == "__main__":
    main()
