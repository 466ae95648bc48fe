"""`$(VAR)` in a container's `command` and `args`, as the kubelet expands it.

Rules of the Kubernetes API (Container.command, Container.args): `$(VAR)` becomes the value of the container's
variable and stays as it is where there is none; `$$` is a dollar; nothing else is expanded and nothing is split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from celerylint.facts.launch.words import Environment, Piece, Splice, Word, assemble
from celerylint.origin import Unknown

_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\((?P<name>[^()\s]*)\))")


def expand(word: Word, environment: Environment) -> Word:
    """The word after the expansion; what has no known value stays as written, with the reason."""
    if "$" not in word.text:
        return word
    pieces: list[Piece] = []
    splices: list[Splice] = []
    offset = 0
    for piece, name, reason in _pieces(word.text, environment):
        pieces.append(piece)
        splices += [Splice(offset, offset + len(piece.text), name, reason)] if name else []
        offset += len(piece.text)
    expanded = assemble(pieces, word.span, word.locate)
    reasons = [splice.reason for splice in splices if splice.reason]
    names = dict.fromkeys(splice.variable for splice in splices if not splice.reason)
    return replace(
        word,
        text=expanded.text,
        expansions=word.expansions or bool(reasons),
        runs=expanded.runs or word.runs,
        reason=word.reason or next(iter(reasons), ""),
        variables=(*word.variables, *names),
        splices=tuple(splices),
    )


def _pieces(text: str, environment: Environment) -> Iterator[tuple[Piece, str, str]]:
    """Each piece with the variable that it stands for and the reason why that has no value."""
    position = 0
    for match in _REFERENCE.finditer(text):
        if position < match.start():
            yield Piece(text[position : match.start()], position, match.start()), "", ""
        position = match.end()
        name = match["name"] or ""
        value = "$" if match["dollar"] else environment(name)
        reason = ""
        if value is None:
            reason = f"{match[0]} is not set in this container"
        elif isinstance(value, Unknown):
            reason = f"{match[0]}: {value.reason}"
        shown = value if isinstance(value, str) else match[0]
        yield Piece(shown, match.start(), match.end()), name, reason
    if position < len(text):
        yield Piece(text[position:], position, len(text)), "", ""
