"""What a statement does to one name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame, place
from celerylint.link.evaluate.mutations import mutate, set_item
from celerylint.link.evaluate.objects import (
    ClassObject,
    ExternalObject,
    FunctionObject,
    ModuleObject,
    plain,
)
from celerylint.origin import Layer, Origin, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None


def execute(evaluator: Evaluator, node: ast.stmt, name: str, state: State, frame: Frame) -> State:
    """The name's value after the statement, from its value before; None while nothing has bound it."""
    handler = _HANDLERS.get(type(node))
    return handler(evaluator, node, name, state, frame) if handler else state


def run(evaluator: Evaluator, body: list[ast.stmt], name: str, state: State, frame: Frame) -> State:
    """The statements of a block, in order."""
    for statement in body:
        state = execute(evaluator, statement, name, state, frame)
    return state


def star_import(evaluator: Evaluator, node: ast.ImportFrom, name: str, state: State, frame: Frame) -> State:
    """`from x import *` binds what the module binds, except names that begin with an underscore."""
    target = evaluator.modules.find("." * node.level + (node.module or ""), frame.path)
    if target is None or name.startswith("_"):
        return state
    source = evaluator.frame(target)
    found = evaluator.lookup(source, name) if source else None
    return _through(found, frame, node) if found is not None else state


def truth(evaluator: Evaluator, test: ast.expr, frame: Frame) -> bool | Unknown:
    """Whether a condition holds; Unknown where the repository does not tell."""
    if isinstance(test, ast.Name) and test.id == "TYPE_CHECKING":
        return False
    value = plain(evaluator.expression(test, frame))
    return value if isinstance(value, Unknown) else bool(value)


def _through(value: Value[Any], frame: Frame, node: ast.stmt) -> Value[Any]:
    """An imported value keeps the place where it is written; the import is a step on the way."""
    step = Origin(Layer.CODE, place(frame, node))
    origin = value.origin
    if origin.span is None:
        return Value(value.value, Origin(origin.layer, step.span, origin.via, origin.note), value.shadowed)
    return Value(value.value, Origin(origin.layer, origin.span, (*origin.via, step), origin.note), value.shadowed)


def _assigned(value: Value[Any], frame: Frame, node: ast.stmt, before: State) -> Value[Any]:
    hidden = (before,) if before is not None else ()
    return Value(value.value, Origin(Layer.CODE, place(frame, node), (value.origin,)), hidden)


def _assign(evaluator: Evaluator, node: ast.Assign, name: str, state: State, frame: Frame) -> State:
    for target in node.targets:
        state = _bind(evaluator, target, node.value, node, name, state, frame)
    return state


def _bind(
    evaluator: Evaluator, target: ast.expr, value: ast.expr, node: ast.stmt, name: str, state: State, frame: Frame
) -> State:
    if isinstance(target, ast.Name) and target.id == name:
        return _assigned(evaluator.expression(value, frame), frame, node, state)
    if isinstance(target, ast.Tuple | ast.List):
        return _unpack(evaluator, target, value, node, name, state, frame)
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == name:
        key = plain(evaluator.expression(target.slice, frame))
        return set_item(state, key, evaluator.expression(value, frame), place(frame, node))
    return state


def _unpack(
    evaluator: Evaluator,
    target: ast.Tuple | ast.List,
    value: ast.expr,
    node: ast.stmt,
    name: str,
    state: State,
    frame: Frame,
) -> State:
    names = [each.id if isinstance(each, ast.Name) else "" for each in target.elts]
    if name not in names:
        return state
    whole = evaluator.expression(value, frame).value
    if isinstance(whole, list | tuple) and len(whole) == len(names):
        item = whole[names.index(name)]
        if isinstance(item, Value):
            return _assigned(item, frame, node, state)
    return unknown(f"{name} is unpacked from something that is not known", place(frame, node))


def _annotated(evaluator: Evaluator, node: ast.AnnAssign, name: str, state: State, frame: Frame) -> State:
    if node.value is None:
        return state
    return _bind(evaluator, node.target, node.value, node, name, state, frame)


def _augmented(evaluator: Evaluator, node: ast.AugAssign, name: str, state: State, frame: Frame) -> State:
    if not isinstance(node.target, ast.Name) or node.target.id != name or state is None:
        return state
    from celerylint.link.evaluate.expressions import operate

    right = evaluator.expression(node.value, frame)
    return _assigned(operate(node.op, state, right, place(frame, node)), frame, node, state)


def _expression(evaluator: Evaluator, node: ast.Expr, name: str, state: State, frame: Frame) -> State:
    call = node.value
    if (
        state is None
        or not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Attribute)
        or not isinstance(call.func.value, ast.Name)
        or call.func.value.id != name
    ):
        return state
    return mutate(evaluator, state, call, frame)


