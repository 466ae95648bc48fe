"""What makes tasks of functions: `shared_task`, `app.task`, and the project's own decorators that call them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from celerylint.facts.python.celerys import CURRENT_APPS, OLD_TASK, SHARED
from celerylint.link.evaluate.displays import elements
from celerylint.link.evaluate.frame import Frame, ModuleFrame, place
from celerylint.link.evaluate.functions import Arguments, called
from celerylint.link.evaluate.objects import (
    AppMember,
    ClassObject,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    PartialObject,
    TaskDecorator,
    TaskObject,
    described,
    plain,
)
from celerylint.link.evaluate.origins import written
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_DECORATORS = SHARED | OLD_TASK | {f"{app}.task" for app in CURRENT_APPS}
_WRAPS, _UPDATE = "functools.wraps", "functools.update_wrapper"


def makes_tasks(thing: Any) -> bool:
    """Whether a call of this is followed even where its arguments are not all known: it may still make a task."""
    if isinstance(thing, ExternalObject):
        return thing.name in _DECORATORS or thing.name in ("functools.partial", _UPDATE)
    named = isinstance(thing, AppMember) and thing.name == "task"
    named = named or (isinstance(thing, ExternalCall) and thing.name == _WRAPS)
    return named or isinstance(thing, TaskDecorator | PartialObject)


def made(evaluator: Evaluator, node: ast.Call, target: Value[Any], frame: Frame) -> Value[Any]:
    """What a call of such a thing gives."""
    arguments, opened = _given(evaluator, node, frame)
    return applied(evaluator, target, arguments, place(frame, node), opened)


def _given(evaluator: Evaluator, node: ast.Call, frame: Frame) -> tuple[Arguments, str]:
    """The arguments as far as they are known, and why there may be others; empty where there are none."""
    positional: list[Value[Any]] = []
    named: dict[str, Value[Any]] = {}
    opened = ""
    for each in node.args:
        inner = evaluator.expression(each.value if isinstance(each, ast.Starred) else each, frame)
        parts = elements(inner) if isinstance(each, ast.Starred) else [inner]
        opened = opened or (parts.reason if isinstance(parts, Unknown) else "")
        positional.extend([] if isinstance(parts, Unknown) else parts)
    for keyword in node.keywords:
        value = evaluator.expression(keyword.value, frame)
        if keyword.arg:
            named[keyword.arg] = value
        elif isinstance(value.value, dict) and all(isinstance(key, str) for key in value.value):
            named.update(value.value)
        else:
            opened = opened or value.reason or described(value.value)
    return (positional, named), opened


def applied(evaluator: Evaluator, target: Value[Any], arguments: Arguments, span: Span, opened: str = "") -> Value[Any]:
    """What something gives when it is called with these arguments; unknown where that is not followed."""
    thing = target.value
    decorator = _decorator(thing)
    if decorator is not None:
        return _task(decorator, arguments, span, opened)
    if isinstance(thing, PartialObject):
        positional, named = arguments
        every = ([*thing.positional, *positional], {**thing.keywords, **named})
        return applied(evaluator, thing.function, every, span, thing.open or opened)
    if isinstance(thing, ExternalObject | ExternalCall):
        return _external(thing, arguments, span, opened)
    if opened:
        return unknown(f"an unpacked argument is not known: {opened}", span)
    return _own(evaluator, target, arguments, span)


def _own(evaluator: Evaluator, target: Value[Any], arguments: Arguments, span: Span) -> Value[Any]:
    """A function, a class or an instance of the repository."""
    thing = target.value
    if isinstance(thing, FunctionObject):
        return called(evaluator, thing, arguments, span, None)
    if isinstance(thing, ClassObject):
        from celerylint.link.evaluate.calls import instance

        return instance(evaluator, thing, arguments, span)
    if isinstance(thing, InstanceObject):
        from celerylint.link.evaluate.attributes import attribute

        method = attribute(evaluator, target, "__call__", span)
        if isinstance(method.value, FunctionObject):
            return called(evaluator, method.value, arguments, span, None)
    return unknown("this call is not followed", span)


def _decorator(thing: Any) -> TaskDecorator | None:
    if isinstance(thing, TaskDecorator):
        return thing
    if isinstance(thing, AppMember) and thing.name == "task":
        return TaskDecorator(thing.app)
    if isinstance(thing, ExternalObject) and thing.name in _DECORATORS:
        return TaskDecorator(None)
    return None


def _task(decorator: TaskDecorator, arguments: Arguments, span: Span, opened: str) -> Value[Any]:
    """A decorator with more options, or the task that it makes of a function (celery/app/base.py:Celery.task)."""
    positional, named = arguments
    with_options = TaskDecorator(decorator.app, {**decorator.options, **named}, decorator.open or opened)
    if not positional:
        return written(with_options, span)
    function = positional[0].value
    if isinstance(function, FunctionObject):
        return written(TaskObject(function, with_options), span)
    return unknown(positional[0].reason or "what it makes a task of is not followed", span)


def _external(thing: ExternalObject | ExternalCall, arguments: Arguments, span: Span, opened: str) -> Value[Any]:
    """`partial(function, …)`, `wraps(function)(other)`."""
    positional, named = arguments
    if isinstance(thing, ExternalObject) and thing.name == "functools.partial" and positional:
        return written(PartialObject(positional[0], tuple(positional[1:]), named, opened), span)
    wrapped, wrapper = _wrapped(thing, positional)
    if isinstance(wrapper, FunctionObject):
        return written(FunctionObject(wrapper.node, wrapper.frame, wrapper.receiver, wrapped), span)
    return unknown("this call is not followed", span)


def _wrapped(thing: ExternalObject | ExternalCall, positional: list[Value[Any]]) -> tuple[FunctionObject | None, Any]:
    """The function whose name is taken over, and the function that takes it over."""
    first, second = ([each.value for each in positional] + [None, None])[:2]
    if isinstance(thing, ExternalObject) and thing.name == _UPDATE:
        return (second, first) if isinstance(second, FunctionObject) else (None, None)
    if isinstance(thing, ExternalCall) and thing.name == _WRAPS and thing.arguments:
        function = thing.arguments[0].value
        return (function, first) if isinstance(function, FunctionObject) else (None, None)
    return None, None


def decorated(evaluator: Evaluator, function: FunctionObject) -> FunctionObject | TaskObject | Unknown:
    """What a definition binds to its name: the function after its decorators, the last of them first.

    A decorator that is not followed is taken to give a function of the same name, as `functools.wraps` makes it; only
    where it stands above a task does that stay one. Unknown: the reason why a decorator of the project may make a task.
    """
    if not isinstance(function.frame, ModuleFrame):
        return _decorated(evaluator, function)
    key = ("decorated", function.node)
    found: FunctionObject | TaskObject | Unknown = evaluator.remembered(
        key, lambda: _decorated(evaluator, function), shared=True
    )
    return found


def _decorated(evaluator: Evaluator, function: FunctionObject) -> FunctionObject | TaskObject | Unknown:
    state: FunctionObject | TaskObject = function
    doubt: Unknown | None = None
    for node in reversed(getattr(function.node, "decorator_list", [])):
        span = place(function.frame, node)
        target = evaluator.expression(node, function.frame)
        after = applied(evaluator, target, ([Value(state, target.origin)], {}), span).value
        if isinstance(after, TaskObject) or (isinstance(after, FunctionObject) and isinstance(state, FunctionObject)):
            state = after
        elif isinstance(target.value, Unknown):
            doubt = target.value if doubt is None else doubt
        elif isinstance(after, Unknown) and not isinstance(target.value, ExternalObject | ExternalCall):
            doubt = after if doubt is None else doubt
    if isinstance(state, FunctionObject) and state is not function:
        inner = decorated(evaluator, state) if state.node is not function.node else state
        if isinstance(inner, TaskObject):
            return inner
    return doubt if doubt is not None and not isinstance(state, TaskObject) else state


def name_of_task(evaluator: Evaluator, thing: FunctionObject | TaskObject, span: Span) -> Value[Any]:
    """The name that a task is registered under: `name=`, else module and function (celery/utils/imports.py)."""
    task = decorated(evaluator, thing) if isinstance(thing, FunctionObject) else thing
    if not isinstance(task, TaskObject):
        return unknown("it is no task that can be followed", span)
    options: Mapping[str, Value[Any]] = task.made_by.options
    given = plain(options["name"]) if "name" in options else None
    if isinstance(given, Unknown) or (given is None and task.made_by.open):
        return unknown(given.reason if isinstance(given, Unknown) else task.made_by.open, span)
    if given:
        return written(given, span)
    named = named_as(evaluator, task.function)
    if named is None:
        return unknown("it takes over the name of a function that is not known", span)
    return written(f"{evaluator.modules.name(named[0])}.{named[1]}", span)


def named_as(evaluator: Evaluator, function: FunctionObject) -> tuple[str, str] | None:
    """The file and the name that a function says to come from; None where it takes over those of an unknown one."""
    if function.named_as is not None:
        return named_as(evaluator, function.named_as)
    for node in getattr(function.node, "decorator_list", []):
        called_ = node.func if isinstance(node, ast.Call) else node
        if getattr(called_, "attr", getattr(called_, "id", "")) != "wraps":
            continue
        wraps = evaluator.expression(node, function.frame).value
        if isinstance(wraps, ExternalCall) and wraps.name == _WRAPS and wraps.arguments:
            wrapped = wraps.arguments[0].value
            return named_as(evaluator, wrapped) if isinstance(wrapped, FunctionObject) else None
    return function.frame.path, getattr(function.node, "name", "<lambda>")
