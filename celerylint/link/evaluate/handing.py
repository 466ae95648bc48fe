"""Functions that change what they are handed: `put(OPTIONS, value)` as a statement of its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.flow import left
from celerylint.link.evaluate.frame import Frame, LocalFrame, moment_of_call, place, start_of
from celerylint.link.evaluate.functions import bound_arguments, doubt_about
from celerylint.link.evaluate.objects import FunctionObject
from celerylint.origin import Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None


def is_followed(evaluator: Evaluator, call: ast.Call, name: str, frame: Frame) -> bool:
    """Whether it is known what becomes of a list or dictionary that a call is handed by this name."""
    return _function(evaluator, call, name, frame) is not None


def after_handing(evaluator: Evaluator, call: ast.Call, name: str, state: State, frame: Frame) -> State:
    """A list or dictionary after a call that it is handed to."""
    from celerylint.link.evaluate.calls import given_arguments

    found = _function(evaluator, call, name, frame)
    if found is None or state is None or not isinstance(state.value, list | dict):
        return state
    function, parameter = found
    given = given_arguments(evaluator, call, frame)
    if isinstance(given, Unknown):
        return unknown(f"{name} is handed to a function with arguments that are not known", place(frame, call))
    seen = moment_of_call(frame, (call.lineno, call.col_offset), function.frame)
    bound = bound_arguments(evaluator, function, given, seen)
    inner = LocalFrame(bound.parent, bound.body, {**bound.arguments, parameter: state}, seen=seen)
    way = left(evaluator, bound.body, inner)
    if isinstance(way, Unknown):
        return unknown(f"{name} is handed to a function that is not followed: {way.reason}", place(frame, call))
    return evaluator.lookup(inner, parameter, start_of(way.node) if way is not None else None)


def _function(evaluator: Evaluator, call: ast.Call, name: str, frame: Frame) -> tuple[FunctionObject, str] | None:
    """The function, and the parameter that stands for the name throughout."""
    parts = [each for each in ast.walk(call) if isinstance(each, ast.Name) and each.id == name]
    spread = any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords)
    if len(parts) != 1 or spread or not isinstance(call.func, ast.Name):
        return None
    function = evaluator.expression(call.func, frame).value
    node = function.node if isinstance(function, FunctionObject) else None
    if not isinstance(function, FunctionObject) or not isinstance(node, ast.FunctionDef) or function.receiver:
        return None
    parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    pairs = dict(zip(parameters, call.args, strict=False))
    pairs |= {each.arg: each.value for each in call.keywords if each.arg}
    every = {*parameters, *(each.arg for each in node.args.kwonlyargs)}
    parameter = next((key for key, value in pairs.items() if value is parts[0] and key in every), None)
    if parameter is None or any(parameter in evaluator.shared.effects(each).binds for each in node.body):
        return None
    seen = moment_of_call(frame, (call.lineno, call.col_offset), function.frame)
    return None if doubt_about(evaluator, function, node, seen) else (function, parameter)
