"""The walk from libcst's tree to `ast` nodes: one cursor through the source, which finds each node's place.

libcst's nodes hold every character but no positions, and its position provider costs more than its parser.
The walk visits the nodes in the order of the source, so the next token is always just ahead: what stands
before it is whitespace, a comment or a separator, which the cursor skips.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from libcst import BaseSmallStatement, Semicolon, SimpleStatementLine, SimpleStatementSuite

Node = TypeVar("Node", bound=ast.AST)
# What converts one libcst node: it gets the walk, the node and the offset of the node's first character.
Converter = Callable[["Walk", Any, int], Any]

_LINE_END = re.compile(r"\r\n|\n|\r")
# Commas and semicolons tell the walk nothing: what they separate comes from libcst.
_TRIVIA = re.compile(r"(?:[ \t\f\r\n,;\ufeff]++|\\\r?\n?|#[^\r\n]*+)*+")
_SPACE = re.compile(r"(?:[ \t\f\r\n]++|\\\r?\n?|#[^\r\n]*+)*+")
_TOKEN = re.compile(r"\w+|.", re.DOTALL)

LOAD, STORE, DEL = ast.Load(), ast.Store(), ast.Del()


class Walk:
    """A cursor over a segment's text, with the tables that say how each kind of node is converted.

    Lines are those of the file, columns count from 0 in characters. `lost` counts the tokens that were not
    where libcst says; it stays 0 unless a version of libcst spells a node otherwise.
    """

    __slots__ = ("_before", "_starts", "expressions", "lost", "offset", "statements", "text")

    def __init__(
        self,
        text: str,
        first_line: int,
        expressions: Mapping[type, Converter],
        statements: Mapping[type, Converter],
    ) -> None:
        self.text = text
        self.offset = 0
        self.lost = 0
        self.expressions = expressions
        self.statements = statements
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        self._before = first_line - 1

    def skip(self) -> int:
        """Move to the next token; its offset."""
        self.offset = offset = _TRIVIA.match(self.text, self.offset).end()  # type: ignore[union-attr] # matches ""
        return offset

    def take(self, token: str) -> int:
        """Move behind the next token, which must be `token`; its offset."""
        offset = self.offset
        if not self.text.startswith(token, offset):
            offset = self.skip()
            if not self.text.startswith(token, offset):
                offset = self._search(token, offset)
        self.offset = offset + len(token)
        return offset

    def take_mark(self, mark: str) -> None:
        """Move behind the comma that ends a bare tuple, or the semicolon that ends a line."""
        offset = _SPACE.match(self.text, self.offset).end()  # type: ignore[union-attr] # matches ""
        if self.text.startswith(mark, offset):
            self.offset = offset + 1
        else:
            self.lost += 1

    def take_raw(self, characters: str) -> None:
        """Move behind characters that follow at once, whitespace and all, as inside a string."""
        if self.text.startswith(characters, self.offset):
            self.offset += len(characters)
        else:
            self.lost += 1

    def _search(self, token: str, start: int) -> int:
        """Where `token` comes next, token by token; where it never comes, the cursor stays."""
        self.lost += 1
        offset = start
        while offset < len(self.text):
            if self.text.startswith(token, offset):
                return offset
            step = _TOKEN.match(self.text, offset)
            offset = _TRIVIA.match(self.text, step.end() if step else offset + 1).end()  # type: ignore[union-attr]
        return start - len(token)

    def place(self, node: Node, start: int, end: int | None = None) -> Node:
        """Give a node its place: from `start` to `end`, or to the cursor."""
        starts = self._starts
        line = bisect_right(starts, start)
        node.lineno = line + self._before  # type: ignore[attr-defined] # every node that is placed has these four
        node.col_offset = start - starts[line - 1]  # type: ignore[attr-defined]
        if end is None:
            end = self.offset
        if line < len(starts) and end >= starts[line]:
            line = bisect_right(starts, end)
        node.end_lineno = line + self._before  # type: ignore[attr-defined]
        node.end_col_offset = end - starts[line - 1]  # type: ignore[attr-defined]
        return node

    def position(self) -> tuple[int, int]:
        """The line and the column (from 1) that the cursor is at."""
        line = bisect_right(self._starts, self.offset)
        return line + self._before, self.offset - self._starts[line - 1] + 1

    def expression(self, node: Any) -> ast.expr:
        """The `ast` node of a libcst expression, its parentheses consumed."""
        if node.lpar:
            return self._parenthesized(node)
        start = self.skip()
        return self.expressions[type(node)](self, node, start)  # type: ignore[no-any-return]

    def _parenthesized(self, node: Any) -> ast.expr:
        opening = 0
        for _ in node.lpar:
            opening = self.take("(")
        start = self.skip()
        converted: ast.expr = self.expressions[type(node)](self, node, start)
        self.take(")")
        # Only of these two are the parentheses a part: the innermost pair.
        if isinstance(converted, (ast.Tuple, ast.GeneratorExp)):
            self.place(converted, opening)
        for _ in node.rpar[1:]:
            self.take(")")
        return converted

    def optional(self, node: Any) -> ast.expr | None:
        """The `ast` node of a libcst expression that may be absent."""
        return None if node is None else self.expression(node)

    def target(self, node: Any) -> ast.expr:
        """The `ast` node of an expression that is assigned to."""
        return with_context(self.expression(node), STORE)

    def name(self, node: Any) -> str:
        """Consume a bare name, such as that of a function."""
        self.take(node.value)
        return identifier(node.value)

    def body(self, suite: Any) -> list[ast.stmt]:
        """The statements of a libcst suite or module, behind its colon."""
        statements: list[ast.stmt] = []
        if isinstance(suite, SimpleStatementSuite):
            self._line(suite.body, statements)
            return statements
        for node in suite.body:
            if isinstance(node, SimpleStatementLine):
                self._line(node.body, statements)
            else:
                statements.append(self.statements[type(node)](self, node, self.skip()))
        return statements

    def _line(self, nodes: Sequence[BaseSmallStatement], into: list[ast.stmt]) -> None:
        """Convert the simple statements of one line."""
        for node in nodes:
            into.append(self.statements[type(node)](self, node, self.skip()))
        # Python lets a last semicolon end the compound statement around it.
        if isinstance(nodes[-1].semicolon, Semicolon):
            self.take_mark(";")


def identifier(name: str) -> str:
    """A name as Python compares it: in the normal form NFKC (PEP 3131)."""
    if name.isascii():
        return name
    import unicodedata

    return unicodedata.normalize("NFKC", name)


def with_context(node: ast.expr, context: ast.expr_context) -> ast.expr:
    """The same node, read as a target: of an assignment (`STORE`) or of `del` (`DEL`)."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
        node.ctx = context
    elif isinstance(node, (ast.Tuple, ast.List)):
        node.ctx = context
        for element in node.elts:
            with_context(element, context)
    elif isinstance(node, ast.Starred):
        node.ctx = context
        with_context(node.value, context)
    return node
