"""Functions that take `self`, and whether Celery gives it to them: with `bind=True`, and only then."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from celerylint.link.bodies.place import Here

# What only a task has, so that an argument of which it is asked is meant to be one (celery/app/task.py:Task).
_OF_TASKS = frozenset({"retry", "update_state", "apply_async", "delay"})
_REQUEST = "request"
_OF_REQUESTS = frozenset(
    {"id", "retries", "delivery_info", "hostname", "root_id", "parent_id", "correlation_id", "called_directly", "chord"}
)


def takes_argument(here: Here) -> bool:
    """Whether a function has a place for `self`: without one, Celery's call of it as a bound task fails."""
    arguments = here.function.node.args
    return bool(arguments.posonlyargs or arguments.args or arguments.vararg)


def uses_of_self(here: Here) -> Iterator[tuple[str, ast.expr]]:
    """`self.retry(…)`, `self.request.id`: where the first argument, called `self`, is used as a task."""
    arguments = here.function.node.args
    first = next(iter([*arguments.posonlyargs, *arguments.args]), None)
    if first is None or first.arg != "self" or len(here.function.bound["self"]) > 1:
        return
    for statement in here.function.node.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and (name := _used(node)):
                yield name, node


def _used(node: ast.Attribute) -> str:
    holder = node.value
    if isinstance(holder, ast.Name) and holder.id == "self":
        return f"self.{node.attr}" if node.attr in _OF_TASKS else ""
    if isinstance(holder, ast.Attribute) and holder.attr == _REQUEST and node.attr in _OF_REQUESTS:
        of_self = isinstance(holder.value, ast.Name) and holder.value.id == "self"
        return f"self.{_REQUEST}.{node.attr}" if of_self else ""
    return ""
