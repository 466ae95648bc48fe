"""Compose's interpolation: `$V`, `${V:-default}` and its relatives, with the way back to the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from celerylint.facts.launch import Word, split
from celerylint.origin import Span, Unknown

Locate = Callable[[int, int], Span]
Variables = Callable[[str], "str | Unknown | None"]  # None: not set in any file

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPERATOR = re.compile(r":?[-+?]")
_DEEPEST = 20  # nested defaults


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the result and the stretch of the source (offsets, end exclusive) that it comes from."""

    text: str
    start: int
    end: int
    variable: str = ""
    reason: str = ""  # why the variable's value is not known; `text` is then the variable as it is written

    @property
    def verbatim(self) -> bool:
        """Whether it stands in the source character for character."""
        return len(self.text) == self.end - self.start and not self.variable


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A text after interpolation; `reason` says why it is not all known, empty where it is."""

    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)

    @property
    def reason(self) -> str:
        return next((part.reason for part in self.parts if part.reason), "")

    @property
    def value(self) -> str | Unknown:
        """The text, else why it is not known, with what it begins with."""
        if not self.reason:
            return self.text
        known = takewhile(lambda part: not part.reason, self.parts)
        return Unknown(self.reason, "".join(part.text for part in known))

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that the text depends on, in order, each once."""
        return tuple(dict.fromkeys(part.variable for part in self.parts if part.variable))

    def locator(self, locate: Locate) -> Locate:
        """From offsets of the result to the file, where `locate` maps offsets of the source."""
        starts = [0]
        for part in self.parts:
            starts.append(starts[-1] + len(part.text))

        def source(offset: int, last: bool) -> int:
            index = min(max(bisect_right(starts, offset) - 1, 0), len(self.parts) - 1)
            part = self.parts[index]
            if part.verbatim:
                return part.start + offset - starts[index] + last
            return part.end if last else part.start

        def located(start: int, end: int) -> Span:
            if not self.parts:
                return locate(0, 0)
            return locate(
                source(start, False), source(max(start, end - 1), True) if end > start else source(end, False)
            )

        return located

    def word(self, locate: Locate) -> Word:
        """The whole text as one word, as in the list form of `command`."""
        word = Word.of(self.text, self.locator(locate))
        return _marked(word, list(self.parts), splits=False) if self.variables or self.reason else word

    def words(self, locate: Locate) -> tuple[Word, ...]:
        """The words of the text, as in the string form of `command`: quotes, no shell."""
        text = self.text
        words = split(text, self.locator(locate))
        if not self.variables and not self.reason:
            return tuple(words)
        # The same words once more, with offsets of the text for columns: which variables are in which word.
        ranges = [(word.span.column - 1, word.span.end_column - 1) for word in split(text, _offsets)]
        return tuple(
            _marked(word, list(self._within(start, end)), splits=text[start : start + 1] not in ("'", '"'))
            for word, (start, end) in zip(words, ranges, strict=True)
        )

    def _within(self, start: int, end: int) -> Iterator[Part]:
        offset = 0
        for part in self.parts:
            if offset < end and offset + len(part.text) > start:
                yield part
            offset += len(part.text)


def interpolate(text: str, variables: Variables) -> Interpolated:
    """A text with its variables replaced (compose-spec, Interpolation).

    A variable that no file sets has its default; without one it is unknown, for the shell of whoever starts
    Compose may set it.
    """
    return Interpolated(tuple(_parts(text, variables)))


def _offsets(start: int, end: int) -> Span:
    return Span("", 1, start + 1, 1, end + 1)


def _marked(word: Word, parts: list[Part], splits: bool) -> Word:
    reason = next((part.reason for part in parts if part.reason), "")
    names = tuple(dict.fromkeys(part.variable for part in parts if part.variable and not part.reason))
    expansions = word.expansions or bool(reason)
    return Word(
        word.text,
        word.span,
        expansions,
        word.splits or (splits and bool(reason)),
        word.runs,
        word.reason or reason,
        names,
    )


def _parts(text: str, variables: Variables) -> Iterator[Part]:
    position = 0
    while position < len(text):
        dollar = text.find("$", position)
        if dollar < 0:
            break
        if dollar > position:
            yield Part(text[position:dollar], position, dollar)
        if text.startswith("$$", dollar):
            yield Part("$", dollar, dollar + 2)
            position = dollar + 2
            continue
        position = _end(text, dollar)
        yield _variable(text[dollar:position], dollar, position, variables)
    if position < len(text):
        yield Part(text[position:], position, len(text))


def _end(text: str, dollar: int) -> int:
    """Where the variable that starts at `dollar` ends."""
    if not text.startswith("{", dollar + 1):
        name = _NAME.match(text, dollar + 1)
        return name.end() if name else dollar + 1
    depth = 0
    for brace in re.finditer(r"[{}]", text[dollar:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return dollar + brace.end()
    return len(text)


def _variable(written: str, start: int, end: int, variables: Variables) -> Part:
    value, name = _value(written, variables, 0)
    if isinstance(value, Unknown):
        # What is shown in its place must stay one word.
        return Part(f"${{{name}}}" if name else written, start, end, name, value.reason)
    return Part(value, start, end, name)


def _value(written: str, variables: Variables, depth: int) -> tuple[str | Unknown, str]:
    """What `$V` or `${V…}` becomes, and the variable's name."""
    braced = written.startswith("${") and written.endswith("}")
    body = written[2:-1] if braced else written[1:]
    match = _NAME.match(body)
    operator = _OPERATOR.match(body, match.end()) if match and braced else None
    if match is None or (operator is None and match.end() != len(body)) or depth > _DEEPEST:
        return Unknown(f"`{written[:40]}` is no interpolation that Compose accepts"), ""
    name, value = match[0], variables(match[0])
    if operator is None:
        return (Unknown(_unset(name)) if value is None else value), name
    return _operated(operator[0], body[operator.end() :], name, value, variables, depth), name


def _operated(
    operator: str, operand: str, name: str, value: str | Unknown | None, variables: Variables, depth: int
) -> str | Unknown:
    if isinstance(value, Unknown):
        return value
    absent = value is None or (operator.startswith(":") and not value)
    kind = operator[-1]
    if kind == "-":
        return _nested(operand, variables, depth + 1) if absent or value is None else value
    if kind == "?":
        return Unknown(f"{name} is required, and no file of the repository sets it") if absent else value or ""
    if value is None:
        return Unknown(_unset(name))
    return "" if absent else _nested(operand, variables, depth + 1)


def _nested(operand: str, variables: Variables, depth: int) -> str | Unknown:
    """A default may hold variables again."""
    text, position = "", 0
    while (dollar := operand.find("$", position)) >= 0:
        text += operand[position:dollar]
        if operand.startswith("$$", dollar):
            text, position = text + "$", dollar + 2
            continue
        position = _end(operand, dollar)
        value, _ = _value(operand[dollar:position], variables, depth)
        if isinstance(value, Unknown):
            return value
        text += value
    return text + operand[position:]


def _unset(name: str) -> str:
    return f"{name} is set by whoever starts Compose, and no file of the repository says to what"
