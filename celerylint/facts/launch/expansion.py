"""The words that a shell makes of what is written: quotes, escapes, parameters, word splitting (POSIX 2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celerylint.facts.launch.arithmetic import number
from celerylint.facts.launch.fields import Fields, Source
from celerylint.facts.launch.parameters import array, parameter
from celerylint.facts.launch.substitution import substituted
from celerylint.facts.launch.variables import Scope
from celerylint.facts.launch.words import Word
from celerylint.origin import Span, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ANSI = re.compile(r"\\(?:x(?P<hex>[0-9A-Fa-f]{1,2})|(?P<octal>[0-7]{1,3})|(?P<letter>.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_NESTED = 50  # expansions within one word
_UNREADABLE = "this part of the script cannot be read"


@dataclass(frozen=True, slots=True)
class Expansion:
    """The shell that makes the words of a script."""

    source: Source
    scope: Scope

    def words(self, node: Node) -> list[Word]:
        """The words that one written word becomes."""
        return words_of([node], self.source, self.scope)

    def word(self, node: Node | None, place: Span) -> Word:
        """The single word of a place where nothing is split."""
        return word_of(node, self.source, self.scope, place)

    def text(self, nodes: Sequence[Node], place: Span) -> Word:
        """Words, with the blanks between them, as one text."""
        return _text(nodes, self.source, self.scope, place)


def words_of(nodes: Sequence[Node], source: Source, scope: Scope) -> list[Word]:
    """The words that one written word (one node, or several without a gap) becomes: none, one or more."""
    start, end = source.bounds(nodes[0])[0], source.bounds(nodes[-1])[1]
    if any(_unreadable(node, source) for node in nodes):
        return [Word(source.text[start:end], source.locate(start, end), True, True, reason=_UNREADABLE)]
    fields = Fields(source)
    elements = array(nodes, Expansion(source, scope))
    if elements is not None:
        return _spread(elements, nodes[0], source)
    for node in nodes:
        _emit(node, source, scope, fields, quoted=False)
    fields.flush(start, end)
    return fields.done


def word_of(node: Node | None, source: Source, scope: Scope, place: Span) -> Word:
    """The single word of a place where a shell does not split, such as an assignment; `place` is the empty one's."""
    if node is None:
        return Word("", place)
    if _unreadable(node, source):
        return Word(source.read(node), source.span(node), True, True, reason=_UNREADABLE)
    fields = Fields(source)
    _emit(node, source, scope, fields, quoted=True)
    fields.present = True
    fields.flush(*source.bounds(node))
    return fields.done[0]


def _unreadable(node: Node, source: Source) -> bool:
    """Whether the parser could not read it, or it is nested deeper than anyone writes."""
    return node.has_error or source.text.count("${", *source.bounds(node)) > _NESTED


def _emit(node: Node, source: Source, scope: Scope, fields: Fields, *, quoted: bool) -> None:
    start, end = source.bounds(node)
    kind = node.type
    if kind in ("string", "translated_string", "concatenation", "command_name"):
        _emit_children(node, source, scope, fields, quoted=quoted or "string" in kind)
    elif kind == "raw_string":
        fields.literal(source.text[start + 1 : end - 1], start + 1, end - 1)
    elif kind == "ansi_c_string":
        fields.literal(_ansi(source.text[start + 2 : end - 1]), start + 2, end - 1)
    elif kind in ("simple_expansion", "expansion", "command_substitution", "arithmetic_expansion"):
        text = source.text[start:end]
        lead = len(text) - len(text.lstrip())
        if lead:  # the parser counts blanks in front of an expansion to it
            fields.literal(text[:lead], start, start + lead)
        _expansion(node, source, scope, fields, start + lead, end, quoted)
    elif kind in ("process_substitution", "brace_expression"):
        fields.unresolved(start, end, f"{source.read(node)} is only known when the shell runs", quoted)
    elif kind == "$" and node.next_sibling is not None and node.next_sibling.type == "string":
        return
    else:
        _literal(source.text[start:end], start, fields, _ESCAPED)


