"""A script's statements: in which order, in which branch, behind what each simple command stands.

Every statement has a status: true or false where the shell's own tests tell it, None where that hangs on a program or
on what nobody knows. A known one selects; behind an unknown test everything may run, and behind an unknown program it
is taken that the program succeeded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from celerylint.facts.launch.builtin import declare
from celerylint.facts.launch.choices import choose, select
from celerylint.facts.launch.conditions import condition
from celerylint.facts.launch.expansion import Expansion
from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.loops import repeat
from celerylint.facts.launch.place import REDIRECTS, STATEMENTS, Found, Place, ShellCommand, Status
from celerylint.facts.launch.simple import simple
from celerylint.facts.launch.variables import Scope, Variable

if TYPE_CHECKING:
    from tree_sitter import Node

_DEPTH = 100  # commands within commands; deeper ones are not followed
_STEPS = 5_000  # statements of one script, as often as they are read; what comes then is not followed
_TEST = re.compile(r"(?:!\s*)*(?:\[|test\s|\(\()")

_CHANGED = re.compile(
    r"(?P<before>[A-Za-z_]\w*)[ \t]*(?:\+\+|--|[-+*/%&|^]?=(?!=))|(?:\+\+|--)[ \t]*(?P<behind>[A-Za-z_]\w*)"
)


@dataclass(slots=True)
class Reader:
    """Walks the tree once, with the variables as they are then."""

    source: Source
    found: Found = field(default_factory=Found)
    depth: int = 0
    steps: int = 0

    def read(self, root: Node, scope: Scope) -> list[ShellCommand]:
        """Every simple command that may run."""
        self.sequence(root.children, scope, Place())
        for name, (source, body) in list(self.found.functions.items()):
            if name not in self.found.called and (self.found.lost or scope.positional is None):
                self.source = source
                uncalled = replace(scope.branch(), positional=None, choices=(), ended="", unsure=frozenset())
                self.visit(body, uncalled, Place(False, True, compound=True))
        return list(self.found.commands.values())

    def sequence(self, nodes: Sequence[Node], scope: Scope, place: Place) -> Status:
        """Statements one after the other, up to one that ends them; only the last one ends the script."""
        statements = [index for index, node in enumerate(nodes) if node.is_named and node.type != "comment"]
        status: Status = True
        for index in statements:
            if scope.ended:
                break
            follows = nodes[index + 1].type if index + 1 < len(nodes) else ""
            last = place.last and index == statements[-1]
            own = replace(place, last=last, conditional=place.conditional or bool(scope.unsure))
            if follows == "&":
                self.visit(nodes[index], scope.branch(), replace(own, background=True, last=False))
                scope.jobs, status = True, True
            else:
                status = self.visit(nodes[index], scope, own)
        return status

    def visit(self, node: Node, scope: Scope, place: Place) -> Status:
        """One statement."""
        self.steps += 1
        if self.depth >= _DEPTH or self.steps > _STEPS:
            return None
        self.depth += 1
        try:
            return self._visit(node, scope, place)
        finally:
            self.depth -= 1

    def _visit(self, node: Node, scope: Scope, place: Place) -> Status:
        kind = node.type
        inner = replace(place, compound=True)
        if kind == "command":
            return simple(self, node, [], scope, place)
        if kind in ("declaration_command", "variable_assignment", "variable_assignments", "unset_command"):
            declare(node, self.source, scope)
            return None if "$(" in self.source.read(node) else True
        if kind == "redirected_statement":
            return self.redirected(node, scope, place)
        if kind == "list":
            return self.chain(node, scope, place)
        if kind == "pipeline":
            return self.pipeline(node, scope, place)
        if kind in ("subshell", "command_substitution"):
            return self.sequence(node.children, scope.branch(), replace(inner, subshell=True))
        if kind == "ERROR":
            return self.sequence(node.children, scope, replace(inner, conditional=True))
        return self.compound(node, scope, inner)

    def compound(self, node: Node, scope: Scope, place: Place) -> Status:
        """Groups, tests, branches, loops and functions."""
        kind = node.type
        if kind == "test_command":
            return condition(node, Expansion(self.source, scope))
        if kind == "negated_command":
            status = self.sequence(node.children, scope, place)
            return None if status is None else not status
        if kind == "compound_statement" and node.children and node.children[0].type == "((":
            return self.arithmetic(node, scope)
        if kind == "compound_statement":
            return self.sequence(node.children, scope, place)
        if kind == "if_statement":
            return choose(self, node, scope, place)
        if kind == "case_statement":
            return select(self, node, scope, place)
        if kind in ("while_statement", "for_statement", "c_style_for_statement"):
            repeat(self, node, scope, place)
        elif kind == "function_definition":
            name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
            if name is not None and body is not None:
                self.found.functions[self.source.read(name)] = self.source, body
        return True

    def arithmetic(self, node: Node, scope: Scope) -> Status:
        """`((…))`; what it counts up is no longer known."""
        text = self.source.read(node)
        status = condition(node, Expansion(self.source, scope))
        for match in _CHANGED.finditer(text):
            name = match["before"] or match["behind"]
            scope.variables[name] = Variable(unknown=f"${name} is counted by the script")
        return status

    def chain(self, node: Node, scope: Scope, place: Place) -> Status:
        """`a && b || c`; the parser nests it to the left."""
        parts: list[tuple[str, Node]] = []
        while node.type == "list" and len(node.children) >= 3:
            parts.append((node.children[1].type, node.children[-1]))
            node = node.children[0]
        parts.append(("", node))
        parts.reverse()
        status: Status = True
        tests = False  # whether what nobody knows is a test: a program is taken to succeed
        for index, (operator, part) in enumerate(parts):
            if scope.ended:
                break
            if operator and status is (operator == "||"):
                continue
            doubtful = bool(operator) and status is None and (operator == "||" or tests)
            own = replace(place, last=place.last and index == len(parts) - 1)
            if doubtful:
                self._perhaps(part, scope, own, failing=not tests)
                continue
            status = self.visit(part, scope, replace(own, conditional=own.conditional or bool(scope.unsure)))
            tests = bool(_TEST.match(self.source.read(part)))
        return status

    def _perhaps(self, node: Node, scope: Scope, place: Place, *, failing: bool) -> None:
        """A part of a chain that may run; where it runs only if a program fails, the script is taken to go on."""
        copy = scope.branch()
        self.visit(node, copy, replace(place, conditional=True))
        if failing and copy.ended in ("exit", "return"):
            copy.ended = "failure"
        scope.merge([copy])

    def pipeline(self, node: Node, scope: Scope, place: Place) -> Status:
        for child in node.children:
            if child.is_named:
                self.visit(child, scope.branch(), replace(place, pipeline=True))
        return None

    def redirected(self, node: Node, scope: Scope, place: Place) -> Status:
        """A statement with redirections; the parser counts words behind one to its destination."""
        redirects = [child for child in node.children if child.type in REDIRECTS]
        behind = [word for redirect in redirects for word in _words_behind(redirect)]
        piped = any(child.type == "pipeline" for redirect in redirects for child in redirect.children)
        own = replace(place, redirected=True, pipeline=place.pipeline or piped)
        body = node.child_by_field_name("body")
        status: Status = True
        if body is not None and body.type == "command":
            status = simple(self, body, behind, scope, own)
        elif body is not None:
            status = self.visit(body, scope, own)
        for redirect in redirects:
            for child in redirect.children:
                if child.type in STATEMENTS:
                    self.visit(child, scope.branch(), place)
        return status


def _words_behind(redirect: Node) -> list[Node]:
    if redirect.type == "heredoc_redirect":
        return list(redirect.children_by_field_name("argument"))
    return list(redirect.children_by_field_name("destination")[1:])
