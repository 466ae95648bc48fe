"""The tasks of the repository by name: which one a name means, and whether a name means none."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from celerylint.link.modules import Modules
from celerylint.model import Task
from celerylint.origin import Layer, Unknown, Value, known, unknown

_CELERYS = "celery."  # the tasks that Celery brings: celery/app/builtins.py


@dataclass(frozen=True, slots=True)
class KnownTasks:
    """The tasks that an app's workers may know. `open` says why there may be others; empty where there are none."""

    modules: Modules
    path: str  # the app's file: names are looked up from there
    made: tuple[Task, ...]  # of the app itself first
    declared: frozenset[str]  # the names of all tasks of the repository
    open: str

    def of(self, name: Value[str]) -> Value[Task | None]:
        """The task of a name; None where there certainly is none."""
        if isinstance(name.value, Unknown):
            return unknown(name.value.reason, name.origin.span)
        found = next((task for task in self.made if task.name == name.value), None)
        if found is not None:
            return Value(found, name.origin)
        doubt = self.doubt(name.value)
        return unknown(doubt, name.origin.span) if doubt else known(None, Layer.INFERRED, name.origin.span)

    def nearest(self, name: Value[str]) -> str:
        """The task with the most similar name, where there is none of this one."""
        names = sorted(task.name for task in self.made)
        if isinstance(name.value, Unknown) or name.value in names:
            return ""
        return next(iter(difflib.get_close_matches(name.value, names, 1, 0.8)), "")

    def doubt(self, name: str) -> str:
        """Why a name, or a pattern of names, without a task may have one all the same; empty where it has none."""
        if name in self.declared:
            return f"which app runs {name} is not known"
        if name.startswith(_CELERYS):
            return f"{name} is a task of Celery's own"
        if self.open:
            return self.open
        package = self.modules.find(name.partition(".")[0], self.path)
        # A folder without __init__.py may have further parts in other distributions.
        if package is None or "." not in name:
            return f"{name} may be a task of another distribution"
        return ""
