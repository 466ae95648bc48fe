"""Small projects with a Celery app, as the tests compare them with Celery itself: `programs/*.md` and others."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

EVERY = "*"
APP = "proj.celery:app"

_HEADING = re.compile(r"^## (?P<name>\S+)$", re.M)
_LINE = re.compile(r"^(?P<key>env|unknown): (?P<value>.*)$", re.M)
_FILE = re.compile(r"^```\w+ title=\"(?P<path>[^\"]+)\"\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True, slots=True)
class Program:
    """The files of a project, its process's environment, and what nobody can know from these."""

    name: str
    files: Mapping[str, str]
    env: Mapping[str, str]
    unknown: tuple[str, ...]


def programs(folder: str = "programs") -> Iterator[Program]:
    """Every program of a folder beside this file, by file and in order."""
    for path in sorted(Path(__file__).with_name(folder).glob("*.md")):
        text = path.read_text(encoding="utf-8")
        headings = list(_HEADING.finditer(text))
        ends = [*(each.start() for each in headings[1:]), len(text)]
        for heading, end in zip(headings, ends, strict=True):
            yield _program(f"{path.stem}-{heading['name']}", text[heading.end() : end])


def _program(name: str, text: str) -> Program:
    files = {found["path"]: found["text"] for found in _FILE.finditer(text)}
    said = {found["key"]: found["value"] for found in _LINE.finditer(text[: text.index("```")])}
    pairs = (word.partition("=") for word in shlex.split(said.get("env", "")))
    unknown = tuple(said.get("unknown", "").split())
    return Program(name, {"proj/__init__.py": "", **files}, {key: value for key, _, value in pairs}, unknown)
