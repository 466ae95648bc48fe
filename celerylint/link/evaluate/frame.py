"""Where names are looked up: a module, or a function's or class's body within one, and at which moment."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from celerylint.origin import Span, Value
from celerylint.sources.python import PythonModule

Position = tuple[int, int]  # line from 1, column from 0, as in `ast`


@dataclass(frozen=True, slots=True)
class Late:
    """Some time after this position: when a function runs that anybody may call."""

    after: Position


Moment = Position | Late | None
"""When a body is looked at: as far as a position, some time after one, or (None) when it has run to its end."""


@dataclass(frozen=True, slots=True, eq=False)
class ModuleFrame:
    """The top level of a file."""

    module: PythonModule

    @property
    def path(self) -> str:
        """The file."""
        return self.module.path


@dataclass(frozen=True, slots=True, eq=False)
class LocalFrame:
    """A function's body with its arguments, or a class's body. Looks outwards for what it does not bind.

    `kind` says what Python makes of it: a class's names are not seen from the functions inside it, and a class or a
    comprehension (`inline`) runs where it stands. A `block` is one round of a loop, a part of the body around it.
    `seen` is the moment at which a function or a block sees its surroundings.
    """

    parent: ModuleFrame | LocalFrame
    body: list[ast.stmt]
    arguments: Mapping[str, Value[Any]] = field(default_factory=dict)
    kind: Literal["function", "class", "inline", "block"] = "function"
    seen: Moment = None
    file: str = ""  # where the body stands, if not in the file of what is around it

    @property
    def path(self) -> str:
        """The file."""
        return self.file or self.parent.path


Frame = ModuleFrame | LocalFrame


def place(frame: Frame, node: ast.expr | ast.stmt) -> Span:
    """The span of a node in the frame's file."""
    end_line = node.end_lineno or node.lineno
    end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return Span(frame.path, node.lineno, node.col_offset + 1, end_line, end + 1)


def start_of(node: ast.expr | ast.stmt) -> Position:
    """Where a node begins; a definition at its first decorator."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = decorators[0] if decorators else node
    return first.lineno, first.col_offset


def end_of(node: ast.expr | ast.stmt) -> Position:
    """Where a node ends, exclusive."""
    column = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return node.end_lineno or node.lineno, column


def within(block: list[ast.stmt], before: Position | None) -> bool:
    """Whether a position stands in a block."""
    return before is not None and bool(block) and start_of(block[0]) <= before < end_of(block[-1])


def moment_of_call(caller: Frame, at: Position, definer: Frame) -> Moment:
    """When the frame that defined a function is seen by a call of it.

    In another file: when that has run to its end, as an import lets it.
    """
    frame: Frame = caller
    moment: Moment = at
    while frame is not definer:
        if not isinstance(frame, LocalFrame):
            return None
        if frame.kind in ("function", "block"):
            moment = frame.seen
        frame = frame.parent
    return moment
