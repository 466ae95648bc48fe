"""A module's names written by other means: `globals()["X"] = v`, `vars().update(…)`, `setattr(sys.modules[…], …)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.effects import effects_of
from celerylint.link.evaluate.frame import Frame, LocalFrame, place
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import plain
from celerylint.link.evaluate.readers import EMAIL_NAMES
from celerylint.origin import Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None
Later = Callable[[], State]
"""A value that is only evaluated where somebody asks for its name: most lookups ask which names a statement writes."""
_SPACES = frozenset({"globals", "locals", "vars"})


class _StrangeError(Exception):
    """The statement is none that is known here, or a name that it writes is not known."""


def written_by_space(evaluator: Evaluator, node: ast.stmt, name: str, state: State, frame: Frame) -> State | Unknown:
    """A name's value after a statement that writes names of its module; Unknown where that is not followed."""
    if not _is_of_module(frame):
        return Unknown("it stands in a function or a class")
    writes = evaluator.remembered((written_by_space, node, frame), lambda: _written(evaluator, node, frame))
    if writes is None:
        return Unknown("it is not followed")
    if name == ANY:
        strange = next((each for each in writes if not _is_a_word(evaluator, each, frame)), "")
        where = place(frame, node)
        return unknown(f"the statement at {where} sets {strange}", where) if strange else state
    if name not in writes:
        return state
    value = writes[name]()
    return value.hiding(state) if state is not None and value is not None else value


def _written(evaluator: Evaluator, node: ast.stmt, frame: Frame) -> dict[str, Later] | None:
    try:
        return dict(_writes(evaluator, node, frame))
    except _StrangeError:
        return None


def _is_a_word(evaluator: Evaluator, name: str, frame: Frame) -> bool:
    """Whether a file speaks of a name: whoever looks for settings looks for the words of a file."""
    module = evaluator.frame(frame.path)
    if name in EMAIL_NAMES:
        return True  # none is a setting of Celery's
    return module is not None and name in module.module.words


def _is_of_module(frame: Frame) -> bool:
    """Whether a frame is a module's top level, or a loop's round there: its names are what `globals()` holds."""
    while isinstance(frame, LocalFrame):
        if frame.kind != "block" or frame.file:
            return False
        frame = frame.parent
    return True


def _writes(evaluator: Evaluator, node: ast.stmt, frame: Frame) -> Iterator[tuple[str, Later]]:
    """The names that a statement writes with their values, None where it removes one."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        if isinstance(target, ast.Subscript) and _is_space(evaluator, target.value, frame):
            yield _key(evaluator, target.slice, frame), _later(evaluator, node.value, frame)
            return
        if isinstance(target, ast.Attribute) and _is_own_module(evaluator, target.value, frame):
            yield target.attr, _later(evaluator, node.value, frame)
            return
    if isinstance(node, ast.Delete) and len(node.targets) == 1:
        gone = node.targets[0]
        if isinstance(gone, ast.Subscript) and _is_space(evaluator, gone.value, frame):
            yield _key(evaluator, gone.slice, frame), _gone
            return
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        raise _StrangeError
    yield from _called(evaluator, node.value, frame)


def _called(evaluator: Evaluator, call: ast.Call, frame: Frame) -> Iterator[tuple[str, Later]]:
    function = call.func
    if isinstance(function, ast.Name) and function.id == "setattr" and len(call.args) == 3 and not call.keywords:
        if not _is_own_module(evaluator, call.args[0], frame):
            raise _StrangeError
        yield _key(evaluator, call.args[1], frame), _later(evaluator, call.args[2], frame)
    elif not isinstance(function, ast.Attribute) or not _is_space(evaluator, function.value, frame):
        raise _StrangeError
    elif function.attr == "update" and len(call.args) <= 1:
        for each in call.args:
            yield from _items(evaluator, each, frame)
        for keyword in call.keywords:
            if keyword.arg is None:
                yield from _items(evaluator, keyword.value, frame)
            else:
                yield keyword.arg, _later(evaluator, keyword.value, frame)
    elif function.attr == "pop" and len(call.args) in (1, 2) and not call.keywords:
        _later(evaluator, call.args[-1], frame)
        yield _key(evaluator, call.args[0], frame), _gone
    else:
        raise _StrangeError


def _items(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Iterator[tuple[str, Later]]:
    """The names and values of a dictionary, or of pairs."""
    from celerylint.link.evaluate.calls import as_dictionary

    span = place(frame, node)
    value = _value(evaluator, node, frame)
    data = as_dictionary(value, span).value
    if not isinstance(data, dict) or not all(isinstance(each, str) for each in data):
        raise _StrangeError
    for name, item in data.items():
        yield name, partial(_same, item if isinstance(item, Value) else Value(item, value.origin))


def _key(evaluator: Evaluator, node: ast.expr, frame: Frame) -> str:
    key = plain(_value(evaluator, node, frame))
    if not isinstance(key, str):
        raise _StrangeError
    return key


def _later(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Later:
    """A part of the statement, which itself must write no names."""
    if effects_of(ast.copy_location(ast.Expr(node), node)).wild is not None:
        raise _StrangeError
    return lambda: evaluator.expression(node, frame)


def _value(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Value[Any]:
    found = _later(evaluator, node, frame)()
    assert found is not None  # an expression has a value
    return found


def _same(value: State) -> State:
    return value


def _gone() -> State:
    return None


def _is_space(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    """`globals()`, `locals()` or `vars()` of a module's top level."""
    if not isinstance(node, ast.Call) or node.args or node.keywords:
        return False
    function = node.func
    return isinstance(function, ast.Name) and function.id in _SPACES and _is_builtin(evaluator, function, frame)


def _is_builtin(evaluator: Evaluator, node: ast.Name, frame: Frame) -> bool:
    """Whether no statement of the file binds the name. Nothing is evaluated for it: that would ask what names the very
    statements write that are looked at here."""
    module = evaluator.frame(frame.path)
    statements = module.module.naming(node.id) if module is not None else []
    return not any(node.id in evaluator.shared.effects(each).binds for each in statements)


def _is_own_module(evaluator: Evaluator, node: ast.expr, frame: Frame) -> bool:
    """`sys.modules[__name__]`."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Name) or node.slice.id != "__name__":
        return False
    held = node.value
    is_modules = isinstance(held, ast.Attribute) and held.attr == "modules"
    return is_modules and getattr(evaluator.expression(held, frame).value, "name", "") == "sys.modules"
