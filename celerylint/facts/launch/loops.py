"""`for` and `while`: over values that are known turn by turn, else once for all turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from celerylint.facts.launch.expansion import words_of
from celerylint.facts.launch.place import Place, Statements, until
from celerylint.facts.launch.variables import Scope, Variable
from celerylint.facts.launch.words import Word

if TYPE_CHECKING:
    from tree_sitter import Node

_TURNS = 20  # that are read one by one


def repeat(reader: Statements, node: Node, scope: Scope, place: Place) -> None:
    """A loop of any kind."""
    body = [child for part in node.children if part.type == "do_group" for child in part.children]
    place = replace(place, last=False)
    variable = node.child_by_field_name("variable")
    if variable is not None:
        _for(reader, node, reader.source.read(variable), body, scope, place)
    elif node.type == "while_statement":
        _while(reader, node, body, scope, place)
    else:
        _any_turn(reader, body, scope, place)
    scope.leave("break")


def _for(reader: Statements, node: Node, name: str, body: Sequence[Node], scope: Scope, place: Place) -> None:
    values = _values(reader, node, scope)
    if values is None:
        scope.variables[name] = Variable(unknown=f"${name} is set by a loop")
        _any_turn(reader, body, scope, place)
        return
    left: list[Scope] = []
    for word in values:
        scope.variables[name] = Variable((word,))
        if not _turn(reader, body, scope, place, left):
            break
    _end(scope, left)


def _turn(reader: Statements, body: Sequence[Node], scope: Scope, place: Place, left: list[Scope]) -> bool:
    """One turn; whether there may be another. How the loop may have been left by then is added to `left`."""
    reader.sequence(body, scope, place)
    if scope.ended not in ("", "continue"):
        return False
    scope.leave("continue")
    if "break" in scope.unsure:
        left.append(scope.branch())
    return True


def _end(scope: Scope, left: list[Scope]) -> None:
    """Behind the last turn: as that left it, or any turn before it that may have been the last."""
    if left:
        scope.mix([*left, *([] if scope.ended in ("exit", "failure", "return") else [scope.branch()])], whole=True)


def _values(reader: Statements, node: Node, scope: Scope) -> list[Word] | None:
    """What `for` goes over: the words behind `in`, else the arguments; None where those are not known or too many."""
    written = node.children_by_field_name("value")
    if not written and not any(child.type == "in" for child in node.children):
        known = None if scope.positional is None else list(scope.positional[1:])
    else:
        known = [word for value in written for word in words_of([value], reader.source, scope)]
    return None if known is None or len(known) > _TURNS or any(word.expansions for word in known) else known


def _while(reader: Statements, node: Node, body: Sequence[Node], scope: Scope, place: Place) -> None:
    """`while` and `until`: turn by turn as long as the condition is known to hold and something changes."""
    condition = until(node.children, "do_group")[1:]
    wanted = node.children[0].type == "while"
    for _ in range(_TURNS):
        answer = reader.sequence(condition, scope, place)
        if scope.ended or answer is (not wanted):
            return
        if answer is None:
            _any_turn(reader, body, scope, place)
            return
        before = scope.branch()
        left: list[Scope] = []
        if not _turn(reader, body, scope, place, left):
            return
        if left:  # it runs until it is left, nobody knows in which turn
            break
        if (before.positional, before.variables) == (scope.positional, scope.variables):
            scope.ended = "exit"  # a loop without an end
            return
    scope.mix([before, scope.branch()], whole=True)


def _any_turn(reader: Statements, body: Sequence[Node], scope: Scope, place: Place) -> None:
    """The body once, for turns of which nobody knows how many there are."""
    copy = scope.branch()
    reader.sequence(body, copy, replace(place, conditional=True))
    copy.leave("break")
    scope.merge([copy])
