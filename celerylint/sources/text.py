"""A file's text: decoded once, with the way from character offsets to lines and back."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass, field

from celerylint.origin import Origin, Span

# UTF-32 before UTF-16: the little-endian mark of the first begins with that of the second.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_END = re.compile(r"\r\n|\n|\r")
_BYTE_LINE_END = re.compile(rb"\r\n|\n|\r")
# PEP 263: in the first line, or in the second where the first holds no code.
_COOKIE = re.compile(
    rb"(?:[ \t\f]*(?:\#[^\r\n]*)?(?:\r\n|\n|\r))?[ \t\f]*\#[^\r\n]*?coding[:=][ \t]*([-\w.]+)", re.ASCII
)


class Undecodable(Exception):  # noqa: N818 - it says what the bytes are, as Unknown does
    """The bytes are no text that can be read; `reason` says why, `line` (from 1) where."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Text:
    r"""A file's text without its byte order mark; a line ends at `\n`, `\r\n` or a lone `\r`."""

    path: str  # POSIX, relative to the linted root
    text: str
    _starts: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def span(self, start: int, end: int) -> Span:
        """The stretch between two character offsets (from 0, `end` exclusive)."""
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Span(self.path, line, column, end_line, end_column)

    def via(self, start: int, end: int) -> tuple[Origin, ...]:
        """Where the characters came from before they were written here; files say nothing of that."""
        return ()

    def fills(self, start: int, end: int) -> tuple[tuple[Span, Origin], ...]:
        """The same, each with the part of the file that was filled in."""
        return ()

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a character offset; beyond the text: its end."""
        offset = min(max(offset, 0), len(self.text))
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The character offset (from 0) of a line and column (from 1), kept inside that line and the text."""
        starts = self._line_starts()
        if line < 1:
            return 0
        if line > len(starts):
            return len(self.text)
        start = starts[line - 1]
        end = starts[line] if line < len(starts) else len(self.text)
        return min(start + max(column, 1) - 1, end)

    def line(self, number: int) -> str:
        """A line (from 1) without its line end; empty where the text has no such line."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    @property
    def line_count(self) -> int:
        """How many lines there are; text after the last line end is one more, and so is nothing after it."""
        return len(self._line_starts())

    def _line_starts(self) -> list[int]:
        """The offset of every line's first character, worked out when it is first needed."""
        if not self._starts:
            self._starts[:] = [0, *(end.end() for end in _LINE_END.finditer(self.text))]
        return self._starts


def decode(data: bytes, path: str, python: bool = False) -> Text:
    """The text of a file: by its byte order mark, by its PEP 263 cookie (`python`), else UTF-8.

    Raises Undecodable where the bytes are something else, or binary (a NUL character).
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    if python:
        encoding = _declared(body, encoding if mark else "")
    text = _decoded(body, encoding)
    nul = text.find("\0")
    if nul >= 0:
        raise Undecodable("it is binary: it holds a NUL character", Text(path, text).position(nul)[0])
    return Text(path, text)


def _declared(body: bytes, marked: str) -> str:
    """The encoding that Python reads the file in: the cookie may not contradict the byte order mark."""
    cookie = _COOKIE.match(body)
    if cookie is None or (marked and marked != "utf-8"):
        return marked or "utf-8"
    name = cookie[1].decode("ascii")
    try:
        known = codecs.lookup(name).name
    except LookupError:
        line = len(_BYTE_LINE_END.findall(body, 0, cookie.start(1))) + 1
        raise Undecodable(f"it declares the encoding {name!r}, which Python does not know", line) from None
    if marked and known not in ("utf-8", "utf-8-sig"):
        raise Undecodable(f"it declares the encoding {name!r}, but starts with the mark of UTF-8", 1)
    return name


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(_BYTE_LINE_END.findall(body, 0, error.start)) + 1
        if b"\0" in body[:8192] and encoding == "utf-8":
            raise Undecodable("it is binary", line) from None
        raise Undecodable(f"it is not valid {encoding.upper()} ({error.reason})", line) from None
    except (LookupError, ValueError):
        raise Undecodable(f"its encoding {encoding!r} is not one of text", 1) from None
