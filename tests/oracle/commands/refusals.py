"""Command lines that Celery refuses: celerylint keeps the word apart, or leaves what it says unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from celerylint import catalog
from celerylint.facts.launch import Launch, Word, read_launches
from celerylint.origin import Span, Value

_PLACE = Span("run.txt", 1, 1, 1, 1)


def kept_apart(
    words: Sequence[str], theirs: Mapping[str, Any], ours: Mapping[str, Value[Any]], version: str
) -> dict[str, Any]:
    """What celerylint gets wrong about a refusal, or about a command that Celery takes; empty where nothing is."""
    launches = read_launches([Word(word, _PLACE) for word in words])
    strange = _strange(launches[0], version) if launches else None
    kind = theirs.get("refused")
    if kind == "option" and strange == []:
        return {theirs["option"]: "an option of the worker"}
    if kind == "value" and (value := ours.get(theirs["option"])) is not None and value.known:
        return {theirs["option"]: value.value}
    if kind is None and strange:
        return {strange[0]: "no option of the worker"}
    return {}


def _strange(launch: Launch, version: str) -> list[str]:
    """The words that celerylint says Celery does not take."""
    found = [word.text for word in launch.unknown_options] + [use.flag for use in launch.misplaced]
    uses = launch.options.values()
    return found + [use.flag for use in uses if catalog.option("worker", use.flag, version) is None]
