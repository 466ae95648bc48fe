"""`celery multi`: the worker of each node, with the options that are its own.

Rules of celery/apps/multi.py (5.7: NamespacedOptionParser, MultiParser, Node) and celery/bin/multi.py: a short option
takes the next word unless that begins with a dash, a long one takes its value behind `=` only, and `-Q:w1 a` or
`-c:1-3 4` are for single nodes; what stands in front of `multi` is put behind everything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from celerylint.facts.launch.grammar import may_hold_options
from celerylint.facts.launch.words import Piece, Word, assemble

STARTING = ("start", "restart")
_MOST = 200  # nodes that are told apart
# Given to `multi` itself, wherever they stand (MultiTool.reserved_options).
_RESERVED = ("--nosplash", "--quiet", "-q", "--verbose", "--no-color")
_OWN = ("--hostname", "-n", "--prefix", "--suffix", "--range-prefix")  # what the nodes are called
_DEEPER = ("--cmd", "--append")  # another command, or a text behind it
_GLOBAL = (
    *("-A", "--app", "-b", "--broker", "--result-backend", "--loader", "--config"),
    *("--workdir", "-C", "--no-color", "-q", "--quiet"),
)
_FORMAT = re.compile(r"%([a-zA-Z])")


@dataclass(frozen=True, slots=True)
class Node:
    """One worker: the words between `celery` and `worker`, and those behind; `word` is what names it."""

    name: str  # what stands before `@`, or the whole where that is written; empty where it is not known
    word: Word
    front: tuple[Word, ...]
    back: tuple[Word, ...]
    opaque: tuple[Word, ...] = ()  # may be options, or the names of more nodes


@dataclass(frozen=True, slots=True)
class _Use:
    """An option as it is given to a node: its flag, and its value where it has one."""

    flag: Word
    value: Word | None = None  # a word of its own; that of a long option stands in `flag`

    @property
    def text(self) -> str:
        if self.value is not None:
            return self.value.text
        return self.flag.text.partition("=")[2]

    def words(self, name: str) -> tuple[Word, ...]:
        flag = _formatted(self.flag, name) if "=" in self.flag.text else self.flag
        return (flag,) if self.value is None else (flag, _formatted(self.value, name))


_Options = dict[str, _Use]


@dataclass(slots=True)
class _Parsed:
    """What NamespacedOptionParser makes of the words."""

    options: _Options = field(default_factory=dict)
    namespaces: dict[str, _Options] = field(default_factory=dict)
    values: list[Word] = field(default_factory=list)
    opaque: list[Word] = field(default_factory=list)
    passed: list[Word] = field(default_factory=list)  # from `--` on


def nodes(behind: Sequence[Word], before: Sequence[Word]) -> tuple[Node, ...]:
    """The nodes that `before multi behind` starts; none where it starts none, or where Celery refuses it.

    Where the names are not known, one node without a name stands for all.
    """
    words = [word for word in (*behind, *before) if word.text and word.text not in _RESERVED]
    if not words or words[0].text not in STARTING:
        return ()
    parsed = _parse(words[1:])
    known = {flag: parsed.options.pop(flag, None) for flag in _OWN}
    deeper = [use.flag for flag in _DEEPER if (use := parsed.options.pop(flag, None))]
    opaque = (*parsed.opaque, *deeper)
    hidden = [word for word in parsed.values if word.expansions]
    if not parsed.values or hidden:
        named = (*hidden, *parsed.opaque)
        return (_node("", words[0], "", parsed, (*opaque, *hidden)),) if named else ()
    count = _count(parsed.values)
    if count is not None and count > _MOST:
        return (_node("", parsed.values[0], "", parsed, (*opaque, parsed.values[0])),)
    counted = count is not None
    names = [word.text for word in parsed.values] if count is None else [str(each + 1) for each in range(count)]
    use = known["--range-prefix" if counted else "--prefix"]
    prefix = (use.text if use else "") or ("celery" if counted else "")
    if not _spread(parsed, names, counted):
        return ()
    return tuple(
        _node(name if "@" in name else prefix + name, parsed.values[0 if counted else index], name, parsed, opaque)
        for index, name in enumerate(names)
    )


def _parse(words: Sequence[Word]) -> _Parsed:
    parsed = _Parsed()
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.text == "--":
            parsed.passed = list(words[at - 1 :])
            break
        if word.text[0] != "-":
            (parsed.opaque if may_hold_options(word) else parsed.values).append(word)
        elif word.text.startswith("--"):
            _add(parsed, word, None)
        else:
            follows = at < len(words) and words[at].text[0] != "-"
            _add(parsed, word, words[at] if follows else None)
            at += follows
    return parsed


def _add(parsed: _Parsed, word: Word, value: Word | None) -> None:
    """Puts an option under its flag, in the space that a `:` names."""
    flag, equals, _ = word.text.partition("=") if word.text.startswith("--") else (word.text, "", "")
    name, colon, space = flag.partition(":")
    if not colon:
        parsed.options[flag] = _Use(word, value)
        return
    pieces = [Piece(name, 0, len(name))]
    if equals:
        pieces.append(Piece(word.text[len(flag) :], len(flag), len(word.text)))
    own = assemble(pieces, word.span, word.locate)
    own = replace(own, expansions=word.expansions, reason=word.reason, variables=word.variables)
    parsed.namespaces.setdefault(space, {})[name] = _Use(own, value)


def _count(values: Sequence[Word]) -> int | None:
    """How many nodes a single number asks for; None where the values are names."""
    if len(values) > 1:
        return None
    try:
        return max(int(values[0].text), 0)
    except ValueError:
        return None


def _spread(parsed: _Parsed, names: Sequence[str], counted: bool) -> bool:
    """Hands the options of `1`, `1,3` or `1-3` to the nodes that these mean; False where Celery refuses them."""
    spaces = parsed.namespaces
    steps = (_numbers, _lists) if counted else (_lists, _numbers)
    for step in steps:
        for space in list(spaces):
            targets = step(space, names, counted)
            if targets is None:
                return False
            for target in targets:
                spaces.setdefault(target, {}).update(spaces[space])
    return True


def _numbers(space: str, names: Sequence[str], counted: bool) -> list[str] | None:
    """`1` is the first node."""
    if not (space.isascii() and space.isdigit()):
        return []
    index = int(space) - 1 if len(space) < 9 else -1
    return [names[index]] if 0 <= index < len(names) else None


def _lists(space: str, names: Sequence[str], counted: bool) -> list[str] | None:
    """`1,3`, and `1-3` where the nodes are counted."""
    if "," not in space and not (counted and "-" in space):
        return []
    found: list[str] = []
    for part in space.split(","):
        first, dash, last = part.partition("-")
        if not (dash and counted):
            found.append(part)
            continue
        try:
            found += [str(number) for number in range(max(int(first), 0), min(int(last), _MOST) + 1)]
        except ValueError:
            return None
    return found


def _node(label: str, word: Word, name: str, parsed: _Parsed, opaque: tuple[Word, ...]) -> Node:
    short = name.partition("@")[0]
    space = name if name in parsed.namespaces else short
    options = {**parsed.options, **parsed.namespaces.get(space, {})}
    shown = label.partition("@")[0]
    front = [each for flag, use in options.items() if flag in _GLOBAL for each in use.words(shown)]
    back = [each for flag, use in options.items() if flag not in _GLOBAL for each in use.words(shown)]
    return Node(label, word, tuple(front), (*back, *parsed.passed), opaque)


def _formatted(word: Word, name: str) -> Word:
    """A value with `%n` as the node's name; what names the machine stays, and is not known."""
    if "%" not in word.text:
        return word
    pieces = tuple(_pieces(word.text, name))
    expanded = assemble(pieces, word.span, word.locate)
    lost = next((match[0] for match in _FORMAT.finditer(expanded.text) if match[1] in "hdpnN"), "")
    if not lost:
        return replace(word, text=expanded.text, runs=expanded.runs)
    reason = f"{lost} stands for the name of the node or of its machine"
    return replace(word, text=expanded.text, runs=expanded.runs, expansions=True, reason=word.reason or reason)


def _pieces(text: str, name: str) -> Iterator[Piece]:
    at = 0
    for match in _FORMAT.finditer(text):
        if match[1] not in "nN" or not name:
            continue
        if at < match.start():
            yield Piece(text[at : match.start()], at, match.start())
        at = match.end()
        yield Piece(name, match.start(), at)
    if at < len(text):
        yield Piece(text[at:], at, len(text))
