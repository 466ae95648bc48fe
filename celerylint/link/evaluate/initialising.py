"""What `__init__`, and methods that are called on an instance, make of its attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import Order, class_frame, methods_of, order_of
from celerylint.link.evaluate.effects import HARMLESS, is_super, root_of
from celerylint.link.evaluate.flow import left
from celerylint.link.evaluate.frame import Frame, LocalFrame, place, start_of
from celerylint.link.evaluate.functions import Arguments, bound_arguments
from celerylint.link.evaluate.objects import ClassObject, FunctionObject, InstanceObject, SuperObject
from celerylint.link.evaluate.origins import at
from celerylint.link.evaluate.records import fields_of, is_record
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_LAST = frozenset({"__post_init__", "__attrs_post_init__"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def initialised(evaluator: Evaluator, thing: InstanceObject, span: Span) -> Value[Any]:
    """An instance with the attributes that its making gives it; unknown where that is not followed."""
    made = thing.made or thing
    return evaluator.remembered(("__init__", made), lambda: _initialised(evaluator, made, span))


def _initialised(evaluator: Evaluator, made: InstanceObject, span: Span) -> Value[Any]:
    order = order_of(evaluator, made.of)
    if isinstance(order, Unknown):
        return unknown(order.reason, span)
    own = _method(order, "__init__")
    attributes: dict[str, Value[Any]] = {}
    if own is None and is_record(evaluator, order):
        fields = fields_of(evaluator, made, order)
        if isinstance(fields, Unknown):
            return unknown(fields.reason, span)
        attributes = fields
    raw: Value[Any] = Value(
        InstanceObject(made.of, made.positional, made.keywords, attributes, made, raw=True), at(span)
    )
    if own is not None:
        raw = ran(evaluator, raw, own, (list(made.positional), dict(made.keywords)), span)
    elif attributes:
        last = next((found for name in sorted(_LAST) if (found := _method(order, name)) is not None), None)
        raw = ran(evaluator, raw, last, ([], {}), span) if last is not None else raw
    return _finished(raw, span)


def _finished(raw: Value[Any], span: Span) -> Value[Any]:
    """The instance as others see it; what has been handed out while it was being made may have seen less."""
    thing = raw.value
    if not isinstance(thing, InstanceObject):
        return raw
    early = {
        name: unknown(f"{name} holds the instance while it is being made", span)
        for name, value in thing.attributes.items()
        if _is_early(value.value)
    }
    return Value(replace(thing, attributes={**thing.attributes, **early}, raw=False), raw.origin)


def _is_early(data: Any) -> bool:
    held = data.receiver.value if isinstance(data, FunctionObject) and data.receiver is not None else data
    return isinstance(held, InstanceObject) and held.raw


def _method(order: Order, name: str) -> tuple[ClassObject, ast.FunctionDef] | None:
    """The first class that has a method of its own by this name."""
    classes = [each for each in order if isinstance(each, ClassObject)]
    found = ((of, method) for of in classes for method in methods_of(of) if method.name == name)
    return next(found, None)


def ran(
    evaluator: Evaluator,
    receiver: Value[Any],
    found: tuple[ClassObject, ast.FunctionDef],
    arguments: Arguments,
    span: Span,
) -> Value[Any]:
    """The receiver after one of its methods has run."""
    of, method = found
    parameters = [*method.args.posonlyargs, *method.args.args]
    if not parameters:
        return unknown(f"{method.name}() takes no instance", span)
    function = FunctionObject(method, class_frame(evaluator, of), receiver)
    frame = bound_arguments(evaluator, function, arguments, None)
    way = left(evaluator, method.body, frame)
    if isinstance(way, Unknown):
        return unknown(f"{of.node.name}.{method.name}() is not followed: {way.reason}", span)
    after = evaluator.lookup(frame, parameters[0].arg, start_of(way.node) if way is not None else None)
    return after if after is not None else receiver


def after_call(evaluator: Evaluator, state: Value[Any], call: ast.Call, frame: Frame) -> Value[Any] | None:
    """An instance or a class after a method call on it; None where the call is none that can be followed."""
    function = call.func
    order = _order(evaluator, state.value)
    if not isinstance(function, ast.Attribute) or order is None:
        return None
    rest = order
    arguments_from = 0
    if is_super(function.value):
        owner = owner_of(evaluator, frame, order)
        rest = order[_index(order, owner) + 1 :] if owner is not None else []
    elif not isinstance(function.value, ast.Name):
        return None
    elif function.attr == "__init__" and call.args:
        base = evaluator.expression(function.value, frame).value
        rest = order[_index(order, base) :] if isinstance(base, ClassObject) else []
        arguments_from = 1
    if not rest:
        return None if order else state
    if any(is_record(evaluator, [each]) for each in rest if isinstance(each, ClassObject)) and is_super(function.value):
        return None
    found = _method(rest, function.attr)
    if found is None:
        return state if function.attr == "__init__" and is_super(function.value) else None
    if not may_change(evaluator, found[1], rest, ()):
        return state
    arguments = _arguments(evaluator, call, arguments_from, frame)
    return ran(evaluator, state, found, arguments, place(frame, call)) if arguments is not None else None


def _order(evaluator: Evaluator, thing: Any) -> Order | None:
    of = thing.of if isinstance(thing, InstanceObject) else thing
    order = order_of(evaluator, of) if isinstance(of, ClassObject) else Unknown("it has no class")
    return None if isinstance(order, Unknown) else order


def _index(order: Order, of: ClassObject) -> int:
    return next((number for number, each in enumerate(order) if getattr(each, "node", None) is of.node), len(order))


def owner_of(evaluator: Evaluator, frame: Frame, order: Order) -> ClassObject | None:
    """The class whose method a frame is of."""
    while isinstance(frame, LocalFrame) and frame.kind != "function":
        frame = frame.parent
    around = frame.parent if isinstance(frame, LocalFrame) else None
    body = around.body if isinstance(around, LocalFrame) and around.kind == "class" else None
    return next((each for each in order if isinstance(each, ClassObject) and each.node.body is body), None)


def super_object(evaluator: Evaluator, frame: Frame) -> SuperObject | None:
    """What `super()` gives in a frame; None where it stands in no method that can be followed."""
    inner: Frame = frame
    while isinstance(inner, LocalFrame) and inner.kind != "function":
        inner = inner.parent
    if not isinstance(inner, LocalFrame):
        return None
    receiver = inner.arguments.get("self") or inner.arguments.get("cls")
    order = _order(evaluator, receiver.value) if receiver is not None else None
    owner = owner_of(evaluator, inner, order) if order is not None else None
    return SuperObject(receiver, owner) if receiver is not None and owner is not None else None


def changed_by(evaluator: Evaluator, thing: InstanceObject | ClassObject, method: str) -> bool:
    """Whether a method may change the object that it is called on; one that is not found may."""
    order = _order(evaluator, thing)
    found = _method(order, method) if order is not None else None
    return found is None or order is None or may_change(evaluator, found[1], order, ())


def may_change(evaluator: Evaluator, method: ast.FunctionDef, order: Order, below: tuple[ast.FunctionDef, ...]) -> bool:
    """Whether a method may assign attributes of its receiver, or change what they hold."""
    parameters = [*method.args.posonlyargs, *method.args.args]
    if method in below or not parameters or any(_is_static(each) for each in method.decorator_list):
        return False
    name = parameters[0].arg
    for statement in method.body:
        effects = evaluator.shared.effects(statement)
        if name in effects.binds or name in effects.stores or effects.wild is not None:
            return True
        if name in effects.changes and any(
            _changes(evaluator, each, name, order, (*below, method)) for each in _calls_on(statement, name)
        ):
            return True
    return _hands_on(method, name)


def _calls_on(statement: ast.stmt, name: str) -> Iterator[ast.Call]:
    for each in ast.walk(statement):
        function = each.func if isinstance(each, ast.Call) else None
        if not isinstance(each, ast.Call) or not isinstance(function, ast.Attribute) or function.attr in HARMLESS:
            continue
        if root_of(function.value) == name or is_super(function.value):
            yield each


def _changes(evaluator: Evaluator, call: ast.Call, name: str, order: Order, below: tuple[ast.FunctionDef, ...]) -> bool:
    function = call.func
    direct = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
    found = _method(order, function.attr) if isinstance(function, ast.Attribute) and direct else None
    return found is None or may_change(evaluator, found[1], order, below)


def _hands_on(method: ast.FunctionDef, name: str) -> bool:
    """Whether the receiver itself is given to something else, which may change it."""
    for each in ast.walk(method):
        if isinstance(each, ast.Call):
            given = [*each.args, *(keyword.value for keyword in each.keywords)]
            function = getattr(each.func, "id", "")
            if any(isinstance(one, ast.Name) and one.id == name for one in given) and function not in _READING:
                return True
    return False


_READING = frozenset({"getattr", "hasattr", "isinstance", "str", "repr", "type", "id", "len", "super"})


def _is_static(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "staticmethod"


def _arguments(evaluator: Evaluator, call: ast.Call, first: int, frame: Frame) -> Arguments | None:
    if any(isinstance(each, ast.Starred) for each in call.args):
        return None
    positional = [evaluator.expression(each, frame) for each in call.args[first:]]
    named: dict[str, Value[Any]] = {}
    for each in call.keywords:
        value = evaluator.expression(each.value, frame)
        if each.arg:
            named[each.arg] = value
        elif isinstance(value.value, dict) and all(isinstance(key, str) for key in value.value):
            named.update(value.value)
        else:
            return None
    return positional, named
