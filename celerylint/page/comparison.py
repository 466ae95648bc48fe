"""Comparisons, chained ones too: `<`, `==`, `in`, `is None`."""

from __future__ import annotations

import ast
from typing import Any

from celerylint.model.version import numbers
from celerylint.page import operators
from celerylint.page.frame import Frame, Run
from celerylint.page.node import Context, Node, refuse
from celerylint.page.operators import Binary
from celerylint.page.types import BOOL, comparable

_SYMBOLS: dict[type, str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
_FUNCTIONS: dict[str, Binary] = {
    **{symbol: operators.order(symbol) for symbol in operators.ORDER},
    "==": operators.equal,
    "!=": operators.unequal,
    "in": operators.contains,
    "not in": operators.missing,
    "is": operators.same,
    "is not": operators.different,
}


def compile_comparison(piece: ast.Compare, context: Context) -> Node:
    """One comparison or a chain of them, which is the `and` of its pairs."""
    pieces = [piece.left, *piece.comparators]
    nodes = [context.node(operand) for operand in pieces]
    symbols = [_SYMBOLS[type(operator)] for operator in piece.ops]
    for index, symbol in enumerate(symbols):
        _check(piece if len(symbols) == 1 else pieces[index + 1], symbol, nodes[index], nodes[index + 1])
    if len(symbols) == 1:
        return Node(BOOL, _single(_FUNCTIONS[symbols[0]], nodes[0].run, nodes[1].run))
    return Node(BOOL, _chain([_FUNCTIONS[symbol] for symbol in symbols], [node.run for node in nodes]))


def _single(function: Binary, first: Run, second: Run) -> Run:
    return lambda frame: function(first(frame), second(frame))


def _chain(functions: list[Binary], operands: list[Run]) -> Run:
    def run(frame: Frame) -> Any:
        values = [operand(frame) for operand in operands]
        pairs = zip(functions, values, values[1:], strict=False)
        return operators.conjunction([function(first, second) for function, first, second in pairs])

    return run


def _check(piece: ast.expr, symbol: str, left: Node, right: Node) -> None:
    if symbol in ("is", "is not"):
        _check_identity(piece, left, right)
    elif symbol in ("in", "not in"):
        _check_membership(piece, left, right)
    elif not comparable(left.type, right.type, symbol in operators.ORDER):
        hint = "; `bytes(…)` turns KiB into Bytes" if {left.type.kind, right.type.kind} == {"KiB", "Bytes"} else ""
        raise refuse(piece, f"`{symbol}` has no meaning between {left.type} and {right.type}{hint}")
    elif "Version" in (left.type.kind, right.type.kind):
        _check_version(piece, right if left.type.kind == "Version" else left)


def _check_identity(piece: ast.expr, left: Node, right: Node) -> None:
    if right.type.kind != "none":
        raise refuse(piece, "`is` is for None alone; compare with `==`")
    if not left.type.absent:
        raise refuse(piece, f"this is never None: it is {left.type}")


def _check_version(piece: ast.expr, other: Node) -> None:
    """A version is compared with one that the page writes down; with None it may be compared too."""
    if other.type.kind == "str" and not (other.constant and numbers(other.run(Frame({})))):
        raise refuse(piece, 'a version is compared with a text such as "5.5"')


def _check_membership(piece: ast.expr, left: Node, right: Node) -> None:
    holder = right.type
    if left.type.kind == "Version":
        raise refuse(piece, "a version is compared with <, <=, >, >=, == and !=; `in` has no meaning for it")
    if holder.kind in ("any", "none"):
        return
    if holder.kind == "str":
        fits = left.type.kind in ("str", "any")
    elif holder.kind == "tuple":
        fits = holder.item is None or comparable(left.type, holder.item, False)
    else:
        raise refuse(piece, f"`in` needs a tuple, a set or a text on its right, and this is {holder}")
    if not fits:
        raise refuse(piece, f"{left.type} is never in a {holder}")
