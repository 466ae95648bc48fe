"""Runs inside another process: starts projects as a worker does and tells the names of the tasks that it then has.

It reads a JSON list of projects from its input, and forks for each: their modules and environments are their own.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import Any

from celery.app.utils import find_app  # type: ignore[import-untyped]
from real_celery import tell


def registered(project: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The tasks of a worker (celery/bin/celery.py, celery/worker/worker.py:setup_includes). Raises what it raises."""
    os.chdir(project["root"])
    os.environ.clear()
    os.environ["CELERY_SKIP_CHECKS"] = ""
    sys.path.insert(0, project["root"])
    app = find_app(project["app"])
    app.loader.init_worker()
    for module in project["included"]:
        app.loader.import_task_module(module)
    app.finalize()
    return {"tasks": sorted(name for name in app.tasks if not name.startswith("celery."))}


def main() -> None:
    """Answer for every project, one line each."""
    asked = json.load(sys.stdin)
    for module in ("celery.app.base", "celery.app.amqp", "celery.worker", "celery.fixups.django", "django.core.checks"):
        importlib.import_module(module)
    tell(asked["projects"], [], registered)


if __name__ == "__main__":
    main()
