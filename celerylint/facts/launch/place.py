"""How a command stands in its script, and what the readers of branches and loops need of the reader of statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.inside import File, NoFiles
from celerylint.facts.launch.variables import Scope, Variable
from celerylint.facts.launch.words import Word
from celerylint.origin import Span, Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

REDIRECTS = ("file_redirect", "heredoc_redirect", "herestring_redirect")
STATEMENTS = ("pipeline", "command", "list", "redirected_statement", "compound_statement", "subshell")

Status = bool | None  # of a statement: whether it succeeds; None where nobody can tell


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
    branch: str = ""  # what the outermost test that nobody knows asks for


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
class Found:
    """What reading a script has found so far.

    `open` gives a file by its absolute path, for a script that reads another one; `enter` notes that it is read, and
    says whether that is not too much.
    """

    open: Callable[[str], File | Unknown] = NoFiles().open
    enter: Callable[[str], bool] = bool
    commands: dict[tuple[Span, tuple[str, ...]], ShellCommand] = field(default_factory=dict)
    functions: dict[str, tuple[Source, Node]] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    lost: bool = False  # a program was run whose name is not known: it may be any function

    def note(self, command: ShellCommand) -> None:
        """Keeps a command; the same words of a line once, and unconditional where one of them is."""
        key = command.span, tuple(word.text for word in command.words)
        before = self.commands.get(key)
        if before is None or (before.place.conditional and not command.place.conditional):
            self.commands[key] = command
        self.lost = self.lost or command.words[0].expansions


class Statements(Protocol):
    """Reads statements one after the other."""

    source: Source
    found: Found

    def visit(self, node: Node, scope: Scope, place: Place) -> Status:
        """One statement."""

    def sequence(self, nodes: Sequence[Node], scope: Scope, place: Place) -> Status:
        """The statements of a list; the status of the last one."""


def until(nodes: Sequence[Node], kind: str) -> list[Node]:
    """The nodes in front of the first of a kind."""
    found = next((index for index, node in enumerate(nodes) if node.type == kind), 0)
    return list(nodes[:found])
