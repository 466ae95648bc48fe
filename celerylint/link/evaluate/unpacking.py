"""What each target of `a, *b, c.d = …` gets."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from celerylint.link.evaluate.objects import Members
from celerylint.link.evaluate.origins import at, failed
from celerylint.origin import Span, Unknown, Value


def unpacked(target: ast.Tuple | ast.List, whole: Value[Any], span: Span) -> Iterator[tuple[ast.expr, Value[Any]]]:
    """The targets one by one, each with its part; `*rest` takes what the others leave."""
    parts = _parts(target.elts, whole, span)
    for number, each in enumerate(target.elts):
        part = failed(parts, span, whole) if isinstance(parts, Unknown) else parts[number]
        inner = each.value if isinstance(each, ast.Starred) else each
        if isinstance(inner, ast.Tuple | ast.List):
            yield from unpacked(inner, part, span)
        else:
            yield inner, part


def _parts(targets: list[ast.expr], whole: Value[Any], span: Span) -> list[Value[Any]] | Unknown:
    """As many parts as there are targets."""
    data: Any = whole.value
    if not isinstance(data, list | tuple) or isinstance(data, Members):
        why = f": {whole.reason}" if whole.reason else ""
        return Unknown(f"what is unpacked is not known{why}")
    items = [each if isinstance(each, Value) else Value(each, whole.origin) for each in data]
    star = next((number for number, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    if star is None:
        return items if len(items) == len(targets) else Unknown("what is unpacked has another length")
    behind = len(targets) - star - 1
    if len(items) < star + behind:
        return Unknown("what is unpacked has another length")
    end = len(items) - behind
    return [*items[:star], Value(items[star:end], at(span, whole)), *items[end:]]
