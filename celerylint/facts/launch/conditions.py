"""`[ … ]`, `test …` and `[[ … ]]`: true, false, or None where that hangs on what nobody knows.

What is not set is empty here, as it is for the shell. Files are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from celerylint.facts.launch.arithmetic import number, whole
from celerylint.facts.launch.expansion import Expansion
from celerylint.facts.launch.shell import Shell, pattern_of
from celerylint.facts.launch.words import Word

if TYPE_CHECKING:
    from tree_sitter import Node

Status = bool | None

_NESTED = ("binary_expression", "unary_expression", "parenthesized_expression")
_SIMPLE_EXPRESSION = re.compile(r"[\w\s^$.|/:,@=-]*")
_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": lambda left, right: left == right,
    "-ne": lambda left, right: left != right,
    "-lt": lambda left, right: left < right,
    "-le": lambda left, right: left <= right,
    "-gt": lambda left, right: left > right,
    "-ge": lambda left, right: left >= right,
}
_BINARY = frozenset({"=", "==", "!=", "<", ">", "-nt", "-ot", "-ef", *_COMPARISONS})


def condition(node: Node, shell: Shell) -> Status:
    """Whether `[[ … ]]` or `((…))` succeeds; `[` is a command, and `tested` is for its words."""
    shell = Expansion(shell.source, replace(shell.scope, empties=True))
    opening = node.children[0].type if node.children else ""
    inner = [child for child in node.children[1:-1] if child.type != "comment"]
    if node.has_error or not inner:
        return None if node.has_error else False
    if opening == "[[" and len(inner) == 1:
        return _extended(inner[0], shell)
    if opening == "((" and len(inner) == 1:
        return counted(inner[0], shell)
    return None


def counted(node: Node, shell: Shell) -> Status:
    """Whether an arithmetic expression is not zero."""
    value = number(node, shell)
    return None if value is None else value != 0


def tested(words: Sequence[Word]) -> Status:
    """`test` with these words (POSIX, test: by their number; beyond four with `-o` under `-a`)."""
    texts = [word.text for word in words]
    if any(word.splits for word in words):
        return None
    if not words:
        return False
    if len(words) == 1:
        return _filled(words[0])
    if len(words) == 2:
        return _not(_filled(words[1])) if texts[0] == "!" else _unary(texts[0], words[1])
    if len(words) == 3 and texts[1] in _BINARY:
        return _binary(words[0], texts[1], words[2])
    if texts[0] == "!" and len(words) <= 4:
        return _not(tested(words[1:]))
    return _Grammar(words).read()


class _Grammar:
    """Reads a test with `-a`, `-o` and parentheses."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.at = 0

    def read(self) -> Status:
        status = self._either(0)
        return status if self.at == len(self.words) else None

    def _sees(self, *texts: str) -> bool:
        if self.at < len(self.words) and self.words[self.at].text in texts:
            self.at += 1
            return True
        return False

    def _either(self, depth: int) -> Status:
        status = self._both(depth)
        while self._sees("-o"):
            status = either(status, self._both(depth))
        return status

    def _both(self, depth: int) -> Status:
        status = self._one(depth)
        while self._sees("-a"):
            status = both(status, self._one(depth))
        return status

    def _one(self, depth: int) -> Status:
        if depth > 50:
            return None
        if self._sees("!"):
            return _not(self._one(depth + 1))
        rest = self.words[self.at :]
        if len(rest) >= 3 and rest[1].text in _BINARY:
            self.at += 3
            return _binary(rest[0], rest[1].text, rest[2])
        if self._sees("("):
            status = self._either(depth + 1)
            return status if self._sees(")") else None
        if len(rest) >= 2 and rest[0].text.startswith("-") and rest[1].text not in ("-a", "-o", ")"):
            self.at += 2
            return _unary(rest[0].text, rest[1])
        self.at += 1
        return _filled(rest[0]) if rest else None


def both(left: Status, right: Status) -> Status:
    """`and`: false as soon as one side is."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: Status, right: Status) -> Status:
    """`or`: true as soon as one side is."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def _not(status: Status) -> Status:
    return None if status is None else not status


def _filled(word: Word) -> Status:
    return None if word.expansions else bool(word.text)


def _unary(sign: str, word: Word) -> Status:
    if sign == "-n":
        return _filled(word)
    return _not(_filled(word)) if sign == "-z" else None


def _binary(left: Word, sign: str, right: Word) -> Status:
    if left.expansions or right.expansions:
        return None
    if sign in ("=", "=="):
        return left.text == right.text
    if sign == "!=":
        return left.text != right.text
    numbers = whole(left.text), whole(right.text)
    if sign not in _COMPARISONS or None in numbers:
        return None
    return _COMPARISONS[sign](*(int(text.text.strip()) for text in (left, right)))


def _extended(node: Node, shell: Shell) -> Status:
    """A part of `[[ … ]]`, where nothing is split and the right side of `==` is a pattern."""
    children = node.children
    if node.type == "parenthesized_expression" and len(children) == 3:
        return _extended(children[1], shell)
    if node.type == "unary_expression" and len(children) == 2:
        if children[0].type == "!":
            return _not(_extended(children[1], shell))
        return _unary(shell.source.read(children[0]), shell.word(children[1], shell.source.span(node)))
    if node.type == "binary_expression" and len(children) == 3:
        return _compared(children[0], shell.source.read(children[1]), children[2], shell)
    if node.type in _NESTED or node.type == "negated_command":
        return None
    return _filled(shell.word(node, shell.source.span(node)))


def _compared(left: Node, sign: str, right: Node, shell: Shell) -> Status:
    if sign in ("&&", "||"):
        first = _extended(left, shell)
        return (both if sign == "&&" else either)(first, _extended(right, shell))
    word = shell.word(left, shell.source.span(left))
    if sign in ("=", "==", "!="):
        found = pattern_of(right, shell)
        if word.expansions or found is None:
            return None
        return bool(found.fullmatch(word.text)) is (sign != "!=")
    if sign == "=~":
        return _matches(word, shell.source.read(right))
    return _binary(word, sign, shell.word(right, shell.source.span(right)))


def _matches(word: Word, expression: str) -> Status:
    """`=~`, for expressions that mean the same to POSIX and to Python."""
    if word.expansions or not _SIMPLE_EXPRESSION.fullmatch(expression) or len(expression) > 200:
        return None
    try:
        return re.search(expression, word.text) is not None
    except re.error:
        return None
