"""Reads constants and calls out of Celery's own source, without importing it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def module(path: Path) -> ast.Module:
    """The syntax tree of a file. Raises OSError and SyntaxError."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def constant(node: ast.expr) -> Any:
    """The plain value that an expression writes, products of numbers included. Raises ValueError for anything else."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return constant(node.left) * constant(node.right)
    value = ast.literal_eval(node)
    return list(value) if isinstance(value, (tuple, set)) else value


def constant_or_none(node: ast.expr | None) -> Any:
    """The same, with None for what is no plain value."""
    try:
        return None if node is None else constant(node)
    except ValueError:
        return None


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Every call of a function or method of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name == getattr(node.func, "attr", getattr(node.func, "id", None)):
            yield node


def functions(tree: ast.AST, name: str) -> Iterator[ast.FunctionDef]:
    """Every function of that name, however deep."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """A keyword argument of a call."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def setting_read(tree: ast.AST) -> str | None:
    """The setting that an expression reads: `worker_pool` in `value or ctx.obj.app.conf.worker_pool`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = getattr(node.value, "attr", getattr(node.value, "id", None))
            if owner in ("conf", "c") and isinstance(node.value, (ast.Attribute, ast.Name)):
                return node.attr
    return None
