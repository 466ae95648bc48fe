"""Text as a terminal draws it: tabs, wide characters, and control characters made visible."""

from __future__ import annotations

import unicodedata

from celerylint.report.credentials import MASK, hidden, masked

TAB_WIDTH = 4
# Other, format, surrogate, private, unassigned; line and paragraph separators: they move the cursor, hide or
# reorder text, or have no width that terminals agree on.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def drawn(character: str) -> str:
    """A character as it may be printed: what would steer the terminal becomes its escape, such as `\\x1b`."""
    if character.isascii() and character.isprintable():
        return character
    if unicodedata.category(character) in _INVISIBLE:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character


def width(text: str) -> int:
    """Columns that drawn text takes: two for wide East Asian characters, none for combining marks."""
    return len(text) if text.isascii() else sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def printable(text: str) -> str:
    """The text with everything escaped that would steer the terminal; line ends as well."""
    return text if text.isascii() and text.isprintable() else "".join(map(drawn, text))


def sentence(text: str) -> str:
    """Text for one line of output: passwords masked, white space folded, the rest printable."""
    return printable(" ".join(masked(text).split()))


def cells(line: str) -> list[str]:
    """One drawn piece per character of a source line; a password's first character stands for all of it."""
    secret = {index: start for start, end in hidden(line) for index in range(start, end)}
    pieces: list[str] = []
    column = 0
    for index, character in enumerate(line):
        if index in secret:
            piece = MASK if secret[index] == index else ""
        elif character == "\t":
            piece = " " * (TAB_WIDTH - column % TAB_WIDTH)
        else:
            piece = drawn(character)
        pieces.append(piece)
        column += width(piece)
    return pieces
