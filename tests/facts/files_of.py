"""Files for tests: a container whose files are known."""

from __future__ import annotations

from collections.abc import Mapping

from celerylint.facts.launch import File, Inside, Launch, Starter, follow, split
from celerylint.facts.launch.words import Environment, nothing_known
from celerylint.origin import Unknown
from celerylint.sources.text import Text


class FilesOf:
    """The given files and no others; the paths are absolute, and their places in the repository are the same."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def open(self, path: str) -> File | Unknown:
        text = self.texts.get(path)
        return Unknown(f"{path} is not there") if text is None else File(path[1:], text, Text(path[1:], text).span)

    def below(self, folder: str) -> tuple[str, ...]:
        return tuple(sorted(path for path in self.texts if path.startswith(f"{folder.rstrip('/')}/")))


def started(
    command: str,
    files: Mapping[str, str],
    *,
    directory: str = "/app",
    environment: Environment = nothing_known,
    starters: Mapping[str, Starter] | None = None,
) -> tuple[Launch, ...]:
    """What a container with these files starts by a command."""
    words = split(command, Text("run.txt", command).span)
    inside = Inside(FilesOf(files), directory, starters or {})
    return follow(words, inside, environment=environment).launches
