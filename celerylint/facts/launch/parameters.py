"""What `$X`, `${X…}` and the words of an array become (POSIX 2.6.2, and bash)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from celerylint.facts.launch.arithmetic import number, whole
from celerylint.facts.launch.patterns import replaced, without
from celerylint.facts.launch.shell import Shell, pattern_of
from celerylint.facts.launch.values import CASES, CUTS, REPLACEMENTS, cased, changed, joined, named, part, slice_of
from celerylint.facts.launch.variables import Variable
from celerylint.facts.launch.words import Word
from celerylint.origin import Span, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_NO_INDEX = "which element is used is only known when the shell runs"


def parameter(node: Node, shell: Shell, span: Span) -> Word | Unknown:
    """`$X`, `${X}`, and what stands behind the name in braces."""
    children = [child for child in node.children if child.type not in ("$", "${", "}")]
    text = shell.source.read(node).strip()
    obscure = Unknown(f"{text} is only known when the shell runs")
    if not children:
        return obscure
    if children[0].type in ("#", "!") and len(children) <= 2:
        counted = _counted(children[1:], shell, span) if children[0].type == "#" else None
        return obscure if counted is None else counted
    found = _found(children[0], shell, span)
    if len(children) == 1:
        return _set_or(found, shell, span, text)
    operator, operands = children[1].type, children[2:]
    if operator in (":-", "-", ":=", "="):
        return _default(shell.source.read(children[0]), operator, found, operands, shell, span)
    if operator in (":?", "?"):
        return _set_or(found, shell, span, text)
    if operator in (":+", "+") and not isinstance(found, Unknown):
        absent = found is None or (operator == ":+" and not found.text)
        return Word("", span) if absent else shell.text(operands, span)
    elements = _elements(children, shell)
    if elements is not None:
        return elements if isinstance(elements, Unknown) else joined(elements, span)
    found = _set_or(found, shell, span, f"${shell.source.read(children[0])}")
    return found if isinstance(found, Unknown) else _changed(found, operator, operands, shell, span) or obscure


def _set_or(found: Word | Unknown | None, shell: Shell, span: Span, text: str) -> Word | Unknown:
    """What is found. An argument that is not there is empty, a variable only in a test."""
    if found is None:
        empty = shell.scope.empties or text.strip("${}").isdecimal()
        return Word("", span) if empty else Unknown(f"{text} is not set here")
    return found


def _found(node: Node, shell: Shell, span: Span) -> Word | Unknown | None:
    """What the first part of an expansion holds: a variable, or an element of an array."""
    if node.type == "subscript":
        name, _, index = shell.source.read(node).removesuffix("]").partition("[")
        words = shell.scope.array(name) if index in ("@", "*") else shell.scope.counted(name)
        if isinstance(words, Unknown):
            return words
        if index in ("@", "*"):
            return joined(words, span)
        at = whole(index)
        known = at is not None and -len(words) <= at
        return (words[at] if at is not None and at < len(words) else None) if known else Unknown(_NO_INDEX)
    if node.type not in ("variable_name", "special_variable_name"):
        return Unknown(f"{shell.source.read(node)} is only known when the shell runs")
    return named(shell.source.read(node), shell.scope, span)


def _counted(nodes: Sequence[Node], shell: Shell, span: Span) -> Word | Unknown | None:
    """`${#}`, `${#X}` and `${#X[@]}`."""
    if not nodes or shell.source.read(nodes[0]) in ("@", "*"):
        return named("#", shell.scope, span)
    if nodes[0].type == "subscript" and shell.source.read(nodes[0]).endswith(("[@]", "[*]")):
        words = shell.scope.counted(shell.source.read(nodes[0]).partition("[")[0])
        return words if isinstance(words, Unknown) else Word(str(len(words)), span)
    found = _found(nodes[0], shell, span)
    if isinstance(found, Unknown) or (found is not None and found.expansions):
        return None
    return Word(str(len(found.text) if found else 0), span)


def _changed(found: Word, operator: str, operands: Sequence[Node], shell: Shell, span: Span) -> Word | None:
    """The value after an operator that takes a part of it away or changes it; None where that is not known."""
    own = [node for node in operands if node.type not in (":", "/")]
    if operator == ":":
        return changed(found, lambda text: part(text, _numbers(own, shell)), span)
    if operator in CASES:
        return changed(found, lambda text: cased(text, operator), span) if not own else None
    cut = pattern_of(own[0], shell) if own else None
    if cut is None or operator not in (*CUTS, *REPLACEMENTS):
        return None
    if operator in CUTS:
        return changed(found, lambda text: without(text, operator, cut), span)
    by = shell.text(own[1:], span)
    return None if by.expansions else changed(found, lambda text: replaced(text, operator, cut, by.text), span)


def _numbers(nodes: Sequence[Node], shell: Shell) -> list[int | None]:
    return [number(node, shell) for node in nodes]


def _default(
    name: str,
    operator: str,
    found: Word | Unknown | None,
    words: Sequence[Node],
    shell: Shell,
    span: Span,
) -> Word | Unknown:
    if isinstance(found, Unknown):
        return found
    if found is not None and (found.text or not operator.startswith(":")):
        return found
    value = shell.text(words, span)
    if operator.endswith("=") and name.isidentifier():
        shell.scope.assign(name, Variable((value,), span))
    return value


def array(nodes: Sequence[Node], shell: Shell) -> Sequence[Word] | Unknown | None:
    """The words of `"$@"` or `"${NAME[@]}"` where that is the whole word; None where it is something else."""
    node = nodes[0]
    in_quotes = node.type == "string"
    if in_quotes:
        inner = [child for child in node.children if child.type != '"']
        if len(inner) != 1 or inner[0].end_byte - inner[0].start_byte != node.end_byte - node.start_byte - 2:
            return None
        node = inner[0]
    if len(nodes) != 1 or node.type not in ("simple_expansion", "expansion"):
        return None
    children = [child for child in node.children if child.type not in ("$", "${", "}")]
    found = _elements(children, shell) if children else None
    if found is None or (in_quotes and shell.source.read(children[0]).endswith(("*", "*]"))):
        return None
    return found


def _elements(children: Sequence[Node], shell: Shell) -> Sequence[Word] | Unknown | None:
    """The words of `@` or of an array, all or from one on; None for anything else."""
    text = shell.source.read(children[0])
    words: Sequence[Word] | Unknown
    if text in ("@", "*"):
        known = shell.scope.positional
        words = Unknown("$@ are arguments that are not known here") if known is None else known
    elif children[0].type == "subscript" and text.endswith(("[@]", "[*]")):
        name = text.partition("[")[0]
        words = shell.scope.array(name) if len(children) == 1 else shell.scope.counted(name)
    else:
        return None
    if isinstance(words, Unknown):
        return words
    if len(children) == 1:
        return words[1:] if text in ("@", "*") else words
    if children[1].type != ":":
        return Unknown(f"the part of {text} that is used is only known when the shell runs")
    bounds = slice_of(_numbers([each for each in children[2:] if each.type != ":"], shell), len(words))
    return Unknown(_NO_INDEX) if bounds is None else words[bounds]
