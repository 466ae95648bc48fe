"""What the readers of a script's parts need of each other, and the patterns that a script writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.patterns import pattern, quoted
from celerylint.facts.launch.variables import Scope
from celerylint.facts.launch.words import Word
from celerylint.origin import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_QUOTES = re.compile(r"[\"'$`]")
_WITHIN_QUOTES = re.compile(r"(?:[^\"'$`]|\"[^\"$`\\]*\"|'[^']*')*")
_PATTERN_PIECES = re.compile(r"\"(?P<quoted>[^\"]*)\"|'(?P<raw>[^']*)'|(?P<plain>[^\"']+)")


class Shell(Protocol):
    """Makes words of a script's nodes, with the variables as they are now."""

    @property
    def source(self) -> Source:
        """The script."""

    @property
    def scope(self) -> Scope:
        """The variables."""

    def words(self, node: Node) -> list[Word]:
        """The words that one written word becomes: none, one or more."""

    def word(self, node: Node | None, place: Span) -> Word:
        """The single word of a place where a shell does not split; `place` is the empty one's."""

    def text(self, nodes: Sequence[Node], place: Span) -> Word:
        """The words of a default, with the blanks between them, as one text."""


def pattern_of(node: Node, shell: Shell) -> re.Pattern[str] | None:
    """A written pattern as a regular expression; None where a part of it is not known."""
    text = _pattern_text(node, shell)
    return None if text is None else pattern(text)


def _pattern_text(node: Node, shell: Shell) -> str | None:
    text = shell.source.read(node)
    if node.type == "concatenation":
        parts = [_pattern_text(child, shell) for child in node.children]
        return None if None in parts else "".join(part for part in parts if part is not None)
    if node.type in ("string", "raw_string", "ansi_c_string", "simple_expansion", "expansion"):
        word = shell.word(node, shell.source.span(node))
        if word.expansions:
            return None
        return quoted(word.text) if "string" in node.type else word.text
    if _QUOTES.search(text) and not _WITHIN_QUOTES.fullmatch(text):
        return None
    pieces = ((match["plain"], match["quoted"] or match["raw"]) for match in _PATTERN_PIECES.finditer(text))
    return "".join(plain if plain is not None else quoted(inner or "") for plain, inner in pieces)
