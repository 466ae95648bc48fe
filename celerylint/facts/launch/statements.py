"""A script's statements: in which order, in which branch, behind what each simple command stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from celerylint.facts.launch.builtin import declare, run_builtin
from celerylint.facts.launch.expansion import words_of
from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.variables import Scope, Variable
from celerylint.facts.launch.words import Word
from celerylint.origin import Span, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_DEPTH = 100  # commands within commands; deeper ones are not followed
_TURNS = 20  # of a loop over written values, each read on its own
_STEPS = 5_000  # statements of one script, as often as they are read; what comes then is not followed
_WORDS = 10_000  # of one command
_REDIRECTS = ("file_redirect", "heredoc_redirect", "herestring_redirect")
_STATEMENTS = ("pipeline", "command", "list", "redirected_statement", "compound_statement", "subshell")


@dataclass(frozen=True, slots=True)
class Place:
    """How a command stands in its script."""

    last: bool = True  # nothing of the script runs after it
    conditional: bool = False
    pipeline: bool = False
    background: bool = False
    subshell: bool = False
    compound: bool = False  # in a group, a branch, a loop, a function or behind `!`
    redirected: bool = False


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """A simple command: its words after expansion, and the variables that the script gives to it."""

    words: tuple[Word, ...]
    place: Place
    span: Span
    directory: str | Unknown  # where it runs
    environment: Mapping[str, Variable] = field(default_factory=dict)
    trap: bool = False  # set before it
    jobs: bool = False  # something was started in the background before it


@dataclass(slots=True)
class Reader:
    """Walks the tree once, with the variables as they are then."""

    source: Source
    commands: list[ShellCommand] = field(default_factory=list)
    functions: dict[str, Node] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    depth: int = 0
    steps: int = 0

    def read(self, root: Node, scope: Scope) -> list[ShellCommand]:
        self.sequence(root.children, scope, Place())
        for name, body in list(self.functions.items()):
            if name not in self.called:
                self.visit(body, replace(scope.branch(), positional=None), Place(False, True, compound=True))
        return self.commands

    def sequence(self, nodes: Sequence[Node], scope: Scope, place: Place) -> None:
        """Statements one after the other; only the last one ends the script."""
        statements = [index for index, node in enumerate(nodes) if node.is_named and node.type != "comment"]
        for index in statements:
            follows = nodes[index + 1].type if index + 1 < len(nodes) else ""
            own = replace(place, last=place.last and index == statements[-1])
            if follows == "&":
                self.visit(nodes[index], scope.branch(), replace(own, background=True, last=False))
                scope.jobs = True
            else:
                self.visit(nodes[index], scope, own)

    def visit(self, node: Node, scope: Scope, place: Place) -> None:
        self.steps += 1
        if self.depth >= _DEPTH or self.steps > _STEPS:
            return
        self.depth += 1
        try:
            self._visit(node, scope, place)
        finally:
            self.depth -= 1

    def _visit(self, node: Node, scope: Scope, place: Place) -> None:
        kind = node.type
        inner = replace(place, compound=True)
        if kind == "command":
            self.simple(node, [], scope, place)
        elif kind in ("declaration_command", "variable_assignment", "variable_assignments", "unset_command"):
            declare(node, self.source, scope)
        elif kind == "redirected_statement":
            self.redirected(node, scope, place)
        elif kind == "list":
            self.chain(node, scope, place)
        elif kind == "pipeline":
            self.pipeline(node, scope, place)
        elif kind in ("subshell", "command_substitution"):
            self.sequence(node.children, scope.branch(), replace(inner, subshell=True))
        elif kind in ("compound_statement", "negated_command"):
            self.sequence(node.children, scope, inner)
        elif kind == "ERROR":
            self.sequence(node.children, scope, replace(inner, conditional=True))
        else:
            self.branching(node, scope, inner)

    def branching(self, node: Node, scope: Scope, place: Place) -> None:
        kind = node.type
        inside = replace(place, conditional=True)
        if kind == "function_definition":
            name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
            if name is not None and body is not None:
                self.functions[self.source.read(name)] = body
        elif kind == "if_statement":
            self.choice(node, scope, inside)
        elif kind == "case_statement":
            items = [child for child in node.children if child.type == "case_item"]
            self.branches([item.children for item in items], scope, inside)
        elif kind in ("while_statement", "for_statement", "c_style_for_statement"):
            self.loop(node, scope, place)

    def choice(self, node: Node, scope: Scope, place: Place) -> None:
        """`if`, with its `elif` and `else`: the first condition always runs."""
        clauses = [child for child in node.children if child.type in ("elif_clause", "else_clause")]
        condition = _until(node.children, "then")
        self.sequence(condition, scope, replace(place, last=False, conditional=False))
        own = [child for child in node.children if child not in clauses and child not in condition]
        self.branches([own, *(clause.children for clause in clauses)], scope, place)

    def branches(self, bodies: Sequence[Sequence[Node]], scope: Scope, place: Place) -> None:
        copies = []
        for body in bodies:
            copy = scope.branch()
            self.sequence(body, copy, place)
            copies.append(copy)
        scope.merge(copies)

    def loop(self, node: Node, scope: Scope, place: Place) -> None:
        inside = replace(place, last=False, conditional=True)
        copy = scope.branch()
        body = [child for part in node.children if part.type == "do_group" for child in part.children]
        variable = node.child_by_field_name("variable")
        values = [word for value in node.children_by_field_name("value") for word in self.words(value, scope)]
        if variable is None:
            self.sequence(_until(node.children, "do_group"), copy, replace(inside, conditional=place.conditional))
            self.sequence(body, copy, inside)
        else:
            known = len(values) <= _TURNS and not any(word.expansions for word in values)
            once = replace(inside, conditional=place.conditional) if known and values else inside
            self.turns(self.source.read(variable), values if known else [], body, copy, once)
        scope.merge([copy])

    def turns(self, name: str, values: Sequence[Word], body: Sequence[Node], scope: Scope, place: Place) -> None:
        """The body of a `for`: once for each value, or once for all where those are not known."""
        for word in values:
            scope.variables[name] = Variable((word,))
            self.sequence(body, scope, place)
        if not values:
            scope.variables[name] = Variable(unknown=f"${name} is set by a loop")
            self.sequence(body, scope, place)

    def words(self, node: Node, scope: Scope) -> list[Word]:
        return words_of([node], self.source, scope)

    def chain(self, node: Node, scope: Scope, place: Place) -> None:
        """`a && b || c`; the parser nests it to the left."""
        parts: list[tuple[str, Node]] = []
        while node.type == "list" and len(node.children) >= 3:
            parts.append((node.children[1].type, node.children[-1]))
            node = node.children[0]
        parts.append(("", node))
        parts.reverse()
        either = False
        for index, (operator, part) in enumerate(parts):
            either = either or operator == "||" or (index > 0 and parts[index - 1][1].type == "test_command")
            own = replace(place, last=place.last and index == len(parts) - 1, conditional=place.conditional or either)
            copy = scope.branch() if either else scope
            self.visit(part, copy, own)
            if either:
                scope.merge([copy])

    def pipeline(self, node: Node, scope: Scope, place: Place) -> None:
        for child in node.children:
            if child.is_named:
                self.visit(child, scope.branch(), replace(place, pipeline=True))

    def redirected(self, node: Node, scope: Scope, place: Place) -> None:
        """A statement with redirections; the parser counts words behind one to its destination."""
        redirects = [child for child in node.children if child.type in _REDIRECTS]
        behind = [word for redirect in redirects for word in _words_behind(redirect)]
        piped = any(child.type == "pipeline" for redirect in redirects for child in redirect.children)
        own = replace(place, redirected=True, pipeline=place.pipeline or piped)
        body = node.child_by_field_name("body")
        if body is not None and body.type == "command":
            self.simple(body, behind, scope, own)
        elif body is not None:
            self.visit(body, scope, own)
        for redirect in redirects:
            for child in redirect.children:
                if child.type in _STATEMENTS:
                    self.visit(child, scope.branch(), place)

    def simple(self, node: Node, behind: Sequence[Node], scope: Scope, place: Place) -> None:
        words: list[Word] = []
        environment = scope.exported()
        own = scope.branch()
        written: list[Node] = []
        for child in [*node.children, *behind, *_unreadable_behind(node)]:
            if child.type == "variable_assignment":
                given = declare(child, self.source, own)
                environment.update((name, each) for name, each in given if not each.array)
            elif child.type not in _REDIRECTS:
                written.append(child)
        for group in _adjacent(written, self.source):
            words += words_of(group, self.source, scope) if len(words) < _WORDS else []
        if not words:
            return
        if self.call(words, scope, place):
            return
        run_builtin(words, scope)
        self.commands.append(
            ShellCommand(
                tuple(words), place, self.source.span(node), scope.directory, environment, scope.trap, scope.jobs
            )
        )

    def call(self, words: Sequence[Word], scope: Scope, place: Place) -> bool:
        """Reads the body of a function of the script where it is called; False where it is none."""
        name = words[0].text
        body = self.functions.get(name)
        if body is None or words[0].expansions:
            return False
        self.called.add(name)
        outside = scope.positional
        scope.positional = (outside[0] if outside else words[0], *words[1:])
        del self.functions[name]  # a function that calls itself is read once
        self.visit(body, scope, replace(place, compound=True))
        self.functions.setdefault(name, body)
        scope.positional = outside
        return True


def _until(nodes: Sequence[Node], kind: str) -> list[Node]:
    found = next((index for index, node in enumerate(nodes) if node.type == kind), 0)
    return list(nodes[:found])


def _words_behind(redirect: Node) -> list[Node]:
    if redirect.type == "heredoc_redirect":
        return list(redirect.children_by_field_name("argument"))
    return list(redirect.children_by_field_name("destination")[1:])


def _unreadable_behind(node: Node) -> list[Node]:
    """What stands directly behind a command and cannot be read: it may have been part of it."""
    sibling = node.next_sibling
    return [sibling] if sibling is not None and sibling.type == "ERROR" and not _holds_statement(sibling) else []


def _holds_statement(node: Node) -> bool:
    return any(child.type in _STATEMENTS for child in node.children)


def _adjacent(nodes: Sequence[Node], source: Source) -> Iterator[list[Node]]:
    """Nodes without a gap between them are one word; a continued line is no gap."""
    group: list[Node] = []
    for node in nodes:
        if group and source.text[group[-1].end_byte : node.start_byte] not in ("", "\\\n"):
            yield group
            group = []
        group.append(node)
    if group:
        yield group
