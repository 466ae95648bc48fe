"""Runs inside another process: loads projects with Celery itself and tells the settings that their apps have.

It reads a JSON list of projects from its input, and forks for each: their modules and environments are their own.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from oracle.forked import in_a_fork
from oracle.told import told

_MODULES = ("celery.app.base", "celery.app.amqp", "kombu", "celery.loaders.app", "django.conf", "pydantic_settings")
Ask = Callable[[dict[str, Any], list[str]], dict[str, Any]]


def effective(project: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The effective settings of a project's app. Raises whatever loading it raises."""
    os.chdir(project["root"])
    os.environ.clear()
    os.environ.update(project["env"])
    sys.path.insert(0, project["root"])
    module, _, attribute = project["app"].partition(":")
    app = getattr(importlib.import_module(module), attribute)
    return {name: told(getattr(app.conf, name)) for name in names}


def answer(project: dict[str, Any], names: list[str], ask: Ask) -> str:
    """The settings as JSON, or what went wrong."""
    try:
        return json.dumps({"settings": ask(project, names)})
    except BaseException:
        return json.dumps({"error": traceback.format_exc()})


def tell(projects: list[dict[str, Any]], names: list[str], ask: Ask) -> None:
    """Answer for every project, one line each."""
    for project in projects:
        sys.stdout.write(in_a_fork(partial(answer, project, names, ask)) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Answer for every project, one line each."""
    asked = json.load(sys.stdin)
    for module in (
        "celery.app.base",
        "celery.app.amqp",
        "kombu",
        "celery.loaders.app",
        "django.conf",
        "pydantic_settings",
        "pydantic.v1",
    ):
        importlib.import_module(module)
    tell(asked["projects"], asked["names"], effective)


if __name__ == "__main__":
    main()
