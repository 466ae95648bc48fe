"""Every call that sends a task, in the functions in which something may be wrong with one."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from celerylint.facts.python.facts import Scope
from celerylint.facts.python.function import FunctionNode, OwnCall, function_of
from celerylint.facts.python.sending import openers, opens_one, senders
from celerylint.link.bodies import Bodies
from celerylint.link.bodies.place import Here, here
from celerylint.link.bodies.screening import SENT_WITHIN
from celerylint.link.bodies.sending import SENDS, is_signature, sent_task
from celerylint.link.bodies.words import in_words
from celerylint.link.code import AppSource, Code, frame_of
from celerylint.link.dispatches.beyond import Beyond
from celerylint.link.dispatches.large import large
from celerylint.link.dispatches.objects import PYDANTIC, described
from celerylint.link.dispatches.requests import Requests
from celerylint.link.dispatches.transactions import transaction_around
from celerylint.link.reading import is_test
from celerylint.link.task_options import TaskSource
from celerylint.model import Argument, Dispatch, Task, Transaction
from celerylint.origin import Span
from celerylint.sources.python import PythonModule, PythonSyntaxError

# Somebody teaches JSON more: kombu.utils.json.register_type, kombu.serialization.register("json", …). Or a task class
# of the project's own makes something else of the arguments before they are sent.
_TEACHES = re.compile(rb"\bregister_type\(|\bregister\(\s*[\"']json[\"']|\bdef (?:apply_async|delay|as_task_v2)\(")
_Chooser = Callable[[PythonModule], Iterable[tuple[FunctionNode, Scope]]]
_LATER = frozenset({"countdown", "eta"})
_ELSEWHERE = frozenset({"serializer"})


def dispatches_of(
    code: Code, bodies: Bodies, tasks: tuple[Task, ...], apps: tuple[AppSource, ...]
) -> tuple[Dispatch, ...]:
    """The dispatches of the repository, by place; `tasks` are those of the apps' own workers."""
    if not bodies.known.tasks:
        return ()
    reader = _Reader(code, bodies, {task.span: task for task in tasks}, apps)
    found = {dispatch.span: dispatch for path in code.sending for dispatch in reader.file(path)}
    for path in sorted({*code.opening, *reader.requests.files()}):
        for dispatch in reader.beyond(path):
            if dispatch.span not in found or found[dispatch.span].transaction is None:
                found[dispatch.span] = dispatch
    return tuple(found[span] for span in sorted(found))


