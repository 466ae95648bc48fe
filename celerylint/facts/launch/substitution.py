"""`$(…)`, for the few commands that say where a script stands or that only print their argument."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from celerylint.facts.launch.inside import absolute
from celerylint.facts.launch.shell import Shell
from celerylint.facts.launch.words import Word
from celerylint.origin import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_REDIRECTS = ("file_redirect", "heredoc_redirect", "herestring_redirect")
_OPTIONS = ("-f", "-e", "-m", "--", "-P", "-L")


def substituted(node: Node, shell: Shell) -> Word | None:
    """What `$(…)` prints; None where that is only known when the shell runs."""
    directory = shell.scope.directory
    printed: Word | None = None
    commands = [each for child in node.children for each in _commands(child)]
    for command in commands if len(commands) <= 2 else ():
        written = [child for child in command.children if child.type not in _REDIRECTS]
        words = [word for child in written for word in shell.words(child)]
        if not words or any(word.expansions for word in words):
            return None
        if words[0].text == "cd" and len(words) == 2:
            directory = absolute(directory, words[1].text)
            continue
        text = _printed([word.text for word in words], directory)
        printed = None if text is None else Word(text, shell.source.span(node))
    return printed


def _commands(node: Node) -> Iterator[Node]:
    """The simple commands of a chain, whatever they redirect."""
    if node.type == "command":
        yield node
    elif node.type in ("list", "redirected_statement"):
        for child in node.children:
            yield from _commands(child)


def _printed(words: Sequence[str], directory: str | Unknown) -> str | None:
    """What a command prints that says where something is; None for any other."""
    name, arguments = words[0], [word for word in words[1:] if word not in _OPTIONS]
    if name == "pwd" and not arguments:
        return directory if isinstance(directory, str) else None
    if len(arguments) != 1:
        return None
    if name == "dirname":
        return posixpath.dirname(arguments[0].rstrip("/")) or ("/" if arguments[0].startswith("/") else ".")
    if name == "basename":
        return posixpath.basename(arguments[0].rstrip("/"))
    if name in ("realpath", "readlink"):
        found = absolute(directory, arguments[0])
        return found if isinstance(found, str) and len(words) > 1 + (name == "readlink") else None
    return arguments[0] if name == "echo" and "\\" not in arguments[0] else None
