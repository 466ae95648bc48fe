"""Celery itself, in a process of its own: it answers what celerylint answers, one JSON line for one JSON line.

It is run by any Python that has Celery, so it imports nothing of celerylint or of the oracle. Every program is loaded
in a fork: its modules and its environment are its own. `kind` of a question says what is asked.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from io import StringIO
from typing import Any

Question = dict[str, Any]
PRELOADED = (
    *("celery.app.base", "celery.app.amqp", "celery.app.defaults", "celery.loaders.app", "celery.fixups.django"),
    *("kombu", "django.conf", "environ", "environs", "decouple", "dataclasses", "json", "typing", "enum"),
)


def told(value: Any) -> Any:
    """A value as JSON can hold it: times as seconds, sets sorted, objects by their kind."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Enum) and not isinstance(value, (str, int)):
        return "object enum"
    if isinstance(value, dict):
        return {"{}": [[told(key), told(item)] for key, item in value.items()]}
    if isinstance(value, (set, frozenset)):
        return sorted((told(each) for each in value), key=repr)
    if isinstance(value, (list, tuple)):
        return [told(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (str, int, float)) or value is None:
        return value
    return f"object {type(value).__name__}"


def names() -> list[str]:
    """Every setting that this Celery has a default for."""
    defaults = importlib.import_module("celery.app.defaults")
    return sorted(name for name, _ in defaults.flatten(defaults.NAMESPACES))


def entered(question: Question) -> None:
    """The process as the program's: its folder, its variables."""
    os.chdir(question["root"])
    os.environ.clear()
    os.environ.update(question["env"])
    sys.path.insert(0, question["root"])
    sys.stdout = sys.stderr = StringIO()  # a program may print


def app_of(question: Question) -> Any:
    """The program's app. Raises whatever loading it raises."""
    module, _, attribute = question["app"].partition(":")
    return getattr(importlib.import_module(module), attribute)


def settings(question: Question) -> dict[str, Any]:
    """Every setting of the app."""
    entered(question)
    conf = app_of(question).conf
    return {name: told(getattr(conf, name)) for name in names()}


def defaults(question: Question) -> dict[str, Any]:
    """Every setting of an app that nothing configures."""
    conf = importlib.import_module("celery").Celery("nothing").conf
    return {name: told(getattr(conf, name)) for name in names()}


def version(question: Question) -> str:
    """Celery's version."""
    found: str = importlib.import_module("celery").__version__
    return found


KINDS: dict[str, Callable[[Question], Any]] = {"settings": settings, "defaults": defaults, "version": version}


def answer(question: Question) -> str:
    """What is asked as JSON, or what went wrong."""
    try:
        return json.dumps({"answer": KINDS[question["kind"]](question)})
    except BaseException:
        return json.dumps({"error": traceback.format_exc()})


def in_a_fork(question: Question) -> str:
    """The answer of a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            out.write(answer(question))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as back:
        text = back.read()
    os.waitpid(child, 0)
    return text


def main() -> None:
    """Answer every line."""
    for module in PRELOADED:
        importlib.import_module(module)
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(in_a_fork(json.loads(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
