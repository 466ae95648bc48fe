"""Scripts that people start by name: targets of a makefile, tasks of a project, entries of package.json.

Such a script is for development unless its name or its path says otherwise: a container or a service starts its
program without one, and where it does use one (`make prodworker` in a container), it is followed from there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from celerylint.facts.launch import Word
from celerylint.facts.manifests.development import is_development
from celerylint.facts.processes.program import Program
from celerylint.origin import Span, Value, unknown

# `product` and its like are no production.
_PRODUCTION = re.compile(r"prod(?!uct(?!ion))|(?:^|[^a-z])(?:live|deploy|staging|server)(?:$|[^a-z])", re.IGNORECASE)
_STARTS = re.compile(r"\bcelery\b.*\b(?:worker|beat|multi|flower)\b", re.DOTALL)


Words = tuple[Word, ...]


Launchers = Sequence[Sequence[str]]  # the words of programs that start Celery without its name


def starts(words: Sequence[Word], launchers: Launchers = ()) -> bool:
    """Whether a command line speaks of starting Celery, by its name or by the words of a launcher."""
    text = " ".join(word.text for word in words)
    return _STARTS.search(text) is not None or any(all(each in text for each in given) for given in launchers)


def for_production(name: str, path: str) -> bool:
    """Whether a script's name or path says that it is for production."""
    return _PRODUCTION.search(f"{path} {name}") is not None and not is_development(path, (name,))


def script_program(platform: str, kind: str, name: str, span: Span, words: Words, **more: Any) -> Program:
    """A script that somebody starts by its name."""
    more["development"] = not for_production(name, span.path)
    return program_of(f"whoever starts {name}", platform, kind, name, span, words, **more)


def program_of(who: str, platform: str, kind: str, name: str, span: Span, words: Words, **more: Any) -> Program:
    """A process that `who` starts: how many there are, what they may use and how they are stopped is their affair."""
    stops: Value[Any] = unknown(f"{who} decides how it is stopped", span)
    return Program(
        platform=platform,
        kind=kind,
        name=name,
        span=span,
        words=words,
        grace_period=stops,
        memory_limit=unknown(f"{who} decides how much memory it may use", span),
        cpu_limit=unknown(f"{who} decides how many CPUs it may use", span),
        replicas=unknown(f"nothing says how often {name} is started", span),
        environment_open=f"{who} decides its environment",
        stops_all=stops,
        **more,
    )
