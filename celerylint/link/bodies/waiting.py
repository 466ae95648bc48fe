"""Calls that wait for the result of another task: Celery refuses them inside a task, for they can wait for ever."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from celerylint.facts.python.function import OwnCall
from celerylint.link.bodies.place import Here
from celerylint.link.bodies.sending import is_result, sent_task
from celerylint.link.task_options import TaskSource

# celery/result.py: those that call assert_will_not_block().
_WAITS = frozenset({"get", "wait", "join", "join_native", "collect"})
_ALLOWS = frozenset({"celery.result.allow_join_result"})


def waits(here: Here) -> Iterator[tuple[OwnCall, tuple[TaskSource, ...]]]:
    """Each such call, and the tasks that it waits for as far as these are known."""
    for call in here.function.calls:
        function = call.node.func
        if not isinstance(function, ast.Attribute) or function.attr not in _WAITS or _allowed(here, call):
            continue
        if is_result(here, function.value):
            yield call, tuple(_awaited(here, function.value))


def _allowed(here: Here, call: OwnCall) -> bool:
    """`disable_sync_subtasks` is said, or may be; or `with allow_join_result():` stands around."""
    if any(keyword.arg in (None, "disable_sync_subtasks") for keyword in call.node.keywords):
        return True
    return any(isinstance(each, ast.Call) and here.function.resolved(each.func) in _ALLOWS for each in call.within)


def _awaited(here: Here, node: ast.expr) -> Iterator[TaskSource]:
    """The tasks that take part in it: which of them gives the result depends on the canvas."""
    sent = [node] if not isinstance(node, ast.Name) else here.function.only_values(node.id)
    for each in (inner for expression in sent for inner in ast.walk(expression)):
        task = sent_task(here, each) if isinstance(each, ast.Call) else None
        if task is not None:
            yield task
