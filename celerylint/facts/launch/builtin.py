"""What a shell's own commands do to its variables: assignments, export, set, read, source, trap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from celerylint.facts.launch.expansion import word_of, words_of
from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.inside import absolute
from celerylint.facts.launch.variables import Scope, Variable
from celerylint.facts.launch.words import Word
from celerylint.origin import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_EXPORTING = ("export", "-x")


def declare(node: Node, source: Source, scope: Scope) -> list[tuple[str, Variable]]:
    """Assignments, `export X=1`, `unset X`: what they assign, after the scope has taken it."""
    if node.type == "variable_assignment":
        return [_assign(node, source, scope)]
    parts = [child for child in node.children if child.type != "comment"]
    words = {source.read(child) for child in parts if child.type in ("export", "word")}
    assigned = []
    for child in parts:
        if child.type == "variable_assignment":
            assigned.append(_assign(child, source, scope))
        elif node.type == "unset_command" and child.type in ("variable_name", "word"):
            scope.variables[source.read(child)] = Variable()
    if words & set(_EXPORTING):
        names = [source.read(child) for child in parts if child.type == "variable_name"]
        for name in (*names, *(name for name, _ in assigned)):
            scope.export(name)
    return assigned


def _assign(node: Node, source: Source, scope: Scope) -> tuple[str, Variable]:
    target = node.child_by_field_name("name")
    name = source.read(target) if target is not None else ""
    if node.has_error or (target is not None and target.type == "subscript"):
        name = name.partition("[")[0]
        word = Word(source.read(node), source.span(node), True, True)
        variable = Variable((word,), source.span(node), unknown=f"what ${name} holds cannot be read")
    else:
        variable = _assigned(node, name, source, scope)
    scope.assign(name, variable)
    return name, variable


def _assigned(node: Node, name: str, source: Source, scope: Scope) -> Variable:
    value, span = node.child_by_field_name("value"), source.span(node)
    appended = any(child.type == "+=" for child in node.children)
    if value is None or value.type != "array":
        reason = f"${name} is put together in several places" if appended else ""
        return Variable((word_of(value, source, scope, span),), span, unknown=reason)
    written = [child for child in value.children if child.is_named and child.type != "comment"]
    words = [word for child in written for word in words_of([child], source, scope)]
    before = scope.array(name) if appended else ()
    if isinstance(before, Unknown):
        return Variable(tuple(words), span, array=True, unknown=before.reason)
    return Variable((*before, *words), span, array=True)


def run_builtin(words: Sequence[Word], scope: Scope) -> None:
    """Lets a command of the shell itself change the scope; any other command changes nothing."""
    builtin = _BUILTINS.get(words[0].text)
    if builtin is not None:
        builtin(words[1:], scope)


def _source(words: Sequence[Word], scope: Scope) -> None:
    name = words[0].text if words else ""
    if not name.endswith("bin/activate"):  # a virtual environment's sets PATH and its like
        scope.forget(f"{name or 'a file'}, which the script reads, may set it")


def _eval(words: Sequence[Word], scope: Scope) -> None:
    scope.forget("the script's `eval` may set it")


def _set(words: Sequence[Word], scope: Scope) -> None:
    texts = [word.text for word in words]
    if "-a" in texts or "allexport" in texts:
        scope.export_all = True
    if "--" in texts:
        scope.choices = ()
        given = tuple(words[texts.index("--") + 1 :])
        if any(word.splits for word in given):
            scope.positional = None
        else:
            scope.positional = (*(scope.positional or words)[:1], *given)


def _shift(words: Sequence[Word], scope: Scope) -> None:
    scope.choices = ()
    if scope.positional is None:
        return
    count = words[0].text if words else "1"
    if count.isascii() and count.isdigit() and len(count) < 6:
        scope.positional = (*scope.positional[:1], *scope.positional[1 + int(count) :])
    else:
        scope.positional = None


def _read(words: Sequence[Word], scope: Scope) -> None:
    for word in words:
        if word.text.isidentifier():
            scope.variables[word.text] = Variable(unknown=f"the script reads ${word.text} when it runs")


def _cd(words: Sequence[Word], scope: Scope) -> None:
    targets = [word for word in words if word.text not in ("-P", "-L", "-e", "--")]
    target = targets[0] if targets else None
    if target is None or target.expansions or target.text == "-":
        scope.directory = Unknown("the script changes to a folder that is not known")
    else:
        scope.directory = absolute(scope.directory, target.text)


def _trap(words: Sequence[Word], scope: Scope) -> None:
    if words:
        scope.trap = words[0].text not in ("-", "")


_BUILTINS: Mapping[str, Callable[[Sequence[Word], Scope], None]] = {
    ".": _source,
    "source": _source,
    "eval": _eval,
    "set": _set,
    "shift": _shift,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    "getopts": _read,
    "trap": _trap,
    "cd": _cd,
}
