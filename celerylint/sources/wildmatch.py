"""git's wildcards (wildmatch.c): what `*`, `**`, `?` and `[…]` match, as tests over Latin-1 text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

Matches = Callable[[str], bool]

WILD = re.compile(r"[*?\[\\]")

# As git's own ASCII tables have them (sane_ctype): neither vertical tab nor form feed is a space.
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "\\x21-\\x7e",
    "lower": "a-z",
    "print": "\\x20-\\x7e",
    "punct": "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
    "space": " \\t\\n\\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


def basename_match(pattern: str) -> Matches:
    """The test of a pattern without a slash over a name."""
    if not WILD.search(pattern):
        return partial(str.__eq__, pattern)
    if pattern[0] == "*" and not WILD.search(pattern, 1):
        return _ending(pattern[1:])
    return _regex("", pattern)


def path_match(pattern: str) -> Matches:
    """The test of a pattern with a slash over a path.

    git compares what stands before the first wildcard by itself, and so a `**` right behind it counts as the
    start of a pattern: `a**/b` crosses directories.
    """
    wild = WILD.search(pattern)
    if wild is None:
        return partial(str.__eq__, pattern)
    return _regex(pattern[: wild.start()], pattern[wild.start() :])


def any_of(patterns: Iterable[str]) -> Matches | None:
    """One test over a name for many patterns without a slash; None where none of them can match."""
    translated = [regex for pattern in patterns if (regex := translate(pattern)) is not None]
    if not translated:
        return None
    fullmatch = re.compile("|".join(translated), re.DOTALL).fullmatch
    return lambda name: fullmatch(name) is not None


def _ending(suffix: str) -> Matches:
    return lambda name: name.endswith(suffix)


def _regex(prefix: str, pattern: str) -> Matches:
    """A test that compiles itself when it is first asked about something with its prefix."""
    compiled: list[Callable[[str], object]] = []

    def matches(text: str) -> bool:
        if not text.startswith(prefix):
            return False
        if not compiled:
            translated = translate(pattern)
            compiled.append(re.compile(translated, re.DOTALL).fullmatch if translated else lambda _: None)
        return compiled[0](text[len(prefix) :]) is not None

    return matches


def translate(pattern: str) -> str | None:
    """The regular expression (for fullmatch) of a pattern; None where it can match nothing."""
    parts: list[str] = []
    at = 0
    while at < len(pattern):
        piece, at = _piece(pattern, at)
        if piece is None:
            return None
        parts.append(piece)
    return "".join(parts)


def _piece(pattern: str, at: int) -> tuple[str | None, int]:
    """The expression of the token at `at`, and where the next one starts."""
    char = pattern[at]
    if char == "*":
        return _stars(pattern, at)
    if char == "?":
        return "[^/]", at + 1
    if char == "[":
        return _bracket(pattern, at)
    if char == "\\":
        following = pattern[at + 1 : at + 2]
        return (re.escape(following), at + 2) if following else (None, at)
    return re.escape(char), at + 1


def _stars(pattern: str, at: int) -> tuple[str, int]:
    """Two stars or more cross directories only where they fill the stretch between slashes."""
    end = at
    while end < len(pattern) and pattern[end] == "*":
        end += 1
    rest = pattern[end:]
    alone = end - at > 1 and (at == 0 or pattern[at - 1] == "/")
    if alone and rest.startswith("/"):
        return "(?:.*/)?", end + 1
    if alone and (not rest or rest.startswith("\\/")):
        return ".*", end
    return "[^/]*", end


def _bracket(pattern: str, at: int) -> tuple[str | None, int]:
    """A set such as `[a-c]`, `[!x]` or `[[:digit:]]`; one without its end matches nothing."""
    at += 1
    negated = pattern[at : at + 1] in ("!", "^")
    at += negated
    parts: list[str] = []
    first, previous = True, ""
    while first or pattern[at : at + 1] != "]":
        first = False
        piece, previous, at = _member(pattern, at, previous)
        if piece is None:
            return None, at
        parts.append(piece)
    members = "".join(parts)
    if negated:
        return f"[^/{members}]", at + 1
    return (f"(?!/)[{members}]" if members else "(?!)"), at + 1


def _member(pattern: str, at: int, previous: str) -> tuple[str | None, str, int]:
    """One member of a set: its expression, the character that a range may start from, the next place."""
    char = pattern[at : at + 1]
    after = pattern[at + 1 : at + 2]
    if char == "\\":
        return (re.escape(after) if after else None), after, at + 2
    if char == "-" and previous and after not in ("", "]"):
        at += 1
        if after == "\\":
            at += 1
            after = pattern[at : at + 1]
        if not after:
            return None, "", at
        return (f"{re.escape(previous)}-{re.escape(after)}" if previous <= after else ""), "", at + 1
    if char == "[" and after == ":":
        return _class(pattern, at)
    return (re.escape(char) if char else None), char, at + 1


def _class(pattern: str, at: int) -> tuple[str | None, str, int]:
    """A class such as `[:digit:]`; without its `:]` the bracket stands for itself."""
    end = pattern.find("]", at + 2)
    if end < 0:
        return None, "", at
    if end == at + 2 or pattern[end - 1] != ":":
        return "\\[", "[", at + 1
    return _CLASSES.get(pattern[at + 2 : end - 1]), "", end + 1
