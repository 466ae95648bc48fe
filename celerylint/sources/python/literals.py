"""The values of literals, worked out from their spelling; nothing is evaluated."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_OPENING = re.compile(r"([A-Za-z]*)('''|\"\"\"|'|\")")
_LINE_END = re.compile(r"\r\n?")
_ESCAPE = re.compile(
    r"\\(?:\n|(?P<octal>[0-7]{1,3})|x(?P<byte>[0-9a-fA-F]{2})|u(?P<four>[0-9a-fA-F]{4})"
    r"|U(?P<eight>[0-9a-fA-F]{8})|N\{(?P<name>[^}]*)\}|(?P<other>.))",
    re.DOTALL,
)
_BYTE_ESCAPE = re.compile(r"\\(?:\n|(?P<octal>[0-7]{1,3})|x(?P<byte>[0-9a-fA-F]{2})|(?P<other>.))", re.DOTALL)
_SINGLE: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"',
}  # fmt: skip


class WrongLiteral(ValueError):  # noqa: N818 - as Undecodable
    """A literal whose spelling has no value, such as `'\\x1'`; the text says which."""


def integer(spelling: str) -> int:
    """The value of an integer literal of any base. Raises WrongLiteral."""
    try:
        return int(spelling, 0)
    except ValueError:
        shown = spelling if len(spelling) <= 20 else spelling[:20] + "…"
        raise WrongLiteral(f"{shown} is no integer that Python reads") from None


def real(spelling: str) -> float:
    """The value of a floating-point literal."""
    return float(spelling.replace("_", ""))


def imaginary(spelling: str) -> complex:
    """The value of an imaginary literal such as `2j`."""
    return complex(0.0, float(spelling.replace("_", "")[:-1]))


def string(spelling: str) -> str | bytes:
    """The value of a plain string or bytes literal, prefix and quotes included. Raises WrongLiteral."""
    opening = _OPENING.match(spelling)
    if opening is None:
        raise WrongLiteral("a string without its quotes")
    body = spelling[opening.end() : len(spelling) - len(opening[2])]
    prefix = opening[1].lower()
    return binary(body, "r" in prefix) if "b" in prefix else characters(body, "r" in prefix)


def characters(body: str, raw: bool) -> str:
    """What the inside of a string literal spells. Raises WrongLiteral."""
    if "\r" in body:
        body = _LINE_END.sub("\n", body)
    if raw or "\\" not in body:
        return body
    return _ESCAPE.sub(_character, body)


def binary(body: str, raw: bool) -> bytes:
    """What the inside of a bytes literal spells. Raises WrongLiteral."""
    if not body.isascii():
        raise WrongLiteral("a bytes literal may hold ASCII characters only")
    if "\r" in body:
        body = _LINE_END.sub("\n", body)
    if not raw and "\\" in body:
        body = _BYTE_ESCAPE.sub(_byte, body)
    return body.encode("latin-1")


def _character(escape: re.Match[str]) -> str:
    kind, digits = escape.lastgroup, escape[escape.lastgroup] if escape.lastgroup else ""
    if kind is None:
        return ""  # a line that goes on
    if kind == "other":
        return _other(escape, "xuUN")
    if kind == "octal":
        return chr(int(digits, 8))
    if kind == "name":
        return _named(digits)
    code = int(digits, 16)
    if code > 0x10FFFF:
        raise WrongLiteral(f"{escape[0]} is beyond Unicode")
    return chr(code)


def _byte(escape: re.Match[str]) -> str:
    if escape.lastgroup is None:
        return ""
    if escape.lastgroup == "other":
        return _other(escape, "x")
    if escape.lastgroup == "octal":
        return chr(int(escape["octal"], 8) & 0xFF)
    return chr(int(escape["byte"], 16))


def _other(escape: re.Match[str], with_digits: str) -> str:
    """An escape of one character; one that means nothing stays as it is written."""
    character = escape["other"]
    if character in with_digits:
        raise WrongLiteral(f"the escape \\{character} lacks its digits")
    return _SINGLE.get(character, escape[0])


def _named(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        raise WrongLiteral(f"no character is named {name!r}") from None
