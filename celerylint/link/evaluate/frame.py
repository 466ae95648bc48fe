"""Where names are looked up: a module, or a function's or class's body within one."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from celerylint.origin import Span, Value
from celerylint.sources.python import PythonModule


@dataclass(frozen=True, slots=True, eq=False)
class ModuleFrame:
    """The top level of a file."""

    module: PythonModule

    @property
    def path(self) -> str:
        """The file."""
        return self.module.path

    def binding(self, name: str) -> list[ast.stmt]:
        """The statements that may bind or change the name, in order."""
        return self.module.binding(name)

    def star_imports(self) -> list[ast.ImportFrom]:
        """The `from x import *` statements."""
        return self.module.star_imports()


@dataclass(frozen=True, slots=True, eq=False)
class LocalFrame:
    """A function's body with its arguments, or a class's body. Looks outwards for what it does not bind."""

    parent: ModuleFrame | LocalFrame
    body: list[ast.stmt]
    arguments: Mapping[str, Value[Any]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The file."""
        return self.parent.path

    def binding(self, name: str) -> list[ast.stmt]:
        """Every statement: bodies are short, and what does not concern the name changes nothing."""
        return self.body

    def star_imports(self) -> list[ast.ImportFrom]:
        """None: Python allows them at the top level only."""
        return []


Frame = ModuleFrame | LocalFrame


def place(frame: Frame, node: ast.expr | ast.stmt) -> Span:
    """The span of a node in the frame's file."""
    end_line = node.end_lineno or node.lineno
    end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return Span(frame.path, node.lineno, node.col_offset + 1, end_line, end + 1)
