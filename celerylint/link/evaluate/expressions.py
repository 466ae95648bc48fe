"""What an expression comes to."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.attributes import attribute, class_attribute
from celerylint.link.evaluate.calls import call
from celerylint.link.evaluate.comprehensions import comprehension
from celerylint.link.evaluate.displays import dictionary, formatted, sequence, subscript
from celerylint.link.evaluate.frame import Frame, LocalFrame, Moment, place
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import Either, ExternalObject, FunctionObject, TreePath, plain
from celerylint.link.evaluate.operations import compare, operate
from celerylint.link.evaluate.origins import failed, written
from celerylint.link.evaluate.truth import truth, truth_of
from celerylint.origin import Layer, Origin, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

__all__ = ["class_attribute", "evaluate"]

_BUILTINS = frozenset(
    {"int", "str", "float", "bool", "dict", "list", "tuple", "set", "frozenset", "len", "max", "min", "sum", "abs"}
    | {"round", "sorted", "getattr", "hasattr", "globals", "locals", "vars", "object", "type", "range", "any", "all"}
    | {"print", "isinstance", "zip", "enumerate", "map", "filter", "reversed", "repr", "super", "property", "open"}
    | {"callable"}
    | {"classmethod", "staticmethod", "bytes", "divmod", "next", "iter", "hash", "id", "bin"}
    | {name for name, thing in vars(builtins).items() if isinstance(thing, type) and issubclass(thing, BaseException)}
)


def evaluate(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Value[Any]:
    """The value of an expression, with its place."""
    handler = _HANDLERS.get(type(node))
    if handler is None:
        return unknown(f"{_words(node)} is not followed", place(frame, node))
    result: Value[Any] = handler(evaluator, node, frame)
    return result


def _constant(evaluator: Evaluator, node: ast.Constant, frame: Frame) -> Value[Any]:
    return written(node.value, place(frame, node))


def _name(evaluator: Evaluator, node: ast.Name, frame: Frame) -> Value[Any]:
    """Python's scopes, from the inside out; of the classes around it a function sees nothing."""
    moment: Moment = (node.lineno, node.col_offset)
    scope: Frame = frame
    inside = True  # of the same body: only blocks have been left so far
    while True:
        hidden = isinstance(scope, LocalFrame) and scope.kind == "class" and not inside
        found = None if hidden else evaluator.lookup(scope, node.id, moment)
        if found is not None:
            return found
        if not isinstance(scope, LocalFrame):
            break
        # A class or a comprehension runs where it stands; a function sees what is around it when it is called.
        moment = scope.seen if scope.kind in ("function", "block") else moment
        inside = inside and scope.kind == "block"
        scope = scope.parent
    span = place(frame, node)
    if node.id == "__name__":
        return written(evaluator.modules.name(frame.path), span)
    if node.id == "__file__":
        return written(TreePath(frame.path, True), span)
    opened = evaluator.lookup(scope, ANY)
    if node.id in _BUILTINS and (opened is None or node.id.islower()):
        return written(ExternalObject(f"builtins.{node.id}"), span)
    why = "" if opened is None else f": {opened.reason}"
    return unknown(f"{node.id} is not defined here{why}", span)


def _attribute(evaluator: Evaluator, node: ast.Attribute, frame: Frame) -> Value[Any]:
    holder = evaluator.expression(node.value, frame)
    return attribute(evaluator, holder, node.attr, place(frame, node))


def _binary(evaluator: Evaluator, node: ast.BinOp, frame: Frame) -> Value[Any]:
    """Sums of many parts lean to the left: they are worked off without recursion."""
    spine: list[ast.BinOp] = [node]
    while isinstance(spine[-1].left, ast.BinOp):
        spine.append(spine[-1].left)
    value = evaluator.expression(spine[-1].left, frame)
    for each in reversed(spine):
        value = operate(each.op, value, evaluator.expression(each.right, frame), place(frame, each))
    return value


def _unary(evaluator: Evaluator, node: ast.UnaryOp, frame: Frame) -> Value[Any]:
    operand = evaluator.expression(node.operand, frame)
    span = place(frame, node)
    if isinstance(node.op, ast.Not):
        holds = truth_of(operand)
        return failed(holds, span, operand) if isinstance(holds, Unknown) else written(not holds, span)
    value = plain(operand)
    if isinstance(value, Unknown):
        return failed(value, span, operand)
    if isinstance(value, int | float) and isinstance(node.op, ast.USub | ast.UAdd):
        return written(-value if isinstance(node.op, ast.USub) else +value, span)
    return unknown("this operation is not followed", span)


