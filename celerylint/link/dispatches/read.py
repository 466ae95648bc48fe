"""Every call that sends a task, in the functions in which something may be wrong with one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from celerylint.facts.python.declared import imports_of
from celerylint.facts.python.function import OwnCall, function_of
from celerylint.facts.python.sending import senders
from celerylint.link.bodies.place import Here, Known, here
from celerylint.link.bodies.sending import SENDS, is_signature, sent_task
from celerylint.link.bodies.words import in_words
from celerylint.link.code import Code, frame_of
from celerylint.link.dispatches.large import large
from celerylint.link.dispatches.objects import described
from celerylint.link.dispatches.transactions import transaction_around
from celerylint.link.reading import is_test
from celerylint.link.task_options import TaskSource
from celerylint.model import Argument, Dispatch, Task
from celerylint.origin import Span
from celerylint.sources.python import PythonSyntaxError

# Somebody teaches JSON more: kombu.utils.json.register_type, kombu.serialization.register("json", …).
_TEACHES = re.compile(rb"\bregister_type\(|\bregister\(\s*[\"']json[\"']")
_LATER = frozenset({"countdown", "eta"})
_ELSEWHERE = frozenset({"serializer"})


def dispatches_of(code: Code, known: Known, tasks: tuple[Task, ...]) -> tuple[Dispatch, ...]:
    """The dispatches of the repository, by place; `tasks` are those of the apps' own workers."""
    reader = _Reader(code, known, {task.span: task for task in tasks})
    found = [dispatch for path in code.sending for dispatch in reader.file(path)] if known.tasks else []
    return tuple(sorted(found, key=lambda each: each.span))


class _Reader:
    """One pass over the files that may send tasks."""

    def __init__(self, code: Code, known: Known, tasks: Mapping[Span, Task]) -> None:
        self.code = code
        self.known = known
        self.tasks = tasks
        self.evaluator = code.evaluator()
        self._taught: bool | None = None

    def file(self, path: str) -> Iterator[Dispatch]:
        """The dispatches of one file; none of one that is no Python."""
        module = self.code.tree.python(path)
        if module is None:
            return
        try:
            for node, scope in senders(module):
                frame = frame_of(self.evaluator, path, scope)
                if frame is not None:
                    function = function_of(path, node, imports_of(module))
                    yield from self._function(here(self.evaluator, frame, function, self.known))
        except PythonSyntaxError:
            return

    def _function(self, place: Here) -> Iterator[Dispatch]:
        for call in place.function.calls:
            written = call.node.func
            if not isinstance(written, ast.Attribute) or written.attr not in SENDS:
                continue
            source = sent_task(place, call.node)
            if source is not None or is_signature(place, written.value):
                yield self._dispatch(place, call, source)

    def _dispatch(self, place: Here, call: OwnCall, source: TaskSource | None) -> Dispatch:
        task = self.tasks.get(source.fact.span) if source is not None else None
        names = {keyword.arg for keyword in call.node.keywords}
        given_options = call.node.func.attr == "apply_async"  # type: ignore[attr-defined] # the caller looked
        later = given_options and not names.isdisjoint({None, *_LATER})
        elsewhere = given_options and not names.isdisjoint({None, *_ELSEWHERE})
        return Dispatch(
            name=source.name if source is not None else in_words(call.node),
            span=place.function.span(call.node),
            task=task,
            transaction=None if later else transaction_around(place, call),
            objects=() if elsewhere or source is None else tuple(self._objects(place, call.node)),
            large=tuple(_large(place, call.node)) if source is not None else (),
        )

    def _objects(self, place: Here, node: ast.Call) -> Iterator[Argument]:
        for each in _given(node):
            what = described(place, each)
            if what and not self._teaches():
                yield Argument(in_words(each), what, place.function.span(each))

    def _teaches(self) -> bool:
        """Whether some file teaches JSON new words; looked for once, and only when it matters."""
        if self._taught is None:
            tree = self.code.tree
            paths = (path for path in tree.files if path.endswith(".py") and not is_test(path))
            self._taught = any(_TEACHES.search(tree.data(path) or b"") for path in paths)
        return self._taught


def _large(place: Here, node: ast.Call) -> Iterator[Argument]:
    for each in _given(node):
        what = large(place, each)
        if what:
            yield Argument(in_words(each), what, place.function.span(each))


def _given(node: ast.Call) -> Iterator[ast.expr]:
    """What the task gets: the arguments of `delay`, `args=` and `kwargs=` of `apply_async`; and of a signature."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return
    if function.attr == "apply_async":
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        positional = node.args[0] if node.args else named.get("args")
        keywords = node.args[1] if len(node.args) > 1 else named.get("kwargs")
        if isinstance(positional, ast.Tuple | ast.List):
            yield from positional.elts
        if isinstance(keywords, ast.Dict):
            yield from keywords.values
        if isinstance(function.value, ast.Call):
            yield from _given(function.value)
        return
    yield from node.args
    yield from (keyword.value for keyword in node.keywords if keyword.arg)
