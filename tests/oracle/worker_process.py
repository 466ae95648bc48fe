"""What the worker of a command line would be: Celery's own commands make it, and it is told instead of started."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from oracle.told import told

PRELOADED = (
    *("celery.bin.celery", "celery.apps.worker", "celery.worker.components", "celery.worker.consumer.consumer"),
    *("celery.concurrency.prefork", "celery.concurrency.solo", "celery.concurrency.thread", "celery.fixups.django"),
    *("celery.backends.redis", "kombu.transport.redis", "kombu.transport.pyamqp", "kombu.transport.memory"),
)
CPUS = 97  # of the machine, as far as Celery can tell

_OWN = (
    *("concurrency", "prefetch_multiplier", "time_limit", "soft_time_limit", "max_tasks_per_child"),
    *("max_memory_per_child", "task_events", "scheduler", "statedb", "max_concurrency", "min_concurrency"),
)


class DetachedError(Exception):
    """Raised instead of starting a process in the background, with its words: `-D` is not among them."""


class MadeError(Exception):
    """Raised instead of starting the worker, with all that it would run with."""


def workers(root: str, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each command's worker would be, or how it is refused; each as in a process of its own."""
    made: Any = import_module("celery.worker.worker")
    made.cpu_count = lambda: CPUS
    import_module("celery.signals").setup_logging.connect(_no_logging)
    program = import_module("celery.apps.worker").Worker
    program.Blueprint = Recorder
    program.start = _unstarted
    command: Any = import_module("celery.bin.worker")
    command.detach = _detached
    return [_worker(root, command) for command in commands]


def _no_logging(**_: Any) -> None:
    """A receiver of the signal, so that Celery sets up none."""


def _unstarted(worker: Any) -> None:
    raise MadeError(worker.told)


def _detached(path: str, argv: list[str], **_: Any) -> None:
    raise DetachedError(argv[2:])


class Recorder:
    """Stands for the blueprint of a worker: it keeps what the steps would be given, and starts none."""

    def __init__(self, **_: Any) -> None:
        pass

    def apply(self, worker: Any, **options: Any) -> None:
        """The first halves of the steps."""
        components = import_module("celery.worker.components")
        components.Pool(worker, **options)
        given: dict[str, Any] = {}
        consumer = object.__new__(components.Consumer)
        consumer.instantiate = lambda _cls, *_args, **words: given.update(words)
        worker.timer = worker.hub = worker.process_task = None
        components.Consumer.create(consumer, worker)
        app = worker.app
        found = {name: getattr(worker, name) for name in _OWN}
        found["pool"] = f"{worker.pool_cls.__module__}:{worker.pool_cls.__name__}"
        found["queues"] = sorted(app.amqp.queues.consume_from)
        found["prefetch_count"] = given["initial_prefetch_count"]
        found["beat"] = bool(options.get("beat"))
        found["transport"] = app.connection_for_read().transport_cls
        defaults = import_module("celery.app.defaults")
        names = {name for name, _ in defaults.flatten(defaults.NAMESPACES)} - {"include"}  # a worker adds its own to it
        conf = {name: told(getattr(app.conf, name)) for name in sorted(names)}
        found["disable_prefetch"] = conf.get("worker_disable_prefetch", False)
        worker.told = {"worker": {name: told(value) for name, value in found.items()}, "conf": conf}


def _worker(root: str, command: dict[str, Any]) -> dict[str, Any]:
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(root):
            del sys.modules[name]
    state: Any = import_module("celery._state")
    state.default_app = None
    state._set_current_app(None)
    state._apps.clear()
    os.environ.clear()
    os.environ.update(command["env"])
    try:
        return _outcome(lambda: _run(command["words"][1:]), command["words"])
    except DetachedError as detached:
        return _worker(root, {**command, "words": ["celery", *detached.args[0]]})


def _run(words: list[str]) -> None:
    group = import_module("celery.bin.celery").celery
    sys.argv = ["celery", *words]
    group.main(args=words, prog_name="celery", auto_envvar_prefix="CELERY", standalone_mode=False)


def _outcome(run: Callable[[], None], words: list[str]) -> dict[str, Any]:
    """The worker; or who refuses the command: click, with the option's name, or Celery later."""
    click = import_module("click")
    try:
        run()
    except MadeError as made:
        found: dict[str, Any] = made.args[0]
        return found
    except DetachedError:
        raise
    except click.NoSuchOption as error:
        return {"refused": "option", "option": error.option_name, "error": error.format_message()}
    except click.BadParameter as error:
        return {"refused": "value", "option": error.param.name if error.param else "", "error": error.format_message()}
    except click.ClickException as error:
        return {"refused": "usage", "error": error.format_message()}
    except BaseException as error:
        return {"refused": "later", "error": f"{type(error).__name__}: {error}"}
    return {"refused": "later", "error": f"nothing was started by {words}"}
