"""Runs inside another process: starts workers by their command lines, as far as their options go, and tells these."""

from __future__ import annotations

import json
import os
import shlex
import sys
from importlib import import_module
from typing import Any

from oracle.told import told
from real_celery import tell

TOLD = (
    *("concurrency", "prefetch_multiplier", "time_limit", "soft_time_limit", "max_tasks_per_child"),
    *("max_memory_per_child", "task_events", "statedb", "scheduler"),
)


class StoppedError(Exception):
    """Raised instead of starting the worker, with its options."""


def options_of(case: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """What the worker of a command line would run with. Raises whatever Celery raises."""
    os.chdir(case["root"])
    os.environ.clear()
    os.environ.update(case["env"])
    sys.path.insert(0, case["root"])
    controller = import_module("celery.worker.worker").WorkController
    base = import_module("celery.app.base").Celery

    def worker(app: Any) -> Any:
        def start(**options: Any) -> None:
            made = object.__new__(controller)
            made.app = app
            made.setup_defaults(**options)
            found = {name: getattr(made, name) for name in TOLD}
            found |= {name: options.get(name) for name in ("queues", "exclude_queues", "autoscale", "beat")}
            found["disable_prefetch"] = app.conf.worker_disable_prefetch
            found["pool"] = import_module("celery.concurrency").get_implementation(made.pool_cls).__module__
            raise StoppedError(found)

        return start

    base.Worker = property(worker)
    try:
        group = import_module("celery.bin.celery").celery
        group.main(args=shlex.split(case["line"])[1:], auto_envvar_prefix="CELERY", standalone_mode=False)
    except StoppedError as stopped:
        found: dict[str, Any] = stopped.args[0]
        return {name: told(value) for name, value in found.items()}
    raise RuntimeError("the worker was not started")


def main() -> None:
    """Answer for every command line, one line each."""
    for module in ("celery.bin.celery", "celery.worker.worker", "celery.concurrency.prefork"):
        import_module(module)
    tell(json.load(sys.stdin), [], options_of)


if __name__ == "__main__":
    main()
