"""Calls of the repository's own functions, followed to what they return."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.flow import left, own_nodes
from celerylint.link.evaluate.frame import LocalFrame, Moment, place
from celerylint.link.evaluate.objects import FunctionObject, Once
from celerylint.link.evaluate.origins import at
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

Arguments = tuple[list[Value[Any]], dict[str, Value[Any]]]

# Decorators that leave what a function returns as it is.
_TRANSPARENT = frozenset({"functools.lru_cache", "functools.cache", "builtins.staticmethod", "builtins.property"})
_TRANSPARENT |= {"functools.cached_property", "django.utils.functional.cached_property", "builtins.classmethod"}
_TRANSPARENT |= {"pydantic.computed_field"}


def called(
    evaluator: Evaluator, function: FunctionObject, arguments: Arguments, span: Span, seen: Moment
) -> Value[Any]:
    """What a function returns; `seen` is the moment at which the call sees the function's surroundings."""
    node = function.node
    doubt = doubt_about(evaluator, function, node, seen)
    if doubt:
        return unknown(f"the function {getattr(node, 'name', 'of a lambda')} is not followed: {doubt}", span)
    return outcome(evaluator, function, arguments, span, seen)


def outcome(
    evaluator: Evaluator, function: FunctionObject, arguments: Arguments, span: Span, seen: Moment
) -> Value[Any]:
    """What a function's body returns, whatever decorates it."""
    frame = bound_arguments(evaluator, function, arguments, seen)
    body = function.node.body
    result = returned(evaluator, body, frame) if isinstance(body, list) else evaluator.expression(body, frame)
    if result is None:
        return Value(None, at(span))
    return Value(result.value, at(span, result)) if result.known else Value(result.value, result.origin)


def doubt_about(
    evaluator: Evaluator,
    function: FunctionObject,
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    seen: Moment,
) -> str:
    """Why a function cannot be followed; empty where it can."""
    if isinstance(node, ast.AsyncFunctionDef):
        return "it is asynchronous"
    if isinstance(function.frame, LocalFrame) and function.frame.kind == "block" and seen is None:
        return "it is defined in a loop"
    if isinstance(node, ast.Lambda):
        return ""
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        thing = evaluator.expression(target, function.frame).value
        if getattr(thing, "name", "") not in _TRANSPARENT:
            return "it has a decorator"
    if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in own_nodes(node.body)):
        return "it is a generator"
    return ""


def returned(evaluator: Evaluator, body: list[ast.stmt], frame: LocalFrame) -> Value[Any] | None:
    """What a body returns; None where it runs to its end without."""
    way = left(evaluator, body, frame)
    if way is None:
        return None
    if isinstance(way, Unknown):
        return Value(way, Origin(Layer.UNKNOWN, None))
    value = way.node.value if isinstance(way.node, ast.Return) else None
    return Value(None, at(place(frame, way.node))) if value is None else evaluator.expression(value, way.frame)


def bound_arguments(evaluator: Evaluator, function: FunctionObject, arguments: Arguments, seen: Moment) -> LocalFrame:
    """The function's body with its parameters bound as the call binds them."""
    positional, named = arguments
    if function.receiver is not None:
        positional = [function.receiver, *positional]
    signature = function.node.args
    parameters = [*signature.posonlyargs, *signature.args]
    bound = _defaults(evaluator, function, parameters)
    names = {parameter.arg for parameter in (*parameters, *signature.kwonlyargs)}
    bound = {name: _untouched(evaluator, function, name, value) for name, value in bound.items()}
    bound.update({parameter.arg: value for parameter, value in zip(parameters, positional, strict=False)})
    bound.update({name: value for name, value in named.items() if name in names})
    for name in names - bound.keys():
        bound[name] = unknown(f"the argument {name} is not known")
    for name, value in bound.items():
        if isinstance(value.value, Once):
            bound[name] = unknown(f"the argument {name} can be gone through once only, which is not followed")
    if signature.vararg is not None:
        rest = tuple(positional[len(parameters) :])
        bound[signature.vararg.arg] = Value(rest, at_call(function))
    if signature.kwarg is not None:
        more = {name: value for name, value in named.items() if name not in names}
        bound[signature.kwarg.arg] = Value(more, at_call(function))
    body = function.node.body
    return LocalFrame(function.frame, body if isinstance(body, list) else [], bound, seen=seen)


def at_call(function: FunctionObject) -> Any:
    """The origin of what a call gathers in `*args` and `**kwargs`."""
    return at(Span.of_line(function.frame.path, function.node.lineno))


def _untouched(evaluator: Evaluator, function: FunctionObject, name: str, default: Value[Any]) -> Value[Any]:
    """A default; one that can be changed is the same object in every call."""
    from celerylint.link.evaluate.aliases import changes_parameter

    if not isinstance(default.value, list | dict) or not changes_parameter(evaluator, function, name):
        return default
    return unknown(f"earlier calls may have changed the default of {name}", default.origin.span)


def _defaults(evaluator: Evaluator, function: FunctionObject, parameters: list[ast.arg]) -> dict[str, Value[Any]]:
    signature = function.node.args
    bound: dict[str, Value[Any]] = {}
    for parameter, default in zip(reversed(parameters), reversed(signature.defaults), strict=False):
        bound[parameter.arg] = evaluator.expression(default, function.frame)
    for parameter, keyword_default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
        if keyword_default is not None:
            bound[parameter.arg] = evaluator.expression(keyword_default, function.frame)
    return bound
