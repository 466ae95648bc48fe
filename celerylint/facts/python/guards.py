"""What in a task's lines may tell it that another run does the same work, or has done it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.facts.python.names import span_of
from celerylint.origin import Span

# Found by spelling, on purpose: that a task has a guard only ever keeps silent.
_GUARD = re.compile(
    r"lock|mutex|semaphore|singleton|once\b|unique|idempot|redelivered|setnx|get_or_create|update_or_create"
    r"|select_for_update|for_update|on_conflict|already|dedup|in_progress|is_running|cache\.add|acquire|lease|debounce"
    r"|throttle|processed|\bnx\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Guard:
    """A word that looks like one, and where it stands."""

    name: str
    span: Span


def guards_of(path: str, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> tuple[Guard, ...]:
    """Every such word in a function or class, its decorators among them, by place."""
    found = {each.span: each for part in ast.walk(node) for each in _guards(path, part)}
    return tuple(found[span] for span in sorted(found))


def _guards(path: str, node: ast.AST) -> Iterator[Guard]:
    if isinstance(node, ast.keyword) and node.arg and _GUARD.search(node.arg):
        yield Guard(node.arg, span_of(path, node))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _GUARD.search(node.value):
        yield Guard(node.value[:40], span_of(path, node))
    elif isinstance(node, ast.Name) and _GUARD.search(node.id):
        yield Guard(node.id, span_of(path, node))
    elif isinstance(node, ast.Attribute):
        holder = node.value.id if isinstance(node.value, ast.Name) else ""
        text = f"{holder}.{node.attr}"
        if _GUARD.search(text):
            yield Guard(text, span_of(path, node))
