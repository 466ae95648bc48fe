"""The words that a shell makes of what is written: quotes, escapes, parameters, word splitting (POSIX 2.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from celerylint.facts.launch.fields import Fields, Source
from celerylint.facts.launch.variables import Scope, Variable
from celerylint.facts.launch.words import Word
from celerylint.origin import Span, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ANSI = re.compile(r"\\(?:x(?P<hex>[0-9A-Fa-f]{1,2})|(?P<octal>[0-7]{1,3})|(?P<letter>.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_NESTED = 50  # expansions within one word
_UNREADABLE = "this part of the script cannot be read"


def words_of(nodes: Sequence[Node], source: Source, scope: Scope) -> list[Word]:
    """The words that one written word (one node, or several without a gap) becomes: none, one or more."""
    start, end = source.bounds(nodes[0])[0], source.bounds(nodes[-1])[1]
    if any(_unreadable(node, source) for node in nodes):
        return [Word(source.text[start:end], source.locate(start, end), True, True, reason=_UNREADABLE)]
    array = _array(nodes, source, scope)
    if array is not None:
        return array
    fields = Fields(source)
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


def _expansion(node: Node, source: Source, scope: Scope, fields: Fields, start: int, end: int, quoted: bool) -> None:
    """What an expansion from `start` to `end` becomes."""
    span = source.locate(start, end)
    value: Word | Unknown
    if node.type in ("simple_expansion", "expansion"):
        value = _parameter(node, source, scope, span)
    else:
        value = Unknown(f"{source.text[start:end]} is only known when the shell runs")
    if isinstance(value, Unknown):
        fields.unresolved(start, end, value.reason, quoted)
    else:
        fields.value(value, start, end, quoted)


def _parameter(node: Node, source: Source, scope: Scope, span: Span) -> Word | Unknown:
    """`$X`, `${X}` and the forms with a default; other operators are left unresolved."""
    children = [child for child in node.children if child.type not in ("$", "${", "}")]
    text = source.read(node).strip()
    if not children or children[0].type not in ("variable_name", "special_variable_name"):
        joined = _joined_array(children, source, scope, span)
        return Unknown(f"{text} is only known when the shell runs") if joined is None else joined
    name = source.read(children[0])
    found = _named(name, scope, span)
    if len(children) == 1:
        return Unknown(f"{text} is not set here") if found is None else found
    operator, words = children[1].type, children[2:]
    if operator in (":-", "-", ":=", "="):
        return _default(name, operator, found, words, source, scope, span)
    if operator in (":?", "?"):
        return Unknown(f"{text} is not set here") if found is None else found
    if operator in (":+", "+") and not isinstance(found, Unknown):
        absent = found is None or (operator == ":+" and not found.text)
        return Word("", span) if absent else _text(words, source, scope, span)
    return Unknown(f"{text} is only known when the shell runs")


def _default(
    name: str,
    operator: str,
    found: Word | Unknown | None,
    words: Sequence[Node],
    source: Source,
    scope: Scope,
    span: Span,
) -> Word | Unknown:
    if isinstance(found, Unknown):
        return found
    if found is not None and (found.text or not operator.startswith(":")):
        return found
    value = _text(words, source, scope, span)
    if operator.endswith("=") and name.isidentifier():
        scope.assign(name, Variable((value,), span))
    return value


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


def _named(name: str, scope: Scope, span: Span) -> Word | Unknown | None:
    """A variable or a positional parameter; None where it is not set."""
    if name.isdigit():
        if scope.positional is None:
            return Unknown(f"${name} is an argument that is not known here")
        index = int(name)
        return scope.positional[index] if index < len(scope.positional) else None
    if name in ("@", "*"):
        if scope.positional is None:
            return Unknown(f"${name} are arguments that are not known here")
        return _joined(scope.positional[1:], span)
    if not name.isidentifier():
        return Unknown(f"${name} is only known when the shell runs")
    return scope.look_up(name, span)


def _joined(words: Sequence[Word], span: Span) -> Word:
    if len(words) == 1:
        return words[0]
    unresolved = next((word for word in words if word.expansions), None)
    variables = tuple(dict.fromkeys(name for word in words for name in word.variables))
    reason = unresolved.unresolved if unresolved else ""
    text = " ".join(word.text for word in words)
    return Word(text, span, unresolved is not None, reason=reason, variables=variables)


def _joined_array(children: Sequence[Node], source: Source, scope: Scope, span: Span) -> Word | Unknown | None:
    name = _subscript(children, source)
    if name is None:
        return None
    words = scope.array(name)
    return words if isinstance(words, Unknown) else _joined(words, span)


def _subscript(children: Sequence[Node], source: Source) -> str | None:
    """The array's name in `${NAME[@]}` or `${NAME[*]}`."""
    if len(children) != 1 or children[0].type != "subscript":
        return None
    name, _, index = source.read(children[0]).partition("[")
    return name if index in ("@]", "*]") else None


def _array(nodes: Sequence[Node], source: Source, scope: Scope) -> list[Word] | None:
    """The words of `"$@"` or `"${NAME[@]}"` where that is the whole word; None where it is something else."""
    node = nodes[0]
    quoted = node.type == "string"
    if quoted:
        inner = [child for child in node.children if child.type != '"']
        if len(inner) != 1 or inner[0].end_byte - inner[0].start_byte != node.end_byte - node.start_byte - 2:
            return None
        node = inner[0]
    if len(nodes) != 1 or node.type not in ("simple_expansion", "expansion"):
        return None
    children = [child for child in node.children if child.type not in ("$", "${", "}")]
    name = _subscript(children, source)
    found: Sequence[Word] | Unknown
    if quoted and children and source.read(children[0]).endswith("*]"):
        return None
    if name is not None:
        found = scope.array(name)
    elif len(children) == 1 and source.read(children[0]) == "@":
        known = scope.positional
        found = Unknown("$@ are arguments that are not known here") if known is None else known[1:]
    else:
        return None
    if isinstance(found, Unknown):
        return [Word(source.read(nodes[0]), source.span(nodes[0]), True, True, reason=found.reason)]
    return list(found)
