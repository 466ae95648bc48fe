"""What changes a value in place: `d[k] = v`, `d["a"]["b"] = v`, `update`, `append`, `Config.x = v`, …"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.effects import HARMLESS, is_super, root_of
from celerylint.link.evaluate.frame import Frame, place
from celerylint.link.evaluate.initialising import after_call
from celerylint.link.evaluate.objects import ClassObject, InstanceObject, Members, ModuleObject, Namespace, plain
from celerylint.link.evaluate.origins import via
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None
_HOLDERS = ClassObject | InstanceObject | ModuleObject | Namespace  # of attributes that may be assigned from outside
Change = Callable[[State], State]
"""What becomes of an element: from its value before (None: not there) to its value after (None: removed)."""
Method = Callable[[Any, list[Value[Any]], dict[str, Value[Any]]], Any]


def is_changeable(data: Any) -> bool:
    """Whether a value can be changed in place, or something in it that cannot."""
    if isinstance(data, tuple):
        return any(is_changeable(each.value if isinstance(each, Value) else each) for each in data)
    return isinstance(data, list | dict | _HOLDERS)


def set_item(evaluator: Evaluator, target: ast.expr, value: Value[Any], state: State, frame: Frame) -> State:
    """`name[…]… = value`, `name.… = value`."""
    return change(evaluator, target, state, frame, lambda before: value)


def delete_item(evaluator: Evaluator, target: ast.expr, state: State, frame: Frame) -> State:
    """`del name[…]…`."""
    return change(evaluator, target, state, frame, lambda before: None)


def change(evaluator: Evaluator, target: ast.expr, state: State, frame: Frame, how: Change) -> State:
    """A value with the element changed that a chain of subscripts and attributes leads to."""
    if state is None or not is_changeable(state.value):
        return state
    return _within(evaluator, _steps(target), state, frame, how, place(frame, target))


def _steps(target: ast.expr) -> list[ast.Subscript | ast.Attribute]:
    """The subscripts and attributes of a chain, from its root on."""
    steps: list[ast.Subscript | ast.Attribute] = []
    while isinstance(target, ast.Subscript | ast.Attribute):
        steps.append(target)
        target = target.value
    return steps[::-1]


def _within(
    evaluator: Evaluator,
    steps: list[ast.Subscript | ast.Attribute],
    state: Value[Any],
    frame: Frame,
    how: Change,
    span: Span,
) -> Value[Any]:
    if not steps:
        return how(state) or unknown("it is changed in a way that is not followed", span)
    step, rest = steps[0], steps[1:]
    key: Any = step.attr if isinstance(step, ast.Attribute) else plain(evaluator.expression(step.slice, frame))
    held, data = _held(state, step, key)
    if isinstance(held, Unknown):
        return unknown(f"it is changed where that is not followed: {held.reason}", span)
    if held is None and rest:
        return unknown("it is changed where that is not followed", span)
    after = how(held) if not rest else _within(evaluator, rest, held, frame, how, span)  # type: ignore[arg-type]
    changed = _with(data, key, held, after)
    if changed is None:
        return unknown("it is changed in a way that is not followed", span)
    return Value(changed, Origin(Layer.CODE, state.origin.span, via(Origin(Layer.CODE, span), *state.origin.via)))


def _held(state: Value[Any], step: ast.expr, key: Any) -> tuple[State | Unknown, Any]:
    """The element that a step leads to, and what holds it."""
    data = state.value
    if isinstance(data, Unknown):
        return data, data
    if isinstance(key, Unknown):
        return key, data
    if isinstance(step, ast.Attribute) and isinstance(data, _HOLDERS):
        return data.attributes.get(key), data
    try:
        if isinstance(data, dict) and isinstance(step, ast.Subscript):
            return _value(data[key], state) if key in data else None, data
        if type(data) is list and isinstance(key, int) and isinstance(step, ast.Subscript):
            return _value(data[key], state), data
    except (TypeError, IndexError):
        pass
    return Unknown("what holds it is not known"), data


def _value(item: Any, holder: Value[Any]) -> Value[Any]:
    return item if isinstance(item, Value) else Value(item, holder.origin)


def _with(data: Any, key: Any, held: State, after: State) -> Any:
    """A copy of a container with one element set, or (None) removed; None where it cannot be."""
    if isinstance(data, _HOLDERS):
        gone = unknown(f"{key} is deleted")
        attributes = {**data.attributes, key: after or gone}
        if isinstance(data, InstanceObject):
            return replace(data, attributes=attributes, made=data.made or data)
        return replace(data, attributes=attributes)
    if isinstance(data, dict):
        if after is not None:
            return {**data, key: after}
        return {each: item for each, item in data.items() if each != key} if held is not None else None
    if after is None:
        return [*data[:key], *data[key:][1:]]
    return [*data[:key], after, *data[key:][1:]]


def change_by_call(evaluator: Evaluator, node: ast.AST, name: str, state: State, frame: Frame) -> State:
    """The value after the methods that an expression calls on it, or on what it holds."""
    if state is None or not is_changeable(state.value) or isinstance(node, ast.expr_context | ast.operator):
        return state
    calls = [each for each in _run_now(node) if isinstance(each, ast.Call) and _changes(each, name, state.value)]
    if not calls:
        return state
    call = calls[0]
    if len(calls) == 1 and isinstance(node, ast.Call) and _is_chained(node, call):
        return _chained(evaluator, node, call, state, frame)
    if isinstance(state.value, ClassObject | InstanceObject) and all(_is_of_object(each) for each in calls):
        return _of_object(evaluator, calls, node, state, frame)
    if call is node and isinstance(state.value, ClassObject | InstanceObject) and _sets_attribute(call):
        return _set_attribute(evaluator, call, state, frame)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else "setattr"
    if len(calls) > 1 or call is not node or not isinstance(call.func, ast.Attribute):
        return unknown(f"it is changed by {method}() in a way that is not followed", place(frame, call))
    if isinstance(state.value, ModuleObject):
        return state
    return change(evaluator, call.func.value, state, frame, lambda held: _called(evaluator, held, call, frame))


def _sets_attribute(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "setattr" and len(call.args) == 3 and not call.keywords


def _set_attribute(evaluator: Evaluator, call: ast.Call, state: Value[Any], frame: Frame) -> State:
    """`setattr(Config, "x", value)`: only of a name that the file speaks of, for others are not looked for."""
    key = plain(evaluator.expression(call.args[1], frame))
    module = evaluator.frame(frame.path)
    if not isinstance(key, str) or module is None or key not in module.module.words:
        return unknown("it is changed by setattr() in a way that is not followed", place(frame, call))
    target = ast.Attribute(call.args[0], key, ast.Store())
    ast.copy_location(target, call)
    return set_item(evaluator, target, evaluator.expression(call.args[2], frame), state, frame)


def _run_now(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what runs with it: a lambda's body runs when somebody calls it."""
    stack = [node]
    while stack:
        each = stack.pop(0)
        yield each
        if not isinstance(each, ast.Lambda):
            stack.extend(ast.iter_child_nodes(each))


