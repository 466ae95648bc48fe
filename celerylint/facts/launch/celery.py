"""The words behind `celery`: global options, the sub-command, its options, its settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from celerylint.facts.launch.grammar import FLOWER, GLOBAL, Reading, grammar, read_options, subcommands, valued
from celerylint.facts.launch.launch import Launch, OptionUse
from celerylint.facts.launch.multi import Node, nodes
from celerylint.facts.launch.words import Word
from celerylint.origin import Span

# celery/bin/worker.py and celery/bin/beat.py hand extra arguments to config_from_cmdline; the value is the
# name-space that `.name=value` falls into (celery/loaders/base.py:cmdline_config_parser).
_CONFIGURED = {"worker": "worker", "beat": "celery"}
_NO_PROCESS = frozenset({"help", "version"})


def read_celery(program: str, start: Span, words: Sequence[Word], *, certain: bool) -> list[Launch]:
    """The process that `celery` with these words behind it starts, or one per node of `multi`; often none.

    `certain`: the word in front is surely Celery. Where it only looks so, every word has to fit.
    """
    front = read_options(words, grammar(GLOBAL), mixed=False)
    if _NO_PROCESS & {use.dest for use in front.uses} or any(word.text == "--help" for word in front.unknown):
        return []
    name = front.rest[0] if front.rest else None
    if name is None or name.text not in subcommands():
        hidden = front.opaque if name is None else [*front.opaque, name]
        if not certain or not any(word.expansions for word in hidden):
            return []
        return [_hidden(program, start, front, hidden, front.rest[1:])]
    if not certain and (front.unknown or front.opaque):
        return []
    if name.text == "multi":
        behind = front.rest[1:]
        if behind and behind[0].expansions:
            return [_hidden(program, start, front, [behind[0]], behind[1:])]
        before = words[: len(words) - len(front.rest)]
        return [launch for node in nodes(behind, before) for launch in _of_node(program, start, node)]
    launch = _launch(program, start, front, name, front.rest[1:])
    return [launch] if launch else []


def read_flower(head: Word, words: Sequence[Word]) -> list[Launch]:
    """The program `flower` of Flower before 1.0, which takes Celery's global options among its own."""
    front = Reading()
    launch = _launch(head.text, head.span, front, replace(head, text=FLOWER), words)
    if launch is None:
        return []
    return [replace(launch, global_options=last_uses(launch.misplaced), misplaced=())]


def _of_node(program: str, start: Span, node: Node) -> list[Launch]:
    """The worker that `multi` starts for a node, as if its command line were written."""
    front = read_options(node.front, grammar(GLOBAL), mixed=False)
    launch = _launch(program, start, front, replace(node.word, text="worker"), node.back)
    return [replace(launch, node=node.name, opaque=(*launch.opaque, *node.opaque))] if launch else []


def _hidden(program: str, start: Span, front: Reading, hidden: Sequence[Word], rest: Sequence[Word]) -> Launch:
    """A process whose sub-command stands in an expansion that nobody can resolve."""
    return Launch(
        program,
        "",
        hidden[-1].span,
        start,
        global_options=last_uses(front.uses),
        unknown_options=tuple(front.unknown),
        arguments=tuple(rest),
        opaque=tuple(hidden),
    )


def _launch(program: str, start: Span, front: Reading, name: Word, words: Sequence[Word]) -> Launch | None:
    command = name.text
    back = read_options(words, grammar(command))
    if "help" in {use.dest for use in (*back.uses, *back.outer)} or any(word.text == "--help" for word in back.unknown):
        return None
    arguments = [*back.arguments, *back.rest]
    settings = _settings(arguments, _CONFIGURED[command]) if command in _CONFIGURED else {}
    return Launch(
        program,
        command,
        name.span,
        start,
        options=last_uses(back.uses),
        global_options=last_uses(front.uses),
        misplaced=tuple(back.outer),
        unknown_options=(*front.unknown, *back.unknown),
        arguments=tuple(word for word in arguments if not (settings and "=" in word.text)),
        settings=settings,
        opaque=(*front.opaque, *back.opaque),
    )


def last_uses(uses: Iterable[OptionUse]) -> Mapping[str, OptionUse]:
    """By dest; the last use wins, as it does in click."""
    return {use.dest: use for use in uses}


def _settings(words: Iterable[Word], namespace: str) -> Mapping[str, OptionUse]:
    """`worker.prefetch_multiplier=1` and the like, by Celery's lower-case names; the value is left as written."""
    found: dict[str, OptionUse] = {}
    for word in words:
        key, equals, _ = word.text.partition("=")
        if not equals or not key:
            continue
        dest = key.lower().replace(".", "_")
        dest = namespace + dest if dest.startswith("_") else dest
        found[dest] = valued(dest, key, word, len(key) + 1)
    return found