def _if(evaluator: Evaluator, node: ast.If, name: str, state: State, frame: Frame) -> State:
    test = truth(evaluator, node.test, frame)
    if isinstance(test, Unknown):
        then = run(evaluator, node.body, name, state, frame)
        other = run(evaluator, node.orelse, name, state, frame)
        return _either(then, other, f"it is set under a condition: {test.reason}", frame, node)
    return run(evaluator, node.body if test else node.orelse, name, state, frame)


def _either(one: State, other: State, reason: str, frame: Frame, node: ast.stmt) -> State:
    """Two possible values: the value where they agree, else unknown."""
    if one is other:
        return one
    if one is not None and other is not None:
        if one.value is other.value:
            return one
        first, second = plain(one), plain(other)
        if not isinstance(first, Unknown) and not isinstance(second, Unknown) and first == second:
            return one
    return unknown(reason, place(frame, node))


def _try(evaluator: Evaluator, node: ast.Try, name: str, state: State, frame: Frame) -> State:
    if _imports_fail(evaluator, node.body, frame):
        handler = node.handlers[0].body if node.handlers else []
        state = run(evaluator, handler, name, state, frame)
    else:
        state = run(evaluator, [*node.body, *node.orelse], name, state, frame)
    return run(evaluator, node.finalbody, name, state, frame)


def _imports_fail(evaluator: Evaluator, body: list[ast.stmt], frame: Frame) -> bool:
    """A relative import of a module that the repository does not hold, such as `from .local import *`."""
    return any(
        isinstance(each, ast.ImportFrom)
        and each.level > 0
        and evaluator.modules.find("." * each.level + (each.module or ""), frame.path) is None
        for each in body
    )


def _loop(evaluator: Evaluator, node: ast.For | ast.While, name: str, state: State, frame: Frame) -> State:
    before = Value("before", Origin(Layer.CODE)) if state is None else state
    after = run(evaluator, node.body, name, before, frame)
    target = isinstance(node, ast.For) and any(
        isinstance(each, ast.Name) and each.id == name for each in ast.walk(node.target)
    )
    if after is before and not target:
        return state
    return unknown(f"{name} is set in a loop", place(frame, node))


def _with(evaluator: Evaluator, node: ast.With, name: str, state: State, frame: Frame) -> State:
    for item in node.items:
        if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
            state = unknown(f"{name} is what a `with` statement gives", place(frame, node))
    return run(evaluator, node.body, name, state, frame)


def _function(evaluator: Evaluator, node: ast.FunctionDef, name: str, state: State, frame: Frame) -> State:
    if node.name != name:
        return state
    return Value(FunctionObject(node, frame), Origin(Layer.CODE, place(frame, node)))


def _class(evaluator: Evaluator, node: ast.ClassDef, name: str, state: State, frame: Frame) -> State:
    if node.name != name:
        return state
    return Value(ClassObject(node, frame), Origin(Layer.CODE, place(frame, node)))


def _import(evaluator: Evaluator, node: ast.Import, name: str, state: State, frame: Frame) -> State:
    for alias in node.names:
        local = alias.asname or alias.name.partition(".")[0]
        if local == name:
            return _module(evaluator, alias.name if alias.asname else local, frame, node)
    return state


def _import_from(evaluator: Evaluator, node: ast.ImportFrom, name: str, state: State, frame: Frame) -> State:
    for alias in node.names:
        if (alias.asname or alias.name) == name:
            return _imported(evaluator, "." * node.level + (node.module or ""), alias.name, frame, node)
    return state


def _imported(evaluator: Evaluator, module: str, name: str, frame: Frame, node: ast.stmt) -> Value[Any]:
    path = evaluator.modules.find(module, frame.path)
    if path == frame.path and not module.startswith("."):
        path = None
    if path is None:
        whole = f"{module}{name}" if module.endswith(".") else f"{module}.{name}"
        submodule = evaluator.modules.find(whole, frame.path)
        if submodule is not None and submodule != frame.path:
            return Value(ModuleObject(submodule), Origin(Layer.CODE, place(frame, node)))
        if module.startswith("."):
            return unknown(f"{whole} is not in the repository", place(frame, node))
        return Value(ExternalObject(whole), Origin(Layer.CODE, place(frame, node)))
    found = evaluator.member(path, name)
    if found is None:
        return unknown(f"{path} does not define {name}", place(frame, node))
    return _through(found, frame, node)


def _module(evaluator: Evaluator, name: str, frame: Frame, node: ast.stmt) -> Value[Any]:
    path = evaluator.modules.find(name, frame.path)
    thing = ModuleObject(path) if path and path != frame.path else ExternalObject(name)
    return Value(thing, Origin(Layer.CODE, place(frame, node)))


def _delete(evaluator: Evaluator, node: ast.Delete, name: str, state: State, frame: Frame) -> State:
    return None if any(isinstance(each, ast.Name) and each.id == name for each in node.targets) else state


_HANDLERS: dict[type[ast.stmt], Any] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Expr: _expression,
    ast.If: _if,
    ast.Try: _try,
    ast.For: _loop,
    ast.While: _loop,
    ast.With: _with,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Delete: _delete,
}
