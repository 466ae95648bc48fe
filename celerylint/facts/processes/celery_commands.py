"""Programs that start Celery in their own process by words of their own: `airflow celery worker`, `manage.py celery`.

Each is read as the command line of Celery's that it stands for. What such a program takes from a configuration of
its own, or may add by itself, is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from celerylint.facts.launch import StartedCommand, Starter, StarterCall, Word
from celerylint.facts.launch.words import join
from celerylint.origin import Unknown


@dataclass(frozen=True, slots=True)
class CeleryCommand:
    """Words of a program, and the Celery command line that they stand for; what follows them follows it.

    `renamed`: the program's own options and what Celery calls them, `` for those that say nothing of Celery, of which
    `valued` take a value. `own`: options that it always gives, where the command line does not, by their variable in
    the environment. `adds`: whether it may add words that nobody can tell.
    """

    words: tuple[str, ...]
    command: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    valued: frozenset[str] = frozenset()
    own: Mapping[str, str] = field(default_factory=dict)
    adds: bool = False

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return self.words[0].rpartition("/")[2]

    @property
    def name(self) -> str:
        """The words as they are written."""
        return " ".join((self.program, *self.words[1:]))


def celery_starter(commands: Sequence[CeleryCommand]) -> Starter:
    """The starter of a program with these commands; the one with most words counts."""
    longest = sorted(commands, key=lambda command: -len(command.words))

    def starter(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
        for command in longest:
            found = _behind(command, call.words)
            if found is not None:
                return [StartedCommand(tuple(_written(command, call, found)), call.words[0].span)]
        return None

    return starter


def first_of(starters: Sequence[Starter]) -> Starter:
    """The starter that asks others in turn, until one of them knows the words."""

    def starter(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
        answers = (each(call) for each in starters)
        return next((answer for answer in answers if answer is not None), None)

    return starter


def _behind(command: CeleryCommand, words: Sequence[Word]) -> int | None:
    """Where the words behind the command's own begin; options of the program may stand between those."""
    at = 1
    for text in command.words[1:]:
        while at < len(words) and words[at].text != text and words[at].text.startswith("-"):
            with_value = "=" not in words[at].text and at + 1 < len(words) and words[at + 1].text != text
            at += 2 if with_value else 1
        if at >= len(words) or words[at].text != text:
            return None
        at += 1
    return at


def _written(command: CeleryCommand, call: StarterCall, at: int) -> Iterator[Word]:
    """Celery's command line: each word stands where the program's words do."""
    last = call.words[at - 1]
    place = join(call.words[0].span, last.span)
    for text in command.command:
        yield Word(text, last.span if text == last.text else place)
    rest = list(_renamed(command, call.words[at:]))
    given = {word.text.partition("=")[0] for word in rest} | {word.text[:2] for word in rest}
    for flag, variable in command.own.items():
        if given.isdisjoint((flag, _SHORT[flag])):
            yield Word(flag, place)
            yield _configured(command, call, variable, last)
    yield from rest
    if command.adds and rest:
        yield Word(
            f"({command.name})", rest[-1].span, expansions=True, reason=f"{command.name} may add options of its own"
        )


_SHORT = {"--queues": "-Q", "--concurrency": "-c", "--pool": "-P", "--autoscale": "--autoscale"}


def _configured(command: CeleryCommand, call: StarterCall, variable: str, last: Word) -> Word:
    """The value of an option that the program takes from its configuration, which the environment may hold."""
    value = call.environment(variable)
    if isinstance(value, str):
        return Word(value, last.span, variables=(variable,))
    usual = f"{command.program} takes it from its own configuration ({variable})"
    reason = usual if value is None else value.reason
    return Word(f"${variable}", last.span, expansions=True, reason=reason, variables=(variable,))


def _renamed(command: CeleryCommand, words: Sequence[Word]) -> Iterator[Word]:
    """The words behind, as Celery would be given them."""
    skip = False
    for word in words:
        flag, equals, _ = word.text.partition("=")
        if skip:
            skip = False
        elif flag not in command.renamed:
            yield from _split(command, word)
        elif command.renamed[flag]:
            yield _named(word, flag, command.renamed[flag])
        else:
            skip = flag in command.valued and not equals


def _split(command: CeleryCommand, word: Word) -> Iterator[Word]:
    """`-qmail` is the option and its value; any other word stays."""
    short = word.text[:2]
    if len(word.text) > 2 and command.renamed.get(short) and not word.text.startswith("--"):
        yield Word(command.renamed[short], word.locate(0, 2))
        yield word.behind(2)
    else:
        yield word


def _named(word: Word, flag: str, name: str) -> Word:
    """The word with another name for the option in front of its value."""
    moved = len(name) - len(flag)
    runs = tuple((offset + moved if offset else 0, span) for offset, span in word.runs)
    return replace(word, text=name + word.text[len(flag) :], runs=runs)
