"""`launchers`: programs of a project that start Celery, and the Celery command lines that they stand for."""

from __future__ import annotations

import itertools
import shlex
from typing import Any

from celerylint.configuration.suggestion import did_you_mean

_PROCESSES = ("worker", "beat", "flower", "multi")
_EXAMPLE = 'such as "celery -A shop worker"'


def launcher(written: str) -> str:
    """The words that start Celery, one space apart. Raises ValueError where no program begins them."""
    words = written.split()
    if not words or words[0].startswith("-"):
        raise ValueError('must be the words of a program, such as "shopctl run worker"')
    if words[0].rpartition("/")[2] == "celery":
        raise ValueError("must not be celery itself: its command lines are read as they are")
    return " ".join(words)


def command(written: Any) -> tuple[str, ...]:
    """The words of Celery's command line. Raises ValueError where it is none that starts a process."""
    if not isinstance(written, str):
        raise ValueError(f"must be a string: a command line of Celery's, {_EXAMPLE}")
    try:
        words = tuple(shlex.split(written))
    except ValueError as error:
        raise ValueError(f"is no command line: {error}".lower()) from None
    if not words or words[0] != "celery":
        raise ValueError(f"must be a command line of Celery's, {_EXAMPLE}")
    named = [word for before, word in itertools.pairwise(words) if _may_name(before, word)]
    if named and not any(word in _PROCESSES for word in words):
        raise ValueError(f"starts none of {', '.join(_PROCESSES)}{did_you_mean(named[-1], _PROCESSES)}")
    return words


def _may_name(before: str, word: str) -> bool:
    """Whether a word may name the process: it is no option, nor the value behind one."""
    return not word.startswith("-") and not (before.startswith("-") and "=" not in before)
