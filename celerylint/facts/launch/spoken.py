"""Parts of a shell script that no shell runs: comments, and what a program only prints or hands elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from celerylint.facts.launch.shells import SHELLS
from celerylint.facts.launch.syntax import parse
from celerylint.facts.launch.wrappers import NO_WRAPPERS

if TYPE_CHECKING:
    from tree_sitter import Node

# A `celery` that is a word of its own, and no queue; then what it starts.
_CELERY = re.compile(r"(?<![\w.,:-])(?<!-Q )celery(?=[\"']?[\s\\,])")
_PROCESS = re.compile(r"(?<![\w./-])(?:worker|multi)\b(?!-)")
_READERS = frozenset({*SHELLS, "python", "python3", "ssh", "su", "tee"})


def starting(text: str) -> Iterator[tuple[int, int]]:
    """The lines that seem to start a worker, but for comments: their numbers, and the offsets of their `celery`."""
    offset = 0
    for number, line in enumerate(text.split("\n"), 1):
        if "celery" in line and not line.lstrip().startswith("#"):
            found = _CELERY.search(line + "\n")
            if found and _PROCESS.search(line, found.end()):
                yield number, offset + found.start()
        offset += len(line) + 1


class Spoken:
    """The script's tree, to ask of single places."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = parse(text)

    def at(self, offset: int) -> bool:
        """Whether the character there stands in a comment or in a text that is only spoken."""
        node = self._root.descendant_for_byte_range(offset, offset + 1)
        while node is not None:
            if node.type == "comment" or (node.type == "heredoc_body" and self._printed(node)):
                return True
            if node.type == "command":
                return not NO_WRAPPERS.isdisjoint(self._names(node))
            node = node.parent
        return False

    def _printed(self, body: Node) -> bool:
        """Whether a here-document goes to nobody who runs it, and into no file."""
        statement = body.parent
        while statement is not None and statement.type != "redirected_statement":
            statement = statement.parent
        if statement is None or any(child.type == "file_redirect" for child in _below(statement)):
            return False
        commands = [child for child in _below(statement) if child.type == "command"]
        return all(_READERS.isdisjoint(self._names(command)) for command in commands)

    def _names(self, command: Node) -> set[str]:
        """The program that a command runs; the next word as well where only the shell knows the first."""
        words = [child for child in command.children if child.type not in ("variable_assignment", "file_redirect")]
        texts = [self._text[word.start_byte : word.end_byte].rpartition("/")[2] for word in words[:2]]
        return set(texts if texts and texts[0].startswith(("$", '"$')) else texts[:1])


def _below(node: Node) -> Iterator[Node]:
    yield from node.children
    for child in node.children:
        if child.type in ("heredoc_redirect", "pipeline"):
            yield from _below(child)
