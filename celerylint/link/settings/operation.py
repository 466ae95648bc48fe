"""One thing that is done to an app's configuration, where and with which doubt."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from celerylint.link.evaluate import Frame
from celerylint.origin import Span, Value

Position = tuple[str, int, int]
"""A file, a line from 1 and a column from 1: where an expression begins."""


def positions(path: str, statements: list[ast.stmt]) -> Iterator[Position]:
    """Where the expressions of statements begin."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.expr):
                yield path, node.lineno, node.col_offset + 1


@dataclass(frozen=True, slots=True)
class Operation:
    """A statement that configures an app, in the frame that its names are looked up in.

    `kind`: `app` (the call that makes it), `object` (config_from_object), `defaults`, `update`, `set`, `setdefault`,
    `change` (of a setting's own value, in place), `read` (which loads the configuration), `open` (anything at all).
    `value` is that of `set` where it is a part of the node's; `of` is the setting that `change` changes; `doubt` says
    why it may not run, empty where it certainly does.
    """

    kind: str
    frame: Frame
    node: ast.expr | ast.stmt
    span: Span
    names: tuple[str, ...] = ()
    value: Value[Any] | None = None
    of: ast.expr | None = None
    doubt: str = ""
