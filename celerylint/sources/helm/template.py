"""A Go template cut into text and actions, with what `{{-` and `-}}` trim already gone (text/template, Go 1.26)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLANK = " \t\r\n"
_OPEN = re.compile(r"\{\{(?P<trim>-[ \t\r\n])?")
_COMMENT = re.compile(r"/\*.*?\*/(?P<trim>[ \t\r\n]-)?\}\}", re.DOTALL)
_PART = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*')
    |(?P<trim>[ \t\r\n]-)?(?P<close>\}\})
    |[^"`'}\s]+|\s|\}""",
    re.VERBOSE,
)
_WORD = re.compile(r"[a-z]+\b")
_ASSIGNMENT = re.compile(r"\$\w*(?:\s*,\s*\$\w*)?\s*:?=[^=]")

CONTROL = frozenset({"if", "else", "end", "range", "with", "define", "block", "break", "continue"})
_OPENING = frozenset({"if", "range", "with", "define", "block"})


class TemplateError(ValueError):
    """A text that the engine would not parse; `at` is the offset where that shows."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Part:
    """Text that is written as it stands, or an action. Offsets are of the file; text is already trimmed."""

    start: int
    end: int  # exclusive
    body: str  # the text, or what stands in the action without its braces and trim marks
    keyword: str = ""  # `text`; of an action `if`, `end`, …, `comment`, `assign`; empty: its value is written

    @property
    def text(self) -> bool:
        """Whether it is text."""
        return self.keyword == "text"

    @property
    def opens(self) -> bool:
        """Whether an `end` belongs to it."""
        return self.keyword in _OPENING

    @property
    def writes(self) -> bool:
        """Whether it is an action that writes a value."""
        return not self.keyword


def parts(source: str) -> tuple[Part, ...]:
    """The parts of a template, in order. Raises TemplateError where an action is never closed."""
    return tuple(part for part in _trimmed(source) if part.keyword != "text" or part.body)


def _trimmed(source: str) -> Iterator[Part]:
    at, trim = 0, False
    while True:
        opened = _OPEN.search(source, at)
        end = opened.start() if opened else len(source)
        yield _text(source, at, end, trim, bool(opened and opened["trim"]))
        if opened is None:
            return
        part, at, trim = _action(source, opened)
        yield part


def _text(source: str, start: int, end: int, left: bool, right: bool) -> Part:
    body = source[start:end]
    if left:
        stripped = body.lstrip(_BLANK)
        start, body = start + len(body) - len(stripped), stripped
    if right:
        body = body.rstrip(_BLANK)
    return Part(start, start + len(body), body, "text")


def _action(source: str, opened: re.Match[str]) -> tuple[Part, int, bool]:
    """The action, where it ends, and whether it trims what follows."""
    start = opened.end()
    comment = _COMMENT.match(source, start)
    if comment:
        return Part(opened.start(), comment.end(), "", "comment"), comment.end(), bool(comment["trim"])
    at = start
    while match := _PART.match(source, at):
        if match["close"]:
            body = source[start : match.start()].strip(_BLANK)
            return Part(opened.start(), match.end(), body, _keyword(body)), match.end(), bool(match["trim"])
        at = match.end()
    raise TemplateError("an action is never closed", opened.start())


def _keyword(body: str) -> str:
    word = _WORD.match(body)
    if word and word[0] in CONTROL:
        return word[0]
    return "assign" if _ASSIGNMENT.match(body) else ""


def closing(found: tuple[Part, ...], index: int) -> int:
    """The index of the `end` that belongs to the part at `index`. Raises TemplateError where there is none."""
    depth = 0
    for at in range(index, len(found)):
        depth += found[at].opens - (found[at].keyword == "end")
        if depth == 0:
            return at
    raise TemplateError(f"`{found[index].keyword}` has no end", found[index].start)


def definitions(found: tuple[Part, ...]) -> list[tuple[int, int]]:
    """Where `define … end` stand at the top, as indices of both parts. Raises TemplateError."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(found):
        if found[at].keyword == "define":
            spans.append((at, closing(found, at)))
            at = spans[-1][1]
        at += 1
    return spans
