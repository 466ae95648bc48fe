"""Procfiles: `name: command`, each a line for a shell (Heroku, foreman, honcho), and Heroku's heroku.yml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from celerylint.facts.launch import Locate, Word
from celerylint.facts.manifests.reading import Reader, entries, whole
from celerylint.facts.processes.program import ONE, ProcessFacts, Program, under_shell
from celerylint.facts.processes.words import command_words
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources import yaml
from celerylint.sources.yaml import Document

# devcenter.heroku.com/articles/dynos#shutdown: SIGTERM to every process of the dyno, SIGKILL after 30 seconds.
HEROKU_GRACE: Value[float] = known(30.0, Layer.DEFAULT, None, "Heroku's")
_LINE = re.compile(r"^(?P<name>[A-Za-z0-9_-]+):[ \t]*(?P<command>[^\s].*?)[ \t]*$", re.MULTILINE)
_ONCE = ("release",)  # runs at each deployment and ends


def procfile_facts(text: str, locate: Locate, *, heroku: bool, scale: Mapping[str, Value[int]]) -> ProcessFacts:
    """The process types of a Procfile. `heroku`: it is Heroku's; `scale` says how many run, by their names."""
    found = []
    for match in _LINE.finditer(text):
        command = Word.of(match["command"], _from(locate, match.start("command")))
        span = locate(*match.span("name"))
        found.append(process(match["name"], span, under_shell(command), heroku, scale).workload())
    return ProcessFacts(tuple(found))


def heroku_facts(documents: Iterable[Document], scale: Mapping[str, Value[int]]) -> ProcessFacts:
    """The process types of heroku.yml (`run:`), whose commands are texts or lists."""
    reader = Reader()
    found = []
    for document in documents:
        for name, node in entries(reader.mapping(document.root, "run")):
            command = node.get("command") if isinstance(node, yaml.Mapping) else node
            words = command_words(command, shell=True)
            found.append(process(name.value, name.span, words, True, scale).workload())
    return ProcessFacts(tuple(found), reader.problems)


def formation(documents: Iterable[Document]) -> dict[str, Value[int]]:
    """How many of each process type app.json asks for (Heroku, Dokku)."""
    reader = Reader()
    found: dict[str, Value[int]] = {}
    for document in documents:
        for name, node in entries(reader.mapping(document.root, "formation")):
            if isinstance(node, yaml.Mapping) and node.get("quantity") is not None:
                found[name.value] = reader.value(node, "quantity", whole, ONE)
    return found


def process(name: str, span: Span, words: tuple[Word, ...], heroku: bool, scale: Mapping[str, Value[int]]) -> Program:
    """One process type; without Heroku nobody can tell what runs it."""
    who = "Heroku" if heroku else "whatever runs the Procfile"
    nobody: Value[Any] = unknown(f"nothing in the repository says how many of {name} {who} runs", span)
    stops: Value[bool] = known(True, Layer.DEFAULT) if heroku else unknown(f"{who} decides whom it tells to stop", span)
    return Program(
        platform="heroku" if heroku else "procfile",
        kind="process",
        name=name,
        span=span,
        words=words,
        grace_period=HEROKU_GRACE if heroku else unknown(f"{who} decides how long it waits", span),
        memory_limit=unknown(
            "the size of its dyno decides" if heroku else f"{who} decides how much memory it has", span
        ),
        cpu_limit=unknown(f"{who} decides how many CPUs it has", span),
        replicas=scale.get(name, nobody),
        environment_open=f"{who} has variables that are not in the repository",
        stops_all=stops,
        lives_long=name not in _ONCE,
    )


def _from(locate: Locate, start: int) -> Locate:
    return lambda low, high: locate(start + low, start + high)
