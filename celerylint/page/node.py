"""A compiled piece of an expression, and what the compilers of the pieces share."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from celerylint.page.error import ExpressionError
from celerylint.page.frame import Run
from celerylint.page.types import Type


@dataclass(frozen=True, slots=True)
class Node:
    """A checked piece: its type and the closure that evaluates it. A constant needs no frame."""

    type: Type
    run: Run
    constant: bool = False
    text: str = ""  # of names and attribute chains, as the reader would write them
    root: str = ""  # the name that the chain starts with


@dataclass(frozen=True, slots=True)
class Context:
    """The names that are in sight, and how to compile a piece."""

    names: Mapping[str, Type]
    compile: Callable[[ast.expr, Context], Node]
    locals: frozenset[str] = frozenset()  # the variables of comprehensions: what they stand for is a witness

    def node(self, expression: ast.expr) -> Node:
        """The piece, compiled here."""
        return self.compile(expression, self)

    def binding(self, name: str, type_: Type) -> Context:
        """The same, with one more variable."""
        return replace(self, names={**self.names, name: type_}, locals=self.locals | {name})


def refuse(piece: ast.expr, message: str) -> ExpressionError:
    """An error that points at the piece."""
    return ExpressionError(message, piece.col_offset, piece.end_col_offset or piece.col_offset + 1)
