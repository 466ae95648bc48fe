"""systemd's unit files: keys with their values (systemd.syntax), words (systemd.service, COMMAND LINES), time spans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from celerylint.facts.launch import Locate, Word
from celerylint.facts.launch.words import Piece, assemble
from celerylint.facts.manifests.interpolation import Part

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_BLANK = " \t\n\r"
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "s": " "}
_CODED = re.compile(r"\\(?:x(?P<hex>[0-9a-fA-F]{2})|(?P<octal>[0-7]{3})|(?P<letter>.))", re.DOTALL)
# systemd.time(7)
_UNITS = {
    **dict.fromkeys(("us", "usec", "µs", "μs"), Fraction(1, 10**6)),
    **dict.fromkeys(("ms", "msec"), Fraction(1, 1000)),
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("m", "min", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hr", "hour", "hours"), Fraction(3600)),
    **dict.fromkeys(("d", "day", "days"), Fraction(86400)),
    **dict.fromkeys(("w", "week", "weeks"), Fraction(7 * 86400)),
    **dict.fromkeys(("M", "month", "months"), Fraction(2629800)),
    **dict.fromkeys(("y", "year", "years"), Fraction(31557600)),
}
_SPAN = re.compile(r"\s*(\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})\s*([A-Za-zµμ]*)\s*")
_SIZE = re.compile(r"\s*(\d{1,18}(?:\.\d{0,9})?)\s*([KMGTPE]?)\s*")


@dataclass(slots=True)
class Unit:
    """A unit with its drop-ins: by `Section.Key` the values that are in force, in order."""

    values: dict[str, list[Word]] = field(default_factory=dict)

    def last(self, key: str) -> Word | None:
        """The value of a key that has one; None where it is not set."""
        found = self.values.get(key)
        return found[-1] if found else None


def read_unit(files: Iterable[tuple[str, Locate]]) -> Unit:
    """A unit: its file, and its drop-ins behind it. An empty value forgets those before it."""
    unit = Unit()
    for source, locate in files:
        section = ""
        for word in _values(source, locate):
            if word.text.startswith("["):
                section = word.text[1:].partition("]")[0]
                continue
            name, equals, _ = word.text.partition("=")
            if not equals:
                continue
            key = f"{section}.{name.strip()}"
            rest = word.text[len(name) + 1 :]
            lead = len(name) + 1 + len(rest) - len(rest.lstrip())
            value = word.behind(min(lead, len(word.text)))
            if rest.strip():
                unit.values.setdefault(key, []).append(value)
            else:
                unit.values[key] = []
    return unit


def _values(source: str, locate: Locate) -> Iterator[Word]:
    """Each line as one word; a backslash at its end stands for a blank and the next line."""
    pieces: list[Piece] = []
    position = 0
    while position < len(source) or pieces:
        match = _LINE.match(source, position)
        if match is None:
            break
        text, start, end = match[1], match.start(1), match.end(1)
        position = match.end()
        comment = text.lstrip().startswith(("#", ";"))
        if not comment:
            lead = 0 if pieces else len(text) - len(text.lstrip())
            continued = text.endswith("\\")
            body = text[lead : -1 if continued else None]
            body = body if continued else body.rstrip()
            if body:
                pieces.append(Piece(body, start + lead, start + lead + len(body)))
            if continued:
                pieces.append(Piece(" ", end - 1, match.end()))
        if pieces and (position >= len(source) or not (comment or text.endswith("\\"))):
            yield assemble(pieces, locate(pieces[0].start, pieces[-1].end), locate)
            pieces = []
        if position >= len(source):
            break


def cut(value: str) -> list[list[Part]]:
    """The words of a value, each as its characters with their places in it; quotes and escapes are undone.

    A quote that is never closed ends with the value, and an escape that is none stays as it is.
    """
    words: list[list[Part]] = []
    inside, quote, at = False, "", 0
    while at < len(value):
        character = value[at]
        match = _CODED.match(value, at)
        end = match.end() if match else at + 1
        if not quote and character in _BLANK:
            inside = False
        else:
            words += [] if inside else [[]]
            inside = True
            if match or (quote and character != quote) or (not quote and character not in "'\""):
                words[-1].append(Part(_meaning(match) if match else character, at, end))
            else:
                quote = "" if quote else character
        at = end
    return words


def _meaning(match: re.Match[str]) -> str:
    if match["hex"] or match["octal"]:
        return chr(int(match["hex"], 16) if match["hex"] else int(match["octal"], 8) & 0xFF)
    letter = match["letter"]
    return _ESCAPES.get(letter, letter if letter in "\\\"'" else match[0])


def time_span(text: str) -> float | None:
    """Seconds of `90`, `5min 20s` or `1h`; None for `infinity`. Raises ValueError for what is no time span."""
    if text.strip() == "infinity":
        return None
    total = Fraction(0)
    at = 0
    while at < len(text) or at == 0:
        match = _SPAN.match(text, at)
        if match is None or match[2] not in _UNITS or match.end() == at:
            raise ValueError(f"`{text[:40]}` is no time span, such as 90 or 5min 20s")
        total += Fraction(match[1]) * _UNITS[match[2]]
        at = match.end()
    return float(total)


def size(text: str) -> int | None:
    """Bytes of `512M` or `1.5G`, 1024-based; None for `infinity`. Raises ValueError for what is none."""
    if text.strip() == "infinity":
        return None
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text[:40]}` is no size, such as 512M or 1G")
    return min(int(Fraction(match[1].rstrip(".")) * 1024 ** " KMGTPE".index(match[2] or " ")), 2**63 - 1)
