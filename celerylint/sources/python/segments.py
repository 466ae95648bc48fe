"""The cut of a file at column 0 into its top-level statements, without parsing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.sources.python.tokens import BALANCED, COMMENT, CONTINUATION, NEWLINE, STRING

# Lines that hold no code and may stand before a statement: blank ones, and comments at column 0.
_BETWEEN = rf"(?:[ \t\f]*+{NEWLINE}|{COMMENT}{NEWLINE})*+"
# What runs on in C: everything up to a line that begins at column 0, a bracket nested deeper, or an oddity.
_RUN = re.compile(
    rf"(?:[^\"'\#()\[\]{{}}\r\n\\]++|{NEWLINE}{_BETWEEN}(?=[ \t\f])|{STRING}|{COMMENT}|{BALANCED}|{CONTINUATION})*+",
    re.DOTALL,
)
_CUT = re.compile(rf"{NEWLINE}(?P<lead>{_BETWEEN})(?P<code>(?!(?:else|elif|except|finally)\b)[^\s#)\]}}])?")
_FIRST = re.compile(_BETWEEN)
_LINE_END = re.compile(NEWLINE)


@dataclass(frozen=True, slots=True)
class Segment:
    """A top-level statement with its decorators and the comments at column 0 before it.

    Lines count from 1, both inclusive. The segments of a file, joined, are the file.
    """

    start_line: int
    end_line: int
    text: str


def cut(text: str) -> tuple[Segment, ...] | None:
    """The segments of a file in order; None where the scan cannot tell where a statement ends."""
    starts = _starts(text)
    return None if starts is None else between(text, starts)


def between(text: str, starts: list[int]) -> tuple[Segment, ...]:
    """The segments that begin at these offsets, the first of which is 0."""
    segments: list[Segment] = []
    line = 1
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        part = text[start:end]
        after = line + len(_LINE_END.findall(part))
        last = after if part and part[-1] not in "\r\n" else after - 1
        segments.append(Segment(line, max(last, line), part))
        line = after
    return tuple(segments)


def _starts(text: str) -> list[int] | None:
    """Where the segments begin; a decorator begins the one that it decorates."""
    start: int = _FIRST.match(text).end()  # type: ignore[union-attr] # matches ""
    decorated = text.startswith("@", start)
    starts = [0]
    for offset in _columns(text, start):
        if offset < 0:
            return None
        cut_ = _CUT.match(text, offset)
        if cut_ is None or cut_["code"] is None:
            continue
        if not decorated:
            starts.append(cut_.start("lead"))
        decorated = cut_["code"] == "@"
    return starts


def _columns(text: str, offset: int) -> Iterator[int]:
    """The line ends outside brackets before a line at column 0; -1 at the end where the scan lost its way."""
    depth, end = 0, len(text)
    while offset < end:
        offset = _RUN.match(text, offset).end()  # type: ignore[union-attr] # matches ""
        if offset == end:
            break
        character = text[offset]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character in "\r\n":
            if not depth:
                yield offset
            match = _CUT.match(text, offset)
            offset = match.end("lead") if match else offset + 1
            continue
        else:
            break  # a quote that ends nowhere, or a lone backslash at the end
        if depth < 0:
            break
        offset += 1
    if offset < end or depth:
        yield -1
