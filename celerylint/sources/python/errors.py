"""What is wrong with a Python file, in its reader's words."""

from __future__ import annotations


class PythonSyntaxError(Exception):
    """A file that no Python reads; `line` counts from 1 (of the file), `column` from 1 in characters."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(f"{line}:{column}: {message}")
        self.line = line
        self.column = column
        self.message = message

    def __reduce__(self) -> tuple[type[PythonSyntaxError], tuple[int, int, str]]:
        return type(self), (self.line, self.column, self.message)


class TooDeep(PythonSyntaxError):  # noqa: N818 - the name says what the code is, and so reads well in an except
    """Code nested so deeply that the parser would exhaust the stack, or not end in a bearable time."""


class TooLarge(PythonSyntaxError):  # noqa: N818
    """A file beyond the size that is read at all."""
