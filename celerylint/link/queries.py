"""Where the function of a task asks the database, by Django's models."""

from __future__ import annotations

from celerylint.link.bodies import Bodies
from celerylint.link.bodies.words import in_words
from celerylint.link.dispatches.objects import queried_model
from celerylint.link.task_options import TaskSource
from celerylint.model import Call, Task
from celerylint.origin import Span
from celerylint.sources.python import PythonSyntaxError


class TaskQueries:
    """The queries of tasks, each looked for when somebody asks."""

    def __init__(self, bodies: Bodies, sources: tuple[TaskSource, ...]) -> None:
        self._bodies = bodies
        self._sources = {source.fact.span: source for source in sources}
        self._found: dict[Span, tuple[Call, ...]] = {}

    def of(self, task: Task) -> tuple[Call, ...]:
        """The calls of managers of Django's models in the task's own function."""
        if task.span not in self._found:
            self._found[task.span] = self._read(task.span)
        return self._found[task.span]

    def _read(self, span: Span) -> tuple[Call, ...]:
        source = self._sources.get(span)
        try:
            place = self._bodies.place(source) if source is not None else None
        except PythonSyntaxError:
            return ()
        if place is None:
            return ()
        calls = (call.node for call in place.function.calls)
        return tuple(Call(in_words(node), place.function.span(node)) for node in calls if queried_model(place, node))
