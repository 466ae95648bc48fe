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
from datetime import timedelta
from enum import Enum
from typing import Any

_MODULES = ("celery.app.base", "celery.app.amqp", "kombu", "celery.loaders.app", "django.conf", "pydantic_settings")
Ask = Callable[[dict[str, Any], list[str]], dict[str, Any]]


def told(value: Any) -> Any:
    """A value as JSON can hold it: times as seconds, sets sorted, objects by their kind."""
    if isinstance(value, timedelta):
        return value.total_seconds()
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


def in_a_fork(project: dict[str, Any], names: list[str], ask: Ask) -> str:
    """The answer of a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            out.write(answer(project, names, ask))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as back:
        text = back.read()
    os.waitpid(child, 0)
    return text


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
    for project in asked["projects"]:
        sys.stdout.write(in_a_fork(project, asked["names"], effective) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
