"""Expressions in a few words."""

from __future__ import annotations

import ast


def in_words(node: ast.expr) -> str:
    """A name or a call without what it is given: `send_mail.delay(…).get()`."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            parts.append("(…)" if node.args or node.keywords else "()")
            node = node.func
        elif isinstance(node, ast.Attribute):
            parts.append(f".{node.attr}")
            node = node.value
        else:
            break
    return (node.id if isinstance(node, ast.Name) else "…") + "".join(reversed(parts))
