"""Where each character of a scalar's value stands in the source: quotes, escapes, folding and indentation undone.

The source is walked beside the value that the parser gave. As soon as the two disagree nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_BREAK = "(?:\r\n|[\n\r\x85\u2028\u2029])"
_BREAKS = re.compile(_BREAK)
_FOLD = rf"[ \t]*(?:{_BREAK}[ \t]*)+"
_PLAIN = re.compile(_FOLD)
_SINGLE = re.compile(f"''|{_FOLD}")
_PAIR = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_CODE = r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
_DOUBLE = re.compile(rf"{_PAIR}|{_CODE}|\\{_BREAK}(?:[ \t]*{_BREAK})*[ \t]*|\\.|{_FOLD}")
_HEADER = re.compile(rf"[|>][-+0-9]*[ \t]*(?:#[^\r\n\x85\u2028\u2029]*)?(?:{_BREAK}|\Z)")
_LINE = re.compile(rf"([^\r\n\x85\u2028\u2029]*)({_BREAK}|\Z)")
_PROPERTY = re.compile("[!&][^ \t\r\n\x85\u2028\u2029]*")
_BETWEEN = re.compile("(?:[ \t\r\n\x85\u2028\u2029]|(?<=[ \t\r\n\x85\u2028\u2029])#[^\r\n\x85\u2028\u2029]*)*")
_ESCAPES = dict(zip("0abt\tnvfreN_LP", "\0\a\b\t\t\n\v\f\r\x1b\x85\xa0\u2028\u2029", strict=True))


class Run(NamedTuple):
    """A piece of the value and of the source. Of equal length: character by character; else as a whole."""

    value_start: int
    value_end: int
    source_start: int
    source_end: int

    @property
    def even(self) -> bool:
        return self.value_end - self.value_start == self.source_end - self.source_start

    def source_of(self, at: int) -> int:
        """The source offset of the value's character `at`; of the end, behind it."""
        if at >= self.value_end:
            return self.source_end
        return self.source_start + at - self.value_start if self.even else self.source_start

    def source_before(self, end: int) -> int:
        """The source offset behind the value's character `end - 1`."""
        return self.source_start + end - self.value_start if self.even else self.source_end


def runs(source: str, start: int, end: int, value: str, style: str) -> tuple[Run, ...]:
    """The pieces of a scalar between two offsets, anchor and tag included; empty where it and `value` disagree."""
    start = body(source, start)
    if style in ("|", ">"):
        pieces = _block(source, start, value, style)
    else:
        pieces = _flow(source, start + bool(style), end - bool(style), style)
    found: list[Run] = []
    at = 0
    for text, begin, stop in pieces:
        if not value.startswith(text, at):
            return ()
        if text:
            found.append(Run(at, at + len(text), begin, stop))
        at += len(text)
        if at == len(value):
            break
    return tuple(found) if at == len(value) else ()


def body(source: str, start: int) -> int:
    """Where the value itself starts, behind its anchor, its tag and comments between them."""
    while match := _PROPERTY.match(source, start):
        between = _BETWEEN.match(source, match.end())
        start = between.end() if between else match.end()
    return start


def header_end(source: str, start: int) -> int:
    """Where the content of a block scalar starts: behind `|-  # comment` and its line end."""
    match = _HEADER.match(source, start)
    return match.end() if match else start


_Piece = tuple[str, int, int]  # its text in the value; its source offsets


def _flow(source: str, at: int, end: int, style: str) -> Iterator[_Piece]:
    """The pieces of a plain or quoted scalar between its quotes."""
    special = {"'": _SINGLE, '"': _DOUBLE}.get(style, _PLAIN)
    for match in special.finditer(source, at, end):
        yield source[at : match.start()], at, match.start()
        yield _meaning(match[0]), match.start(), match.end()
        at = match.end()
    yield source[at:end], at, end


def _meaning(piece: str) -> str:
    """The value of an escape or of a folded line end."""
    if piece == "''":
        return "'"
    if piece[0] == "\\" and not _BREAKS.match(piece, 1):
        return _escape(piece)
    breaks = ["\n" if end in "\r\n\x85" else end for end in _BREAKS.findall(piece)]
    if piece[0] == "\\":
        return "".join(breaks[1:])
    if breaks[0] == "\n":
        return "".join(breaks[1:]) or " "
    return "".join(breaks)


def _escape(piece: str) -> str:
    codes = re.findall(r"\\[xuU]([0-9a-fA-F]+)", piece)
    if len(codes) == 2:
        return bytes.fromhex("".join(codes)).decode("utf-16-be")
    if codes:
        number = int(codes[0], 16)
        return chr(number) if number < 0x110000 else ""
    return _ESCAPES.get(piece[1], piece[1])


def _block(source: str, start: int, value: str, style: str) -> Iterator[_Piece]:
    """The pieces of a `|` or `>` scalar; without end: the caller stops at the value's."""
    lines = _lines(source, header_end(source, start))
    return _literal(lines, value) if style == "|" else _folded(lines, value)


def _lines(source: str, at: int) -> Iterator[tuple[str, int, int, int]]:
    """Each line: its text, its start, its end, and where its line end ends."""
    while at < len(source):
        match = _LINE.match(source, at)
        if match is None:
            return
        yield match[1], at, match.end(1), match.end()
        at = match.end()


def _literal(lines: Iterator[tuple[str, int, int, int]], value: str) -> Iterator[_Piece]:
    """Line by line; the indentation is what the value lacks."""
    for content, (raw, _, end, after) in zip(value.split("\n"), lines, strict=False):
        if not raw.endswith(content):
            return
        yield content, end - len(content), end
        yield "\n", end, after


def _folded(lines: Iterator[tuple[str, int, int, int]], value: str) -> Iterator[_Piece]:
    """Lines joined by a space, but for empty and more indented ones (YAML 1.1, 9.3.3)."""
    stripped = value.lstrip("\n")
    extra = len(stripped) - len(stripped.lstrip(" "))
    rest = len(value.rstrip("\n"))
    indent: int | None = None
    previous = ""
    gaps: list[tuple[int, int]] = []  # the line ends since the last content
    at = 0
    for raw, _, end, after in lines:
        if indent is None and raw.strip(" "):
            indent = max(len(raw) - len(raw.lstrip(" ")) - extra, 0)
        content = raw[indent:] if indent is not None and at < rest else ""
        if content:
            joint = _joint(previous, content, len(gaps))
            if len(joint) == len(gaps):
                yield from (("\n" if joint != " " else " ", *gap) for gap in gaps)
            else:
                yield joint, gaps[0][0], gaps[-1][1]
            yield content, end - len(content), end
            at += len(joint) + len(content)
            previous, gaps = content, []
        gaps.append((end, after))
        if at >= rest and previous:
            yield "\n", end, after


def _joint(previous: str, content: str, breaks: int) -> str:
    """What stands in the value for the line ends between two lines with content."""
    if not previous or previous[0] in " \t" or content[0] in " \t":
        return "\n" * breaks
    return " " if breaks == 1 else "\n" * (breaks - 1)
