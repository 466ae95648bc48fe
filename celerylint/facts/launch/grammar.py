"""Options read as click reads them, from the catalogue's tables.

Rules of click's parser (click/parser.py 8.x): a long option is matched whole, never by a prefix, and may carry
its value behind `=`; short options may be joined, and the first that takes a value takes the rest of the word
(so `-c=4` is the value `=4`); the next word is the value even where it begins with a dash; options and
arguments of a sub-command may be mixed, those in front of it may not; the last use of an option counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from celerylint import catalog
from celerylint.catalog import Option
from celerylint.facts.launch.launch import OptionUse
from celerylint.facts.launch.words import Word, join

GLOBAL = "celery"
FLOWER = "flower"  # a plug-in with options of its own (tornado's): its long options are taken as they are written


@dataclass(frozen=True, slots=True)
class Grammar:
    """The options of one command; an open one takes any long option, `outer` belongs in front of the sub-command."""

    command: str
    outer: str | None = None
    open: bool = False

    def option(self, flag: str) -> tuple[Option | None, bool]:
        """The option that is written so, and whether it is an outer one; options that 5.0 removed come last."""
        own = catalog.option(self.command, flag)
        if self.outer and (own is None or not own.lifetime.last >= "5"):
            outer = catalog.option(self.outer, flag)
            if outer is not None:
                return outer, True
        return own, False


@cache
def subcommands() -> frozenset[str]:
    """What may follow `celery`: the catalogue's commands, and flower."""
    return frozenset({name.split()[0] for name in catalog.commands()} - {GLOBAL} | {FLOWER})


@cache
def grammar(command: str) -> Grammar:
    """The grammar of a sub-command, or of `celery` itself (`GLOBAL`)."""
    if command == GLOBAL:
        return Grammar(GLOBAL)
    known = catalog.commands().get(command)
    return Grammar(command, GLOBAL, open=known is None or bool(known.subcommands))


@dataclass(slots=True)
class Reading:
    """What was read so far: uses of the command's own options, of outer ones, and the words that are no option."""

    uses: list[OptionUse] = field(default_factory=list)
    outer: list[OptionUse] = field(default_factory=list)
    unknown: list[Word] = field(default_factory=list)
    opaque: list[Word] = field(default_factory=list)
    arguments: list[Word] = field(default_factory=list)
    rest: list[Word] = field(default_factory=list)  # from the first argument on, or behind `--`


def read_options(words: Sequence[Word], table: Grammar, *, mixed: bool = True) -> Reading:
    """Options and arguments; `mixed=False` ends at the first argument."""
    reading = Reading()
    at = 0
    while at < len(words):
        word = words[at]
        if word.text == "--":
            reading.rest = list(words[at + 1 :])
            break
        if len(word.text) > 1 and word.text[0] == "-":
            at += _option(words[at : at + 2], table, reading)
            continue
        if may_hold_options(word):
            reading.opaque.append(word)
        elif mixed:
            reading.arguments.append(word)
        else:
            reading.rest = list(words[at:])
            break
        at += 1
    return reading


def may_hold_options(word: Word) -> bool:
    """Whether the word begins with an expansion that nobody can resolve: it may be options, or nothing at all."""
    return word.expansions and not (word.text[:1].isalnum() or word.text.startswith(("-", ".", "/", "_")))


def _option(words: Sequence[Word], table: Grammar, reading: Reading) -> int:
    """Reads the option that the first word begins; how many words that takes."""
    word = words[0]
    name, equals, _ = word.text.partition("=")
    option, outer = table.option(name) if len(name) > 2 else (None, False)
    if option is None:
        if not name.startswith("--"):
            return _joined(words, table, reading)
        _unlisted(word, name, equals, table, reading)
        return 1
    uses = reading.outer if outer else reading.uses
    if option.takes_value:
        uses.append(
            valued(option.dest, name, word, len(name) + 1) if equals else _with_next(option.dest, name, words, 0)
        )
        return 1 if equals else 2
    if equals:
        reading.unknown.append(word)
    else:
        uses.append(OptionUse(option.dest, name, name not in option.negative, word.span, word.unresolved))
    return 1


def _unlisted(word: Word, name: str, equals: str, table: Grammar, reading: Reading) -> None:
    """A long option that no table lists."""
    if not table.open or (word.expansions and not equals):
        (reading.opaque if word.expansions else reading.unknown).append(word)
        return
    dest = name[2:].replace("-", "_")
    use = valued(dest, name, word, len(name) + 1) if equals else OptionUse(dest, name, True, word.span)
    reading.uses.append(use)


def _joined(words: Sequence[Word], table: Grammar, reading: Reading) -> int:
    """Short options, several to a word: `-EB`, `-c4`, `-lINFO`."""
    word = words[0]
    for index in range(1, len(word.text)):
        flag = f"-{word.text[index]}"
        option, outer = table.option(flag)
        if option is None:
            (reading.opaque if word.expansions else reading.unknown).append(word)
            return 1
        uses = reading.outer if outer else reading.uses
        start = 0 if index == 1 else index
        if option.takes_value and index + 1 < len(word.text):
            uses.append(valued(option.dest, flag, word, index + 1, start=start))
            return 1
        if option.takes_value:
            uses.append(_with_next(option.dest, flag, words, start))
            return 2
        uses.append(OptionUse(option.dest, flag, True, word.locate(start, index + 1), word.unresolved))
    return 1


def valued(dest: str, flag: str, word: Word, at: int, *, start: int = 0) -> OptionUse:
    """An option that begins at `start` of the word, with its value from `at` to the word's end."""
    end = len(word.text)
    span = word.locate(at, end) if at < end else None
    return OptionUse(dest, flag, word.text[at:], word.locate(start, end), word.unresolved, span, word.variables)


def _with_next(dest: str, flag: str, words: Sequence[Word], start: int) -> OptionUse:
    """An option whose value is the next word."""
    word = words[0]
    own = word.locate(start, len(word.text))
    if len(words) < 2:
        return OptionUse(dest, flag, None, own)
    value = words[1]
    span = join(own, value.span)
    return OptionUse(dest, flag, value.text, span, value.unresolved, value.span, value.variables)
