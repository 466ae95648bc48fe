"""Simple commands: functions of the script, commands of the shell itself, other scripts that it reads, programs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from celerylint.facts.launch.builtin import declare, run_builtin
from celerylint.facts.launch.conditions import tested
from celerylint.facts.launch.expansion import words_of
from celerylint.facts.launch.fields import Source
from celerylint.facts.launch.inside import File, absolute
from celerylint.facts.launch.place import REDIRECTS, STATEMENTS, Place, ShellCommand, Statements, Status
from celerylint.facts.launch.syntax import parse
from celerylint.facts.launch.variables import Scope, Variable
from celerylint.facts.launch.words import Locate, Word
from celerylint.origin import Unknown

if TYPE_CHECKING:
    from tree_sitter import Node

_WORDS = 10_000  # of one command
_ARGUMENTS = re.compile(r"\$(?:[@*]|\{[@*])")
_ENDS = ("exit", "return", "break", "continue")
_STATUS: Mapping[str, bool] = {
    **dict.fromkeys((":", "true", "export", "set", "shift", "cd", "trap", "umask", "echo", "printf"), True),
    "false": False,
}


def simple(reader: Statements, node: Node, behind: Sequence[Node], scope: Scope, place: Place) -> Status:
    """A simple command, with the words that stand `behind` its redirections; its status."""
    if scope.choices and scope.positional is None and _ARGUMENTS.search(reader.source.read(node)):
        for asked, arguments in scope.choices:
            one = replace(scope.branch(), positional=arguments, choices=())
            simple(reader, node, behind, one, replace(place, conditional=True, branch=place.branch or asked))
    environment = scope.exported()
    own = scope.branch()
    written: list[Node] = []
    for child in [*node.children, *behind, *_unreadable_behind(node)]:
        if child.type == "variable_assignment":
            given = declare(child, reader.source, own)
            environment.update((name, each) for name, each in given if not each.array)
        elif child.type not in REDIRECTS:
            written.append(child)
    groups = list(_adjacent(written, reader.source))
    words = _words(groups, reader.source, scope)
    if not words:
        return True
    name = words[0].text
    if name in ("test", "["):
        tests = _words(groups, reader.source, replace(scope, empties=True))[1:]
        return tested(tests[:-1] if tests and name == "[" and tests[-1].text == "]" else tests)
    if name in reader.found.functions and not words[0].expansions:
        return _call(reader, words, scope, place)
    if name in _ENDS and not words[0].expansions:
        return _end(words, scope)
    if name in (".", "source") and len(words) > 1:
        return _read(reader, words, scope, place)
    if name == "eval" and len(words) == 2 and not words[1].expansions:
        return _nested(reader, words[1].text, words[1].locate, scope, place)
    return _program(reader, node, words, environment, scope, place)


def _words(groups: Sequence[Sequence[Node]], source: Source, scope: Scope) -> list[Word]:
    words: list[Word] = []
    for group in groups:
        words += words_of(group, source, scope) if len(words) < _WORDS else []
    return words


def _program(
    reader: Statements,
    node: Node,
    words: Sequence[Word],
    environment: Mapping[str, Variable],
    scope: Scope,
    place: Place,
) -> Status:
    """A command that is written down; behind `exec` nothing of the script runs."""
    run_builtin(words, scope)
    where = reader.source.span(node), scope.directory
    reader.found.note(ShellCommand(tuple(words), place, *where, environment, scope.trap, scope.jobs))
    if words[0].text == "exec" and len(words) > 1:
        scope.ended = "exit"
    return None if words[0].expansions else _STATUS.get(words[0].text)


def _call(reader: Statements, words: Sequence[Word], scope: Scope, place: Place) -> Status:
    """The body of a function of the script, where it is called."""
    found, name = reader.found, words[0].text
    source, body = found.functions.pop(name)  # a function that calls itself is read once
    found.called.add(name)
    outside, where, before = scope.positional, reader.source, scope.unsure
    scope.positional = (outside[0] if outside else words[0], *words[1:])
    reader.source = source
    status = reader.visit(body, scope, replace(place, compound=True))
    reader.source, scope.positional = where, outside
    found.functions.setdefault(name, (source, body))
    early = "return" in scope.unsure - before  # a branch of which nobody knows may have returned something else
    scope.leave("return")
    return None if early else status


def _end(words: Sequence[Word], scope: Scope) -> Status:
    """`exit`, `return`, `break` and `continue`; a script that exits with an error has given up."""
    name, code = words[0].text, words[1].text if len(words) > 1 else ""
    failed = code.isdecimal() and int(code) != 0 if len(code) < 9 else False
    scope.ended = "failure" if name == "exit" and failed else name
    return not failed if code.isdecimal() or not code else None


def _read(reader: Statements, words: Sequence[Word], scope: Scope, place: Place) -> Status:
    """`. file`: runs in the same shell; one that is not in the repository may set anything."""
    path = Unknown("") if words[1].expansions else absolute(scope.directory, words[1].text)
    file = path if isinstance(path, Unknown) else reader.found.open(path)
    if not isinstance(file, File) or not reader.found.enter(file.path):
        run_builtin(words, scope)
        return None
    outside, name = scope.positional, scope.variables.get("BASH_SOURCE")
    if len(words) > 2:
        scope.positional = (*(outside or words[:1])[:1], *words[2:])
    scope.variables["BASH_SOURCE"] = Variable((words[1],), array=True)
    status = _nested(reader, file.text, file.locate, scope, place)
    scope.variables["BASH_SOURCE"] = name or Variable()
    if len(words) > 2:
        scope.positional = outside
    scope.leave("return")
    return status


def _nested(reader: Statements, text: str, locate: Locate, scope: Scope, place: Place) -> Status:
    """Another text in the same shell."""
    where = reader.source
    reader.source = Source(text, locate)
    status = reader.sequence(parse(text).children, scope, replace(place, compound=True))
    reader.source = where
    return status


def _unreadable_behind(node: Node) -> list[Node]:
    """What stands directly behind a command and cannot be read: it may have been part of it."""
    sibling = node.next_sibling
    return [sibling] if sibling is not None and sibling.type == "ERROR" and not _holds_statement(sibling) else []


def _holds_statement(node: Node) -> bool:
    return any(child.type in STATEMENTS for child in node.children)


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
