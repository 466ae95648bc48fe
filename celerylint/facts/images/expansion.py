"""Variables and quotes in a Dockerfile's instructions, as BuildKit reads them (frontend/dockerfile/shell/lex.go)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?!$-]", re.ASCII)
_OPERATOR = re.compile(r":?[-+?]|##?|%%?|//?")
_BLANK = re.compile(r"[ \t]+")
_DEEPEST = 20  # braces within braces


@dataclass(frozen=True, slots=True)
class Held:
    """What a variable or a text with variables holds; `doubt` says why it may be something else.

    Without a `text` nobody can tell anything; with both, the text is the one that a default gives.
    """

    text: str | None
    doubt: str = ""
    unset: bool = False


Variables = Callable[[str], Held]


def expand(text: str, variables: Variables) -> Held:
    """The text without its quotes, and with its variables replaced."""
    return _Expansion(text, variables).until("")


def words(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a line begin and end: blanks within quotes or behind a backslash end none."""
    at = 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank:
            at = blank.end()
            continue
        end = _word_end(text, at)
        yield at, end
        at = end


def _word_end(text: str, at: int) -> int:
    quote = ""
    while at < len(text):
        char = text[at]
        if char == "\\" and quote != "'":
            at += 1
        elif char == quote:
            quote = ""
        elif not quote and char in "\"'":
            quote = char
        elif not quote and char in " \t":
            return at
        at += 1
    return len(text)


@dataclass(slots=True)
class _Expansion:
    text: str
    variables: Variables
    at: int = 0
    depth: int = 0
    doubt: str = ""
    lost: bool = False  # a part that nobody can tell

    def until(self, end: str) -> Held:
        """Expands up to a closing brace, or to the end."""
        parts = list(self._parts(end))
        return Held(None if self.lost else "".join(parts), self.doubt)

    def _parts(self, end: str) -> Iterator[str]:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == end:
                return
            self.at += 1
            if char == "'":
                yield self._raw()
            elif char == '"':
                yield from self._quoted()
            elif char == "\\":
                yield self.text[self.at : self.at + 1]
                self.at += 1
            else:
                yield self._variable() if char == "$" else char

    def _raw(self) -> str:
        close = self.text.find("'", self.at)
        inner = self.text[self.at : close if close >= 0 else len(self.text)]
        self.at += len(inner) + 1
        return inner

    def _quoted(self) -> Iterator[str]:
        while self.at < len(self.text) and self.text[self.at] != '"':
            char = self.text[self.at]
            self.at += 1
            following = self.text[self.at : self.at + 1]
            if char == "\\" and following and following in '"$\\':
                yield following
                self.at += 1
            else:
                yield self._variable() if char == "$" else char
        self.at += 1

    def _variable(self) -> str:
        braced = self.text[self.at : self.at + 1] == "{"
        name = _NAME.match(self.text, self.at + braced)
        if name is None:
            return "$"
        self.at = name.end()
        held = self.variables(name[0])
        if braced:
            held = self._operated(name[0], held)
        self.doubt = self.doubt or held.doubt
        self.lost = self.lost or held.text is None
        return held.text or ""

    def _operated(self, name: str, held: Held) -> Held:
        operator = _OPERATOR.match(self.text, self.at)
        if operator is not None:
            self.at = operator.end()
        word = self._inner()
        self.at += 1
        if operator is None or "?" in operator[0]:
            return held
        if operator[0].lstrip(":") not in "+-":
            return Held(None, f"the part of ${name} that is used is only known when the image is built")
        if held.text is None:
            return held
        present = bool(held.text) or not (held.unset or operator[0].startswith(":"))
        if operator[0].endswith("+"):
            return word if present else Held("")
        return held if present else word

    def _inner(self) -> Held:
        if self.depth >= _DEEPEST:
            self.at = len(self.text)
            return Held(None, "it is nested too deep")
        inner = _Expansion(self.text, self.variables, self.at, self.depth + 1)
        word = inner.until("}")
        self.at = inner.at
        return word
