"""What a call gives: environment readers, conversions, Celery's and kombu's objects, the repository's functions."""

from __future__ import annotations

import ast
import datetime
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame, LocalFrame, place
from celerylint.link.evaluate.objects import (
    AppObject,
    ClassObject,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    plain,
)
from celerylint.link.evaluate.readers import read_environment
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

Arguments = tuple[list[Value[Any]], dict[str, Value[Any]]]

APP_CLASSES = frozenset({"celery.Celery", "celery.app.Celery", "celery.app.base.Celery"})
_PURE: Mapping[str, Callable[..., Any]] = {
    "builtins.int": int,
    "builtins.str": str,
    "builtins.float": float,
    "builtins.bool": bool,
    "builtins.len": len,
    "builtins.max": max,
    "builtins.min": min,
    "builtins.sum": sum,
    "builtins.abs": abs,
    "builtins.round": round,
    "builtins.sorted": sorted,
    "datetime.timedelta": datetime.timedelta,
    "json.loads": json.loads,
}
_STRING_METHODS = frozenset(
    {"split", "strip", "lower", "upper", "replace", "rstrip", "lstrip", "startswith", "endswith"}
)
_STRING_METHODS |= {"join", "format", "title", "removeprefix", "removesuffix"}


def call(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Value[Any]:
    """The value of a call, where it can be followed."""
    span = place(frame, node)
    if isinstance(node.func, ast.Attribute):
        found = _method(evaluator, node, node.func, frame)
        if found is not None:
            return found
    function = evaluator.expression(node.func, frame).value
    arguments = _arguments(evaluator, node, frame)
    if isinstance(arguments, Unknown):
        return unknown(arguments.reason, span)
    if isinstance(function, ExternalObject):
        return _external(evaluator, function.name, arguments, node, span)
    if isinstance(function, ExternalCall):
        if function.keywords:
            return unknown("a scheme of environment variables is not followed", span)
        return _external(evaluator, f"{function.name}()", arguments, node, span)
    if isinstance(function, FunctionObject):
        return _inlined(evaluator, function, arguments, span)
    if isinstance(function, ClassObject):
        return _instance(evaluator, function, span)
    if isinstance(function, Unknown):
        return unknown(function.reason, span)
    return unknown("this call is not followed", span)


def _arguments(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Arguments | Unknown:
    positional: list[Value[Any]] = []
    for each in node.args:
        if isinstance(each, ast.Starred):
            inner = evaluator.expression(each.value, frame).value
            if not isinstance(inner, list | tuple):
                return Unknown("an unpacked argument is not known")
            positional.extend(inner)
        else:
            positional.append(evaluator.expression(each, frame))
    named: dict[str, Value[Any]] = {}
    for keyword in node.keywords:
        value = evaluator.expression(keyword.value, frame)
        if keyword.arg:
            named[keyword.arg] = value
        elif isinstance(value.value, dict):
            named.update({str(key): item for key, item in value.value.items()})
        else:
            return Unknown("an unpacked argument is not known")
    return positional, named


def _external(evaluator: Evaluator, name: str, arguments: Arguments, node: ast.Call, span: Span) -> Value[Any]:
    positional, named = arguments
    if name in APP_CLASSES:
        return Value(AppObject(span), Origin(Layer.CODE, span))
    read = read_environment(evaluator, name, positional, named, span)
    if read is not None:
        return read
    if name == "builtins.dict":
        return _dict(positional, named, span)
    if name in ("builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset") and len(positional) <= 1:
        return _container(name, positional, span)
    if name in _PURE:
        return _computed(_PURE[name], positional, named, span)
    return Value(ExternalCall(name, tuple(positional), named, node), Origin(Layer.CODE, span))


def _dict(positional: list[Value[Any]], named: dict[str, Value[Any]], span: Span) -> Value[Any]:
    base = positional[0].value if positional else {}
    if isinstance(base, dict):
        return Value({**base, **named}, Origin(Layer.CODE, span))
    return unknown("what dict() is given is not known", span)


def _container(name: str, positional: list[Value[Any]], span: Span) -> Value[Any]:
    items = positional[0].value if positional else []
    if not isinstance(items, list | tuple | dict):
        return unknown(f"what {name.rpartition('.')[2]}() is given is not known", span)
    data = [Value(each, Origin(Layer.CODE, span)) for each in items] if isinstance(items, dict) else list(items)
    return Value(tuple(data) if name == "builtins.tuple" else data, Origin(Layer.CODE, span))


def _computed(
    function: Callable[..., Any], positional: list[Value[Any]], named: dict[str, Value[Any]], span: Span
) -> Value[Any]:
    data = [plain(each) for each in positional]
    keywords = {key: plain(each) for key, each in named.items()}
    for value in (*data, *keywords.values()):
        if isinstance(value, Unknown):
            via = tuple(each.origin for each in (*positional, *named.values()))
            return unknown(value.reason, span, via)
    try:
        result = function(*data, **keywords)
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        return unknown(f"this call fails: {error}", span)
    via = tuple(each.origin for each in (*positional, *named.values()))
    return Value(result, Origin(Layer.CODE, span, via))


def _method(evaluator: Evaluator, node: ast.Call, function: ast.Attribute, frame: Frame) -> Value[Any] | None:
    """Methods of strings and dictionaries; None for anything else."""
    holder = evaluator.expression(function.value, frame)
    data, span = holder.value, place(frame, node)
    if isinstance(data, str) and function.attr in _STRING_METHODS:
        arguments = _arguments(evaluator, node, frame)
        if isinstance(arguments, Unknown):
            return unknown(arguments.reason, span)
        result = _computed(getattr(data, function.attr), arguments[0], arguments[1], span)
        return Value(result.value, Origin(result.origin.layer, span, (holder.origin, *result.origin.via)))
    if isinstance(data, dict) and function.attr == "get" and node.args:
        key = plain(evaluator.expression(node.args[0], frame))
        if isinstance(key, str | int) and key in data:
            return data[key] if isinstance(data[key], Value) else Value(data[key], Origin(Layer.CODE, span))
        if isinstance(key, str | int):
            if len(node.args) > 1:
                return evaluator.expression(node.args[1], frame)
            return Value(None, Origin(Layer.CODE, span))
    if isinstance(data, dict) and function.attr == "copy" and not node.args:
        return holder
    return None


def _inlined(evaluator: Evaluator, function: FunctionObject, arguments: Arguments, span: Span) -> Value[Any]:
    """A function of the repository whose body assigns and ends in its only `return`."""
    node = function.node
    if isinstance(node, ast.Lambda):
        frame = LocalFrame(function.frame, [], _bound(evaluator, node.args, arguments, function.frame))
        return evaluator.expression(node.body, frame)
    returns = [each for each in ast.walk(node) if isinstance(each, ast.Return)]
    inner = [each for each in ast.walk(node) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    last = node.body[-1]
    if len(inner) > 1:
        nested = [each for one in inner if one is not node for each in ast.walk(one)]
        returns = [each for each in returns if each not in nested]
    decorated = bool(node.decorator_list) or isinstance(node, ast.AsyncFunctionDef)
    if decorated or len(returns) != 1 or last is not returns[0] or returns[0].value is None:
        return unknown(f"the function {node.name} is not followed", span)
    body = LocalFrame(function.frame, node.body, _bound(evaluator, node.args, arguments, function.frame))
    result = evaluator.expression(returns[0].value, body)
    return Value(result.value, Origin(result.origin.layer, span, (result.origin,)))


def _bound(evaluator: Evaluator, signature: ast.arguments, arguments: Arguments, frame: Frame) -> dict[str, Value[Any]]:
    positional, named = arguments
    parameters = [*signature.posonlyargs, *signature.args]
    bound: dict[str, Value[Any]] = {}
    for parameter, default in zip(reversed(parameters), reversed(signature.defaults), strict=False):
        bound[parameter.arg] = evaluator.expression(default, frame)
    for parameter, keyword_default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
        if keyword_default is not None:
            bound[parameter.arg] = evaluator.expression(keyword_default, frame)
    names = {parameter.arg for parameter in (*parameters, *signature.kwonlyargs)}
    for name in names - bound.keys():
        bound[name] = unknown(f"the argument {name} is not known")
    bound.update({parameter.arg: value for parameter, value in zip(parameters, positional, strict=False)})
    bound.update({name: value for name, value in named.items() if name in names})
    return bound


def _instance(evaluator: Evaluator, of: ClassObject, span: Span) -> Value[Any]:
    """An instance; of a subclass of Celery: an app."""
    for base in of.node.bases:
        parent = evaluator.expression(base, of.frame).value
        if isinstance(parent, ExternalObject) and parent.name in APP_CLASSES:
            return Value(AppObject(span), Origin(Layer.CODE, span))
    return Value(InstanceObject(of), Origin(Layer.CODE, span))
