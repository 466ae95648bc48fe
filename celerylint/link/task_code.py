"""What the model says of a task's own code: what it waits for, whether it has its `self`, who shares its name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from celerylint.link.bodies import TaskCode, Wait
from celerylint.link.task_options import TaskOptions, TaskSource
from celerylint.model import Task
from celerylint.origin import Layer, Value, known


def with_code(task: Task, source: TaskSource, option: TaskOptions, code: TaskCode) -> Task:
    """The task, with what its function does."""
    return replace(
        task,
        rate_limit=option.effective("rate_limit", "task_default_rate_limit").map(_as_text),
        bound=_bound(source, option),
        takes_argument=code.takes_argument,
        uses_of_self=code.uses_of_self,
        namesakes=code.namesakes,
        waits=tuple(wait.call for wait in code.waits if _stored(option, wait)),
        endless_calls=code.endless,
    )


def _stored(option: TaskOptions, wait: Wait) -> bool:
    """Whether what a call waits for certainly has a result: of another one `get` gives None at once."""
    setting = "task_ignore_result"
    options = [TaskOptions(option.view, task).effective("ignore_result", setting) for task in wait.tasks]
    return all(each.value is False for each in options or [option.view.settings[setting]])


def _bound(source: TaskSource, option: TaskOptions) -> Value[bool]:
    """`bind=True`; the method of a class has its `self` anyway."""
    said = None if source.of is not None else option.own("bind")
    if said is None:
        return known(source.of is not None, Layer.DEFAULT)
    return said.map(bool)


def _as_text(limit: Any) -> str | None:
    return str(limit) if limit else None
