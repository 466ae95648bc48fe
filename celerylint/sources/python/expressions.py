"""Expressions: names, numbers, operators, calls, subscripts, and what hangs on them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, cast

import libcst as cst

from celerylint.sources.python.literals import imaginary, integer, real
from celerylint.sources.python.walk import LOAD, Walk, identifier

_CONSTANTS: dict[str, bool | None] = {"True": True, "False": False, "None": None}
_NUMBERS: dict[type, Callable[[str], complex]] = {
    cst.Integer: integer,
    cst.Float: real,
    cst.Imaginary: imaginary,
}
_BINARY: dict[type, tuple[str, type[ast.operator]]] = {
    cst.Add: ("+", ast.Add),
    cst.Subtract: ("-", ast.Sub),
    cst.Multiply: ("*", ast.Mult),
    cst.Divide: ("/", ast.Div),
    cst.FloorDivide: ("//", ast.FloorDiv),
    cst.Modulo: ("%", ast.Mod),
    cst.Power: ("**", ast.Pow),
    cst.LeftShift: ("<<", ast.LShift),
    cst.RightShift: (">>", ast.RShift),
    cst.BitOr: ("|", ast.BitOr),
    cst.BitAnd: ("&", ast.BitAnd),
    cst.BitXor: ("^", ast.BitXor),
    cst.MatrixMultiply: ("@", ast.MatMult),
}
_UNARY: dict[type, tuple[str, type[ast.unaryop]]] = {
    cst.Plus: ("+", ast.UAdd),
    cst.Minus: ("-", ast.USub),
    cst.BitInvert: ("~", ast.Invert),
    cst.Not: ("not", ast.Not),
}
_COMPARE: dict[type, tuple[tuple[str, ...], type[ast.cmpop]]] = {
    cst.Equal: (("==",), ast.Eq),
    cst.LessThan: (("<",), ast.Lt),
    cst.LessThanEqual: (("<=",), ast.LtE),
    cst.GreaterThan: ((">",), ast.Gt),
    cst.GreaterThanEqual: ((">=",), ast.GtE),
    cst.In: (("in",), ast.In),
    cst.NotIn: (("not", "in"), ast.NotIn),
    cst.Is: (("is",), ast.Is),
    cst.IsNot: (("is", "not"), ast.IsNot),
}


def name(walk: Walk, node: cst.Name, start: int) -> ast.expr:
    """A name, or one of the three constants that are spelt like one."""
    spelling = node.value
    walk.take(spelling)
    if spelling in _CONSTANTS:
        return walk.place(ast.Constant(value=_CONSTANTS[spelling]), start)
    return walk.place(ast.Name(id=identifier(spelling), ctx=LOAD), start)


def ellipsis(walk: Walk, node: cst.Ellipsis, start: int) -> ast.expr:
    """`...`"""
    walk.take("...")
    return walk.place(ast.Constant(value=...), start)


def number(walk: Walk, node: cst.Integer | cst.Float | cst.Imaginary, start: int) -> ast.expr:
    """A number of any kind."""
    constant = ast.Constant(value=_NUMBERS[type(node)](node.value))
    walk.take(node.value)
    return walk.place(constant, start)


def attribute(walk: Walk, node: cst.Attribute, start: int) -> ast.expr:
    """`value.attr`"""
    value = walk.expression(node.value)
    walk.take(".")
    return walk.place(ast.Attribute(value=value, attr=walk.name(node.attr), ctx=LOAD), start)


def unary(walk: Walk, node: cst.UnaryOperation, start: int) -> ast.expr:
    """`-x`, `+x`, `~x`, `not x`"""
    token, operator = _UNARY[type(node.operator)]
    walk.take(token)
    return walk.place(ast.UnaryOp(op=operator(), operand=walk.expression(node.expression)), start)


def binary(walk: Walk, node: cst.BinaryOperation, start: int) -> ast.expr:
    """Two operands and an arithmetic operator."""
    token, operator = _BINARY[type(node.operator)]
    left = walk.expression(node.left)
    walk.take(token)
    return walk.place(ast.BinOp(left=left, op=operator(), right=walk.expression(node.right)), start)


def boolean(walk: Walk, node: cst.BooleanOperation, start: int) -> ast.expr:
    """`a and b and c` is one operation of three operands, unless parentheses say otherwise."""
    kind = type(node.operator)
    token, operator = ("and", ast.And()) if kind is cst.And else ("or", ast.Or())
    operands: list[cst.BaseExpression] = [node.right]
    left = node.left
    while isinstance(left, cst.BooleanOperation) and type(left.operator) is kind and not left.lpar:
        operands.append(left.right)
        left = left.left
    values = [walk.expression(left)]
    for operand in reversed(operands):
        walk.take(token)
        values.append(walk.expression(operand))
    return walk.place(ast.BoolOp(op=operator, values=values), start)


def comparison(walk: Walk, node: cst.Comparison, start: int) -> ast.expr:
    """`a < b <= c`: one node with several operators."""
    left = walk.expression(node.left)
    operators: list[ast.cmpop] = []
    comparators: list[ast.expr] = []
    for target in node.comparisons:
        operators.append(_comparator(walk, target.operator))
        comparators.append(walk.expression(target.comparator))
    return walk.place(ast.Compare(left=left, ops=operators, comparators=comparators), start)


def _comparator(walk: Walk, operator: cst.BaseCompOp) -> ast.cmpop:
    if isinstance(operator, cst.NotEqual):
        walk.take(operator.value)
        return ast.NotEq()
    tokens, kind = _COMPARE[type(operator)]
    for token in tokens:
        walk.take(token)
    return kind()


def conditional(walk: Walk, node: cst.IfExp, start: int) -> ast.expr:
    """`body if test else orelse`"""
    body = walk.expression(node.body)
    walk.take("if")
    test = walk.expression(node.test)
    walk.take("else")
    return walk.place(ast.IfExp(test=test, body=body, orelse=walk.expression(node.orelse)), start)


def named(walk: Walk, node: cst.NamedExpr, start: int) -> ast.expr:
    """`target := value`"""
    target = cast("ast.Name", walk.target(node.target))
    walk.take(":=")
    return walk.place(ast.NamedExpr(target=target, value=walk.expression(node.value)), start)


def awaited(walk: Walk, node: cst.Await, start: int) -> ast.expr:
    """`await value`"""
    walk.take("await")
    return walk.place(ast.Await(value=walk.expression(node.expression)), start)


def yielded(walk: Walk, node: cst.Yield, start: int) -> ast.expr:
    """`yield`, `yield value`, `yield from value`"""
    walk.take("yield")
    if isinstance(node.value, cst.From):
        walk.take("from")
        return walk.place(ast.YieldFrom(value=walk.expression(node.value.item)), start)
    return walk.place(ast.Yield(value=walk.optional(node.value)), start)


def starred(walk: Walk, node: cst.StarredElement, start: int) -> ast.expr:
    """`*value` among elements or targets."""
    walk.take("*")
    return walk.place(ast.Starred(value=walk.expression(node.value), ctx=LOAD), start)


def call(walk: Walk, node: cst.Call, start: int) -> ast.expr:
    """`func(args)`; a generator that is the only argument owns the call's parentheses."""
    func = walk.expression(node.func)
    opening = walk.take("(")
    args, keywords = arguments(walk, node.args)
    walk.take(")")
    if len(args) == 1 and isinstance(args[0], ast.GeneratorExp) and not node.args[0].value.lpar:
        walk.place(args[0], opening)
    return walk.place(ast.Call(func=func, args=args, keywords=keywords), start)


