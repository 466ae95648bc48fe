"""Commands in a Dockerfile: the exec form, which is JSON, and the shell form."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from celerylint.facts.images.dockerfile import Instruction
from celerylint.facts.launch import Word
from celerylint.origin import Span

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
DEFAULT_SHELL = ("/bin/sh", "-c")


@dataclass(frozen=True, slots=True)
class CommandFact:
    """ENTRYPOINT, CMD or a health check: the words that the container gets.

    The shell form is the shell's words with the whole line as the last one.
    """

    words: tuple[Word, ...]
    span: Span
    shell_form: bool


def command(instruction: Instruction, shell: tuple[Word, ...], start: int | None = None) -> CommandFact:
    """The command that stands behind the keyword, or from `start` of the line on."""
    begin = instruction.start if start is None else start
    listed = json_words(instruction, begin)
    if listed is not None:
        return CommandFact(listed, instruction.span, False)
    line = instruction.line
    end = len(line.text.rstrip())
    if begin >= end:
        return CommandFact((), instruction.span, True)
    first = shell or tuple(Word(text, instruction.span) for text in DEFAULT_SHELL)
    return CommandFact((*first, line.word(begin, end)), instruction.span, True)


def json_words(instruction: Instruction, start: int) -> tuple[Word, ...] | None:
    """The words of a JSON list of texts; None for anything else, which Docker takes for the shell form."""
    text = instruction.line.text[start:].strip()
    if not text.startswith("["):
        return None
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return None
    found = _STRING.finditer(instruction.line.text, start)
    return tuple(_word(instruction, item, *match.span()) for item, match in zip(items, found, strict=False))


def _word(instruction: Instruction, text: str, start: int, end: int) -> Word:
    line = instruction.line
    if line.text[start + 1 : end - 1] == text:
        return line.word(start + 1, end - 1)
    return Word(text, line.locate(start, end))