_DOUBLE = re.compile(r'\\([$`"\\\n])')


def _emit_children(node: Node, source: Source, scope: Scope, fields: Fields, *, quoted: bool) -> None:
    """Children, and what stands between them, which the parser leaves out."""
    position, finish = source.bounds(node)
    in_string = node.type in ("string", "translated_string")
    fields.present = fields.present or in_string
    for child in node.children:
        start, end = source.bounds(child)
        if start > position:
            _literal(source.text[position:start], position, fields, _DOUBLE if in_string else _ESCAPED)
        position = end
        if in_string and child.type in ('"', '$"'):
            continue
        if in_string and child.type in ("string_content", "$"):
            _literal(source.text[start:end], start, fields, _DOUBLE)
        else:
            _emit(child, source, scope, fields, quoted=quoted)
    if position < finish:
        _literal(source.text[position:finish], position, fields, _DOUBLE if in_string else _ESCAPED)


def _literal(text: str, start: int, fields: Fields, escapes: re.Pattern[str]) -> None:
    """Text with its backslashes taken off; a backslash in front of a line end goes with it."""
    position = 0
    fields.present = fields.present or bool(text)
    for match in escapes.finditer(text):
        if position < match.start():
            fields.literal(text[position : match.start()], start + position, start + match.start())
        if match[1] != "\n":
            fields.literal(match[1], start + match.start(), start + match.end())
        position = match.end()
    if position < len(text):
        fields.literal(text[position:], start + position, start + len(text))


def _ansi(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match["hex"] or match["octal"]:
            return chr(int(match["hex"], 16) if match["hex"] else int(match["octal"], 8) & 0xFF)
        return _ANSI_LETTERS.get(match["letter"], match["letter"])

    return _ANSI.sub(character, text)


def _spread(elements: Sequence[Word] | Unknown, node: Node, source: Source) -> list[Word]:
    """The words of an array; those of an unquoted one are split, each by itself."""
    if isinstance(elements, Unknown):
        return [Word(source.read(node), source.span(node), True, True, reason=elements.reason)]
    if node.type == "string":
        return list(elements)
    fields = Fields(source)
    for word in elements:
        fields.value(word, *source.bounds(node), quoted=False)
        fields.flush(*source.bounds(node))
    return fields.done


def _expansion(node: Node, source: Source, scope: Scope, fields: Fields, start: int, end: int, quoted: bool) -> None:
    """What an expansion from `start` to `end` becomes."""
    value = _expanded(node, Expansion(source, scope), source.locate(start, end))
    if value is None:
        value = Unknown(f"{source.text[start:end]} is only known when the shell runs")
    if isinstance(value, Unknown):
        fields.unresolved(start, end, value.reason, quoted)
    else:
        fields.value(value, start, end, quoted)


def _expanded(node: Node, shell: Expansion, span: Span) -> Word | Unknown | None:
    if node.type in ("simple_expansion", "expansion"):
        return parameter(node, shell, span)
    if node.type == "command_substitution":
        return substituted(node, shell)
    value = number(node, shell)
    return None if value is None else Word(str(value), span)


def _text(nodes: Sequence[Node], source: Source, scope: Scope, place: Span) -> Word:
    """The words of a default, with the blanks between them, as one text."""
    if not nodes:
        return Word("", place)
    fields = Fields(source)
    position = start = source.bounds(nodes[0])[0]
    for node in _flat(nodes):
        begin, finish = source.bounds(node)
        if begin > position:
            _literal(source.text[position:begin], position, fields, _ESCAPED)
        position = finish
        _emit(node, source, scope, fields, quoted=True)
    fields.present = True
    fields.flush(start, position)
    return fields.done[0]


def _flat(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield from node.children if node.type == "concatenation" else (node,)
