"""Where the character stands that ended the tokenizer's work: libcst says what is wrong with it, but not where."""

from __future__ import annotations

import re

from celerylint.sources.python.tokens import COMMENT, NEWLINE, STRING

_LEXEME = re.compile(
    rf"(?P<skip>{COMMENT}|\\{NEWLINE}|!=|{STRING})|(?P<bracket>[()\[\]{{}}])|(?P<quote>[\"'])|(?P<backslash>\\)"
    rf"|(?P<number>(?<!\w)\d\w*+)|(?P<character>[^\x20-\x7e\s]\w*+|[$?!`])|{NEWLINE}(?P<indent>[ \t\f]*+)(?![\s\#])",
    re.DOTALL,
)
_NUMBER = re.compile(
    r"0[xX](?:_?[\da-fA-F])++|0[oO](?:_?[0-7])++|0[bB](?:_?[01])++|\d(?:_?\d)*+(?:[eE](?:_?\d)*+)?[jJ]?"
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
# What the tokenizer's sentence speaks of, in the words of libcst 1.9.
_KINDS = (
    ("unterminated", "quote"),
    ("continuation", "backslash"),
    ("literal", "number"),
    ("valid character", "character"),
    ("valid identifier", "character"),
    ("dedent", "indent"),
    ("tabs", "indent"),
    ("parenthesis", "bracket"),
    ("unmatched", "bracket"),
)


def stray(text: str, message: str) -> int:
    """The offset of what the tokenizer's message speaks of; 0 where it cannot be found."""
    wanted = next((kind for words, kind in _KINDS if words in message), "")
    brackets: list[str] = []
    indents = [""]
    for lexeme in _LEXEME.finditer(text):
        kind = lexeme.lastgroup
        fits = True
        if kind == "bracket":
            fits = _pairs(lexeme[0], brackets)
        elif kind == "indent":
            fits = bool(brackets) or _steps(lexeme["indent"], indents)
        elif kind == "number":
            fits = _is_number(lexeme[0], text[lexeme.end() : lexeme.end() + 1])
        elif kind == "character":
            fits = lexeme[0].isidentifier()
        elif kind == "quote" or kind == "backslash":
            fits = False
        if kind == wanted and not fits:
            return lexeme.start(kind)
    return 0


def _pairs(bracket: str, brackets: list[str]) -> bool:
    """Whether a bracket fits those that are open, which it opens or closes."""
    if bracket not in _PAIRS:
        brackets.append(bracket)
        return True
    return bool(brackets) and brackets.pop() == _PAIRS[bracket]


def _steps(indent: str, indents: list[str]) -> bool:
    """Whether a line's indentation goes on from the last one's, or back to one before it."""
    if indent.startswith(indents[-1]):
        if indent != indents[-1]:
            indents.append(indent)
        return True
    while len(indents) > 1 and indents[-1] != indent:
        indents.pop()
    return indents[-1] == indent


def _is_number(spelling: str, after: str) -> bool:
    if _NUMBER.fullmatch(spelling) is None:
        return False
    digits = spelling.replace("_", "")
    return not (digits.isdigit() and digits[0] == "0" and digits.strip("0") and after != ".")
