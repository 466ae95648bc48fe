"""What an expression comes to."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame, LocalFrame, ModuleFrame, place
from celerylint.link.evaluate.objects import (
    AppObject,
    ClassObject,
    ExternalCall,
    ExternalObject,
    InstanceObject,
    ModuleObject,
    plain,
)
from celerylint.origin import Layer, Origin, Span, Unknown, Value, derive, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_OPERATORS: dict[type[ast.operator], Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
}
_COMPARISONS: dict[type[ast.cmpop], Any] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda item, box: item in box,
    ast.NotIn: lambda item, box: item not in box,
}
_BUILTINS = frozenset({"int", "str", "float", "bool", "dict", "list", "tuple", "set", "frozenset", "len", "max"})
_BUILTINS |= frozenset({"min", "sum", "abs", "round", "sorted", "getattr", "hasattr", "globals", "locals", "vars"})
LARGEST_POWER = 10_000  # characters or elements that a multiplication may make; settings need a handful


def evaluate(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Value[Any]:
    """The value of an expression, with its place."""
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return unknown(f"{_words(node)} is not followed", place(frame, node))
    result: Value[Any] = handler(evaluator, node, frame)
    return result


def operate(op: ast.operator, left: Value[Any], right: Value[Any], span: Span) -> Value[Any]:
    """A binary operation on plain values; lists are joined with their places."""
    one, other = left.value, right.value
    if isinstance(op, ast.Add) and isinstance(one, list | tuple) and type(one) is type(other):
        joined: Any = one + other  # type: ignore[operator]  # both are of one type, as just asked
        return _written(joined, span)
    if isinstance(op, ast.BitOr) and isinstance(left.value, dict) and isinstance(right.value, dict):
        return _written(left.value | right.value, span)
    function = _OPERATORS.get(type(op))
    values = plain(left), plain(right)
    for value, origin in zip(values, (left, right), strict=True):
        if isinstance(value, Unknown):
            return unknown(value.reason, span, (origin.origin,))
    if function is None or (isinstance(op, ast.Mult) and _too_large(*values)):
        return unknown("this operation is not followed", span)
    try:
        return Value(function(*values), Origin(Layer.CODE, span, (left.origin, right.origin)))
    except (TypeError, ValueError, ArithmeticError) as error:
        return unknown(f"this operation fails: {error}", span)


def _too_large(left: Any, right: Any) -> bool:
    sizes = [len(each) for each in (left, right) if isinstance(each, str | bytes | list | tuple)]
    counts = [each for each in (left, right) if isinstance(each, int)]
    return bool(sizes and counts) and sizes[0] * abs(counts[0]) > LARGEST_POWER


def _written(data: Any, span: Span) -> Value[Any]:
    return Value(data, Origin(Layer.CODE, span))


def _constant(evaluator: Evaluator, node: ast.Constant, frame: Frame) -> Value[Any]:
    return _written(node.value, place(frame, node))


def _name(evaluator: Evaluator, node: ast.Name, frame: Frame) -> Value[Any]:
    line: int | None = node.lineno
    scope: Frame | None = frame
    while scope is not None:
        found = evaluator.lookup(scope, node.id, line)
        if found is not None:
            return found
        # A function runs later: it sees its module as it is in the end.
        scope, line = (scope.parent, None) if isinstance(scope, LocalFrame) else (None, None)
    if node.id in _BUILTINS:
        return _written(ExternalObject(f"builtins.{node.id}"), place(frame, node))
    if node.id == "__name__":
        return _written(evaluator.modules.name(frame.path), place(frame, node))
    return unknown(f"{node.id} is not defined here", place(frame, node))


def _attribute(evaluator: Evaluator, node: ast.Attribute, frame: Frame) -> Value[Any]:
    holder = evaluator.expression(node.value, frame)
    return attribute(evaluator, holder, node.attr, place(frame, node))


def attribute(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    """`holder.name`."""
    thing = holder.value
    if isinstance(thing, Unknown):
        return holder
    if isinstance(thing, ModuleObject):
        found = evaluator.member(thing.path, name)
        return found if found is not None else unknown(f"{thing.path} does not define {name}", span)
    if isinstance(thing, ExternalObject):
        return _written(ExternalObject(f"{thing.name}.{name}"), span)
    if isinstance(thing, ExternalCall):
        return _written(ExternalObject(f"{thing.name}().{name}"), span)
    if isinstance(thing, ClassObject | InstanceObject):
        of = thing.of if isinstance(thing, InstanceObject) else thing
        found = class_attribute(evaluator, of, name)
        return found if found is not None else unknown(f"{of.node.name} does not define {name}", span)
    if isinstance(thing, AppObject):
        return _written(ExternalObject(f"celery.Celery().{name}"), span)
    return unknown(f".{name} is not followed", span)


def class_attribute(evaluator: Evaluator, of: ClassObject, name: str) -> Value[Any] | None:
    """A class's attribute: its own, else its bases', in order."""
    found = evaluator.lookup(class_frame(of), name)
    if found is not None:
        return found
    for base in of.node.bases:
        parent = evaluator.expression(base, of.frame).value
        if isinstance(parent, ClassObject) and parent.node is not of.node:
            found = class_attribute(evaluator, parent, name)
        if found is not None:
            return found
    return None


def class_frame(of: ClassObject) -> LocalFrame:
    """The class's body as a place to look names up."""
    return LocalFrame(of.frame, of.node.body)


