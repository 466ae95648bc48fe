"""Regular expressions: `re.match(pattern, text)` and its kin, with patterns that certainly end soon."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import ExternalCall, ExternalObject, MatchObject, plain
from celerylint.link.evaluate.origins import at, failed
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

LONGEST_PATTERN = 200  # characters; longer ones are not tried
LONGEST_TEXT = 500  # characters
MOST_REPETITIONS = 3  # what a pattern may repeat without bound: more could take for ever

_REPETITION = re.compile(r"[*+]|\{\d*,\d*\}")
_HARD = re.compile(r"\)\s*[*+?{]|\\[1-9]|\(\?P=|\(\?[#<!=(]")  # repeated groups, references, looking around
_FLAGS = {
    **dict.fromkeys(("re.I", "re.IGNORECASE"), re.IGNORECASE),
    **dict.fromkeys(("re.A", "re.ASCII"), re.ASCII),
    **dict.fromkeys(("re.S", "re.DOTALL"), re.DOTALL),
}

Pattern = tuple[str, int] | None
"""A regular expression with its flags; None for one that is not followed."""

_WAYS: dict[str, Callable[..., re.Match[str] | None]] = {
    "match": re.match,
    "search": re.search,
    "fullmatch": re.fullmatch,
}


def compiled(key: Any) -> Pattern:
    """The pattern of `re.compile(…)`."""
    if not isinstance(key, ExternalCall) or key.name != "re.compile" or key.keywords:
        return None
    return _pattern(key.arguments) if 1 <= len(key.arguments) <= 2 else None


def matching(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    """`re.match(…)`, `re.compile(…).search(…)`: a match or None; None for any other call, or what is not followed."""
    positional, named = arguments
    holder, _, way = thing.name.rpartition(".")
    if way not in _WAYS or holder not in ("re", "re.compile()") or named:
        return None
    pattern: Pattern
    if holder == "re":
        pattern = _pattern((positional[0], *positional[2:])) if 2 <= len(positional) <= 3 else None
        text = positional[1] if len(positional) > 1 else None
    else:
        pattern, text = compiled(thing.of), positional[0] if len(positional) == 1 else None
    data = plain(text) if text is not None else None
    if isinstance(data, Unknown) and text is not None:
        return failed(data, span, text)
    if pattern is None or not isinstance(data, str) or len(data) > LONGEST_TEXT:
        return unknown("a regular expression is not followed", span)
    found = _WAYS[way](pattern[0], data, pattern[1])
    return Value(MatchObject((found[0], *found.groups()), found.groupdict()) if found else None, at(span, *positional))


def group(match: MatchObject, name: str, arguments: Arguments, span: Span) -> Value[Any]:
    """A method of a match: `.group(…)` and `.groups()`, with nothing but numbers and names."""
    positional, named = arguments
    keys = [plain(each) for each in positional]
    if name == "groups" and not keys and not named:
        return Value(tuple(Value(each, at(span)) for each in match.groups[1:]), at(span))
    if name == "group" and len(keys) <= 1 and not named:
        key = keys[0] if keys else 0
        if isinstance(key, str) and key in match.named:
            return Value(match.named[key], at(span))
        if isinstance(key, int) and 0 <= key < len(match.groups):
            return Value(match.groups[key], at(span))
    return unknown(f".{name}() of a match is not followed", span)


def _pattern(arguments: tuple[Value[Any], ...]) -> Pattern:
    """A pattern and its flags."""
    pattern, flags = plain(arguments[0]), 0
    if len(arguments) == 2:
        given = arguments[1].value
        if not isinstance(given, ExternalObject) or given.name not in _FLAGS:
            return None
        flags = int(_FLAGS[given.name])
    return (pattern, flags) if isinstance(pattern, str) and _is_tame(pattern) else None


def _is_tame(pattern: str) -> bool:
    """Whether a project's own pattern certainly ends soon; the others are not tried."""
    if len(pattern) > LONGEST_PATTERN or _HARD.search(pattern) or len(_REPETITION.findall(pattern)) > MOST_REPETITIONS:
        return False
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return True
