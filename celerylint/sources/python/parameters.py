"""Parameters of functions and lambdas, and type parameters (PEP 695), which are read over."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from celerylint.sources.python.walk import Walk


def function(walk: Walk, node: cst.Lambda, start: int) -> ast.expr:
    """`lambda parameters: body`"""
    walk.take("lambda")
    args = parameters(walk, node.params)
    walk.take(":")
    return walk.place(ast.Lambda(args=args, body=walk.expression(node.body)), start)


def parameters(walk: Walk, node: cst.Parameters) -> ast.arguments:
    """All parameters with their defaults, between the parentheses that the caller consumes."""
    posonly, first = _plain(walk, node.posonly_params)
    if isinstance(node.posonly_ind, cst.ParamSlash):
        walk.take("/")
    args, second = _plain(walk, node.params)
    vararg = None
    if isinstance(node.star_arg, cst.Param):
        walk.take("*")
        vararg = _argument(walk, node.star_arg)
    elif isinstance(node.star_arg, cst.ParamStar):
        walk.take("*")
    kwonly, kw_defaults = _named(walk, node.kwonly_params)
    kwarg = None
    if node.star_kwarg is not None:
        walk.take("**")
        kwarg = _argument(walk, node.star_kwarg)
    return ast.arguments(
        posonlyargs=posonly,
        args=args,
        vararg=vararg,
        kwonlyargs=kwonly,
        kw_defaults=kw_defaults,
        kwarg=kwarg,
        defaults=first + second,
    )


def annotation(walk: Walk, node: cst.Annotation | None, token: str = ":") -> ast.expr | None:
    """`: annotation` or `-> annotation`, where there is one."""
    if node is None:
        return None
    walk.take(token)
    return walk.expression(node.annotation)


def type_parameters(walk: Walk, node: cst.TypeParameters | None) -> None:
    """Move behind `[T: bound = default, *Ts, **P]`, which has no place in the `ast` of Python 3.11."""
    if node is None:
        return
    walk.take("[")
    for parameter in node.params:
        _type_parameter(walk, parameter)
    walk.take("]")


def _type_parameter(walk: Walk, node: cst.TypeParam) -> None:
    kind = node.param
    if isinstance(kind, cst.TypeVarTuple):
        walk.take("*")
    elif isinstance(kind, cst.ParamSpec):
        walk.take("**")
    walk.name(kind.name)
    if isinstance(kind, cst.TypeVar) and kind.bound is not None:
        walk.take(":")
        walk.expression(kind.bound)
    if node.default is not None:
        walk.take("=")
        if node.star:
            walk.take(node.star)
        walk.expression(node.default)


def _plain(walk: Walk, nodes: Sequence[cst.Param]) -> tuple[list[ast.arg], list[ast.expr]]:
    arguments: list[ast.arg] = []
    defaults: list[ast.expr] = []
    for node in nodes:
        arguments.append(_argument(walk, node))
        if (default := _default(walk, node)) is not None:
            defaults.append(default)
    return arguments, defaults


def _named(walk: Walk, nodes: Sequence[cst.Param]) -> tuple[list[ast.arg], list[ast.expr | None]]:
    """Keyword-only parameters: each has a default or None."""
    arguments: list[ast.arg] = []
    defaults: list[ast.expr | None] = []
    for node in nodes:
        arguments.append(_argument(walk, node))
        defaults.append(_default(walk, node))
    return arguments, defaults


def _argument(walk: Walk, node: cst.Param) -> ast.arg:
    start = walk.skip()
    arg = walk.name(node.name)
    return walk.place(ast.arg(arg=arg, annotation=annotation(walk, node.annotation)), start)


def _default(walk: Walk, node: cst.Param) -> ast.expr | None:
    if node.default is None:
        return None
    walk.take("=")
    return walk.expression(node.default)
