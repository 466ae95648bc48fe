"""Compound statements: those with a body. Each ends where its last statement ends."""

from __future__ import annotations

import ast
from typing import Any

import libcst as cst

from celerylint.sources.python.expressions import arguments
from celerylint.sources.python.parameters import annotation, parameters, type_parameters
from celerylint.sources.python.walk import Walk


def function(walk: Walk, node: cst.FunctionDef, start: int) -> ast.stmt:
    """`def` and `async def`; the place begins behind the decorators."""
    decorators = _decorators(walk, node)
    start = walk.skip()
    if node.asynchronous is not None:
        walk.take("async")
    walk.take("def")
    name = walk.name(node.name)
    type_parameters(walk, node.type_parameters)
    walk.take("(")
    args = parameters(walk, node.params)
    walk.take(")")
    returns = annotation(walk, node.returns, "->")
    kind = ast.FunctionDef if node.asynchronous is None else ast.AsyncFunctionDef
    statement = kind(
        name=name,
        args=args,
        body=_suite(walk, node.body),
        decorator_list=decorators,
        returns=returns,
        **_no_type_parameters(),
    )
    return walk.place(statement, start)


def class_(walk: Walk, node: cst.ClassDef, start: int) -> ast.stmt:
    """`class`; the place begins behind the decorators."""
    decorators = _decorators(walk, node)
    start = walk.skip()
    walk.take("class")
    name = walk.name(node.name)
    type_parameters(walk, node.type_parameters)
    bases: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    if isinstance(node.lpar, cst.LeftParen):
        walk.take("(")
        bases, keywords = arguments(walk, [*node.bases, *node.keywords])
        walk.take(")")
    body = _suite(walk, node.body)
    statement = ast.ClassDef(
        name=name, bases=bases, keywords=keywords, body=body, decorator_list=decorators, **_no_type_parameters()
    )
    return walk.place(statement, start)


def if_(walk: Walk, node: cst.If, start: int) -> ast.stmt:
    """`if`; an `elif` is an `if` alone in the `else` of the one before."""
    walk.offset += 2 if walk.text.startswith("if", start) else 4
    test = walk.expression(node.test)
    body = _suite(walk, node.body)
    orelse: list[ast.stmt] = []
    if isinstance(node.orelse, cst.If):
        orelse = [if_(walk, node.orelse, walk.skip())]
    elif node.orelse is not None:
        orelse = _else(walk, node.orelse)
    return walk.place(ast.If(test=test, body=body, orelse=orelse), start)


def while_(walk: Walk, node: cst.While, start: int) -> ast.stmt:
    """`while … else`"""
    walk.take("while")
    test = walk.expression(node.test)
    body = _suite(walk, node.body)
    return walk.place(ast.While(test=test, body=body, orelse=_else(walk, node.orelse)), start)


def for_(walk: Walk, node: cst.For, start: int) -> ast.stmt:
    """`for … else`, `async for`"""
    if node.asynchronous is not None:
        walk.take("async")
    walk.take("for")
    target = walk.target(node.target)
    walk.take("in")
    source = walk.expression(node.iter)
    body = _suite(walk, node.body)
    kind = ast.For if node.asynchronous is None else ast.AsyncFor
    statement = kind(target=target, iter=source, body=body, orelse=_else(walk, node.orelse))
    return walk.place(statement, start)


def with_(walk: Walk, node: cst.With, start: int) -> ast.stmt:
    """`with`, `async with`, the items in parentheses or not."""
    if node.asynchronous is not None:
        walk.take("async")
    walk.take("with")
    parenthesized = isinstance(node.lpar, cst.LeftParen)
    if parenthesized:
        walk.take("(")
    items = [_item(walk, item) for item in node.items]
    if parenthesized:
        walk.take(")")
    kind = ast.With if node.asynchronous is None else ast.AsyncWith
    return walk.place(kind(items=items, body=_suite(walk, node.body)), start)


def try_(walk: Walk, node: cst.Try | cst.TryStar, start: int) -> ast.stmt:
    """`try`, `except`, `except*`, `else`, `finally`"""
    walk.take("try")
    body = _suite(walk, node.body)
    handlers = [_handler(walk, handler) for handler in node.handlers]
    orelse = _else(walk, node.orelse)
    finalbody: list[ast.stmt] = []
    if node.finalbody is not None:
        walk.take("finally")
        finalbody = _suite(walk, node.finalbody.body)
    kind = ast.Try if isinstance(node, cst.Try) else ast.TryStar
    statement = kind(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody)
    return walk.place(statement, start)


def _handler(walk: Walk, node: cst.ExceptHandler | cst.ExceptStarHandler) -> ast.ExceptHandler:
    start = walk.take("except")
    if isinstance(node, cst.ExceptStarHandler):
        walk.take("*")
    kind = walk.optional(node.type)
    name = None
    if node.name is not None:
        walk.take("as")
        name = walk.name(node.name.name)
    return walk.place(ast.ExceptHandler(type=kind, name=name, body=_suite(walk, node.body)), start)


def _item(walk: Walk, node: cst.WithItem) -> ast.withitem:
    context = walk.expression(node.item)
    target = None
    if node.asname is not None:
        walk.take("as")
        target = walk.target(node.asname.name)
    return ast.withitem(context_expr=context, optional_vars=target)


def _no_type_parameters() -> dict[str, Any]:
    """What a Python from 3.12 on expects of a definition; an older one has no such field."""
    return {"type_params": []}


def _decorators(walk: Walk, node: Any) -> list[ast.expr]:
    decorators: list[ast.expr] = []
    for decorator in node.decorators:
        walk.take("@")
        decorators.append(walk.expression(decorator.decorator))
    return decorators


def _else(walk: Walk, node: cst.Else | None) -> list[ast.stmt]:
    if node is None:
        return []
    walk.take("else")
    return _suite(walk, node.body)


def _suite(walk: Walk, suite: cst.BaseSuite) -> list[ast.stmt]:
    walk.take(":")
    return walk.body(suite)
