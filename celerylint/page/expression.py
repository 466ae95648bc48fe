"""An expression of a page: parsed with `ast`, checked against the model, compiled to closures."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.origin import Unknown
from celerylint.page.compile import compile_piece, require_condition
from celerylint.page.error import ExpressionError
from celerylint.page.frame import Frame, Read, Run
from celerylint.page.node import Context
from celerylint.page.types import Type

LONGEST = 4000  # characters: no page needs more, and Python's parser recurses


@dataclass(frozen=True, slots=True)
class Answer:
    """What an expression came to, and the reads that decided it, each once, in the order of reading."""

    value: Any  # a plain value, None or Unknown
    reads: tuple[Read, ...]

    @property
    def true(self) -> bool:
        """Whether it is true, and neither false nor unknown."""
        return not isinstance(self.value, Unknown) and bool(self.value)

    @property
    def unknown(self) -> Unknown | None:
        """Why it cannot be told; None where it can."""
        return self.value if isinstance(self.value, Unknown) else None


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression."""

    text: str
    type: Type
    run: Run

    def evaluate(self, names: Mapping[str, Any]) -> Answer:
        """The answer for these names: entities of the model and parameters."""
        frame = Frame(names)
        value = self.run(frame)
        return Answer(value, tuple(frame.reads))


def compile_expression(text: str, names: Mapping[str, Type]) -> Expression:
    """The expression over these names. Raises ExpressionError, with the place, where it is not understood."""
    return _compile(text, names, condition=False)


def compile_condition(text: str, names: Mapping[str, Type]) -> Expression:
    """The same for an expression that must be true or false."""
    return _compile(text, names, condition=True)


def _compile(text: str, names: Mapping[str, Type], condition: bool) -> Expression:
    flat = text.replace("\n", " ").replace("\t", " ")  # one line, so that every column is an offset into the text
    indent = len(flat) - len(flat.lstrip(" "))
    try:
        piece = _parse(flat.strip(" "))
        node = compile_piece(piece, Context(names, compile_piece))
        if condition:
            require_condition(piece, node.type, "a condition")
    except ExpressionError as error:
        raise _placed(error, text, indent) from None
    except RecursionError:
        raise ExpressionError("this is nested too deeply", 0, len(text), text) from None
    return Expression(text, node.type, node.run)


def _parse(flat: str) -> ast.expr:
    if len(flat) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters")
    if "#" in flat:
        _refuse_comment(flat)
    try:
        return ast.parse(flat, mode="eval").body
    except SyntaxError as error:
        start = len(flat[: max((error.offset or 1) - 1, 0)].encode("utf-8", "replace"))
        raise ExpressionError(f"this is not an expression: {error.msg}", start, start + 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExpressionError("this is not an expression", 0, len(flat)) from None


def _refuse_comment(flat: str) -> None:
    """YAML folds lines, so that a comment would silently swallow the clauses behind it."""
    quote = ""
    for index, letter in enumerate(flat):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "#":
            raise ExpressionError("an expression has no comments", len(flat[:index].encode()), len(flat.encode()))


def _placed(error: ExpressionError, text: str, indent: int) -> ExpressionError:
    """The same error with offsets into the page's own text."""
    content = text[indent:].encode("utf-8", "surrogatepass")
    start, end = (indent + len(content[:column].decode("utf-8", "ignore")) for column in (error.start, error.end))
    return ExpressionError(error.message, start, end, text)


def clauses(text: str) -> tuple[str, ...]:
    """The expressions that the outermost `and` joins. Raises ExpressionError where it is no expression."""
    flat = text.replace("\n", " ").replace("\t", " ").strip(" ")
    piece = _parse(flat)
    if isinstance(piece, ast.BoolOp) and isinstance(piece.op, ast.And):
        return tuple(ast.unparse(clause) for clause in piece.values)
    return (flat,)
