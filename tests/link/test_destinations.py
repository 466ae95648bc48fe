"""Where a task goes when routing keys and exchanges have a say: kombu's own transport in memory is asked as well."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from celerylint.session import model

HEAD = "from celery import Celery\nfrom kombu import Exchange, Queue\n\napp = Celery('shop', broker='memory://')\n"
TOPIC = "app.conf.task_queues = [Queue('feeds', Exchange('media', type='topic'), routing_key='feed.#')]\n"
WORDS = "app.conf.task_queues = [Queue('feeds', Exchange('media', type='topic'), routing_key='feed.*.in')]\n"
NAMELESS = "app.conf.task_queues = [Queue('low')]\napp.conf.task_default_routing_key = 'high'\n"
NAMELESS += "app.conf.task_default_queue = 'low'\napp.conf.task_default_exchange = ''\n"
NAMELESS += "app.conf.task_default_exchange_type = 'fanout'\n"
DIRECT = "app.conf.task_queues = [Queue('feeds', Exchange('media'), routing_key='k')]\n"
OPTIONS = (
    "app.conf.task_queues = {'feeds': {'exchange': 'media', 'binding_key': 'k'}, 'low': {'exchange_type': 'topic'}}\n"
)
ANONYMOUS = "app.conf.task_queues = [Queue('feeds'), Queue('low')]\napp.conf.task_default_queue = 'feeds'\n"
FANOUT = "app.conf.task_queues = [Queue('all', Exchange('all', type='fanout'))]\n"


def program(settings: str, route: str, arguments: str) -> str:
    routes = f"app.conf.task_routes = {{'shop.fetch': {route}}}\n" if route else ""
    return f"{HEAD}{settings}{routes}\n\n@app.task(name='shop.fetch'{arguments})\ndef fetch(): pass\n"


def theirs(text: str) -> list[str]:
    """The queues that the message reaches."""
    memory: Any = import_module("kombu.transport.memory")
    memory.Channel.queues.clear()
    memory.Transport.global_state.clear()
    space: dict[str, Any] = {"__name__": "shop"}
    exec(text, space)
    app = space["app"]
    with app.connection_for_write() as connection:
        for queue in app.amqp.queues.consume_from.values():
            queue(connection.default_channel).declare()
        # A connection remembers by their names which queues it has declared: that of the pool does so for every test.
        space["fetch"].apply_async(connection=connection)
    return [name for name, messages in memory.Channel.queues.items() if messages.qsize()]


@pytest.mark.filterwarnings("ignore::celery.exceptions.CDeprecationWarning")
@pytest.mark.parametrize(
    ("settings", "route", "arguments", "queue"),
    [
        ("", "{'queue': 'high', 'routing_key': 'anything'}", "", "high"),
        ("", "{'routing_key': 'anything'}", "", "celery"),
        ("", "", ", routing_key='anything'", "celery"),
        ("", "", ", exchange='media', routing_key='media.x'", None),
        ("", "{'exchange': 'media', 'routing_key': 'x'}", ", queue='high'", None),
        ("", "'low'", ", queue=''", "low"),
        ("", "'low'", ", queue='high'", "high"),
        (TOPIC, "{'queue': 'feeds', 'routing_key': 'feed.import'}", "", "feeds"),
        (TOPIC, "{'queue': 'feeds', 'routing_key': 'web.import'}", "", None),
        (TOPIC, "{'queue': 'feeds'}", ", routing_key='feed.x.y'", "feeds"),
        (WORDS, "{'queue': 'feeds', 'routing_key': 'feed.one.in'}", "", "feeds"),
        (WORDS, "{'queue': 'feeds', 'routing_key': 'feed.one.two.in'}", "", None),
        (FANOUT, "{'queue': 'all', 'routing_key': 'x'}", "", "all"),
        ("app.conf.task_default_exchange_type = 'topic'\n", "{'routing_key': 'x'}", "", None),
        ("app.conf.task_default_exchange_type = 'topic'\n", "", "", "celery"),
        (NAMELESS, "", "", None),
        (TOPIC, "", ", exchange='media', routing_key='feed.x'", "feeds"),
        (TOPIC, "{'exchange': 'media', 'routing_key': 'feed.x', 'priority': 1}", "", "feeds"),
        (TOPIC, "{'exchange': 'media', 'exchange_type': 'topic', 'routing_key': 'web.x'}", "", None),
        (TOPIC, "{'exchange': Exchange('media', type='topic'), 'routing_key': 'feed.x'}", "", "feeds"),
        (WORDS, "", ", exchange='media', routing_key='feed..in'", None),
        (DIRECT, "", ", exchange='media', routing_key='k'", "feeds"),
        (DIRECT, "", ", exchange='other', routing_key='k'", None),
        (DIRECT, "{'queue': Queue('low', Exchange('own', type='topic'), routing_key='k.x')}", "", "low"),
        (OPTIONS, "", ", exchange='media', routing_key='k'", "feeds"),
        (OPTIONS, "", ", exchange='celery', routing_key='low'", "low"),
        ("", "", ", exchange='celery', routing_key='celery'", "celery"),
        ("", "{}", ", exchange='media'", "celery"),
        (ANONYMOUS, "", ", exchange=''", "feeds"),
    ],
)
def test_the_queue_that_a_message_reaches(
    settings: str, route: str, arguments: str, queue: str | None, tmp_path: Path
) -> None:
    text = program(settings, route, arguments)
    (tmp_path / "shop.py").write_text(text)
    (task,) = model(tmp_path).project.tasks
    reached = theirs(text)
    assert reached == [queue] if queue else not {"celery", "feeds", "low"} & set(reached)
    assert task.queue.otherwise(None) == queue


BOTH = "app.conf.task_queues = [Queue(name, Exchange('all', type='fanout')) for name in ('feeds', 'low')]\n"


@pytest.mark.parametrize(
    ("route", "queue"),
    [("{'exchange': 'all', 'routing_key': 'x'}", None), ("{'queue': 'low', 'routing_key': 'x'}", "low")],
)
def test_a_message_that_several_queues_get(route: str, queue: str | None, tmp_path: Path) -> None:
    text = program(BOTH, route, "")
    (tmp_path / "shop.py").write_text(text)
    (task,) = model(tmp_path).project.tasks
    assert sorted(theirs(text)) == ["feeds", "low"]
    assert task.queue.otherwise(None) == queue
    assert queue or "feeds and low get it" in task.queue.reason


def test_a_queue_that_is_the_default_is_told_where_that_is_said(tmp_path: Path) -> None:
    text = program("app.conf.task_queues = [Queue('low')]\napp.conf.task_default_queue = 'low'\n", "", "")
    (tmp_path / "shop.py").write_text(text)
    (task,) = model(tmp_path).project.tasks
    assert (task.queue.value, task.queue.origin.span and task.queue.origin.span.line) == ("low", 6)
