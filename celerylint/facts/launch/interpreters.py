"""Programs that start Celery from inside a Python process: `python -m …` and watchfiles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from celerylint.facts.launch.words import Word, split

PYTHON = re.compile(r"(?:python|pypy)[\d.]*", re.ASCII)
CELERY_MODULES = ("celery", "celery.__main__", "celery.bin.celery")
# Flags of python's command line that take no value, joined, and then -m or -c.
_JOINED = re.compile(r"-[bBdEhiIOPqsSuvVx]*(?P<kind>[mc])(?P<rest>.*)", re.DOTALL)
_VALUES = ("-X", "-W", "--check-hash-based-pycs")
# watchfiles/cli.py 1.x
_WATCHFILES_VALUES = frozenset(
    [
        "--ignore-paths",
        "--target-type",
        "--filter",
        "--args",
        "--verbosity",
        "--sigint-timeout",
        "--grace-period",
        "--sigkill-timeout",
    ]
)


@dataclass(frozen=True, slots=True)
class PythonCall:
    """What an interpreter is told to run: the word of a module or of a file, and those behind it."""

    module: bool
    words: tuple[Word, ...]


def python_call(words: Sequence[Word]) -> PythonCall | None:
    """Reads the words from `python` on; None for `-c` and where nothing is run."""
    at = 1
    while at < len(words) and words[at].text.startswith("-"):
        word = words[at]
        joined = None if word.text.startswith("--") else _JOINED.fullmatch(word.text)
        if joined is None:
            at += 2 if word.text in _VALUES else 1
            continue
        if joined["kind"] == "c":
            return None
        if not joined["rest"]:
            return PythonCall(True, tuple(words[at + 1 :]))
        return PythonCall(True, (word.behind(joined.start("rest")), *words[at + 1 :]))
    return PythonCall(False, tuple(words[at:]))


def watched(words: Sequence[Word]) -> tuple[Word | None, list[Word]]:
    """What `watchfiles` starts: the Python function and its arguments, or no function and a command's words."""
    target: Word | None = None
    arguments: Word | None = None
    at = 1
    while at < len(words):
        word = words[at]
        name, equals, _ = word.text.partition("=")
        if not word.text.startswith("-"):
            target = target or word
        elif name == "--args" and not equals:
            arguments = words[at + 1] if at + 1 < len(words) else None
        elif name == "--args":
            arguments = word.behind(len(name) + 1)
        at += 2 if name in _WATCHFILES_VALUES and not equals else 1
    if target is None:
        return None, []
    if target.text.rpartition(".")[0] in CELERY_MODULES:
        return target, words_in(arguments) if arguments else []
    return None, words_in(target)


def words_in(word: Word) -> list[Word]:
    """The words of a command that is written in one word; where that is not resolved, those with a `$` are not."""
    words = split(word.text, word.locate)
    if not word.expansions:
        return words
    marked = [each if "$" not in each.text else replace(each, expansions=True, reason=word.reason) for each in words]
    return [replace(each, splits=each.expansions) for each in marked]
