"""What a simple statement does to one name."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate import blocks, imports
from celerylint.link.evaluate.changes import change, change_by_call, delete_item, is_changeable, set_item
from celerylint.link.evaluate.effects import root_of
from celerylint.link.evaluate.frame import Frame, Position, place, start_of
from celerylint.link.evaluate.handing import after_handing
from celerylint.link.evaluate.including import included
from celerylint.link.evaluate.inside_calls import after_inside
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import ClassObject, FunctionObject, InstanceObject, Once
from celerylint.link.evaluate.origins import at
from celerylint.link.evaluate.spaces import written_by_space
from celerylint.link.evaluate.truth import truth
from celerylint.link.evaluate.unpacking import unpacked
from celerylint.link.evaluate.walrus import after_walrus
from celerylint.origin import Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

__all__ = ["execute", "truth"]

State = Value[Any] | None
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def execute(
    evaluator: Evaluator, node: ast.stmt, name: str, state: State, frame: Frame, before: Position | None = None
) -> State:
    """The name's value after the statement, from its value before; None while nothing has bound it.

    With `before`, a position within the statement: the value there.
    """
    effects, inside = evaluator.shared.effects(node), evaluator.shared.inside_of(frame, name)
    if not effects.touch(name) and not inside.touches(node):
        return state
    compound = blocks.HANDLERS.get(type(node))
    if compound is not None:
        after: State = compound(evaluator, node, name, state, frame, before)
        return clouded(node, name, state, after, frame) if before is None else after
    if before is not None:
        # Inside a simple statement or a definition: its own effect comes later, but `:=` may have come already.
        within = start_of(node) <= before and not isinstance(node, _DEFINITIONS)
        return after_walrus(evaluator, node, name, state, frame, before) if within else state
    if node in inside.calls:
        state = after_inside(evaluator, inside.calls[node], name, state, frame)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and name in effects.handed:
        state = after_handing(evaluator, node.value, name, state, frame)
    for each in ast.iter_child_nodes(node) if not isinstance(node, _DEFINITIONS) else ():
        state = change_by_call(evaluator, each, name, state, frame)
    handler = _HANDLERS.get(type(node))
    after = handler(evaluator, node, name, state, frame) if handler else state
    if effects.wild is not None and isinstance(node, ast.Expr):
        ran = included(evaluator, node, name, state, frame)
        if not isinstance(ran, Unknown):
            return ran
    if effects.wild is not None and not isinstance(node, ast.ImportFrom):
        written = written_by_space(evaluator, node, name, after, frame)
        if not isinstance(written, Unknown):
            return _walrus(evaluator, node, name, written, frame)
        after = imports.any_name(name, after, f"{_words(node)} at {place(frame, node)}", place(frame, node))
    return _walrus(evaluator, node, name, after, frame)


def clouded(node: ast.stmt, name: str, state: State, after: State, frame: Frame) -> State:
    """An instance that is being made and of which only some attributes are not known behind a statement."""
    thing = state.value if state is not None else None
    if after is None or after.known or not isinstance(thing, InstanceObject) or not thing.raw:
        return after
    stored: dict[str, Value[Any]] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and (root_of(each.func) == name or any(_is(given, name) for given in each.args)):
            return after
        if isinstance(each, ast.Attribute) and _is(each.value, name) and not isinstance(each.ctx, ast.Load):
            stored[each.attr] = unknown(after.reason, place(frame, node))
    attributes = {**thing.attributes, **stored}
    return Value(replace(thing, attributes=attributes), state.origin) if state is not None else after


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _walrus(evaluator: Evaluator, node: ast.stmt, name: str, state: State, frame: Frame) -> State:
    """`:=` within an expression binds too."""
    if isinstance(node, _DEFINITIONS) or name == ANY:
        return state
    return after_walrus(evaluator, node, name, state, frame)


def _words(node: ast.stmt) -> str:
    return f"what {node.name} does" if isinstance(node, _DEFINITIONS) else "the statement"


def _assign(evaluator: Evaluator, node: ast.Assign, name: str, state: State, frame: Frame) -> State:
    for target in node.targets:
        state = _bind(evaluator, target, node.value, node, name, state, frame)
    return state


def _annotated(evaluator: Evaluator, node: ast.AnnAssign, name: str, state: State, frame: Frame) -> State:
    if node.value is None:
        return state
    return _bind(evaluator, node.target, node.value, node, name, state, frame)


def assigned(value: Value[Any], node: ast.stmt, before: State, frame: Frame) -> Value[Any]:
    """A value bound by a statement, over the one that it hides."""
    if isinstance(value.value, Once):
        return unknown("it can be gone through once only, which is not followed", place(frame, node))
    hidden = (before,) if before is not None else ()
    return Value(value.value, at(place(frame, node), value), hidden)


def _bind(
    evaluator: Evaluator, target: ast.expr, value: ast.expr, node: ast.stmt, name: str, state: State, frame: Frame
) -> State:
    if isinstance(target, ast.Tuple | ast.List) and any(root_of(each) == name for each in ast.walk(target)):
        for inner, part in unpacked(target, evaluator.expression(value, frame), place(frame, node)):
            state = _put(evaluator, inner, part, node, name, state, frame)
        return state
    wanted = not isinstance(target, ast.Tuple | ast.List) and root_of(target) == name
    return _put(evaluator, target, evaluator.expression(value, frame), node, name, state, frame) if wanted else state


def _put(
    evaluator: Evaluator, target: ast.expr, value: Value[Any], node: ast.stmt, name: str, state: State, frame: Frame
) -> State:
    """A value bound to a name, or put into what the name stands for."""
    if isinstance(target, ast.Name):
        return assigned(value, node, state, frame) if target.id == name else state
    return set_item(evaluator, target, value, state, frame) if root_of(target) == name else state


def _augmented(evaluator: Evaluator, node: ast.AugAssign, name: str, state: State, frame: Frame) -> State:
    from celerylint.link.evaluate.operations import operate

    right = evaluator.expression(node.value, frame)
    span = place(frame, node)
    if isinstance(node.target, ast.Name):
        if node.target.id != name or state is None:
            return state
        return assigned(operate(node.op, state, right, span), node, state, frame)
    if root_of(node.target) != name:
        return state
    return change(
        evaluator, node.target, state, frame, lambda held: operate(node.op, held, right, span) if held else None
    )


def _function(evaluator: Evaluator, node: ast.FunctionDef, name: str, state: State, frame: Frame) -> State:
    if node.name == name:
        return Value(FunctionObject(node, frame), at(place(frame, node)))
    return from_inside(evaluator, node, name, state, frame)


def _class(evaluator: Evaluator, node: ast.ClassDef, name: str, state: State, frame: Frame) -> State:
    if node.name == name:
        return Value(ClassObject(node, frame), at(place(frame, node)))
    return from_inside(evaluator, node, name, state, frame)


def from_inside(evaluator: Evaluator, node: ast.stmt, name: str, state: State, frame: Frame) -> State:
    """A function or a method that may bind a name of its surroundings (`global`), or change what it stands for.

    Nobody knows when it is called, so it decides over whatever comes behind it as well.
    """
    if not isinstance(node, _DEFINITIONS) or node.name == name:
        return state
    if node in evaluator.shared.inside_of(frame, name).followed:
        return state
    effects = evaluator.shared.effects(node)
    # A method called on an object may do anything or nothing; on a list or a dictionary it is known to change it.
    names = effects.changes if state is not None and isinstance(state.value, list | dict) else effects.stores
    changes = name in names and state is not None and is_changeable(state.value)
    if name in effects.binds or changes:
        return unknown(f"{name} may be set by {node.name}", place(frame, node))
    return state


def _delete(evaluator: Evaluator, node: ast.Delete, name: str, state: State, frame: Frame) -> State:
    for target in node.targets:
        for each in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
            if isinstance(each, ast.Name) and each.id == name:
                state = None
            elif isinstance(each, ast.Subscript | ast.Attribute) and root_of(each) == name:
                state = delete_item(evaluator, each, state, frame)
    return state


_HANDLERS: dict[type[ast.stmt], Any] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: imports.import_,
    ast.ImportFrom: imports.import_from,
    ast.Delete: _delete,
}
