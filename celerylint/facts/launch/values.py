"""Values of parameters, and what a shell cuts out of one or changes in it (POSIX 2.6.2, and bash)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from celerylint.facts.launch.variables import Scope
from celerylint.facts.launch.words import Word
from celerylint.origin import Span, Unknown

_LONGEST = 2_000  # characters; of a longer value no part is taken
CUTS = ("#", "##", "%", "%%")
REPLACEMENTS = ("/", "//", "/#", "/%")
CASES = {"^": 1, "^^": 2, ",": -1, ",,": -2}


def named(name: str, scope: Scope, span: Span) -> Word | Unknown | None:
    """A variable or a positional parameter; None where it is not set."""
    if name.isdecimal():
        if scope.positional is None:
            return Unknown(f"${name} is an argument that is not known here")
        index = int(name)
        return scope.positional[index] if index < len(scope.positional) else None
    if name in ("@", "*", "#"):
        if scope.positional is None:
            return Unknown(f"${name} are arguments that are not known here")
        own = scope.positional[1:]
        return Word(str(len(own)), span) if name == "#" else joined(own, span)
    if not name.isidentifier():
        return Unknown(f"${name} is only known when the shell runs")
    return scope.look_up(name, span)


def joined(words: Sequence[Word], span: Span) -> Word:
    """Several words as one text."""
    if len(words) == 1:
        return words[0]
    unresolved = next((word for word in words if word.expansions), None)
    variables = tuple(dict.fromkeys(name for word in words for name in word.variables))
    reason = unresolved.unresolved if unresolved else ""
    text = " ".join(word.text for word in words)
    return Word(text, span, unresolved is not None, reason=reason, variables=variables)


def changed(found: Word, how: Callable[[str], str | None], span: Span) -> Word | None:
    """The value as it is changed; None where it is not known, or is too long to be tried."""
    if found.expansions or len(found.text) > _LONGEST:
        return None
    text = how(found.text)
    return None if text is None else Word(text, span, variables=found.variables)


def cased(text: str, operator: str) -> str:
    """`${X^}`, `${X^^}`, `${X,}` and `${X,,}`."""
    how = CASES[operator]
    change = str.upper if how > 0 else str.lower
    return change(text) if abs(how) == 2 else change(text[:1]) + text[1:]


def part(text: str, numbers: Sequence[int | None]) -> str | None:
    """`${X:offset:length}`"""
    bounds = slice_of(numbers, len(text))
    return None if bounds is None else text[bounds]


def slice_of(numbers: Sequence[int | None], length: int) -> slice | None:
    """The part that an offset and a length mean, both of which may be negative; None where they are not known."""
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or not 1 <= len(known) <= 2:
        return None
    start = known[0] if known[0] >= 0 else length + known[0]
    if start < 0:
        return slice(0, 0)
    end = length if len(known) == 1 else start + known[1] if known[1] >= 0 else length + known[1]
    return slice(start, max(end, start))
