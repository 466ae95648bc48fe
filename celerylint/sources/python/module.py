"""A Python file, of which only the statements that somebody asks for are parsed."""

from __future__ import annotations

import ast
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate

from celerylint.sources.python.binding import may_bind
from celerylint.sources.python.bounds import check_depth, check_size
from celerylint.sources.python.errors import PythonSyntaxError
from celerylint.sources.python.segments import Segment, between, cut
from celerylint.sources.text import Text

MAX_TOGETHER = 200_000  # characters; segments that are parsed in one go save the parser's start, some 40 µs
_WORD = re.compile(r"\w+")
_STAR = re.compile(r"\bimport\b[\s\\(]*\*")


class PythonModule:
    """A Python file read on demand: a segment is parsed when somebody asks for it, and once.

    The statements are nodes of the standard `ast` (and `Opaque`), whose lines are those of the file and whose
    columns count from 0 in characters, not bytes. Where a segment cannot be parsed alone, the whole file is,
    once; where that fails as well, the questions that need the segment raise PythonSyntaxError (or TooDeep,
    TooLarge). The others are still answered.
    """

    def __init__(self, text: Text) -> None:
        self.path = text.path
        self.text = text
        self._segments: tuple[Segment, ...] | None = None
        self._parsed: dict[int, list[ast.stmt]] = {}
        self._error: PythonSyntaxError | None = None
        self._words: dict[str, list[int]] | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The top-level statements as text, in order; joined, they are the file."""
        if self._segments is None:
            check_size(self.text.text)
            self._segments = cut(self.text.text) or between(self.text.text, [0])
        return self._segments

    @property
    def words(self) -> Mapping[str, Sequence[int]]:
        """Every word of the file, in whatever it stands, with the numbers of the segments that hold it.

        What is not among them is no name in the file. Names are compared as Python compares them (PEP 3131).
        """
        if self._words is None:
            self._words = {}
            for number, segment in enumerate(self.segments):
                for word in dict.fromkeys(_WORD.findall(segment.text)):
                    self._words.setdefault(_identifier(word), []).append(number)
        return self._words

    def naming(self, word: str) -> list[ast.stmt]:
        """The statements of the segments that hold a word, in order."""
        return self._at(lambda: self.words.get(word, ()))

    def mentioning(self, pattern: re.Pattern[str]) -> list[ast.stmt]:
        """The statements of the segments whose text the pattern is found in, in order."""
        return self._of(lambda segment: pattern.search(segment.text) is not None)

    def chosen(self, wanted: Callable[[str], bool]) -> list[ast.stmt]:
        """The statements of the segments whose text is wanted, in order."""
        return self._of(lambda segment: wanted(segment.text))

    def binding(self, name: str) -> list[ast.stmt]:
        """The statements that may bind, rebind or change the top-level name, in order; some may not.

        Inside a function or class only what reaches the name counts: `global`, an assignment to an item or an
        attribute of it, a method that changes it. What `import *` brings is told by `star_imports`.
        """
        return self._at(lambda: [each for each in self.words.get(name, ()) if may_bind(self.segments[each].text, name)])

    def star_imports(self) -> list[ast.ImportFrom]:
        """Every `from module import *` at the top, also in an `if` or a `try`."""
        statements = self._of(lambda segment: _STAR.search(segment.text) is not None)
        return [
            node
            for statement in statements
            for node in ast.walk(statement)
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        ]

    def body(self) -> list[ast.stmt]:
        """Every statement."""
        return self._of(lambda segment: True)

    def _of(self, wanted: Callable[[Segment], bool]) -> list[ast.stmt]:
        return self._at(lambda: [number for number, segment in enumerate(self.segments) if wanted(segment)])

    def _at(self, wanted: Callable[[], Sequence[int]]) -> list[ast.stmt]:
        """The statements of the segments that are wanted; asked again where the whole file was cut anew."""
        numbers = wanted()
        for group in _neighbours((number for number in numbers if number not in self._parsed), self.segments):
            if not self._parse(group):
                self._parse_whole()
                return self._at(wanted)
        return [statement for number in numbers for statement in self._parsed[number]]

    def _parse(self, group: range) -> bool:
        """Parse neighbouring segments in one go; False where they are not Python by themselves."""
        segments = self.segments[group.start : group.stop]
        try:
            statements = _statements(segments)
        except PythonSyntaxError:
            return False
        for number in group:
            self._parsed[number] = []
        starts = [segment.start_line for segment in segments]
        for statement in statements:
            self._parsed[group.start + bisect_right(starts, _first_line(statement)) - 1].append(statement)
        return True

    def _parse_whole(self) -> None:
        """Parse the file in one go, and let its statements say where the segments are."""
        if self._error is not None:
            raise self._error
        try:
            statements = _statements(between(self.text.text, [0]))
        except PythonSyntaxError as error:
            self._error = error
            raise
        ends = list(accumulate((statement.end_lineno or 0 for statement in statements), max))
        lines = [1]
        for statement, end in zip(statements[1:], ends, strict=False):
            if _first_line(statement) > end:
                lines.append(end + 1)
        self._segments = between(self.text.text, [self.text.offset(line, 1) for line in lines])
        self._words = None
        self._parsed = {number: [] for number in range(len(lines))}
        for statement in statements:
            self._parsed[bisect_right(lines, _first_line(statement)) - 1].append(statement)


def _statements(segments: Sequence[Segment]) -> list[ast.stmt]:
    # Imported here: it brings libcst, which takes long to import and is not needed for files without Celery.
    from celerylint.sources.python.grammar import statements_of

    for segment in segments:
        check_depth(segment.text, segment.start_line)
    return statements_of("".join(segment.text for segment in segments), segments[0].start_line)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return decorators[0].lineno if decorators else statement.lineno


def _neighbours(numbers: Iterable[int], segments: Sequence[Segment]) -> list[range]:
    """Segments in order as runs without a gap, none of them very long."""
    runs: list[range] = []
    size = 0
    for number in numbers:
        size += len(segments[number].text)
        if runs and runs[-1].stop == number and size <= MAX_TOGETHER:
            runs[-1] = range(runs[-1].start, number + 1)
        else:
            size = len(segments[number].text)
            runs.append(range(number, number + 1))
    return runs


def _identifier(word: str) -> str:
    return word if word.isascii() else unicodedata.normalize("NFKC", word)
