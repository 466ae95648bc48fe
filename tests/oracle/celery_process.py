"""Celery itself, in a process of its own: it answers what celerylint answers, one JSON line for one JSON line.

It is run by any Python that has Celery, so neither it nor what it imports knows celerylint. Every program is loaded in
a fork: its modules and its environment are its own. `kind` of a question says what is asked.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from oracle import crontab_process, route_process, worker_process
from oracle.forked import in_a_fork
from oracle.told import told

Question = dict[str, Any]
PRELOADED = (
    *("celery.app.base", "celery.app.amqp", "celery.app.defaults", "celery.loaders.app", "celery.fixups.django"),
    *("kombu", "django.conf", "environ", "environs", "decouple", "dataclasses", "json", "typing", "enum"),
    *worker_process.PRELOADED,
    *route_process.PRELOADED,
    *crontab_process.PRELOADED,
)


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
    """Every setting of the app, once its configuration is loaded.

    What is read first of all, and so loads it, is looked for under the namespace in every source before under any
    other name: celery/app/base.py:PendingConfiguration. It comes to one setting alone, and only once.
    """
    entered(question)
    app = app_of(question)
    app.conf.finalize()
    conf = app.conf  # another object than before
    return {name: told(getattr(conf, name)) for name in names()}


def defaults(question: Question) -> dict[str, Any]:
    """Every setting of an app that nothing configures."""
    conf = importlib.import_module("celery").Celery("nothing").conf
    return {name: told(getattr(conf, name)) for name in names()}


def workers(question: Question) -> list[dict[str, Any]]:
    """What the worker of each command would be."""
    entered(question)
    return worker_process.workers(question["root"], question["commands"])


def routes(question: Question) -> dict[str, dict[str, Any]]:
    """The queues that the tasks of each app reach."""
    entered(question)
    return route_process.routed(question["modules"])


def schedules(question: Question) -> list[dict[str, Any]]:
    """What the expressions come to as schedules of beat's entries."""
    entered(question)
    return crontab_process.schedules(question["head"], question["expressions"])


def version(question: Question) -> str:
    """Celery's version."""
    found: str = importlib.import_module("celery").__version__
    return found


KINDS: dict[str, Callable[[Question], Any]] = {
    "settings": settings,
    "defaults": defaults,
    "workers": workers,
    "routes": routes,
    "schedules": schedules,
    "version": version,
}


def answer(question: Question) -> str:
    """What is asked as JSON, or what went wrong."""
    try:
        return json.dumps({"answer": KINDS[question["kind"]](question)})
    except BaseException:
        return json.dumps({"error": traceback.format_exc()})


def main() -> None:
    """Answer every line."""
    for module in PRELOADED:
        importlib.import_module(module)
    sys.path.remove(str(Path.cwd()))  # the tests' folder: a program has its own
    gc.freeze()
    for line in sys.stdin:
        question = json.loads(line)
        sys.stdout.write(in_a_fork(partial(answer, question)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
