"""Methods that change a container in place: `update`, `append`, `setdefault`, `d[k] = v`, …"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame, place
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_HARMLESS = frozenset({"items", "keys", "values", "get", "copy", "index", "count"})


def set_item(state: Value[Any] | None, key: Any, value: Value[Any], span: Span) -> Value[Any] | None:
    """`state[key] = value`."""
    if state is None or not isinstance(state.value, dict):
        return state
    if isinstance(key, Unknown):
        return unknown(f"it has a key that is not known: {key.reason}", span)
    return Value(state.value | {key: value}, Origin(Layer.CODE, state.origin.span, (Origin(Layer.CODE, span),)))


def mutate(evaluator: Evaluator, state: Value[Any], call: ast.Call, frame: Frame) -> Value[Any]:
    """The container after a method call; anything but data stays as it is."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if not isinstance(state.value, dict | list) or method in _HARMLESS:
        return state
    arguments = [evaluator.expression(each, frame) for each in call.args]
    keywords = {each.arg: evaluator.expression(each.value, frame) for each in call.keywords if each.arg}
    after = _changed(state.value, method, arguments, keywords)
    if after is None or any(each.arg is None for each in call.keywords):
        return unknown(f"it is changed by .{method}() in a way that is not followed", place(frame, call))
    return Value(after, Origin(Layer.CODE, state.origin.span, (Origin(Layer.CODE, place(frame, call)),)))


def _changed(data: Any, method: str, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    first: Any = arguments[0].value if arguments else None
    if isinstance(data, dict) and method == "update" and (not arguments or isinstance(first, dict)):
        return {**data, **(first or {}), **keywords}
    if isinstance(data, dict) and method == "setdefault" and isinstance(first, str) and len(arguments) == 2:
        return data if first in data else {**data, first: arguments[1]}
    if isinstance(data, list) and method == "append" and len(arguments) == 1:
        return [*data, arguments[0]]
    if isinstance(data, list) and method == "extend" and isinstance(first, list | tuple):
        return [*data, *first]
    if isinstance(data, list) and method == "insert" and isinstance(first, int) and len(arguments) == 2:
        return [*data[:first], arguments[1], *data[first:]]
    return None
