"""Names as Python resolves them: by import, never by spelling."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from celerylint.origin import Span


def span_of(path: str, node: ast.expr | ast.stmt | ast.keyword | ast.arg) -> Span:
    """The span of a node; our nodes count columns in characters."""
    end_line = node.end_lineno or node.lineno
    end_column = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return Span(path, node.lineno, node.col_offset + 1, end_line, end_column + 1)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written; empty for anything but names and attributes."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def imported_names(statements: Iterable[ast.stmt]) -> dict[str, str]:
    """What the imports anywhere in these statements bind: local name → dotted name (`..x` stays relative)."""
    names: dict[str, str] = {}
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    local = alias.asname or alias.name.partition(".")[0]
                    names[local] = alias.name if alias.asname else local
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                joint = "" if base.endswith(".") or not base else "."
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{base}{joint}{alias.name}"
    return names


def resolve(name: str, imports: Mapping[str, str]) -> str:
    """A dotted name with its first part replaced by what it was imported as; empty where it is not imported."""
    head, dot, rest = name.partition(".")
    return f"{imports[head]}{dot}{rest}" if head in imports else ""
