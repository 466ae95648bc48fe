"""The bodies of all tasks, each looked at once and when somebody asks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celerylint import catalog
from celerylint.facts.python.function import Function, FunctionNode, function_of
from celerylint.facts.python.names import span_of
from celerylint.link.bodies.binding import takes_argument, uses_of_self
from celerylint.link.bodies.farther import FarCall, far_calls, far_guards
from celerylint.link.bodies.following import Following, Reached
from celerylint.link.bodies.namesakes import namesakes
from celerylint.link.bodies.place import Here, Known, here
from celerylint.link.bodies.unbounded import unbounded
from celerylint.link.bodies.waiting import waits
from celerylint.link.bodies.words import in_words
from celerylint.link.code import Code, frame_of
from celerylint.link.reading import is_test
from celerylint.link.task_classes import run_method
from celerylint.link.task_options import TaskSource
from celerylint.model import Call, Namesake
from celerylint.origin import Span
from celerylint.sources.python import PythonSyntaxError

_DEFAULT_TIMEOUT = re.compile(rb"setdefaulttimeout")
# Somebody puts a function of their own in place of that of requests.
_PATCHED = re.compile(rb"\b(?:Session|HTTPAdapter|requests|api)\.(?:request|send|get|post)\s*=[^=]")


@dataclass(frozen=True, slots=True)
class Wait:
    """A call that waits for the result of another task."""

    call: Call
    tasks: tuple[TaskSource, ...]  # those that it waits for, where they are known


@dataclass(frozen=True, slots=True)
class TaskCode:
    """What the function of one task does."""

    waits: tuple[Wait, ...] = ()
    endless: tuple[Call, ...] = ()
    uses_of_self: tuple[Call, ...] = ()
    takes_argument: bool = True  # whether there is a place for `self`
    namesakes: tuple[Namesake, ...] = ()
    farther: tuple[FarCall, ...] = ()  # what the project's functions call that it calls
    guards: tuple[Call, ...] = ()  # what in these functions looks like a guard against a second run


class Bodies:
    """What the functions of tasks do, by the task."""

    def __init__(self, code: Code, tasks: tuple[TaskSource, ...]) -> None:
        self.code = code
        self._tasks = tasks
        self.known = Known.of(tasks)
        self._evaluator = code.evaluator()
        self.following = Following(code, self.known, self._evaluator)
        self._found: dict[tuple[str, int, int], TaskCode] = {}
        self._answers: dict[re.Pattern[bytes], bool] = {}

    def of(self, source: TaskSource) -> TaskCode:
        """The code of one task; nothing where its function is not in the repository."""
        node = source.fact.node
        key = (source.path, node.lineno, node.col_offset)
        if key not in self._found:
            try:
                place = self.place(source)
                self._found[key] = self._read(source, place) if place else TaskCode()
            except PythonSyntaxError:
                self._found[key] = TaskCode()
        return self._found[key]

    def place(self, source: TaskSource) -> Here | None:
        """The function that a worker calls. Raises PythonSyntaxError."""
        node = source.fact.node
        if not isinstance(node, ast.ClassDef):
            frame = frame_of(self._evaluator, source.path, source.fact.scope)
            return here(self._evaluator, frame, self._function(source.path, node), self.known) if frame else None
        run = run_method(self._evaluator, source.of) if source.of is not None else None
        frame = self._evaluator.frame(run[0]) if run is not None else None
        if run is None or frame is None:
            return None
        return here(self._evaluator, frame, self._function(*run), self.known)

    def _function(self, path: str, node: FunctionNode) -> Function:
        return function_of(path, node, self.following.imports(path))

    def _read(self, source: TaskSource, place: Here) -> TaskCode:
        path = place.function.path
        reached = tuple(self.following.reached(place, _owner(source)))
        every = (Reached(place, None, ()), *reached)
        itself = _is_called_itself(source, place.function.node)
        return TaskCode(
            tuple(wait for each in every for wait in _waits(each)),
            _once(call for each in every for call in self._unbounded(each)),
            tuple(Call(name, span_of(path, node)) for name, node in uses_of_self(place) if itself),
            takes_argument(place) or not itself,
            namesakes(self.code, self._tasks, source),
            far_calls(reached),
            far_guards(reached),
        )

    def _unbounded(self, each: Reached) -> Iterator[Call]:
        path = each.here.function.path
        for name, call in unbounded(each.here):
            if self._endless(name):
                yield Call(name, span_of(path, call.func), each.through)

    def _endless(self, name: str) -> bool:
        """Whether nothing in the repository gives such calls a timeout for all."""
        known = catalog.endless(name)
        return known is not None and not self._anywhere(_DEFAULT_TIMEOUT if known.of_socket else _PATCHED)

    def _anywhere(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether any file that is deployed has the pattern; looked for once, and only when it matters."""
        if pattern not in self._answers:
            tree = self.code.tree
            paths = (path for path in tree.files if path.endswith(".py") and not is_test(path))
            self._answers[pattern] = any(pattern.search(tree.data(path) or b"") for path in paths)
        return self._answers[pattern]


def _owner(source: TaskSource) -> tuple[str, str] | None:
    """The class of a task's `self`, where the task is made of one."""
    return (source.path, source.of.node.name) if source.of is not None else None


def _waits(each: Reached) -> Iterator[Wait]:
    """Where it waits; in a function farther away only where nothing decides whether it does: `if wait: …` may."""
    for call, tasks in waits(each.here):
        if not each.through or not (each.branched or each.guarded or call.branched or call.guarded):
            yield Wait(Call(in_words(call.node), each.here.function.span(call.node), each.through), tasks)


def _once(calls: Iterable[Call]) -> tuple[Call, ...]:
    """Each place once, by the first way that leads to it."""
    found: dict[Span, Call] = {}
    for call in calls:
        found.setdefault(call.span, call)
    return tuple(found.values())


def _is_called_itself(source: TaskSource, node: FunctionNode) -> bool:
    """Whether Celery calls the function as it is written: no other decorator stands between the two."""
    last = node.decorator_list[-1] if node.decorator_list else None
    return last is None or (last.func if isinstance(last, ast.Call) else last) is source.fact.declared_by
