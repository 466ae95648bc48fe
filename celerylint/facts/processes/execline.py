"""execline scripts: chains of programs, each of which does its part and runs the rest of the chain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from celerylint.facts.launch import File, StartedCommand, StarterCall, Word
from celerylint.origin import Unknown

_TOKEN = re.compile(r'#[^\n]*|"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<plain>[^\s"#][^\s"]*)')
# execline 2.9: how many arguments stand in front of the rest of the chain; what else runs a block first.
_ARGUMENTS = {"cd": 1, "export": 2, "unexport": 1, "importas": 2, "define": 2, "fdmove": 2, "fdclose": 1, "umask": 1}
_THROUGH = {"with-contenv": 0, "s6-setuidgid": 1, "s6-envdir": 1, "exec": 0}  # wrappers, which stay in front
_BLOCKS = ("foreground", "background", "if", "ifelse", "ifte", "trap", "backtick")


def execline(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """`execlineb -P file`: one chain of programs, each of which runs the rest; blocks in braces end by themselves."""
    paths = [word.text for word in call.words[1:] if not word.text.startswith("-")]
    file = call.open(paths[0]) if paths else Unknown("execlineb is given no file")
    if isinstance(file, Unknown):
        return file
    words = list(_chain(list(_tokens(file))))
    return [StartedCommand(tuple(words), words[0].span)] if words else []


def _tokens(file: File) -> Iterator[Word]:
    """The words of an execline script: quotes and comments are much as a shell's, `$` needs braces."""
    for match in _TOKEN.finditer(file.text):
        name = match.lastgroup
        if name is not None:
            start, end = match.span(name)
            text = match[name]
            reason = f"{text} is filled in when the script runs" if "${" in text else ""
            yield Word(text, file.locate(start, end), expansions=bool(reason), reason=reason)


def _chain(words: list[Word]) -> Iterator[Word]:
    """The program at the end of the chain, with what stands in front of it and is no word of execline's."""
    at = 0
    while at < len(words):
        name = words[at].text
        if name in _ARGUMENTS:
            at = _options(words, at + 1) + _ARGUMENTS[name]
        elif name in _BLOCKS:
            at = _block(words, at + 1)
        elif name == "redirfd":
            at += 4
        elif name in _THROUGH:
            end = _options(words, at + 1) + _THROUGH[name]
            yield from words[at:end]
            at = end
        else:
            yield from words[at:]
            return


def _options(words: list[Word], at: int) -> int:
    while at < len(words) and words[at].text.startswith("-"):
        at += 1
    return at


def _block(words: list[Word], at: int) -> int:
    """Behind the block that begins next, and behind any that follows at once."""
    depth = 0
    while at < len(words):
        depth += {"{": 1, "}": -1}.get(words[at].text, 0)
        at += 1
        if depth == 0 and words[at - 1].text == "}" and words[at : at + 1] != [] and words[at].text != "{":
            return at
    return at
