"""Words in the making: literal pieces, values of variables, and the splitting of those (POSIX 2.6.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from celerylint.facts.launch.words import Locate, Piece, Splice, Word, assemble
from celerylint.origin import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_LONGEST = 20_000  # characters of one value; a longer one is left unresolved
_FIELD = re.compile(r"[^ \t\n]+")
_UNRESOLVED = re.compile(r"(?:\$\([^)]*\)|\$\{[^}]*\}|`[^`]*`|[^ \t\n])+")  # with expansions that stay together


@dataclass(frozen=True, slots=True)
class Source:
    """A script's text, which its parser counts in characters, and the way to the file."""

    text: str
    locate: Locate
    splices: tuple[Splice, ...] = ()  # what Kubernetes put into the text

    def bounds(self, node: Node) -> tuple[int, int]:
        """Where a node stands in the text, in characters."""
        return node.start_byte, node.end_byte

    def spliced(self, start: int, end: int) -> list[Splice]:
        """What Kubernetes put in between two offsets."""
        return [splice for splice in self.splices if splice.start < end and splice.end > start]

    def span(self, node: Node) -> Span:
        """Where a node stands in the file."""
        return self.locate(*self.bounds(node))

    def read(self, node: Node) -> str:
        """What is written there."""
        start, end = self.bounds(node)
        return self.text[start:end]


@dataclass(slots=True)
class Fields:
    """The words that are made of one written word: pieces are added, and a blank in a value ends a word."""

    source: Source
    done: list[Word] = field(default_factory=list)
    pieces: list[tuple[Piece, Word | None, int]] = field(default_factory=list)  # with the word it is cut from
    present: bool = False
    expansions: bool = False
    splits: bool = False
    reason: str = ""
    variables: list[str] = field(default_factory=list)
    size: int = 0

    def literal(self, text: str, start: int, end: int) -> None:
        self.present = True
        if text:
            self.pieces.append((Piece(text, start, end), None, 0))

    def unresolved(self, start: int, end: int, reason: str, quoted: bool) -> None:
        self.literal(self.source.text[start:end], start, end)
        named = [splice.reason for splice in self.source.spliced(start, end) if splice.variable.isupper()]
        reason = next(filter(None, named), reason)
        self.expansions, self.splits = True, self.splits or not quoted
        self.reason = self.reason or reason

    def value(self, word: Word, start: int, end: int, quoted: bool) -> None:
        """The value of an expansion that is written from `start` to `end`."""
        self.size += len(word.text)
        if self.size > _LONGEST:
            self.unresolved(start, end, f"{self.source.text[start:end]} holds too much to be followed", quoted)
            return
        if quoted:
            self._part(word, (0, len(word.text)), start, end, alone=True, splits=False)
            return
        parts = [match.span() for match in (_UNRESOLVED if word.expansions else _FIELD).finditer(word.text)]
        if word.text[:1].isspace():
            self.flush(start, start)
        for index, part in enumerate(parts):
            if index:
                self.flush(start, start)
            self._part(word, part, start, end, alone=len(parts) == 1, splits=True)
        if parts and word.text[-1:].isspace():
            self.flush(start, end)

    def _part(self, word: Word, part: tuple[int, int], start: int, end: int, *, alone: bool, splits: bool) -> None:
        """A part of a value, which is a word or the beginning or end of one."""
        text = word.text[slice(*part)]
        self.present = True
        self.pieces.append((Piece(text, start, end), None if alone else word, part[0]))
        self.variables += word.variables
        if word.expansions and (alone or "$" in text or "`" in text):
            self.expansions, self.splits = True, self.splits or splits
            self.reason = self.reason or word.unresolved

    def flush(self, start: int, end: int) -> None:
        """Ends the word that is written from `start` to `end`."""
        if self.present:
            self.done.append(self._word(start, end))
        self.pieces, self.present, self.variables = [], False, []
        self.expansions, self.splits, self.reason = False, False, ""

    def _word(self, start: int, end: int) -> Word:
        pieces = [piece for piece, _, _ in self.pieces]
        _, whole, at = self.pieces[0] if len(pieces) == 1 else (None, None, 0)
        if whole is not None:
            span = whole.locate(at, at + len(pieces[0].text))
            return Word(pieces[0].text, span, self.expansions, self.splits, (), self.reason, whole.variables)
        if end <= start and pieces:
            start, end = pieces[0].start, max(piece.end for piece in pieces)
        span = self.source.locate(start, end)
        word = assemble(pieces, span, self.source.locate)
        put_in = [splice.variable for splice in self.source.spliced(start, end) if not splice.reason]
        variables = tuple(dict.fromkeys([*self.variables, *put_in]))
        return replace(word, expansions=self.expansions, splits=self.splits, reason=self.reason, variables=variables)