def _subscript(evaluator: Evaluator, node: ast.Subscript, frame: Frame) -> Value[Any]:
    holder = evaluator.expression(node.value, frame)
    span = place(frame, node)
    if isinstance(holder.value, ExternalObject) and holder.value.name == "os.environ":
        return _environ(evaluator, node, frame)
    if isinstance(holder.value, Unknown):
        return holder
    key = plain(evaluator.expression(node.slice, frame)) if not isinstance(node.slice, ast.Slice) else None
    if (
        isinstance(holder.value, dict)
        and not isinstance(key, Unknown | None)
        and _hashable(key)
        and key in holder.value
    ):
        item = holder.value[key]
        return item if isinstance(item, Value) else _written(item, span)
    if (
        isinstance(holder.value, list | tuple)
        and isinstance(key, int)
        and -len(holder.value) <= key < len(holder.value)
    ):
        item = holder.value[key]
        return item if isinstance(item, Value) else _written(item, span)
    return unknown("this element is not known", span)


def _hashable(key: Any) -> bool:
    return isinstance(key, str | int | float | bool | bytes | tuple)


def _environ(evaluator: Evaluator, node: ast.Subscript, frame: Frame) -> Value[Any]:
    name = plain(evaluator.expression(node.slice, frame))
    if not isinstance(name, str):
        return unknown("the name of an environment variable is not known", place(frame, node))
    value = evaluator.variable(name)
    if value.value is None:
        return unknown(f"the environment variable {name} is not set", place(frame, node))
    return value


