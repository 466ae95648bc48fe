"""How large and how deep a text may be before a parser sees it.

libcst's parser recurses on the machine's stack and so ends the process some thousands of levels down; it needs
quadratic time for a chain of operators, and twice the time for each further bracket of a `case` pattern (measured
on libcst 1.9). Python's own limits are 200 brackets and 100 indentations.
"""

from __future__ import annotations

import re

from celerylint.sources.python.errors import TooDeep, TooLarge
from celerylint.sources.python.tokens import COMMENT, CONTINUATION, NEWLINE, STRING

MAX_CHARACTERS = 8 * 1024 * 1024
MAX_TOKENS = 250_000  # commas, brackets, operators: the parser needs some 20 seconds for twice as many
MAX_BRACKETS = 200
MAX_CHAIN = 1000  # operators, calls and attributes, each of which holds the one before
MAX_PATTERNS = 2**20  # what the patterns of one text may cost, in the parser's steps
MAX_ELIF = 2000

_TOKEN = re.compile(
    rf"(?P<skip>{COMMENT}|{CONTINUATION})|(?P<string>{STRING})|(?P<open>[(\[{{])|(?P<close>[)\]}}])"
    rf"|(?P<separator>[,;])|(?P<line>{NEWLINE})"
    r"|(?P<operator>[-+*/%@&|^~]++|\.(?!\d)|\b(?:lambda|not|if|for|and|or|await)\b)",
    re.DOTALL,
)
_OPERATORS = (*"-+*/%@&|^~.", "lambda", "not", "if", "for", "and", "or", "await")
# The pattern is over at the colon, but no scan tells which one: what the line holds up to the next counts.
_CASE = re.compile(
    rf"^[ \t\f]*+case\b(?:[^\r\n\"'\#\\]++|{STRING}|{COMMENT}|{CONTINUATION}|{NEWLINE}(?![ \t\f]*+case\b))*+",
    re.MULTILINE | re.DOTALL,
)
_CASE_BRACKET = re.compile(r"[()\[\]{}]")
_BRACKET = re.compile(r"[(\[{}\])]|[-+~]{100}")


def check_size(text: str) -> None:
    """Raise TooLarge where a file is beyond what is read."""
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(1, 1, f"the file has more than {MAX_CHARACTERS // 1024**2} million characters")


def check_depth(text: str, first_line: int) -> None:
    """Raise TooDeep where a text, which begins on `first_line` of its file, is nested beyond what is read."""
    brackets = sum(map(text.count, "([{"))
    operators = sum(map(text.count, _OPERATORS))
    if brackets + operators + sum(map(text.count, ",;:=<>")) > MAX_TOKENS:
        raise TooLarge(first_line, 1, f"more than {MAX_TOKENS} operators and commas stand in one piece of code")
    if brackets > MAX_BRACKETS or brackets + operators > MAX_CHAIN:
        _check_chains(text, first_line)
    if "case" in text:
        _check_patterns(text, first_line)
    if text.count("elif") > MAX_ELIF:
        raise TooDeep(first_line, 1, f"more than {MAX_ELIF} branches of elif stand here")


def _check_chains(text: str, first_line: int) -> None:
    """How many operators, calls and brackets hold one another: a comma or a line's end begins anew."""
    level, bases = 0, [-1]
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "operator" or kind == "open":
            level += 1 if token[0].isalpha() else len(token[0])
            if kind == "open":
                bases.append(level)
            if level > MAX_CHAIN:
                raise _too_deep(text, token.start(), first_line, f"more than {MAX_CHAIN} operators or calls")
            if len(bases) > MAX_BRACKETS:
                raise _too_deep(text, token.start(), first_line, f"more than {MAX_BRACKETS} open brackets")
        elif kind == "separator":
            level = max(bases[-1], 0)
        elif kind == "close":
            level = bases.pop() if len(bases) > 1 else 0
        elif kind == "line" and len(bases) == 1:
            level = 0
        elif kind == "string" and len(token[0]) > MAX_BRACKETS:
            _check_string(text, token, first_line)


def _check_patterns(text: str, first_line: int) -> None:
    """What the patterns of all `case` lines cost together."""
    cost = 0
    for case in _CASE.finditer(text):
        weight = peak = 1
        for bracket in _CASE_BRACKET.findall(case[0]):
            factor = 4 if bracket in "{}" else 2
            weight = weight * factor if bracket in "([{" else max(weight // factor, 1)
            peak = max(peak, weight)
        cost += peak
        if cost > MAX_PATTERNS:
            raise _too_deep(text, case.start(), first_line, "patterns of match, too many and too deep,")


def _check_string(text: str, token: re.Match[str], first_line: int) -> None:
    """A formatted string holds code, which is measured roughly: its literal text counts as well."""
    if text[max(0, token.start() - 1) : token.start()] not in tuple("fFtTrR"):
        return
    open_ = 0
    for mark in _BRACKET.finditer(token[0]):
        open_ += 1 if mark[0] in "([{" else -1 if mark[0] in ")]}" else MAX_BRACKETS
        if open_ > MAX_BRACKETS:
            raise _too_deep(text, token.start(), first_line, "a formatted string of too many brackets")


def _too_deep(text: str, offset: int, first_line: int, reason: str) -> TooDeep:
    before = re.split(NEWLINE, text[:offset])
    place = first_line + len(before) - 1, len(before[-1]) + 1
    return TooDeep(*place, f"the code is nested too deeply to be read: {reason} here")
