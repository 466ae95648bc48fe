"""What a comment tells celerylint to be silent about.

* `# celerylint: ignore[name-or-code, …] reason`: what is found on the line, or below where it stands alone.
* `# celerylint: ignore-file[name-or-code, …] reason`: in the whole file, from the comments at its top.
* `# noqa: CLY…`: as flake8 reads it; without codes it counts for every rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.configuration import did_you_mean
from celerylint.facts.python.declared import TAG_WORDS, is_tag
from celerylint.origin import Span
from celerylint.silence.rulebook import shortened
from celerylint.sources.comments import Comment, Stretch

_LINE, _FILE = "ignore", "ignore-file"
SPOKEN = re.compile(r"celerylint|noqa", re.I)  # what a text holds where one of its comments may be an ignore
_START = re.compile(r"#\s*celerylint\s*:\s*", re.I)
_WORD = re.compile(r"[^\s,:=#()\[\]]*")
_NAME = re.compile(r"[^\s,]+")
# flake8/defaults.py, NOQA_INLINE_REGEX; the codes may follow each other without anything between them.
_NOQA = re.compile(r"#\s*noqa(?![\w-])(?::\s?(?P<codes>(?:[A-Z]+[0-9]+[,\s]*+)++))?", re.I)
_CODE = re.compile(r"[A-Z]+[0-9]+", re.I)
_NEXT_COMMENT = re.compile(r"\s#\s.*")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One word of an ignore: what it silences, and where."""

    span: Span  # the word; the whole ignore where it names none
    word: str  # a name, a code or the start of one; empty: every rule
    about: tuple[Stretch, ...] | None  # lines; None: the whole file
    reason: str
    comment: Span
    alone: bool  # on its line: it speaks of the one below
    noqa: bool = False

    def covers(self, span: Span) -> bool:
        """Whether a place of the file begins or ends on one of its lines."""
        if self.about is None:
            return True
        last = span.end_line - (span.end_column == 1 and span.end_line > span.line)
        return any(first <= line <= end for first, end in self.about for line in (span.line, last))


@dataclass(frozen=True, slots=True)
class Misread:
    """A comment that speaks to celerylint and cannot be understood: it silences nothing."""

    span: Span
    message: str


def directives(comment: Comment) -> tuple[Ignore | Misread, ...]:
    """What a comment silences, word by word; tags such as `# celerylint: cpu slow` silence nothing."""
    starts = list(_START.finditer(comment.text))
    ends = [*(match.start() for match in starts), len(comment.text)][1:]
    found = [each for start, end in zip(starts, ends, strict=True) for each in _said(comment, start, end)]
    return (*found, *_noqa(comment))


def _said(comment: Comment, start: re.Match[str], end: int) -> Iterator[Ignore | Misread]:
    """The words behind one `# celerylint:`."""
    text = comment.text[:end]
    at, word = start.end(), _WORD.match(text, start.end())
    while word and is_tag(word[0]):
        at = len(text) - len(text[word.end() :].lstrip(" ,\t"))
        word = _WORD.match(text, at)
    kind = word[0].casefold() if word else ""
    if word and kind in (_LINE, _FILE):
        yield from _ignore(comment, text, word, kind == _FILE)
    elif at == start.end():
        yield Misread(_part(comment, at, at + len(kind)) if kind else comment.span, _unknown(kind))


def _unknown(word: str) -> str:
    if not word:
        return f"this comment tells celerylint nothing: write {_LINE}[…] with the rules, or remove it"
    shown = shortened(word)
    return f'celerylint does not know the word "{shown}"{did_you_mean(shown, (_LINE, _FILE, *TAG_WORDS))}'


def _ignore(comment: Comment, text: str, word: re.Match[str], file: bool) -> Iterator[Ignore | Misread]:
    whole = _part(comment, word.start(), word.end())
    rest = text[word.end() :].lstrip()
    opened = len(text) - len(rest)
    closed = text.find("]", opened)
    if file and not comment.at_top:
        yield Misread(whole, f"{_FILE} counts only in the comments at the top of a file: use {_LINE} here")
    elif not rest.startswith("["):
        if rest and opened == word.end() and not rest.startswith("#"):
            yield Misread(whole, f"this ignore cannot be understood: the rules stand in brackets, {word[0]}[…]")
        else:
            yield Ignore(whole, "", None if file else comment.about, _reason(rest), comment.span, comment.alone)
    elif closed < 0:
        yield Misread(whole, "the bracket of this ignore never closes, so that it silences nothing")
    else:
        about, reason = (None if file else comment.about), _reason(text[closed + 1 :])
        names = list(_NAME.finditer(text, opened + 1, closed))
        if not names:
            yield Misread(whole, "the brackets of this ignore are empty, so that it silences nothing: name the rules")
        for name in names:
            yield Ignore(_part(comment, *name.span()), name[0], about, reason, comment.span, comment.alone)


def _noqa(comment: Comment) -> Iterator[Ignore]:
    """The first `noqa` of a comment, as flake8 takes it; it speaks of the line on which it stands."""
    match = _NOQA.search(comment.text) if comment.span.path.endswith(".py") else None
    if match is None:
        return
    about = comment.about[:1]
    if match["codes"] is None:
        yield Ignore(_part(comment, *match.span()), "", about, "", comment.span, False, True)
        return
    for code in _CODE.finditer(comment.text, *match.span("codes")):
        yield Ignore(_part(comment, *code.span()), code[0].upper(), about, "", comment.span, False, True)


def _reason(text: str) -> str:
    """Why, in the author's words, without another linter's comment behind them."""
    return _NEXT_COMMENT.sub("", f" {text}").strip(" \t:-–—")


def _part(comment: Comment, start: int, end: int) -> Span:
    line, column = comment.span.line, comment.span.column
    return Span(comment.span.path, line, column + start, line, column + end)
