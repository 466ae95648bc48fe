"""The blocks of a bake file: as much of HCL as says where an image comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from celerylint.origin import Span
from celerylint.sources.text import Text

_COMMENT = re.compile(r"(?m)^[ \t]*(?:#|//).*$")
_BLOCK = re.compile(r'(?m)^[ \t]*(?P<kind>target|variable)[ \t]+"(?P<name>[^"\n]+)"[ \t]*\{')
_PIECE = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}]')
_ATTRIBUTE = re.compile(r'(?m)^[ \t]*"?(?P<key>[\w-]+)"?[ \t]*=[ \t]*(?P<value>"(?:[^"\\\n]|\\.)*"|\[[^\]]*\])')
_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "name" { key = "text"  key = ["text", …] }`; other values are left out."""

    kind: str
    name: str
    span: Span
    values: tuple[tuple[str, tuple[str, ...]], ...]

    def text(self, key: str) -> str:
        """A single text; empty where there is none."""
        return next(iter(self.texts(key)), "")

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list."""
        return next((values for name, values in self.values if name == key), ())


def blocks(text: Text) -> list[Block]:
    """The targets and variables of a file, in order."""
    body = _COMMENT.sub(lambda match: " " * len(match[0]), text.text)
    found = []
    for match in _BLOCK.finditer(body):
        inner = body[match.end() : _end(body, match.end())]
        values = tuple((each["key"], tuple(_TEXT.findall(each["value"]))) for each in _ATTRIBUTE.finditer(inner))
        found.append(Block(match["kind"], match["name"], text.span(match.start("name"), match.end("name")), values))
    return found


def _end(body: str, at: int) -> int:
    """Where the block that is open at `at` ends."""
    depth = 1
    for piece in _PIECE.finditer(body, at):
        depth += {"{": 1, "}": -1}.get(piece[0], 0)
        if not depth:
            return piece.start()
    return len(body)
