"""TOML with places: the same nodes as YAML's, so that whoever reads one reads the other.

tomli says whether a file is TOML at all; what follows only finds the places, and so may trust what it meets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from celerylint.sources.yaml.locate import Run
from celerylint.sources.yaml.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from celerylint.sources.text import Text

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\r\n]*)*")
_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}\r\n#]+")
_CODE = "x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}"
_ESCAPE = re.compile(rf"\\(?:(?P<code>{_CODE})|(?P<blank>[ \t]*\r?\n\s*)|(?P<letter>.))")
_LETTERS = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_STRING = "tag:yaml.org,2002:str"


def read_toml(text: Text) -> Mapping | None:
    """The file as a mapping; None where it is no TOML."""
    import tomli

    try:
        tomli.loads(text.text)
        return _Reader(text).read()
    except (tomli.TOMLDecodeError, RecursionError, IndexError, ValueError):
        return None


class _Table:
    """A table while it is read: its entries by their keys, each a table, a list of tables or a value."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.entries: dict[str, tuple[Scalar, _Table | list[_Table] | Node]] = {}


class _Reader:
    """A cursor over the text."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.source = text.text
        self.at = 0

    def read(self) -> Mapping:
        root = _Table(0)
        table = root
        while self._skip() < len(self.source):
            if self.source[self.at] == "[":
                table = self._header(root)
            else:
                self._pair(table)
        root.end = len(self.source)
        return self._made(root)

    def _skip(self) -> int:
        match = _BLANK.match(self.source, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _header(self, root: _Table) -> _Table:
        start = self.at
        array = self.source.startswith("[[", self.at)
        self.at += 1 + array
        keys = list(self._keys("]"))
        self.at += 1 + array
        *outer, last = keys
        table = root
        for key in outer:
            table = self._inner(table, key, start)
        if not array:
            return self._inner(table, last, start)
        made = _Table(start)
        entry = table.entries.setdefault(last.value, (last, []))[1]
        if isinstance(entry, list):
            entry.append(made)
        return made

    def _inner(self, table: _Table, key: Scalar, start: int) -> _Table:
        """The table under a key: that of the last item where it is a list of tables."""
        entry = table.entries.setdefault(key.value, (key, _Table(start)))[1]
        if isinstance(entry, list):
            return entry[-1]
        return entry if isinstance(entry, _Table) else _Table(start)

    def _keys(self, end: str) -> Iterator[Scalar]:
        """The parts of a dotted key, as far as a character."""
        while True:
            self._skip()
            start = self.at
            if self.source[start] in "\"'":
                yield self._string()
            else:
                match = _KEY.match(self.source, start)
                if match is None:
                    raise ValueError(start)
                self.at = match.end()
                yield Scalar(self.text, start, self.at, None, match[0], "", True)
            self._skip()
            if self.source[self.at] == end:
                return
            self.at += 1  # the dot

    def _pair(self, table: _Table) -> None:
        start = self.at
        *outer, last = list(self._keys("="))
        self.at += 1
        self._skip()
        value = self._value()
        for key in outer:
            table = self._inner(table, key, start)
            table.end = value.end
        table.entries[last.value] = (last, value)
        table.end = value.end

    def _value(self) -> Node:
        character = self.source[self.at]
        if character in "\"'":
            return self._string()
        if character == "[":
            return self._array()
        if character == "{":
            return self._inline()
        match = _PLAIN.match(self.source, self.at)
        start, shown = self.at, (match[0].rstrip() if match else "")
        self.at += len(shown)
        return Scalar(self.text, start, self.at, None, shown, "", True)

    def _array(self) -> Sequence:
        start, items = self.at, []
        self.at += 1
        while self.source[self._skip()] != "]":
            items.append(self._value())
            if self.source[self._skip()] == ",":
                self.at += 1
        self.at += 1
        return Sequence(self.text, start, self.at, None, tuple(items))

    def _inline(self) -> Mapping:
        table = _Table(self.at)
        self.at += 1
        while self.source[self._skip()] != "}":
            self._pair(table)
            if self.source[self._skip()] == ",":
                self.at += 1
        self.at += 1
        table.end = self.at
        return self._made(table)

    def _string(self) -> Scalar:
        start = self.at
        quote = self.source[start]
        mark = quote * 3 if self.source.startswith(quote * 3, start) else quote
        begin = start + len(mark)
        end = self._closing(begin, mark)
        self.at = end + len(mark)
        if len(mark) == 3 and (line := re.compile(r"\r?\n").match(self.source, begin)):
            begin = line.end()  # a line end behind the opening quotes is no part of the value
        runs = tuple(_runs(self.source, begin, end, quote == '"'))
        value = "".join(text for text, _, _ in runs)
        scalar = Scalar(self.text, start, self.at, _STRING, value, quote, False)
        scalar._runs = tuple(_counted(runs))
        return scalar

    def _closing(self, at: int, mark: str) -> int:
        """Where the closing quotes of a string begin; up to two more of the same belong to its value."""
        while not self.source.startswith(mark, at):
            at += 2 if mark[0] == '"' and self.source[at] == "\\" else 1
        if len(mark) == 3:
            while self.source.startswith(mark, at + 1):
                at += 1
        return at

    def _made(self, table: _Table) -> Mapping:
        pairs = tuple((key, self._node(entry)) for key, entry in table.entries.values())
        return Mapping(self.text, table.start, max(table.end, table.start), None, pairs)

    def _node(self, entry: _Table | list[_Table] | Node) -> Node:
        if isinstance(entry, _Table):
            return self._made(entry)
        if isinstance(entry, list):
            items = tuple(self._made(each) for each in entry)
            return Sequence(self.text, items[0].start, items[-1].end, None, items)
        return entry


def _runs(source: str, start: int, end: int, escapes: bool) -> Iterator[tuple[str, int, int]]:
    """The pieces of a string's value with their places."""
    at = start
    for match in _ESCAPE.finditer(source, start, end) if escapes else ():
        yield source[at : match.start()], at, match.start()
        if match["code"]:
            yield chr(int(match["code"][1:], 16)), match.start(), match.end()
        elif match["letter"]:
            yield _LETTERS.get(match["letter"], match["letter"]), match.start(), match.end()
        at = match.end()
    yield source[at:end], at, end


def _counted(pieces: tuple[tuple[str, int, int], ...]) -> Iterator[Run]:
    at = 0
    for text, start, end in pieces:
        if text:
            yield Run(at, at + len(text), start, end)
            at += len(text)
