"""An entry of `task_routes`."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.task import Task
from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A key of `task_routes` with what it gives, in the order in which Celery asks (celery/app/routes.py:MapRoute)."""

    name: str  # the key as written: a task's name, a glob, or what a regular expression matches
    kind: str
    """name, glob or regex. Celery takes a text as a glob where it holds `*`, as a task's whole name elsewhere."""

    span: Span
    app: str
    queue: Value[str | None]  # None: it names no queue, and its tasks go to the default one
    tasks: Value[tuple[Task, ...]]
    """The tasks that the key matches, whether or not another route is asked before. Unknown where none is seen, and
    there may be others."""

    shadowed_by: Route | None
    """The earlier route that certainly matches whatever this one does, so that Celery never comes to it."""

    refused: str  # why Celery raises an exception when it reads the routes here; empty where it does not
