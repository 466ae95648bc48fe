"""`match` statements and their patterns (PEP 634)."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import libcst as cst

from celerylint.sources.python.walk import Converter, Walk

_SINGLETONS: dict[str, bool | None] = {"True": True, "False": False, "None": None}


def match(walk: Walk, node: cst.Match, start: int) -> ast.stmt:
    """`match subject:` with its cases."""
    walk.take("match")
    subject = walk.expression(node.subject)
    walk.take(":")
    cases = [_case(walk, case) for case in node.cases]
    return walk.place(ast.Match(subject=subject, cases=cases), start)


def _case(walk: Walk, node: cst.MatchCase) -> ast.match_case:
    walk.take("case")
    pattern: ast.pattern = _pattern(walk, node.pattern)
    guard = None
    if node.guard is not None:
        walk.take("if")
        guard = walk.expression(node.guard)
    walk.take(":")
    return ast.match_case(pattern=pattern, guard=guard, body=walk.body(node.body))


def _pattern(walk: Walk, node: Any) -> ast.pattern:
    """A pattern, its parentheses consumed; those of a sequence belong to it."""
    if isinstance(node, cst.MatchValue):
        return _value(walk, node)
    opening = 0
    parentheses = node.lpar
    for _ in parentheses:
        opening = walk.take("(")
    start = walk.skip()
    converted: ast.pattern = _PATTERNS[type(node)](walk, node, start)
    for index, _ in enumerate(parentheses):
        walk.take(")")
        if index == 0 and isinstance(node, cst.MatchTuple):
            walk.place(converted, opening)
    return converted


def _value(walk: Walk, node: cst.MatchValue) -> ast.pattern:
    """A literal or dotted name: its parentheses are those of the expression, and no part of it."""
    value = walk.expression(node.value)
    return ast.copy_location(ast.MatchValue(value=value), value)


def _singleton(walk: Walk, node: cst.MatchSingleton, start: int) -> ast.pattern:
    walk.take(node.value.value)
    return walk.place(ast.MatchSingleton(value=_SINGLETONS[node.value.value]), start)


def _sequence(walk: Walk, node: cst.MatchList | cst.MatchTuple, start: int) -> ast.pattern:
    bracketed = isinstance(node, cst.MatchList) and node.lbracket is not None
    if bracketed:
        walk.take("[")
    patterns = [_element(walk, element) for element in node.patterns]
    bare = not bracketed and not node.lpar
    if bare and isinstance(node.patterns[-1].comma, cst.Comma):
        walk.take_mark(",")
    if bracketed:
        walk.take("]")
    return walk.place(ast.MatchSequence(patterns=patterns), start)


def _element(walk: Walk, node: cst.MatchSequenceElement | cst.MatchStar) -> ast.pattern:
    if isinstance(node, cst.MatchSequenceElement):
        return _pattern(walk, node.value)
    start = walk.take("*")
    return walk.place(ast.MatchStar(name=_binding(walk, node.name)), start)


def _mapping(walk: Walk, node: cst.MatchMapping, start: int) -> ast.pattern:
    walk.take("{")
    keys: list[ast.expr] = []
    patterns: list[ast.pattern] = []
    for element in node.elements:
        keys.append(walk.expression(element.key))
        walk.take(":")
        patterns.append(_pattern(walk, element.pattern))
    rest = None
    if node.rest is not None:
        walk.take("**")
        rest = walk.name(node.rest)
    walk.take("}")
    return walk.place(ast.MatchMapping(keys=keys, patterns=patterns, rest=rest), start)


def _class(walk: Walk, node: cst.MatchClass, start: int) -> ast.pattern:
    cls = walk.expression(node.cls)
    walk.take("(")
    patterns = [_pattern(walk, element.value) for element in node.patterns]
    names, values = _keywords(walk, node.kwds)
    walk.take(")")
    pattern = ast.MatchClass(cls=cls, patterns=patterns, kwd_attrs=names, kwd_patterns=values)
    return walk.place(pattern, start)


def _keywords(walk: Walk, nodes: Sequence[cst.MatchKeywordElement]) -> tuple[list[str], list[ast.pattern]]:
    names: list[str] = []
    values: list[ast.pattern] = []
    for node in nodes:
        names.append(walk.name(node.key))
        walk.take("=")
        values.append(_pattern(walk, node.pattern))
    return names, values


def _as(walk: Walk, node: cst.MatchAs, start: int) -> ast.pattern:
    """`pattern as name`, a name, or `_`."""
    if node.pattern is None:
        return walk.place(ast.MatchAs(pattern=None, name=_binding(walk, node.name)), start)
    pattern = _pattern(walk, node.pattern)
    walk.take("as")
    return walk.place(ast.MatchAs(pattern=pattern, name=_binding(walk, node.name)), start)


def _or(walk: Walk, node: cst.MatchOr, start: int) -> ast.pattern:
    patterns: list[ast.pattern] = []
    for index, element in enumerate(node.patterns):
        if index:
            walk.take("|")
        patterns.append(_pattern(walk, element.pattern))
    return walk.place(ast.MatchOr(patterns=patterns), start)


def _binding(walk: Walk, node: cst.Name | None) -> str | None:
    """The name that a pattern binds; `_` binds none."""
    if node is None:
        walk.take("_")
        return None
    return walk.name(node)


_PATTERNS: dict[type, Converter] = {
    cst.MatchSingleton: _singleton,
    cst.MatchList: _sequence,
    cst.MatchTuple: _sequence,
    cst.MatchMapping: _mapping,
    cst.MatchClass: _class,
    cst.MatchAs: _as,
    cst.MatchOr: _or,
}
