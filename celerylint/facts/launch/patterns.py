"""Shell patterns (POSIX 2.13): what they match, and what `${X#pattern}` and its relatives leave."""

from __future__ import annotations

import re
from functools import lru_cache

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
}
_CLASS = re.compile(r"\[:(\w+):\]")
_BRACKET = re.compile(r"\[(?P<not>[!^]?)(?P<items>\]?(?:\[:\w+:\]|[^\]])*)\]", re.DOTALL)
_EXTENDED = re.compile(r"[?*+@!]\(")
_LONGEST = 2_000  # characters of a pattern or of what it is held against


@lru_cache(maxsize=1000)
def pattern(text: str) -> re.Pattern[str] | None:
    r"""A pattern as a regular expression for the whole text; None for bash's extended ones.

    A backslash takes its meaning from the next character.
    """
    if _EXTENDED.search(text) or len(text) > _LONGEST:
        return None
    try:
        return re.compile(_between(_chunks(text)), re.DOTALL)
    except re.error:
        return None


def _chunks(text: str) -> list[str]:
    """What stands between the stars."""
    chunks = [""]
    at = 0
    while at < len(text):
        char = text[at]
        bracket = _BRACKET.match(text, at) if char == "[" else None
        if bracket:
            chunks[-1] += _bracket(bracket)
            at = bracket.end()
            continue
        if char == "*":
            chunks.append("")
        elif char == "\\" and at + 1 < len(text):
            at += 1
            chunks[-1] += re.escape(text[at])
        else:
            chunks[-1] += "." if char == "?" else re.escape(char)
        at += 1
    return chunks


def _between(chunks: list[str]) -> str:
    """Each chunk where it is found first, the last one at the end: no other try can do better."""
    if len(chunks) == 1:
        return chunks[0]
    middle = "".join(f"(?>.*?{chunk})" for chunk in chunks[1:-1] if chunk)
    return f"{chunks[0]}{middle}.*{chunks[-1]}"


def quoted(text: str) -> str:
    """A text in which no character has a meaning of its own."""
    return re.sub(r"([*?\[\]\\()|!@+])", r"\\\1", text)


def _bracket(match: re.Match[str]) -> str:
    items = match["items"]
    inner = ""
    at = 0
    for found in _CLASS.finditer(items):
        inner += _plain(items[at : found.start()]) + _CLASSES.get(found[1], "")
        at = found.end()
    inner += _plain(items[at:])
    return f"[{'^' if match['not'] else ''}{inner}]"


def _plain(items: str) -> str:
    return re.sub(r"([\[\]\\^&~|])", r"\\\1", items)


def without(text: str, operator: str, cut: re.Pattern[str]) -> str:
    """`${X#p}`, `${X##p}`, `${X%p}` and `${X%%p}`: the text less the shortest or longest beginning or end."""
    ends = range(len(text) + 1)
    front = operator[0] == "#"
    shortest = len(operator) == 1
    order = ends if front == shortest else reversed(ends)
    for at in order:
        if cut.fullmatch(text[:at] if front else text[at:]):
            return text[at:] if front else text[:at]
    return text


def replaced(text: str, operator: str, found: re.Pattern[str], by: str) -> str | None:
    """`${X/p/by}`, `${X//p/by}`, `${X/#p/by}` and `${X/%p/by}`; None for a pattern of any length."""
    if ".*" in found.pattern:
        return None
    expression = {"/#": rf"\A(?:{found.pattern})", "/%": rf"(?:{found.pattern})\Z"}.get(operator, found.pattern)
    return re.sub(expression, lambda _: by, text, count=0 if operator == "//" else 1, flags=re.DOTALL)