def _is_of_object(call: ast.Call) -> bool:
    """`config.load()`, `super().__init__()`, `Base.__init__(self)`, rather than `config.names.append("a")`."""
    function = call.func
    return isinstance(function, ast.Attribute) and (isinstance(function.value, ast.Name) or is_super(function.value))


def _of_object(
    evaluator: Evaluator, calls: list[ast.Call], node: ast.AST, state: Value[Any], frame: Frame
) -> Value[Any]:
    """An object after methods of its class; those that change nothing may be called anywhere in the expression."""
    for call in calls:
        after = after_call(evaluator, state, call, frame)
        changed = after is None or after.value is not state.value
        if after is None or (changed and (call is not node or len(calls) > 1)):
            method = getattr(call.func, "attr", "")
            return unknown(f"it may be changed by its {method}()", place(frame, call))
        state = after
    return state


def _is_chained(outer: ast.Call, inner: ast.Call) -> bool:
    """`d.setdefault(key, []).append(value)`."""
    function = inner.func
    default = isinstance(function, ast.Attribute) and function.attr == "setdefault" and len(inner.args) == 2
    return default and isinstance(outer.func, ast.Attribute) and outer.func.value is inner


def _chained(evaluator: Evaluator, outer: ast.Call, inner: ast.Call, state: Value[Any], frame: Frame) -> State:
    holder = inner.func.value if isinstance(inner.func, ast.Attribute) else inner.func
    filled = change(evaluator, holder, state, frame, lambda held: _called(evaluator, held, inner, frame))
    element = ast.Subscript(holder, inner.args[0], ast.Load())
    ast.copy_location(element, inner)
    return change(evaluator, element, filled, frame, lambda held: _called(evaluator, held, outer, frame))


