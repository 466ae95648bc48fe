"""Comments and the lines that they speak of, in every kind of file that has them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from celerylint.origin import Span
from celerylint.sources.text import Text

Stretch = tuple[int, int]  # first and last line


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the reader of a language finds: the comments, and which lines belong together.

    `joined`, as `merged` gives it, are the lines of one string, one scalar or one continued line: no comment can
    stand between them. `decorated` holds the line of a definition by the line of each of its decorators.
    """

    comments: Mapping[int, str]  # by line; each goes on to the line's end
    joined: Sequence[Stretch] = ()
    decorated: Mapping[int, int] = field(default_factory=dict)

    def whole(self, line: int) -> Stretch:
        """The lines that belong together with a line."""
        index = bisect_right(self.joined, (line, line + 1))
        near = [part for part in self.joined[max(index - 1, 0) : index + 1] if part[0] <= line <= part[1]]
        return near[0] if near else (line, line)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. Alone on its line it speaks of the next line that is none; else of the line that it ends."""

    span: Span
    text: str  # from `#` on, without trailing spaces
    about: tuple[Stretch, ...]  # the lines that it speaks of, its own first
    alone: bool
    at_top: bool  # before the first line that is more than a comment


def comments(text: Text, wanted: re.Pattern[str]) -> tuple[Comment, ...]:
    """The comments of a file that hold the pattern, in order.

    In files that are neither Python nor YAML (scripts, Dockerfiles, …) only those that have a line of their own
    are told; JSON has none.
    """
    if text.path.endswith(".json") or not wanted.search(text.text):
        return ()
    remarks = _remarks(text)
    alone = [line for line, comment in remarks.comments.items() if text.line(line).strip() == comment]
    below: dict[int, int] = {}
    for line in sorted(alone, reverse=True):
        below[line] = below.get(line + 1, line + 1)
    first = next((line for line in range(1, text.line_count + 1) if line not in below and _has_code(text, line)), None)
    return tuple(
        _comment(text, remarks, line, below.get(line), first is None or line < first)
        for line, comment in sorted(remarks.comments.items())
        if wanted.search(comment)
    )


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Those of more than one line, in order; those that share a line become one."""
    found: list[Stretch] = []
    for first, last in sorted(stretches):
        if found and found[-1][1] >= first:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        elif first < last:
            found.append((first, last))
    return tuple(found)


def _has_code(text: Text, line: int) -> bool:
    return text.line(line).strip() not in ("", "---")


def _remarks(text: Text) -> Remarks:
    if text.path.endswith(".py"):
        from celerylint.sources.python.comments import remarks

        return remarks(text)
    if text.path.endswith((".yaml", ".yml")):
        from celerylint.sources.yaml.comment import remarks

        return remarks(text)
    lines = ((number, text.line(number).strip()) for number in range(1, text.line_count + 1))
    return Remarks({number: line for number, line in lines if line.startswith("#")})


def _comment(text: Text, remarks: Remarks, line: int, below: int | None, at_top: bool) -> Comment:
    """A comment in its place; `below` is the next line that is none, where this one is alone on its line."""
    comment = remarks.comments[line]
    end = len(text.line(line).rstrip()) + 1
    span = Span(text.path, line, end - len(comment), line, end)
    if below is None:
        return Comment(span, comment, (remarks.whole(line),), False, False)
    return Comment(span, comment, ((line, line), *_about(text, remarks, below)), True, at_top)


def _about(text: Text, remarks: Remarks, line: int) -> Iterator[Stretch]:
    """What a comment right above a line speaks of: nothing where it is empty, else decorators and definition too."""
    if text.line(line).strip():
        yield remarks.whole(line)[0], remarks.whole(remarks.decorated.get(line, line))[1]
