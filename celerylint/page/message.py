"""Messages: text with `{expression}` in it; `{{` and `}}` are braces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.page.error import ExpressionError
from celerylint.page.expression import Expression, compile_expression
from celerylint.page.format import format_value
from celerylint.page.types import Type


@dataclass(frozen=True, slots=True)
class Message:
    """A checked template."""

    parts: tuple[str | Expression, ...]

    def render(self, names: Mapping[str, Any]) -> str:
        """The text for these names, on one line; what is unknown is `?`."""
        return " ".join("".join(_render(part, names) for part in self.parts).split())


def _render(part: str | Expression, names: Mapping[str, Any]) -> str:
    return part if isinstance(part, str) else format_value(part.evaluate(names).value, part.type)


def compile_message(text: str, names: Mapping[str, Type]) -> Message:
    """The template over these names. Raises ExpressionError with places in the template's own text."""
    return Message(tuple(_compile(text, start, part, names) for start, part in _split(text)))


def _compile(text: str, start: int, part: tuple[bool, str], names: Mapping[str, Type]) -> str | Expression:
    is_expression, content = part
    if not is_expression:
        return content
    try:
        return compile_expression(content, names)
    except ExpressionError as error:
        raise ExpressionError(error.message, start + error.start, start + error.end, text) from None


def _split(text: str) -> Iterator[tuple[int, tuple[bool, str]]]:
    """Each part with its offset: (False, literal text) or (True, expression)."""
    literal, index = "", 0
    while index < len(text):
        letter = text[index]
        if letter in "{}" and text[index : index + 2] == letter * 2:
            literal, index = literal + letter, index + 2
        elif letter == "{":
            end = _closing(text, index)
            yield index, (False, literal)
            yield index + 1, (True, text[index + 1 : end])
            literal, index = "", end + 1
        elif letter == "}":
            raise ExpressionError("this brace closes nothing; a brace itself is written `}}`", index, index + 1, text)
        else:
            literal, index = literal + letter, index + 1
    yield index, (False, literal)


def _closing(text: str, opening: int) -> int:
    """The offset of the brace that closes the one at `opening`, past texts in quotes and inner braces."""
    depth, quote = 0, ""
    for index in range(opening, len(text)):
        letter = text[index]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                return index
    raise ExpressionError("this brace is never closed; a brace itself is written `{{`", opening, opening + 1, text)
