"""The few patterns of Python's spelling that are needed before anything is parsed."""

from __future__ import annotations

COMMENT = r"\#[^\r\n]*+"
NEWLINE = r"(?:\r\n|\n|\r)"
CONTINUATION = r"\\(?:\r\n|.)"
_ESCAPE = r"\\(?:\r\n|[^{}]|(?=[{}]))"  # a backslash takes no brace away from a replacement field


# Possessive quantifiers everywhere: a text that does not fit must fail in linear time.
def _plain(quote: str) -> str:
    """A string or bytes literal without its prefix, on one line or in triple quotes."""
    return (
        rf"{quote * 3}(?:[^{quote}\\]++|\\.|{quote}(?!{quote * 2}))*+{quote * 3}"
        rf"|{quote}(?!{quote * 2})(?:[^{quote}\\\r\n]++|{CONTINUATION})*+{quote}"
    )


def _formatted(quote: str) -> str:
    """An f-string or t-string whose braces close and hold no quote like its own.

    PEP 701 allows such a quote; this pattern then fails, because no pattern can follow the nesting.
    """
    long = rf"(?:[^{quote}\\{{}}]|{quote}(?!{quote * 2}))*+"
    short = rf"[^{quote}\\{{}}\r\n]*+"
    return (
        rf"{quote * 3}(?:[^{quote}\\{{}}]++|{_ESCAPE}|{quote}(?!{quote * 2})|{{{{|}}}}|{_field(long)})*+{quote * 3}"
        rf"|{quote}(?!{quote * 2})(?:[^{quote}\\{{}}\r\n]++|{_ESCAPE}|{{{{|}}}}|{_field(short)})*+{quote}"
    )


def _field(text: str) -> str:
    return rf"{{(?!{{){text}(?:{{{text}}}{text})*+}}"


PLAIN_STRING = "|".join(map(_plain, ('"', "'")))
_FORMATTED = "|".join(map(_formatted, ('"', "'")))
# The prefix was read before: what stands left of the quote tells a formatted one.
STRING = rf"(?:(?<![fFtT])(?<![fFtT][rR])(?:{PLAIN_STRING})|(?:(?<=[fFtT])|(?<=[fFtT][rR]))(?:{_FORMATTED}))"


def balanced(depth: int) -> str:
    """Brackets with what is in them, nested up to `depth`."""
    inner = f"|{balanced(depth - 1)}" if depth > 1 else ""
    return rf"(?:[(\[{{](?:[^()\[\]{{}}\"'\#\\]++|{STRING}|{COMMENT}|{CONTINUATION}{inner})*+[)\]}}])"


BALANCED = balanced(3)