def _changes(call: ast.Call, name: str, data: Any) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        if name in ("self", "cls") and is_super(function.value):
            return True
        if function.attr == "__init__" and call.args and isinstance(data, InstanceObject):
            return root_of(call.args[0]) == name
        return function.attr not in HARMLESS and root_of(function.value) == name
    named = isinstance(function, ast.Name) and function.id in ("setattr", "delattr")
    return named and bool(call.args) and root_of(call.args[0]) == name


def _called(evaluator: Evaluator, state: State, call: ast.Call, frame: Frame) -> State:
    """A container after a method call."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    span = place(frame, call)
    if state is None or not isinstance(state.value, dict | list):
        return state if state is not None and not is_changeable(state.value) else unknown("it is not followed", span)
    spread = any(each.arg is None for each in call.keywords) or any(isinstance(each, ast.Starred) for each in call.args)
    arguments = [evaluator.expression(each, frame) for each in call.args]
    keywords = {each.arg: evaluator.expression(each.value, frame) for each in call.keywords if each.arg}
    how: Method = _METHODS.get(method, _unfollowed)
    after = None if spread else how(state.value, arguments, keywords)
    if after is None:
        return unknown(f"it is changed by .{method}() in a way that is not followed", span)
    way = via(Origin(Layer.CODE, span), *state.origin.via)
    return Value(after, Origin(Layer.CODE, state.origin.span, way))


def _unfollowed(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> None:
    return None


def _update(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    first: Any = arguments[0].value if arguments else {}
    first = first if isinstance(first, dict) else _pairs(arguments[0])
    if isinstance(data, dict) and isinstance(first, dict) and len(arguments) <= 1:
        return {**data, **first, **keywords}
    return None


def _pairs(value: Value[Any]) -> dict[Any, Value[Any]] | None:
    """A dictionary of pairs; None where they are not known."""
    pairs: Any = value.value
    if type(pairs) not in (list, tuple):
        return None
    found: dict[Any, Value[Any]] = {}
    for pair in pairs:
        parts = pair.value if isinstance(pair, Value) else pair
        if not isinstance(parts, list | tuple) or len(parts) != 2:
            return None
        key = plain(parts[0]) if isinstance(parts[0], Value) else parts[0]
        if not isinstance(key, str | int):
            return None
        found[key] = parts[1] if isinstance(parts[1], Value) else Value(parts[1], value.origin)
    return found


def _setdefault(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    key = plain(arguments[0]) if arguments else None
    if not isinstance(data, dict) or not isinstance(key, str | int) or len(arguments) != 2:
        return None
    return data if key in data else {**data, key: arguments[1]}


def _append(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    return [*data, arguments[0]] if type(data) is list and len(arguments) == 1 else None


def _extend(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    first: Any = arguments[0].value if len(arguments) == 1 else None
    return [*data, *first] if type(data) is list and type(first) in (list, tuple) else None


def _insert(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    index = plain(arguments[0]) if len(arguments) == 2 else None
    if type(data) is not list or not isinstance(index, int):
        return None
    return [*data[:index], arguments[1], *data[index:]]


def _add(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    """`add` of a set, whose elements must all be known to tell whether it has the new one already."""
    if not isinstance(data, Members) or len(arguments) != 1:
        return None
    items = [plain(each) if isinstance(each, Value) else each for each in (*data, arguments[0])]
    if any(isinstance(each, Unknown) for each in items):
        return None
    return data if items[-1] in items[:-1] else Members([*data, arguments[0]])


def _pop(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    key = plain(arguments[0]) if arguments else None
    if not isinstance(data, dict) or not isinstance(key, str | int):
        return None
    return {each: item for each, item in data.items() if each != key}


def _clear(data: Any, arguments: list[Value[Any]], keywords: dict[str, Value[Any]]) -> Any:
    return {} if isinstance(data, dict) else Members() if isinstance(data, Members) else []


_METHODS: dict[str, Method] = {
    "update": _update,
    "setdefault": _setdefault,
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "add": _add,
    "pop": _pop,
    "clear": _clear,
}
