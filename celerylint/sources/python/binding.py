"""Which segments may bind, rebind or change a top-level name, told from their text before anything is parsed.

The answer errs on one side: a segment may be named for nothing. In the body of a function or class only what
reaches the top-level name counts: `global`, an item or attribute of it that is assigned, a method that changes it.
A function that it is handed to may change it, where that is a statement of its own.
"""

from __future__ import annotations

import re

from celerylint.sources.python.tokens import COMMENT, CONTINUATION, NEWLINE, STRING, balanced

# Methods that change what they are called on: of dicts, lists, sets and deques, and of Celery's app and its settings.
_CHANGING = (
    r"(?:update|append|extend|insert|setdefault|pop|popitem|clear|remove|discard|add|sort|reverse|appendleft|popleft"
    r"|extendleft|rotate|put|set|register|unregister|merge|connect|\w+_update|(?:add|set|config|autodiscover)_\w+|__\w+__)"
)
_GAP = rf"(?:\s|\\{NEWLINE}|{COMMENT})*+"
_LINK = rf"(?:{_GAP}\.{_GAP}\w++|{_GAP}{balanced(5)})"
_ASSIGN = r"(?:[-+*/%@&|^]|//|\*\*|<<|>>|:)?=(?!=)"
# Each of these is matched right behind a mention of the name.
_PLAIN_ASSIGN = re.compile(rf"{_GAP}{_ASSIGN}", re.DOTALL)
_WALRUS = re.compile(rf"{_GAP}:=")
_INNER_ASSIGN = re.compile(rf"{_LINK}++{_GAP}{_ASSIGN}", re.DOTALL)
_INNER_TARGET = re.compile(rf"{_LINK}++{_GAP},", re.DOTALL)
_CHANGE = re.compile(rf"{_LINK}*{_GAP}\.{_GAP}{_CHANGING}{_GAP}\(", re.DOTALL)
_ROW = re.compile(rf"{_LINK}*+{_GAP}[,)\]]", re.DOTALL)
_HANDED = re.compile(rf"{_GAP}[,)]", re.DOTALL)
# And each of these ends right before it.
_NAMING = re.compile(r"\b(?:def|class|as)[ \t\\\r\n]+$")
_TOP_NAMING = re.compile(r"(?:^|[\r\n])(?:async[ \t]+)?(?:def|class)[ \t]+$")

_DEFINITION = re.compile(
    rf"(?:[ \t\f]*+{NEWLINE}|[ \t\f]*+{COMMENT}{NEWLINE})*+(?:@|(?:async[ \t]+)?def\b|class\b)", re.DOTALL
)
# In the statements of these words a name may be bound wherever it stands.
_BINDING_WORD = re.compile(
    r"\b(?:import|del|case|global|globals|vars|locals|exec|setattr|delattr)\b"
    r"|(?:^|[:;])[ \t\f]*(?:async[ \t]+)?for\b|\bas[\s\\]*[(\[]",
    re.MULTILINE,
)
# A statement that is a function's call: `fill(OPTIONS)` may change what it is handed.
_CALL = re.compile(r"(?:^|[:;])[ \t\f]*[A-Za-z_]\w*[ \t]*\(", re.MULTILINE)
_REACHING_WORD = re.compile(r"\b(?:global|globals|vars|exec|setattr|delattr|del)\b")
_SINGLE_EQUALS = re.compile(rf"{STRING}|{COMMENT}|{CONTINUATION}|(?<![=!<>])(?P<equals>=)(?!=)", re.DOTALL)


def may_bind(text: str, name: str) -> bool:
    """Whether a segment of this text may bind the top-level name, rebind it, or change what it stands for."""
    if name not in text:
        return False
    mentions = list(re.finditer(rf"(?<![\w.]){re.escape(name)}\b", text))
    if not mentions:
        return False
    if _DEFINITION.match(text):
        return _REACHING_WORD.search(text) is not None or any(_reached(text, place) for place in mentions)
    if _BINDING_WORD.search(text) or any(_bound(text, place) for place in mentions):
        return True
    if _CALL.search(text) and any(_HANDED.match(text, place.end()) for place in mentions):
        return True
    last = _last_equals(text)
    return any(place.start() < last and _ROW.match(text, place.end()) for place in mentions)


def _bound(text: str, mention: re.Match[str]) -> bool:
    """Whether the name is bound or changed here, in a statement that runs at the top."""
    after = mention.end()
    if _PLAIN_ASSIGN.match(text, after) or _INNER_ASSIGN.match(text, after) or _CHANGE.match(text, after):
        return True
    return bool(_NAMING.search(_before(text, mention))) or _begins(text, mention)


def _reached(text: str, mention: re.Match[str]) -> bool:
    """Whether a function or class is the name, or changes the name of the top from inside."""
    after = mention.end()
    if _WALRUS.match(text, after) or _INNER_ASSIGN.match(text, after) or _CHANGE.match(text, after):
        return True
    if _INNER_TARGET.match(text, after) and _begins(text, mention):
        return True
    return bool(_TOP_NAMING.search(_before(text, mention)))


def _before(text: str, mention: re.Match[str]) -> str:
    """What stands before a mention, as much of it as the patterns need."""
    return text[max(0, mention.start() - 100) : mention.start()]


def _begins(text: str, mention: re.Match[str]) -> bool:
    """Whether a simple statement may begin with the name, behind brackets, a star or `await`."""
    start = max(text.rfind("\n", 0, mention.start()), text.rfind("\r", 0, mention.start())) + 1
    before = text[start : mention.start()].rstrip(" \t\f([*")
    return not before or before.endswith((";", ":", "await"))


def _last_equals(text: str) -> int:
    """Where the last `=` of its own stands: any row of targets is left of it."""
    return max((place.start() for place in _SINGLE_EQUALS.finditer(text) if place["equals"]), default=-1)
