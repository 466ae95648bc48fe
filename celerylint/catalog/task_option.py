"""The options of a task: what `@app.task(…)` and a Task class may set, and the setting each one defaults to."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from celerylint.catalog.data import Lifetime, lifetime, load


@dataclass(frozen=True, slots=True)
class TaskOption:
    """One option of a task as the newest release that has it knows it; `in_version` gives it as it was.

    `default` is the value on Celery's Task class or in the decorator, in JSON's shape (a tuple is a list); where it is
    None and there is a `setting`, the task takes that setting's value (celery/app/task.py:Task.from_config).
    """

    name: str
    default: Any = field(hash=False)
    setting: str | None
    lifetime: Lifetime

    def exists_in(self, version: str | None) -> bool:
        """Whether that version of Celery knows it; None is the newest. Raises ValueError as `release` does."""
        return self.lifetime.includes(version)

    def in_version(self, version: str | None) -> TaskOption:
        """The option as that version had it, or the nearest version that has it where that one has not."""
        fields = self.lifetime.fields_at(version)
        return replace(self, **fields) if fields else self

    def setting_in(self, version: str | None) -> str | None:
        """The setting it defaults to in that version. Raises ValueError as `release` does."""
        return self.in_version(version).setting


@functools.cache
def task_options() -> Mapping[str, TaskOption]:
    """Every task option of every catalogued release, by name, sorted."""
    entries = load("task_options.json")["task_options"]
    return MappingProxyType({name: _task_option(name, entry) for name, entry in entries.items()})


def _task_option(name: str, entry: Mapping[str, Any]) -> TaskOption:
    return TaskOption(name, entry.get("default"), entry.get("setting"), lifetime(entry))
