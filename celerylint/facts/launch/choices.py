"""`if` and `case`: a known condition selects; of an unknown one every branch is read, and nobody knows which runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from celerylint.facts.launch.expansion import Expansion
from celerylint.facts.launch.place import Place, Statements, Status, until
from celerylint.facts.launch.shell import Shell, pattern_of
from celerylint.facts.launch.variables import Scope
from celerylint.facts.launch.words import Word

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST = 50  # branches whose arguments are kept
_FALLS = (";&", ";;&")
_PLAIN = re.compile(r"[A-Za-z][\w.-]*")
# `"$1" = worker`; a switch that is on or off names nothing.
_COMPARED = re.compile(
    r"\$[^\s=]*\s+={1,2}\s+[\"']?(?!(?i:true|false|yes|no|on|off|prod|production)\b)(?P<text>[A-Za-z][\w.-]*)"
)


@dataclass(slots=True)
class _Branches:
    """The branches that may run, each with a scope of its own."""

    reader: Statements
    scope: Scope
    place: Place
    copies: list[Scope] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # for each of them
    whole: bool = False  # one of them surely runs

    def run(self, body: Sequence[Node], asked: str, *, sure: bool) -> Status:
        """Reads a branch, which runs where `asked` is asked for: the one that surely runs in the scope itself."""
        if sure and not self.copies:
            return self.reader.sequence(body, self.scope, self.place)
        copy = self.scope.branch()
        self.reader.sequence(body, copy, replace(self.place, conditional=True, branch=self.place.branch or asked))
        self.copies.append(copy)
        self.asked.append(asked)
        self.whole = self.whole or sure
        return None

    def end(self) -> None:
        """Behind all branches."""
        if not self.copies:
            return
        before = self.scope.positional
        self.scope.merge(self.copies, whole=self.whole)
        given = [(asked, copy) for asked, copy in zip(self.asked, self.copies, strict=True) if not copy.ended]
        if self.scope.positional is None and len(given) <= _MOST:
            own = [(asked, copy.positional) for asked, copy in given if copy.positional not in (None, before)]
            self.scope.choices = tuple((asked, words) for asked, words in own if words is not None)


def choose(reader: Statements, node: Node, scope: Scope, place: Place) -> Status:
    """`if`, with its `elif` and `else`."""
    branches = _Branches(reader, scope, place)
    status: Status = True
    for condition, body in _clauses(node):
        doubtful = bool(branches.copies)
        front = replace(place, last=False, conditional=place.conditional or doubtful)
        answer = reader.sequence(condition, scope, front) if condition else True
        if scope.ended:
            break
        if answer is not False:
            asked = _COMPARED.search(" ".join(reader.source.read(each) for each in condition))
            status = branches.run(body, asked["text"] if asked else "", sure=answer is True)
        if answer is True:
            break
    branches.end()
    return status


def _clauses(node: Node) -> Iterator[tuple[list[Node], list[Node]]]:
    """Each condition with its body; `else` has no condition."""
    clauses = [child for child in node.children if child.type in ("elif_clause", "else_clause")]
    own = [child for child in node.children if child not in clauses]
    for children in (own, *(clause.children for clause in clauses)):
        condition = until(children, "then")
        yield condition, list(children[len(condition) :])


def select(reader: Statements, node: Node, scope: Scope, place: Place) -> Status:
    """`case`: the first item with a pattern that matches, and those that it falls through to."""
    shell = Expansion(reader.source, replace(scope, empties=True))
    value = node.child_by_field_name("value")
    word = shell.word(value, reader.source.span(node))
    items = [child for child in node.children if child.type == "case_item"]
    branches = _Branches(reader, scope, place)
    status: Status = True
    for index, item in enumerate(items):
        patterns = item.children_by_field_name("value")
        found = [pattern_of(each, shell) for each in patterns]
        texts = [reader.source.read(each) for each in patterns]
        if "*" in texts or any(
            each is not None and not word.expansions and each.fullmatch(word.text) for each in found
        ):
            answer: Status = True
        else:
            answer = None if word.expansions or None in found else False
        if answer is False:
            continue
        written = [reader.source.read(each).strip("\"'") for each in item.children_by_field_name("value")]
        asked = next((text for text in written if _PLAIN.fullmatch(text)), "")
        status = branches.run(_body(items[index:]), asked, sure=answer is True)
        if answer is True and not _falls(item, ";;&"):
            break
    branches.end()
    return status


def _fits(word: Word, item: Node, shell: Shell) -> Status:
    """Whether one of an item's patterns matches the word."""
    written = item.children_by_field_name("value")
    if any(shell.source.read(each) == "*" for each in written):
        return True
    patterns = [pattern_of(each, shell) for each in written]
    if word.expansions:
        return None
    if any(each.fullmatch(word.text) for each in patterns if each is not None):
        return True
    return None if None in patterns else False


def _body(items: Sequence[Node]) -> list[Node]:
    """What an item runs: its own commands, and those of the next as long as it falls through."""
    nodes: list[Node] = []
    for item in items:
        patterns = item.children_by_field_name("value")
        nodes += [child for child in item.children if child not in patterns and child.type not in (*_FALLS, ";;")]
        if not _falls(item, ";&"):
            break
    return nodes


def _falls(item: Node, sign: str) -> bool:
    return any(child.type == sign for child in item.children)
