"""Displays and comprehensions: what brackets make."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import libcst as cst

from celerylint.sources.python.expressions import has_comma
from celerylint.sources.python.opaque import Opaque
from celerylint.sources.python.walk import LOAD, Walk


def elements(walk: Walk, nodes: Sequence[Any]) -> list[ast.expr]:
    """The elements of a list, tuple or set in order; only a starred one is an expression of its own."""
    return [walk.expression(node.value if type(node) is cst.Element else node) for node in nodes]


def tuple_(walk: Walk, node: cst.Tuple, start: int) -> ast.expr:
    """`a, b`: the last comma belongs to it; its parentheses are added by whoever consumes them."""
    found = elements(walk, node.elements)
    if node.elements and not node.lpar and has_comma(node.elements[-1]):
        walk.take_mark(",")
    return walk.place(ast.Tuple(elts=found, ctx=LOAD), start)


def list_(walk: Walk, node: cst.List, start: int) -> ast.expr:
    """`[a, b]`"""
    walk.take("[")
    found = elements(walk, node.elements)
    walk.take("]")
    return walk.place(ast.List(elts=found, ctx=LOAD), start)


def set_(walk: Walk, node: cst.Set, start: int) -> ast.expr:
    """`{a, b}`"""
    walk.take("{")
    found = elements(walk, node.elements)
    walk.take("}")
    return walk.place(ast.Set(elts=found), start)


def dict_(walk: Walk, node: cst.Dict, start: int) -> ast.expr:
    """`{a: b, **c}`: the key of what is spread is None."""
    walk.take("{")
    keys: list[ast.expr | None] = []
    values: list[ast.expr] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            keys.append(walk.expression(element.key))
            walk.take(":")
        else:
            walk.take("**")
            keys.append(None)
        values.append(walk.expression(element.value))
    walk.take("}")
    return walk.place(ast.Dict(keys=keys, values=values), start)


def list_comprehension(walk: Walk, node: cst.ListComp, start: int) -> ast.expr:
    """`[element for …]`"""
    walk.take("[")
    element = walk.expression(node.elt)
    generators = _generators(walk, node.for_in)
    walk.take("]")
    return walk.place(ast.ListComp(elt=element, generators=generators), start)


def set_comprehension(walk: Walk, node: cst.SetComp, start: int) -> ast.expr:
    """`{element for …}`"""
    walk.take("{")
    element = walk.expression(node.elt)
    generators = _generators(walk, node.for_in)
    walk.take("}")
    return walk.place(ast.SetComp(elt=element, generators=generators), start)


def dict_comprehension(walk: Walk, node: cst.DictComp, start: int) -> ast.expr:
    """`{key: value for …}`"""
    walk.take("{")
    key = walk.expression(node.key)
    walk.take(":")
    value = walk.expression(node.value)
    generators = _generators(walk, node.for_in)
    walk.take("}")
    return walk.place(ast.DictComp(key=key, value=value, generators=generators), start)


def spread_comprehension(walk: Walk, node: Any, start: int) -> ast.expr:
    """`{**mapping for …}` (PEP 798), which the `ast` of older Pythons cannot express."""
    walk.take("{")
    walk.take("**")
    walk.expression(node.value)
    _generators(walk, node.for_in)
    walk.take("}")
    return walk.place(Opaque(text=walk.text[start : walk.offset]), start)


def generator(walk: Walk, node: cst.GeneratorExp, start: int) -> ast.expr:
    """`(element for …)`: its parentheses are added by whoever consumes them."""
    element = walk.expression(node.elt)
    generators = _generators(walk, node.for_in)
    return walk.place(ast.GeneratorExp(elt=element, generators=generators), start)


def _generators(walk: Walk, loop: cst.CompFor | None) -> list[ast.comprehension]:
    """The `for … in … if …` clauses of a comprehension, outermost first."""
    found: list[ast.comprehension] = []
    while loop is not None:
        if loop.asynchronous is not None:
            walk.take("async")
        walk.take("for")
        target = walk.target(loop.target)
        walk.take("in")
        source = walk.expression(loop.iter)
        tests = [_condition(walk, condition) for condition in loop.ifs]
        asynchronous = int(loop.asynchronous is not None)
        found.append(ast.comprehension(target=target, iter=source, ifs=tests, is_async=asynchronous))
        loop = loop.inner_for_in
    return found


def _condition(walk: Walk, node: cst.CompIf) -> ast.expr:
    walk.take("if")
    return walk.expression(node.test)
