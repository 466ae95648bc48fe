"""The priority of a task's messages, and what people meant by it."""

from __future__ import annotations

import ast
import re
from typing import Any

from celerylint.link.evaluate import plain
from celerylint.link.routes import matched
from celerylint.link.task_options import TaskOptions
from celerylint.origin import Layer, Unknown, Value, known, unknown

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_HIGH = frozenset({"high", "highest", "urgent", "critical"})
_LOW = frozenset({"low", "lowest"})
# In a task's name the other words speak of prices, stocks and resolutions as well.
_ALONE = frozenset({"urgent"})
_OF_PRIORITY = frozenset({"priority", "prio"})


def priority_of(option: TaskOptions) -> Value[int | None]:
    """The task's own option, else `task_default_priority`, else what its route says (celery/app/routes.py:Router)."""
    own, settings = option.own("priority"), option.view.settings
    value = own if own is not None and own.value is not None else settings["task_default_priority"]
    if value.value is None:
        value = _of_route(matched(option.view.evaluator, settings["task_routes"], option.source.name))
    data = plain(value)
    if data is None or (isinstance(data, int) and not isinstance(data, bool)):
        return Value(data, value.origin)
    reason = data.reason if isinstance(data, Unknown) else f"{data!r} is no priority"
    return unknown(reason, value.origin.span, value.origin.via)


def _of_route(target: Value[Any] | None) -> Value[Any]:
    if target is None:
        return known(None, Layer.DEFAULT)
    if isinstance(target.value, dict):
        found = target.value.get("priority")
        return found if isinstance(found, Value) else known(None, Layer.DEFAULT)
    return known(None, Layer.DEFAULT) if isinstance(target.value, str) else unknown("its route is not followed")


def meant_priority(option: TaskOptions) -> str:
    """`high` or `low` where the task's name speaks of its priority, or the constant that gives it, and not of both."""
    node = option.source.fact.options.get("priority")
    named = _words(option.source.name.rpartition(".")[2])
    words = (named if named & _OF_PRIORITY else named & _ALONE) | (
        _words(ast.unparse(node)) if node is not None else set()
    )
    high, low = bool(words & _HIGH), bool(words & _LOW)
    return "" if high == low else "high" if high else "low"


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORDS.findall(text)}