def arguments(walk: Walk, nodes: Sequence[cst.Arg]) -> tuple[list[ast.expr], list[ast.keyword]]:
    """The positional and the named arguments of a call or a class."""
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for node in nodes:
        start = walk.skip()
        if node.keyword is not None:
            arg = walk.name(node.keyword)
            walk.take("=")
            keywords.append(walk.place(ast.keyword(arg=arg, value=walk.expression(node.value)), start))
        elif node.star == "**":
            walk.take("**")
            keywords.append(walk.place(ast.keyword(arg=None, value=walk.expression(node.value)), start))
        elif node.star == "*":
            walk.take("*")
            args.append(walk.place(ast.Starred(value=walk.expression(node.value), ctx=LOAD), start))
        else:
            args.append(walk.expression(node.value))
    return args, keywords


def subscript(walk: Walk, node: cst.Subscript, start: int) -> ast.expr:
    """`value[slice]`; several slices, a comma or a star make a tuple of them."""
    value = walk.expression(node.value)
    walk.take("[")
    inner = walk.skip()
    slices = [_slice(walk, element.slice) for element in node.slice]
    comma = has_comma(node.slice[-1])
    index = slices[0]
    if len(slices) > 1 or comma or isinstance(index, ast.Starred):
        if comma:
            walk.take_mark(",")
        index = walk.place(ast.Tuple(elts=slices, ctx=LOAD), inner)
    walk.take("]")
    return walk.place(ast.Subscript(value=value, slice=index, ctx=LOAD), start)


def _slice(walk: Walk, node: cst.BaseSlice) -> ast.expr:
    start = walk.skip()
    if isinstance(node, cst.Slice):
        lower = walk.optional(node.lower)
        walk.take(":")
        upper = walk.optional(node.upper)
        if isinstance(node.second_colon, cst.Colon):
            walk.take(":")
        step = walk.optional(node.step)
        return walk.place(ast.Slice(lower=lower, upper=upper, step=step), start)
    assert isinstance(node, cst.Index)
    if node.star:
        walk.take("*")
        return walk.place(ast.Starred(value=walk.expression(node.value), ctx=LOAD), start)
    return walk.expression(node.value)


def has_comma(node: Any) -> bool:
    """Whether a comma follows an element."""
    return isinstance(node.comma, cst.Comma)
