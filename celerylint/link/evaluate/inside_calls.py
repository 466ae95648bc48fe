"""What calls of functions that set names of their module make of these names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.changes import is_changeable
from celerylint.link.evaluate.flow import left
from celerylint.link.evaluate.frame import Frame, LocalFrame, moment_of_call, place, start_of
from celerylint.link.evaluate.functions import bound_arguments
from celerylint.link.evaluate.loops import Carried
from celerylint.link.evaluate.objects import FunctionObject
from celerylint.origin import Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None


def after_inside(
    evaluator: Evaluator, called: tuple[ast.Call, ast.FunctionDef], name: str, state: State, frame: Frame
) -> State:
    """A module's name after a call of a function that sets it."""
    from celerylint.link.evaluate.calls import given_arguments

    call, definition = called
    if name not in evaluator.shared.effects(definition).binds and (state is None or not is_changeable(state.value)):
        return state
    span = place(frame, call)
    function = evaluator.expression(call.func, frame).value
    given = given_arguments(evaluator, call, frame)
    if not isinstance(function, FunctionObject) or function.node is not definition or isinstance(given, Unknown):
        return unknown(f"{name} may be set by {definition.name}", span)
    seen = moment_of_call(frame, (call.lineno, call.col_offset), function.frame)
    bound = bound_arguments(evaluator, function, given, seen)
    effects = evaluator.shared.effects(definition)
    own = {**bound.arguments, name: state} if state is not None else bound.arguments
    before = Carried(evaluator, own, (frame, seen), (effects.binds | effects.stores) - {name})
    inner = LocalFrame(bound.parent, bound.body, before, seen=seen)
    way = left(evaluator, definition.body, inner)
    if isinstance(way, Unknown):
        return unknown(f"{name} may be set by {definition.name}: {way.reason}", span)
    return evaluator.lookup(inner, name, start_of(way.node) if way is not None else None)
