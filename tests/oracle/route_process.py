"""Where Celery sends tasks: kombu's transport in memory holds what the app's queues were sent."""

from __future__ import annotations

from importlib import import_module
from typing import Any

PRELOADED = ("kombu.transport.memory", "celery.app.routes", "celery.app.task", "celery.backends.base")


def routed(modules: list[str]) -> dict[str, dict[str, Any]]:
    """For each module with an `app`: the queues that each of its tasks reaches, or how Celery refuses that."""
    return {module: _of_app(module) for module in modules}


def _of_app(module: str) -> dict[str, Any]:
    state: Any = import_module("celery._state")
    state._on_app_finalizers.clear()  # the tasks of one app are every later app's of the same process
    try:
        app = import_module(module).app
        names = [name for name in app.tasks if not name.startswith("celery.")]
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {name: _reached(app, name) for name in names}


def _reached(app: Any, name: str) -> dict[str, Any]:
    """The queues that one call without options reaches, of those that the app knows by then."""
    channel: Any = import_module("kombu.transport.memory").Channel
    transport: Any = import_module("kombu.transport.memory").Transport
    channel.queues.clear()
    transport.global_state.clear()
    try:
        with app.connection_for_write() as connection:
            for queue in app.amqp.queues.consume_from.values():
                queue(connection.default_channel).declare()
            # A connection remembers by their names which queues it has declared: that of the pool for every app.
            app.tasks[name].apply_async(connection=connection)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {"queues": sorted(queue for queue, messages in channel.queues.items() if messages.qsize())}
