"""How an app declares its queues, and the priorities of its tasks, as Celery itself has them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from linked import written

from celerylint.configuration import Configuration
from celerylint.link import link
from celerylint.model import Queue, Task
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree

APP = """
from celery import Celery
from kombu import Exchange, Queue

app = Celery("shop", broker="amqp://", set_as_current=False)
app.conf.update({conf})


@app.task({options})
def build():
    ...
"""


def understood(root: Path, conf: str, options: str) -> tuple[Queue, Task]:
    files = {"shop/celery.py": APP.format(conf=conf, options=options), "shop/__init__.py": ""}
    project = link(Tree(written(root, files), discover(root)), Configuration())
    (task,) = project.tasks
    (queue,) = (queue for queue in project.queues if queue.name == task.queue.value)
    return queue, task


def real(conf: str, options: str) -> tuple[Any, Any]:
    """The queue's arguments and the message's priority, as Celery makes them."""
    names: dict[str, Any] = {"__name__": "shop.celery"}
    exec(APP.format(conf=conf, options=options), names)
    app, task = names["app"], names["build"]
    extract = import_module("celery.app.task").extract_exec_options
    routed = app.amqp.router.route(extract(task), task.name)
    queue = routed.get("queue") or app.amqp.queues[app.conf.task_default_queue]
    own = {"x-max-priority": queue.max_priority} if queue.max_priority is not None else {}
    return own | (queue.queue_arguments or {}), routed.get("priority")


@pytest.mark.parametrize(
    ("conf", "options"),
    [
        ("", ""),
        ("", "priority=3"),
        ("task_queue_max_priority=10", "priority=0"),
        ("task_default_priority=4", ""),
        ("task_default_priority=4", "priority=7"),
        ("task_routes={'shop.*': {'priority': 2, 'queue': 'a'}}", ""),
        ("task_routes={'shop.*': {'priority': 2}}", "priority=5"),
        ("task_queues=[Queue('a', max_priority=5), Queue('b')], task_default_queue='a'", "priority=1"),
        ("task_queues=[Queue('a', Exchange('x'), 'k', queue_arguments={'x-max-priority': 9})]", "queue='a'"),
        ("task_queues=(Queue('a'),), task_queue_max_priority=3", "queue='a', priority=1"),
        ("task_queues={'a': {'exchange': 'a', 'queue_arguments': {'x-max-priority': 2}}}", "queue='a'"),
        ("task_queues=[Queue('a', queue_arguments={'x-queue-type': 'quorum'})]", "queue='a'"),
        ("task_queues=[Queue('a')]", "queue='b'"),
        ("task_default_queue_type='quorum'", ""),
    ],
)
def test_queues_and_priorities_are_celerys(tmp_path: Path, conf: str, options: str) -> None:
    queue, task = understood(tmp_path, conf, options)
    arguments, priority = real(conf, options)
    assert task.priority.value == priority
    assert queue.declared.type.value == arguments.get("x-queue-type", "classic")
    assert queue.declared.max_priority.value == arguments.get("x-max-priority")


@pytest.mark.parametrize(
    ("conf", "default", "listed"),
    [
        ("", True, None),
        ("task_queues=[Queue('a')]", True, False),
        ("task_queues=[Queue('a')], task_default_queue='a'", True, True),
        ("task_queues=[Queue('a')], task_routes={'*': 'a'}", False, True),
    ],
)
def test_whether_a_queue_is_listed(tmp_path: Path, conf: str, default: bool, listed: bool | None) -> None:
    queue, _ = understood(tmp_path, conf, "")
    assert (queue.is_default, queue.listed.value) == (default, listed)


def test_what_is_not_followed_is_unknown(tmp_path: Path) -> None:
    queue, _ = understood(tmp_path, "task_queues=[Queue('a', queue_arguments=open('x'))], task_default_queue='a'", "")
    assert not queue.declared.max_priority.known and not queue.declared.type.known
    _, task = understood(tmp_path, "", "priority=open('x')")
    assert not task.priority.known


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        ("priority=Level.HIGH.value", "high"),
        ("priority=LOWEST_PRIORITY", "low"),
        ("priority=urgentLevel", "high"),
        ("priority=9", ""),
        ("priority=HIGH - LOW", ""),
        ("priority=THRESHOLD", ""),
    ],
)
def test_what_a_priority_is_meant_to_be(tmp_path: Path, options: str, meant: str) -> None:
    assert understood(tmp_path, "", options)[1].meant_priority == meant
