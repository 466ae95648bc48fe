"""Strings: plain, concatenated, formatted (PEP 498 and 701) and template strings (PEP 750)."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst

from celerylint.sources.python.literals import characters, string
from celerylint.sources.python.opaque import Opaque
from celerylint.sources.python.walk import Walk

_CONVERSIONS = {"s": 115, "r": 114, "a": 97}


def simple(walk: Walk, node: cst.SimpleString, start: int) -> ast.expr:
    """One plain literal."""
    constant = ast.Constant(value=string(node.value))
    walk.take(node.value)
    return walk.place(constant, start)


def formatted(walk: Walk, node: cst.FormattedString, start: int) -> ast.expr:
    """One f-string. Its parts have the places that they have in the source."""
    values = _merged(walk, list(_formatted_values(walk, node)))
    return walk.place(ast.JoinedStr(values=values), start)


def template(walk: Walk, node: cst.TemplatedString, start: int) -> ast.expr:
    """One t-string, which the `ast` of older Pythons cannot express."""
    for _ in _string_values(walk, node.start, node.parts, node.end):
        pass
    return walk.place(Opaque(text=walk.text[start : walk.offset]), start)


def concatenated(walk: Walk, node: cst.ConcatenatedString, start: int) -> ast.expr:
    """Literals side by side: one constant, or one f-string where any of them is."""
    literals = list(_literals(node))
    if any(isinstance(literal, cst.TemplatedString) for literal in literals):
        for literal in literals:
            walk.expression(literal)
        return walk.place(Opaque(text=walk.text[start : walk.offset]), start)
    values: list[ast.expr] = []
    for literal in literals:
        if isinstance(literal, cst.FormattedString):
            walk.skip()
            values.extend(_formatted_values(walk, literal))
        else:
            values.append(walk.expression(literal))
    if any(isinstance(literal, cst.FormattedString) for literal in literals):
        return walk.place(ast.JoinedStr(values=_merged(walk, values)), start)
    return walk.place(ast.Constant(value=_joined(values)), start)


def _literals(node: Any) -> Iterator[Any]:
    """The parts of a concatenation, which libcst nests to the right."""
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _joined(constants: Sequence[Any]) -> str | bytes:
    """The value of constants side by side; all of them are text, or all bytes."""
    values = [constant.value for constant in constants]
    return b"".join(values) if isinstance(values[0], bytes) else "".join(values)


def _merged(walk: Walk, values: list[ast.expr]) -> list[ast.expr]:
    """Neighbouring constants as one, empty ones left out, as Python's own parser gives them."""
    merged: list[ast.expr] = []
    for value in values:
        last = merged[-1] if merged else None
        if not isinstance(value, ast.Constant):
            merged.append(value)
        elif isinstance(last, ast.Constant):
            last.value = _joined((last, value))
            last.end_lineno, last.end_col_offset = value.end_lineno, value.end_col_offset
        elif value.value:
            merged.append(value)
    return merged


def _formatted_values(walk: Walk, node: cst.FormattedString) -> Iterator[ast.expr]:
    return _string_values(walk, node.start, node.parts, node.end)


def _string_values(walk: Walk, opening: str, parts: Sequence[Any], closing: str) -> Iterator[ast.expr]:
    """The constants and replacement fields of an f-string or t-string, its quotes consumed."""
    walk.take_raw(opening)
    raw = "r" in opening.lower()
    yield from _parts(walk, parts, raw)
    walk.take_raw(closing)


def _parts(walk: Walk, parts: Sequence[Any], raw: bool) -> Iterator[ast.expr]:
    for part in parts:
        if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
            yield _text(walk, part.value, raw)
        else:
            yield from _field(walk, part, raw)


def _text(walk: Walk, spelling: str, raw: bool) -> ast.expr:
    start = walk.offset
    constant = ast.Constant(value=characters(spelling.replace("{{", "{").replace("}}", "}"), raw))
    walk.take_raw(spelling)
    return walk.place(constant, start)


def _field(walk: Walk, field: Any, raw: bool) -> Iterator[ast.expr]:
    """A replacement field; `{x = }` gives its own text first."""
    start = walk.take("{")
    value = walk.expression(field.expression)
    conversion = _CONVERSIONS.get(field.conversion or "", -1)
    if field.equal is not None:
        walk.take("=")
        end = walk.skip()
        yield walk.place(ast.Constant(value=characters(walk.text[start + 1 : end], True)), start + 1)
        if conversion < 0 and field.format_spec is None:
            conversion = _CONVERSIONS["r"]
    if field.conversion is not None:
        walk.take("!")
        walk.take(field.conversion)
    specification = None
    if field.format_spec is not None:
        spec_start = walk.take(":")
        values = _merged(walk, list(_parts(walk, field.format_spec, raw)))
        specification = walk.place(ast.JoinedStr(values=values), spec_start)
    walk.take("}")
    yield walk.place(ast.FormattedValue(value=value, conversion=conversion, format_spec=specification), start)
