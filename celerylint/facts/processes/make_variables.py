"""make's variables: how they are written, and what a line becomes once they are filled in (GNU make 4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from celerylint.facts.launch import Word
from celerylint.facts.manifests.interpolation import Interpolated, Part
from celerylint.origin import Unknown

_DEEPEST = 20  # variables within variables
_LONGEST = 20_000  # characters of a value
_NAME = re.compile(r"[^\s:#=$(){},]+")
_CLOSING = {"(": ")", "{": "}"}

Value = str | Unknown


@dataclass(frozen=True, slots=True)
class Definition:
    """One variable: expanded when it is used, or (`simple`) as soon as it was read."""

    value: Word | Unknown
    simple: bool = False
    text: Value | None = None  # of a simple one


@dataclass(slots=True)
class Variables:
    """The variables of a makefile; `given` are those of its command line, which win."""

    given: Mapping[str, Value] = field(default_factory=dict)
    table: dict[str, Definition] = field(default_factory=dict)

    def define(self, name: str, operator: str, value: Word, sure: bool) -> None:
        """`name operator value`; unless `sure`, in a conditional that may not hold."""
        if operator == "?=" and name in self.table:
            return
        if not sure:
            self.table[name] = Definition(Unknown(f"$({name}) is set in a part of the makefile that may not hold"))
        elif operator == "!=":
            self.table[name] = Definition(Unknown(f"$({name}) is what a command prints"))
        elif operator == "+=" and name in self.table:
            self._append(name, value)
        elif operator in (":=", "::=", ":::="):
            self.table[name] = Definition(value, True, self.text(value))
        else:
            self.table[name] = Definition(value)

    def _append(self, name: str, value: Word) -> None:
        before, more = self.look_up(name), self.text(value)
        text = before if isinstance(before, Unknown) else more if isinstance(more, Unknown) else f"{before} {more}"
        self.table[name] = Definition(value, True, text)

    def text(self, word: Word, depth: int = 0) -> Value:
        """What a value becomes."""
        parts = self.filled(word, {}, depth)
        return Unknown(parts.reason) if parts.reason else parts.text

    def look_up(self, name: str, depth: int = 0) -> Value:
        """A variable's value."""
        if name in self.given:
            return self.given[name]
        found = self.table.get(name)
        if found is None:
            own = {"MAKE": "make", "SHELL": "/bin/sh"}.get(name)
            return own or Unknown(f"make takes $({name}) from its command line or its environment")
        if found.simple and found.text is not None:
            return found.text
        if isinstance(found.value, Unknown):
            return found.value
        if depth > _DEEPEST:
            return Unknown(f"$({name}) is defined through itself")
        return self.text(found.value, depth + 1)

    def filled(self, word: Word, automatic: Mapping[str, Value], depth: int = 0) -> Interpolated:
        """A line with its variables filled in; what nobody knows stays as it is written."""
        parts: list[Part] = []
        size = 0
        for part in self._parts(word.text, automatic, depth):
            size += len(part.text)
            if size > _LONGEST:
                parts.append(Part("", part.start, len(word.text), "", "it holds too much to be followed"))
                break
            parts.append(part)
        return Interpolated(tuple(parts))

    def _parts(self, text: str, automatic: Mapping[str, Value], depth: int) -> Iterator[Part]:
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            if dollar > at:
                yield Part(text[at:dollar], at, dollar)
            at = _end(text, dollar)
            written = text[dollar:at]
            if written == "$$":
                yield Part("$", dollar, at)
                continue
            body = written[2:-1] if written[1:2] in _CLOSING else written[1:]
            value = self._value(body, automatic, depth)
            if isinstance(value, Unknown):
                yield Part(written, dollar, at, body, value.reason)
            else:
                yield Part(value, dollar, at)
        if at < len(text):
            yield Part(text[at:], at, len(text))

    def _value(self, body: str, automatic: Mapping[str, Value], depth: int) -> Value:
        if body in automatic:
            return automatic[body]
        if not _NAME.fullmatch(body):
            return Unknown(f"$({body}) is what a function of make gives")
        return self.look_up(body, depth)


def _end(text: str, dollar: int) -> int:
    """Where the reference at a dollar ends; one that is never closed ends with the text."""
    opening = text[dollar + 1 : dollar + 2]
    closing = _CLOSING.get(opening)
    if closing is None:
        return min(dollar + 2, len(text))
    depth = 0
    for at in range(dollar + 1, len(text)):
        depth += (text[at] == opening) - (text[at] == closing)
        if depth == 0:
            return at + 1
    return len(text)
