"""Marks in templates: the rendered text tells where each of its characters was written.

A mark is a number between two characters that no chart uses. In a copy of a template it stands before the first
character of every line of text and before every action that writes, so that it takes part in nothing but the
output. Marks in named templates may take part in more (`trunc`, `eq`), so what they give is used only where it is,
without the marks, what the chart gives without them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from celerylint.sources.helm.references import Reference, References, references
from celerylint.sources.helm.template import Part, definitions

OPEN, CLOSE, KEY = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"{OPEN}([0-9]+)((?:{KEY}[^{OPEN}-{KEY}]*)*){CLOSE}")
_LINE = re.compile(r"(^|\n)([ \t\r]*)(?=[^\s])")
_YAML = re.compile(r"^[ \t]*(?:- |[\w./-]+:(?:[ \t\r\n]|$))", re.MULTILINE)
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{40,128}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands behind a mark: text from `start` on, or an action from `start` to `end`. Offsets of the file."""

    path: str
    start: int
    end: int
    action: bool
    reference: Reference | None = None  # the value that an action writes


@dataclass(frozen=True, slots=True)
class Run:
    """Rendered characters from `at` on, up to the next run."""

    at: int
    mark: Mark
    keys: tuple[str, ...] = ()  # what every `range` around it has chosen


@dataclass(slots=True)
class Marks:
    """The marks of one chart, by number."""

    made: list[Mark] = field(default_factory=list)

    def make(self, mark: Mark) -> str:
        """The text of a new mark."""
        self.made.append(mark)
        keys = mark.reference.keys if mark.reference else ()
        return f"{OPEN}{len(self.made) - 1}{''.join(f'{KEY}{{{{ {key} }}}}' for key in keys)}{CLOSE}"

    def read(self, text: str) -> tuple[str, tuple[Run, ...]]:
        """A rendered text without its marks, and where its characters come from."""
        clean: list[str] = []
        runs: list[Run] = []
        length = end = 0
        for match in _MARK.finditer(text):
            clean.append(text[end : match.start()])
            length += match.start() - end
            end = match.end()
            if int(match[1]) < len(self.made):
                runs.append(Run(length, self.made[int(match[1])], tuple(match[2].split(KEY)[1:])))
        clean.append(text[end:])
        return "".join(clean), tuple(runs)


def same(left: str, right: str) -> bool:
    """Whether two renderings are one, digests of other renderings aside; then they are equally long, too."""
    return left == right or (len(left) == len(right) and _DIGEST.sub(_blank, left) == _DIGEST.sub(_blank, right))


def _blank(match: re.Match[str]) -> str:
    return "0" * len(match[0])


Change = Callable[[Part], str]  # an action's new body


def plain(found: Iterable[Part], change: Change) -> list[str]:
    """Each part's source, so that the whole renders the same; trim marks are gone, and the actions are changed."""
    return [_written(part, change) for part in found]


def marked(path: str, found: tuple[Part, ...], change: Change, marks: Marks, how: str) -> list[str]:
    """The same with marks: on all that stands outside of `define`, with `all` inside of those that write YAML, too.

    With `keys` the marks also tell which values an action writes.
    """
    named = how in ("all", "keys")
    skipped = {
        index
        for first, last in definitions(found)
        if not named or not _writes_yaml(found[first : last + 1])
        for index in range(first, last + 1)
    }
    sources = plain(found, change)
    known = references(found) if how == "keys" else References()
    for index, body in known.ranges.items():
        sources[index] = "{{ " + body + " }}"
    pairs = enumerate(zip(found, sources, strict=True))
    return [
        own if at in skipped else _with_marks(path, part, own, marks, known.of.get(at)) for at, (part, own) in pairs
    ]


def _writes_yaml(found: Iterable[Part]) -> bool:
    return any(part.text and _YAML.search(part.body) for part in found)


def _written(part: Part, change: Change) -> str:
    if part.text:
        # A brace before an action would be taken for a part of its own.
        return part.body[:-1] + '{{ "{" }}' if part.body.endswith("{") else part.body
    return "" if part.keyword == "comment" else "{{ " + change(part) + " }}"


def _with_marks(path: str, part: Part, written: str, marks: Marks, reference: Reference | None) -> str:
    if part.writes:
        return marks.make(Mark(path, part.start, part.end, True, reference)) + written
    if not part.text:
        return written

    def line(match: re.Match[str]) -> str:
        at = part.start + match.end()
        return f"{match[0]}{marks.make(Mark(path, at, at, False))}"

    return _LINE.sub(line, written)


def run_at(runs: tuple[Run, ...], offset: int) -> Run | None:
    """The run that a rendered character belongs to."""
    index = bisect_right(runs, offset, key=_start) - 1
    return runs[index] if index >= 0 else None


def _start(run: Run) -> int:
    return run.at
