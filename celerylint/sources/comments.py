"""Comments and the lines that they speak of, in every kind of file that has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from celerylint.origin import Span
from celerylint.sources.text import Text

Stretch = tuple[int, int]  # first and last line


@dataclass(frozen=True, slots=True)
class Remarks:
    """What a reader of one language finds: the comments, and the lines that no comment can come between.

    `joined` are lines of one string, of one scalar or of a continued line, each pair overlapping no other.
    `decorated` holds, for the first line of decorators, the line of what they decorate.
    """

    comments: Mapping[int, str]  # by line; each goes on to the line's end
    joined: Collection[Stretch] = ()
    decorated: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. Alone on its line it speaks of the next line that is none; else of the line that it ends."""

    span: Span
    text: str  # from `#` on, without trailing spaces
    about: tuple[Stretch, ...]  # the lines that it speaks of, its own among them
    alone: bool
    at_top: bool  # before the first line that is more than a comment


def comments(text: Text) -> tuple[Comment, ...]:
    """The comments of a file, in order, by the ending of its name.

    In files that are neither Python nor YAML (scripts, Dockerfiles, …) only those that have a line of their own
    are told; JSON has none.
    """
    if "#" not in text.text or text.path.endswith(".json"):
        return ()
    remarks = _remarks(text)
    alone = {line for line, comment in remarks.comments.items() if text.line(line).strip() == comment}
    first = next(
        (line for line in range(1, text.line_count + 1) if line not in alone and text.line(line).strip() not in _NO_CODE),
        text.line_count + 1,
    )
    return tuple(_comment(text, remarks, alone, first, line) for line in sorted(remarks.comments))


_NO_CODE = ("", "---", "\ufeff")


def _remarks(text: Text) -> Remarks:
    if text.path.endswith(".py"):
        from celerylint.sources.python.comments import remarks

        return remarks(text)
    if text.path.endswith((".yaml", ".yml")):
        from celerylint.sources.yaml.comment import remarks

        return remarks(text)
    lines = ((number, text.line(number).strip()) for number in range(1, text.line_count + 1))
    return Remarks({number: line for number, line in lines if line.startswith("#")})


def _comment(text: Text, remarks: Remarks, alone: Collection[int], first: int, line: int) -> Comment:
    comment = remarks.comments[line]
    end = len(text.line(line).rstrip()) + 1
    span = Span(text.path, line, end - len(comment), line, end)
    if line not in alone:
        return Comment(span, comment, (_whole(remarks, line, line),), False, False)
    below = line + 1
    while below in alone:
        below += 1
    about = ((line, line),)
    if text.line(below).strip():
        about = (*about, _whole(remarks, below, remarks.decorated.get(below, below)))
    return Comment(span, comment, about, True, line < first)


def _whole(remarks: Remarks, first: int, last: int) -> Stretch:
    """Lines, with the rest of what begins before or ends behind them in the same breath."""
    touching = [part for part in remarks.joined if part[0] <= last and part[1] >= first]
    return min([first, *(part[0] for part in touching)]), max([last, *(part[1] for part in touching)])