def _binary(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> Value[Any]:
    left, right = evaluator.expression(node.left, frame), evaluator.expression(node.right, frame)
    return operate(node.op, left, right, place(frame, node))


def _unary(evaluator: Evaluator, node: ast.UnaryOp, frame: Frame) -> Value[Any]:
    operand = evaluator.expression(node.operand, frame)
    value = plain(operand)
    if isinstance(value, Unknown):
        return unknown(value.reason, place(frame, node), (operand.origin,))
    if isinstance(node.op, ast.Not):
        return _written(not value, place(frame, node))
    if isinstance(value, int | float) and isinstance(node.op, ast.USub | ast.UAdd):
        return _written(-value if isinstance(node.op, ast.USub) else value, place(frame, node))
    return unknown("this operation is not followed", place(frame, node))


def _boolean(evaluator: Evaluator, node: ast.BoolOp, frame: Frame) -> Value[Any]:
    stops = isinstance(node.op, ast.Or)
    value = unknown("it has no parts", place(frame, node))
    for operand in node.values:
        value = evaluator.expression(operand, frame)
        data = plain(value)
        if isinstance(data, Unknown):
            return value if isinstance(value.value, Unknown) else unknown(data.reason, place(frame, node))
        if bool(data) is stops:
            return value
    return value


def _comparison(evaluator: Evaluator, node: ast.Compare, frame: Frame) -> Value[Any]:
    left = evaluator.expression(node.left, frame)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        if _asks_environment(evaluator, op, right_node, frame):
            right = _has_variable(evaluator, left, op, frame, node)
            holds = right.value
        else:
            right = evaluator.expression(right_node, frame)
            holds = (
                derive(_COMPARISONS[type(op)], _flat(left), _flat(right)).value if _comparable(left, right) else None
            )
        if isinstance(holds, Unknown) or holds is None:
            reason = "these cannot be compared" if holds is None else holds.reason
            return unknown(reason, place(frame, node))
        if not holds:
            return _written(False, place(frame, node))
        left = right
    return _written(True, place(frame, node))


def _flat(value: Value[Any]) -> Value[Any]:
    return Value(plain(value), value.origin)


def _comparable(left: Value[Any], right: Value[Any]) -> bool:
    one, other = plain(left), plain(right)
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return True
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    alike = type(one) is type(other) or one is None or other is None
    return numbers or alike or isinstance(other, list | tuple | set | frozenset | dict)


def _asks_environment(evaluator: Evaluator, op: ast.cmpop, node: ast.expr, frame: Frame) -> bool:
    if not isinstance(op, ast.In | ast.NotIn):
        return False
    box = evaluator.expression(node, frame).value
    return isinstance(box, ExternalObject) and box.name == "os.environ"


def _has_variable(evaluator: Evaluator, name: Value[Any], op: ast.cmpop, frame: Frame, node: ast.Compare) -> Value[Any]:
    if not isinstance(name.value, str):
        return unknown("the name of an environment variable is not known", place(frame, node))
    return evaluator.variable(name.value).map(lambda text: (text is not None) is isinstance(op, ast.In))


def _conditional(evaluator: Evaluator, node: ast.IfExp, frame: Frame) -> Value[Any]:
    test = plain(evaluator.expression(node.test, frame))
    if not isinstance(test, Unknown):
        return evaluator.expression(node.body if test else node.orelse, frame)
    one, other = evaluator.expression(node.body, frame), evaluator.expression(node.orelse, frame)
    first, second = plain(one), plain(other)
    if not isinstance(first, Unknown) and not isinstance(second, Unknown) and first == second:
        return one
    return unknown(f"it depends on a condition: {test.reason}", place(frame, node))


def _sequence(evaluator: Evaluator, node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value[Any]:
    items: list[Value[Any]] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = evaluator.expression(element.value, frame)
            if not isinstance(inner.value, list | tuple):
                return unknown("an unpacked part is not known", place(frame, node), (inner.origin,))
            items.extend(inner.value)
        else:
            items.append(evaluator.expression(element, frame))
    # A set keeps its elements in the order written: the model's order must not depend on hashes.
    return _written(tuple(items) if isinstance(node, ast.Tuple) else items, place(frame, node))


def _dictionary(evaluator: Evaluator, node: ast.Dict, frame: Frame) -> Value[Any]:
    data: dict[Any, Value[Any]] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            inner = evaluator.expression(value_node, frame)
            if not isinstance(inner.value, dict):
                return unknown("an unpacked part is not known", place(frame, node), (inner.origin,))
            data.update(inner.value)
            continue
        key_value = evaluator.expression(key_node, frame)
        key = key_value.value if isinstance(key_value.value, ExternalCall) else plain(key_value)
        if isinstance(key, Unknown) or not (_hashable(key) or isinstance(key, ExternalCall)):
            return unknown("a key is not known", place(frame, key_node))
        data[key] = evaluator.expression(value_node, frame)
    return _written(data, place(frame, node))


def _formatted(evaluator: Evaluator, node: ast.JoinedStr, frame: Frame) -> Value[Any]:
    parts: list[str] = []
    via: list[Origin] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue) and part.format_spec is None and part.conversion in (-1, ord("s")):
            value = evaluator.expression(part.value, frame)
            data = plain(value)
            if not isinstance(data, str | int | float | bool):
                reason = data.reason if isinstance(data, Unknown) else "a part of the text is not followed"
                return unknown(reason, place(frame, node), (value.origin,))
            parts.append(str(data))
            via.append(value.origin)
        else:
            return unknown("a formatted part of the text is not followed", place(frame, node))
    return Value("".join(parts), Origin(Layer.CODE, place(frame, node), tuple(via)))


def _call(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Value[Any]:
    from celerylint.link.evaluate.calls import call

    return call(evaluator, node, frame)


def _walrus(evaluator: Evaluator, node: ast.NamedExpr, frame: Frame) -> Value[Any]:
    return evaluator.expression(node.value, frame)


def _words(node: ast.expr) -> str:
    return {
        ast.ListComp: "a comprehension",
        ast.DictComp: "a comprehension",
        ast.SetComp: "a comprehension",
        ast.GeneratorExp: "a generator",
        ast.Lambda: "a lambda",
        ast.Await: "an await",
    }.get(type(node), "this expression")


def module_frame(frame: Frame) -> ModuleFrame:
    """The file around a frame."""
    while isinstance(frame, LocalFrame):
        frame = frame.parent
    return frame


_HANDLERS: dict[type[ast.expr], Any] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.IfExp: _conditional,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dictionary,
    ast.JoinedStr: _formatted,
    ast.Call: _call,
    ast.NamedExpr: _walrus,
}
