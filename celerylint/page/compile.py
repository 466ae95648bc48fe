"""Check a piece of an expression against the model and turn it into a closure. Nothing is evaluated by Python."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from celerylint.page import truth
from celerylint.page.attribute import compile_attribute, compile_name
from celerylint.page.calls import compile_call
from celerylint.page.comparison import compile_comparison
from celerylint.page.display import compile_display
from celerylint.page.frame import Frame, Run
from celerylint.page.generator import compile_comprehension
from celerylint.page.node import Context, Node, refuse
from celerylint.page.operators import calculate
from celerylint.page.types import BOOL, FLOAT, INT, NONE, STR, Type, arithmetic, unify

_ALLOWED = "comparisons, and/or/not, conditionals, + - * / // %, in, attributes, any/all over a generator and functions"
_OPERATORS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_CONSTANTS: dict[type, Type] = {bool: BOOL, int: INT, float: FLOAT, str: STR, type(None): NONE}


def compile_piece(piece: ast.expr, context: Context) -> Node:
    """The piece as a checked closure; constants are folded. Raises ExpressionError where it has no meaning."""
    compiler = _COMPILERS.get(type(piece))
    if compiler is None:
        raise refuse(piece, f"this is not part of the language of pages: {_ALLOWED}")
    return compiler(piece, context)


def constant_node(value: Any, type_: Type) -> Node:
    """A piece that is always the same."""
    return Node(type_, lambda frame: value, constant=True)


def _constant(piece: ast.Constant, context: Context) -> Node:
    type_ = _CONSTANTS.get(type(piece.value))
    if type_ is None:
        raise refuse(piece, "a constant is a number, a text, True, False or None")
    return constant_node(piece.value, Type(type_.kind, absent=type_.absent, literal=True))


def _logic(piece: ast.BoolOp, context: Context) -> Node:
    word = "and" if isinstance(piece.op, ast.And) else "or"
    clauses = [_condition(clause, context, f"`{word}`") for clause in piece.values]
    return Node(BOOL, (truth.all_of if word == "and" else truth.any_of)(clauses))


def _condition(piece: ast.expr, context: Context, user: str) -> Run:
    node = context.node(piece)
    require_condition(piece, node.type, user)
    return node.run


def require_condition(piece: ast.expr, type_: Type, user: str) -> None:
    """Raise ExpressionError where the piece is neither true nor false."""
    if type_.kind in ("bool", "any", "none"):
        return
    hint = "; compare its len() with a number" if type_.kind in ("tuple", "str") else ""
    raise refuse(piece, f"{user} needs something true or false, and this is {type_}{hint}")


def _unary(piece: ast.UnaryOp, context: Context) -> Node:
    if isinstance(piece.op, ast.Not):
        return Node(BOOL, truth.negation(_condition(piece.operand, context, "`not`")))
    if not isinstance(piece.op, (ast.USub, ast.UAdd)):
        raise refuse(piece, f"this is not part of the language of pages: {_ALLOWED}")
    node = context.node(piece.operand)
    if not (node.type.number or node.type.kind == "any"):
        raise refuse(piece.operand, f"only a number has a sign, and this is {node.type}")
    sign = -1 if isinstance(piece.op, ast.USub) else 1
    times = calculate("*")
    return _fold(Node(node.type, lambda frame: times(sign, node.run(frame)), node.constant))


def _binary(piece: ast.BinOp, context: Context) -> Node:
    symbol = _OPERATORS.get(type(piece.op))
    if symbol is None:
        raise refuse(piece, f"this is not part of the language of pages: {_ALLOWED}")
    left, right = context.node(piece.left), context.node(piece.right)
    type_ = arithmetic(symbol, left.type, right.type)
    if type_ is None:
        raise refuse(piece, f"`{symbol}` has no meaning between {left.type} and {right.type}{_unit_hint(left, right)}")
    function = calculate(symbol)
    first, second = left.run, right.run
    node = Node(type_, lambda frame: function(first(frame), second(frame)), left.constant and right.constant)
    return _fold(node)


def _unit_hint(left: Node, right: Node) -> str:
    kinds = {left.type.kind, right.type.kind}
    return "; `bytes(…)` turns KiB into Bytes" if kinds == {"KiB", "Bytes"} else ""


def _fold(node: Node) -> Node:
    return constant_node(node.run(Frame({})), node.type) if node.constant else node


def _conditional(piece: ast.IfExp, context: Context) -> Node:
    test = _condition(piece.test, context, "`if`")
    then, otherwise = context.node(piece.body), context.node(piece.orelse)
    type_ = unify(then.type, otherwise.type)
    if type_ is None:
        raise refuse(piece, f"the branches differ: {then.type} and {otherwise.type}")
    return Node(type_, truth.conditional(test, then.run, otherwise.run))


_COMPILERS: dict[type, Callable[[Any, Context], Node]] = {
    ast.Constant: _constant,
    ast.Name: compile_name,
    ast.Attribute: compile_attribute,
    ast.BoolOp: _logic,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: compile_comparison,
    ast.IfExp: _conditional,
    ast.Call: compile_call,
    ast.Tuple: compile_display,
    ast.List: compile_display,
    ast.Set: compile_display,
    ast.GeneratorExp: compile_comprehension,
    ast.ListComp: compile_comprehension,
    ast.SetComp: compile_comprehension,
}
