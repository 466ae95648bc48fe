"""Errors in a page, with the line and a caret under the place."""

from __future__ import annotations


def caret(line: str, column: int, width: int) -> str:
    """The line with carets under `width` characters from `column` (counted from 1), both without indentation."""
    bare = line.lstrip()
    start = max(column - 1 - (len(line) - len(bare)), 0)
    width = max(1, min(width, len(bare) - start))
    return f"{bare}\n{' ' * start}{'^' * width}"


class ExpressionError(Exception):
    """An expression that is not understood; `start` and `end` are character offsets into its text.

    While a piece is compiled they are UTF-8 bytes, as `ast` counts, and the text is not set yet.
    """

    def __init__(self, message: str, start: int = 0, end: int = 1, text: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.text = text

    def __str__(self) -> str:
        before = self.text.rfind("\n", 0, self.start) + 1
        line = self.text[before:].partition("\n")[0]
        return f"{self.message}\n{caret(line, self.start - before + 1, self.end - self.start)}"


class PageError(Exception):
    """A page that cannot be used. Line and column count from 1; the excerpt is the line with a caret."""

    def __init__(self, path: str, line: int, column: int, message: str, excerpt: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.line = line
        self.column = column
        self.message = message
        self.excerpt = excerpt

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}: {self.message}"
        return f"{place}\n{self.excerpt}" if self.excerpt else place