class _Reader:
    """One pass over the files that may send tasks."""

    def __init__(self, code: Code, bodies: Bodies, tasks: Mapping[Span, Task], apps: tuple[AppSource, ...]) -> None:
        self.code = code
        self.known = bodies.known
        self.tasks = tasks
        self.evaluator = code.evaluator()
        self.requests = Requests(code, apps)
        self._beyond = Beyond(bodies.following, self.requests, _may_send)
        self._taught: bool | None = None

    def file(self, path: str) -> Iterator[Dispatch]:
        """The dispatches of one file; none of one that is no Python."""
        for place, _ in self._functions(path, senders):
            for call in place.function.calls:
                if (found := self._sent(place, call)) is not None:
                    yield self._dispatch(place, call, found[0], transaction_around(place, call))

    def beyond(self, path: str) -> Iterator[Dispatch]:
        """What the functions of one file lead to within the transactions that are open in them."""
        leading = self._leading(path)
        for place, owner in self._functions(path, lambda module: self._openers(module, leading)) if leading else ():
            for where, call, transaction in self._beyond.opened_by(place, owner):
                if (found := self._sent(where, call)) is not None:
                    yield self._dispatch(where, call, found[0], transaction)

    def _leading(self, path: str) -> frozenset[str]:
        """The functions and classes of a file that may open a transaction and lead to something that sends."""
        screening, viewing = self._beyond.following.screening, self.requests.views_in(path)
        texts = screening.outline(path).texts
        wanted = (name for name, text in texts.items() if viewing or opens_one(text))
        return frozenset(name for name in wanted if screening.leads_anywhere((path, name)))

    def _openers(self, module: PythonModule, leading: frozenset[str]) -> Iterator[tuple[FunctionNode, Scope]]:
        """The functions below these names, as far as they lead to something that sends themselves."""
        screening = self._beyond.following.screening
        for node, scope in openers(module, leading):
            around = [each.name for each in scope if isinstance(each, ast.ClassDef)]
            name = (module.path, ".".join([*around, node.name]))
            if len(scope) == len(around) < 2 and screening.leads(name, True, SENT_WITHIN):
                yield node, scope

    def _functions(self, path: str, chosen: _Chooser) -> Iterator[tuple[Here, ast.ClassDef | None]]:
        """The functions of a file that somebody chooses, each with the top-level class that it is a method of."""
        module = self.code.tree.python(path)
        try:
            for node, scope in chosen(module) if module is not None else ():
                frame = frame_of(self.evaluator, path, scope)
                if frame is not None and module is not None:
                    function = function_of(path, node, self._beyond.following.imports(path))
                    owner = scope[0] if len(scope) == 1 and isinstance(scope[0], ast.ClassDef) else None
                    yield here(self.evaluator, frame, function, self.known), owner
        except PythonSyntaxError:
            return

    def _sent(self, place: Here, call: OwnCall) -> tuple[TaskSource | None] | None:
        """The task that a call sends, None for several; nothing where it sends none."""
        if not _may_send(place, call):
            return None
        source = sent_task(place, call.node)
        holder = call.node.func.value  # type: ignore[attr-defined] # what may send is an attribute
        return (source,) if source is not None or is_signature(place, holder) else None

    def _dispatch(
        self, place: Here, call: OwnCall, source: TaskSource | None, transaction: Transaction | None
    ) -> Dispatch:
        task = self.tasks.get(source.fact.span) if source is not None else None
        names = {keyword.arg for keyword in call.node.keywords}
        given_options = call.node.func.attr == "apply_async"  # type: ignore[attr-defined] # the caller looked
        later = given_options and not names.isdisjoint({None, *_LATER})
        elsewhere = given_options and not names.isdisjoint({None, *_ELSEWHERE})
        return Dispatch(
            name=source.name if source is not None else in_words(call.node),
            span=place.function.span(call.node),
            task=task,
            transaction=None if later else transaction,
            objects=() if elsewhere or source is None else tuple(self._objects(place, call.node, source)),
            large=tuple(self._large(place, call.node)) if source is not None else (),
        )

    def _objects(self, place: Here, node: ast.Call, source: TaskSource) -> Iterator[Argument]:
        # From Celery 5.7 on a task that is declared with `pydantic=True` sends what such a model holds.
        dumps = "pydantic" in source.fact.options or bool(source.fact.spread)
        for each in _given(node):
            what = described(place, each)
            if what and not (dumps and what.endswith(PYDANTIC)) and not self._teaches():
                yield Argument(in_words(each), what, place.function.span(each))

    def _large(self, place: Here, node: ast.Call) -> Iterator[Argument]:
        for each in _given(node):
            what = large(place, each)
            if what and not self._teaches():
                yield Argument(in_words(each), what, place.function.span(each))

    def _teaches(self) -> bool:
        """Whether some file may change what becomes of arguments; looked for once, and only when it matters."""
        if self._taught is None:
            tree = self.code.tree
            paths = (path for path in tree.files if path.endswith(".py") and not is_test(path))
            self._taught = any(_TEACHES.search(tree.data(path) or b"") for path in paths)
        return self._taught


def _may_send(place: Here, call: OwnCall) -> bool:
    return isinstance(call.node.func, ast.Attribute) and call.node.func.attr in SENDS


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