def _boolean(evaluator: Evaluator, node: ast.BoolOp, frame: Frame) -> Value[Any]:
    """`or` gives the first part that is true, `and` the first that is false, else the last."""
    stops = isinstance(node.op, ast.Or)
    for operand in node.values[:-1]:
        value = evaluator.expression(operand, frame)
        holds = truth_of(value)
        if isinstance(holds, Unknown):
            return _undecided(evaluator, node, operand, holds, frame)
        if holds is stops:
            return value
    return evaluator.expression(node.values[-1], frame)


def _undecided(evaluator: Evaluator, node: ast.BoolOp, operand: ast.expr, why: Unknown, frame: Frame) -> Value[Any]:
    """`unknown and False` is false all the same, whatever the first part is; so is `unknown or True` true.

    What it gives is then not known, but whether it counts as true is: so only plain booleans may stand for it.
    """
    span = place(frame, node)
    stops = isinstance(node.op, ast.Or)
    if not all(_gives_boolean(each) for each in node.values):
        return failed(why, span)
    rest = node.values[node.values.index(operand) + 1 :]
    for each in rest:
        if truth(evaluator, each, frame) is stops:
            return written(stops, span)
    return failed(why, span)


def _gives_boolean(node: ast.expr) -> bool:
    """Whether an expression gives True or False, whatever its parts are."""
    if isinstance(node, ast.BoolOp):
        return all(_gives_boolean(each) for each in node.values)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, bool)
    return isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def _comparison(evaluator: Evaluator, node: ast.Compare, frame: Frame) -> Value[Any]:
    left = evaluator.expression(node.left, frame)
    span = place(frame, node)
    for op, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluator.expression(right_node, frame)
        holds = _in_environment(evaluator, op, left, right)
        if holds is None:
            holds = compare(op, left, right)
        if isinstance(holds, Unknown):
            return failed(holds, span, left, right)
        if not holds:
            return written(False, span)
        left = right
    return written(True, span)


def _in_environment(evaluator: Evaluator, op: ast.cmpop, name: Value[Any], box: Value[Any]) -> bool | Unknown | None:
    """`"X" in os.environ`; None where it is another comparison."""
    inside = isinstance(op, ast.In | ast.NotIn)
    if not inside or not isinstance(box.value, ExternalObject) or box.value.name != "os.environ":
        return None
    if not isinstance(name.value, str):
        return Unknown("the name of an environment variable is not known")
    from celerylint.link.evaluate.dotenv import may_come_from_file
    from celerylint.link.evaluate.readers import variable_of

    value = variable_of(evaluator, name.value).value
    file = may_come_from_file(evaluator, name.value, False) if value is None else ""
    if file:
        return Unknown(f"the environment variable {name.value} may come from {file}")
    return value if isinstance(value, Unknown) else (value is not None) is isinstance(op, ast.In)


def _conditional(evaluator: Evaluator, node: ast.IfExp, frame: Frame) -> Value[Any]:
    from celerylint.link.evaluate.blocks import agree

    test = truth(evaluator, node.test, frame)
    if not isinstance(test, Unknown):
        return evaluator.expression(node.body if test else node.orelse, frame)
    one, other = evaluator.expression(node.body, frame), evaluator.expression(node.orelse, frame)
    if agree(one, other):
        return one
    reason = f"it depends on a condition: {test.reason}"
    ways = (one, other) if one.known and other.known else ()
    return Value(Either(reason, ways=ways) if ways else Unknown(reason), Origin(Layer.UNKNOWN, place(frame, node)))


def _walrus(evaluator: Evaluator, node: ast.NamedExpr, frame: Frame) -> Value[Any]:
    return evaluator.expression(node.value, frame)


def _lambda(evaluator: Evaluator, node: ast.Lambda, frame: Frame) -> Value[Any]:
    return written(FunctionObject(node, frame), place(frame, node))


def _words(node: ast.expr) -> str:
    return {ast.Await: "an await", ast.Yield: "a yield", ast.YieldFrom: "a yield"}.get(type(node), "this expression")


_HANDLERS: dict[type[ast.expr], Any] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: subscript,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.IfExp: _conditional,
    ast.List: sequence,
    ast.Tuple: sequence,
    ast.Set: sequence,
    ast.Dict: dictionary,
    ast.JoinedStr: formatted,
    ast.Call: call,
    ast.NamedExpr: _walrus,
    ast.Lambda: _lambda,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.DictComp: comprehension,
}
