"""Simple statements: those of one line."""

from __future__ import annotations

import ast
from typing import Any

import libcst as cst

from celerylint.sources.python.opaque import Opaque
from celerylint.sources.python.parameters import type_parameters
from celerylint.sources.python.walk import DEL, STORE, Walk, with_context

_AUGMENTED: dict[type, tuple[str, type[ast.operator]]] = {
    cst.AddAssign: ("+=", ast.Add),
    cst.SubtractAssign: ("-=", ast.Sub),
    cst.MultiplyAssign: ("*=", ast.Mult),
    cst.MatrixMultiplyAssign: ("@=", ast.MatMult),
    cst.DivideAssign: ("/=", ast.Div),
    cst.FloorDivideAssign: ("//=", ast.FloorDiv),
    cst.ModuloAssign: ("%=", ast.Mod),
    cst.PowerAssign: ("**=", ast.Pow),
    cst.LeftShiftAssign: ("<<=", ast.LShift),
    cst.RightShiftAssign: (">>=", ast.RShift),
    cst.BitAndAssign: ("&=", ast.BitAnd),
    cst.BitOrAssign: ("|=", ast.BitOr),
    cst.BitXorAssign: ("^=", ast.BitXor),
}
_WORDS: dict[type, tuple[str, type[ast.stmt]]] = {
    cst.Pass: ("pass", ast.Pass),
    cst.Break: ("break", ast.Break),
    cst.Continue: ("continue", ast.Continue),
}


def word(walk: Walk, node: cst.Pass | cst.Break | cst.Continue, start: int) -> ast.stmt:
    """`pass`, `break`, `continue`"""
    token, kind = _WORDS[type(node)]
    walk.take(token)
    return walk.place(kind(), start)


def expression_statement(walk: Walk, node: cst.Expr, start: int) -> ast.stmt:
    """An expression for its effect."""
    return walk.place(ast.Expr(value=walk.expression(node.value)), start)


def assign(walk: Walk, node: cst.Assign, start: int) -> ast.stmt:
    """`a = b = value`"""
    targets: list[ast.expr] = []
    for target in node.targets:
        targets.append(walk.target(target.target))
        walk.take("=")
    return walk.place(ast.Assign(targets=targets, value=walk.expression(node.value)), start)


def annotated(walk: Walk, node: cst.AnnAssign, start: int) -> ast.stmt:
    """`target: annotation = value`"""
    target: Any = walk.target(node.target)
    walk.take(":")
    kind = walk.expression(node.annotation.annotation)
    value = None
    if node.value is not None:
        walk.take("=")
        value = walk.expression(node.value)
    simple = int(isinstance(target, ast.Name) and not node.target.lpar)
    statement = ast.AnnAssign(target=target, annotation=kind, value=value, simple=simple)
    return walk.place(statement, start)


def type_alias(walk: Walk, node: cst.TypeAlias, start: int) -> ast.stmt:
    """`type X[T] = value` (PEP 695) as an annotated assignment, whose annotation is the opaque word `type`."""
    walk.take("type")
    kind = walk.place(Opaque(text="type"), start)
    name = walk.skip()
    target = ast.Name(id=walk.name(node.name), ctx=STORE)
    walk.place(target, name)
    type_parameters(walk, node.type_parameters)
    walk.take("=")
    value = walk.expression(node.value)
    return walk.place(ast.AnnAssign(target=target, annotation=kind, value=value, simple=1), start)


def augmented(walk: Walk, node: cst.AugAssign, start: int) -> ast.stmt:
    """`target += value` and its like."""
    token, operator = _AUGMENTED[type(node.operator)]
    target: Any = walk.target(node.target)
    walk.take(token)
    statement = ast.AugAssign(target=target, op=operator(), value=walk.expression(node.value))
    return walk.place(statement, start)


def return_(walk: Walk, node: cst.Return, start: int) -> ast.stmt:
    """`return value`"""
    walk.take("return")
    return walk.place(ast.Return(value=walk.optional(node.value)), start)


def raise_(walk: Walk, node: cst.Raise, start: int) -> ast.stmt:
    """`raise error from cause`"""
    walk.take("raise")
    error = walk.optional(node.exc)
    cause = None
    if node.cause is not None:
        walk.take("from")
        cause = walk.expression(node.cause.item)
    return walk.place(ast.Raise(exc=error, cause=cause), start)


def assert_(walk: Walk, node: cst.Assert, start: int) -> ast.stmt:
    """`assert test, message`"""
    walk.take("assert")
    test = walk.expression(node.test)
    return walk.place(ast.Assert(test=test, msg=walk.optional(node.msg)), start)


def delete(walk: Walk, node: cst.Del, start: int) -> ast.stmt:
    """`del a, b`: a bare tuple is a row of targets."""
    walk.take("del")
    target = with_context(walk.expression(node.target), DEL)
    targets = [target]
    if isinstance(node.target, cst.Tuple) and isinstance(target, ast.Tuple) and not node.target.lpar:
        targets = target.elts
    return walk.place(ast.Delete(targets=targets), start)


def global_(walk: Walk, node: cst.Global, start: int) -> ast.stmt:
    """`global a, b`"""
    walk.take("global")
    return walk.place(ast.Global(names=[walk.name(item.name) for item in node.names]), start)


def nonlocal_(walk: Walk, node: cst.Nonlocal, start: int) -> ast.stmt:
    """`nonlocal a, b`"""
    walk.take("nonlocal")
    return walk.place(ast.Nonlocal(names=[walk.name(item.name) for item in node.names]), start)


def import_(walk: Walk, node: Any, start: int) -> ast.stmt:
    """`import a.b as c`; `lazy` before it (PEP 810) changes when it happens, not what it binds."""
    if not isinstance(node, cst.Import):
        walk.take("lazy")
    walk.take("import")
    return walk.place(ast.Import(names=[_alias(walk, name) for name in node.names]), start)


def import_from(walk: Walk, node: Any, start: int) -> ast.stmt:
    """`from ..module import (a as b, c)` or `*`"""
    if not isinstance(node, cst.ImportFrom):
        walk.take("lazy")
    walk.take("from")
    for _ in node.relative:
        walk.take(".")
    module = None if node.module is None else _dotted(walk, node.module)
    walk.take("import")
    if node.lpar is not None:
        walk.take("(")
    if isinstance(node.names, cst.ImportStar):
        names = [walk.place(ast.alias(name="*", asname=None), walk.take("*"))]
    else:
        names = [_alias(walk, name) for name in node.names]
    if node.rpar is not None:
        walk.take(")")
    return walk.place(ast.ImportFrom(module=module, names=names, level=len(node.relative)), start)


def _alias(walk: Walk, node: cst.ImportAlias) -> ast.alias:
    start = walk.skip()
    name = _dotted(walk, node.name)
    asname = None
    if node.asname is not None:
        walk.take("as")
        asname = walk.name(node.asname.name)
    return walk.place(ast.alias(name=name, asname=asname), start)


def _dotted(walk: Walk, node: cst.BaseExpression) -> str:
    """A dotted name, consumed."""
    if isinstance(node, cst.Attribute):
        before = _dotted(walk, node.value)
        walk.take(".")
        return f"{before}.{walk.name(node.attr)}"
    return walk.name(node)
