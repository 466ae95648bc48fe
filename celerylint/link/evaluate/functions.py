"""Calls of the repository's own functions, followed to what they return."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import LocalFrame, Moment, place
from celerylint.link.evaluate.objects import FunctionObject
from celerylint.link.evaluate.origins import at
from celerylint.link.evaluate.truth import truth
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

Arguments = tuple[list[Value[Any]], dict[str, Value[Any]]]

# Decorators that leave what a function returns as it is.
_TRANSPARENT = frozenset({"functools.lru_cache", "functools.cache", "builtins.staticmethod", "builtins.property"})
_TRANSPARENT |= {"functools.cached_property", "django.utils.functional.cached_property", "builtins.classmethod"}
_TRANSPARENT |= {"pydantic.computed_field"}
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def called(
    evaluator: Evaluator, function: FunctionObject, arguments: Arguments, span: Span, seen: Moment
) -> Value[Any]:
    """What a function returns; `seen` is the moment at which the call sees the function's surroundings."""
    node = function.node
    doubt = "" if isinstance(node, ast.Lambda) else _doubt(evaluator, function, node)
    if doubt and not isinstance(node, ast.Lambda):
        return unknown(f"the function {node.name} is not followed: {doubt}", span)
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


def _doubt(evaluator: Evaluator, function: FunctionObject, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Why a function cannot be followed; empty where it can."""
    if isinstance(node, ast.AsyncFunctionDef):
        return "it is asynchronous"
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        thing = evaluator.expression(target, function.frame).value
        if getattr(thing, "name", "") not in _TRANSPARENT:
            return "it has a decorator"
    if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in _own_nodes(node.body)):
        return "it is a generator"
    return ""


def _own_nodes(body: list[ast.stmt]) -> list[ast.AST]:
    """Every node of a body, less those of the functions and classes inside it."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, _OWN_SCOPE):
            stack.extend(ast.iter_child_nodes(node))
    return found


def returned(evaluator: Evaluator, body: list[ast.stmt], frame: LocalFrame) -> Value[Any] | None:
    """What a block returns; None where it runs to its end without."""
    for statement in body:
        if isinstance(statement, ast.Return):
            if statement.value is None:
                return Value(None, at(place(frame, statement)))
            return evaluator.expression(statement.value, frame)
        if isinstance(statement, ast.Raise):
            return unknown(f"it raises an exception (line {statement.lineno})")
        if not any(isinstance(each, ast.Return | ast.Raise) for each in _own_nodes([statement])):
            continue
        result = _branching(evaluator, statement, frame)
        if result is not None:
            return result
    return None


def _branching(evaluator: Evaluator, statement: ast.stmt, frame: LocalFrame) -> Value[Any] | None:
    """What a compound statement with a `return` or `raise` in it returns."""
    if isinstance(statement, ast.If):
        test = truth(evaluator, statement.test, frame)
        if isinstance(test, Unknown):
            return _undecided(evaluator, statement, frame, test)
        return returned(evaluator, statement.body if test else statement.orelse, frame)
    if isinstance(statement, ast.With):
        return returned(evaluator, statement.body, frame)
    if isinstance(statement, ast.Try) and not statement.finalbody:
        return _tried(evaluator, statement, frame)
    return unknown(f"which return it comes to is not known (line {statement.lineno})")


def _undecided(evaluator: Evaluator, statement: ast.If, frame: LocalFrame, test: Unknown) -> Value[Any] | None:
    """A branch that only raises ends the program: whoever goes on did not take it."""
    from celerylint.link.evaluate.blocks import leaves

    def only_raises(block: list[ast.stmt]) -> bool:
        returns = any(isinstance(each, ast.Return) for each in _own_nodes(block))
        return bool(block) and leaves(block) and not returns

    if only_raises(statement.body):
        return returned(evaluator, statement.orelse, frame)
    if only_raises(statement.orelse):
        return returned(evaluator, statement.body, frame)
    return unknown(f"it depends on a condition: {test.reason}")


def _tried(evaluator: Evaluator, statement: ast.Try, frame: LocalFrame) -> Value[Any] | None:
    """`try: return …` with a handler: whether the exception comes must be certain."""
    from celerylint.link.evaluate.blocks import catches, raises

    for each in statement.body:
        exception = raises(evaluator, each, frame)
        if exception is None:
            return unknown(f"it depends on whether an exception comes (line {each.lineno})")
        if exception:
            handler = next((one for one in statement.handlers if catches(one, exception)), None)
            return returned(evaluator, handler.body, frame) if handler else unknown(f"it raises {exception}")
        if isinstance(each, ast.Return):
            return returned(evaluator, [each], frame)
    return returned(evaluator, statement.orelse, frame)


def bound_arguments(evaluator: Evaluator, function: FunctionObject, arguments: Arguments, seen: Moment) -> LocalFrame:
    """The function's body with its parameters bound as the call binds them."""
    positional, named = arguments
    if function.receiver is not None:
        positional = [function.receiver, *positional]
    signature = function.node.args
    parameters = [*signature.posonlyargs, *signature.args]
    bound = _defaults(evaluator, function, parameters)
    names = {parameter.arg for parameter in (*parameters, *signature.kwonlyargs)}
    for name in names - bound.keys():
        bound[name] = unknown(f"the argument {name} is not known")
    bound.update({parameter.arg: value for parameter, value in zip(parameters, positional, strict=False)})
    bound.update({name: value for name, value in named.items() if name in names})
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


def _defaults(evaluator: Evaluator, function: FunctionObject, parameters: list[ast.arg]) -> dict[str, Value[Any]]:
    signature = function.node.args
    bound: dict[str, Value[Any]] = {}
    for parameter, default in zip(reversed(parameters), reversed(signature.defaults), strict=False):
        bound[parameter.arg] = evaluator.expression(default, function.frame)
    for parameter, keyword_default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
        if keyword_default is not None:
            bound[parameter.arg] = evaluator.expression(keyword_default, function.frame)
    return bound
