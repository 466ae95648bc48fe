"""Queues as RabbitMQ gets to know them, and what makes the messages of a task wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from linked import written

from celerylint.configuration import Configuration
from celerylint.model import DeclaredQueue, Project, Task
from celerylint.origin import Unknown, Value
from celerylint.session import model

APP = """
from celery import Celery
from kombu import Exchange, Queue

app = Celery("shop", broker={broker!r})
app.conf.update({settings})


@app.task({options})
def pay(self, order): ...
"""


def project(
    root: Path, settings: str = "", broker: str = "amqp://", options: str = "bind=True", **files: str
) -> Project:
    texts = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    texts = {"requirements.txt": "celery==5.7.0\n", **texts}
    app = APP.format(broker=broker, settings=settings, options=options)
    return model(written(root, {"shop.py": app, **texts}), Configuration()).project


def plain(value: Value[Any]) -> Any:
    return "?" if isinstance(value.value, Unknown) else value.value


def shown(queue: DeclaredQueue) -> tuple[Any, ...]:
    return plain(queue.type), plain(queue.exchange_type), plain(queue.holds_delays), plain(queue.consumer_timeout)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", ("classic", "direct", False, 1800)),
        ("task_default_queue_type='quorum'", ("quorum", "direct", False, 1800)),
        ("task_default_queue_type='quorum', task_default_exchange_type='topic'", ("quorum", "topic", True, 1800)),
        ("task_queues=[Queue('celery')]", ("classic", "direct", False, 1800)),
        ("task_queues=[Queue('celery', Exchange('c', 'topic'))]", ("classic", "topic", False, 1800)),
        ("task_queues=[Queue('celery')], task_default_exchange_type='fanout'", ("classic", "fanout", False, 1800)),
        ("task_queues=[Queue('celery', 'c')], task_default_exchange_type='fanout'", ("classic", "direct", False, 1800)),
        (
            "task_queues=[Queue('celery', Exchange('c', type='topic'), queue_arguments={'x-queue-type': 'quorum'})]",
            ("quorum", "topic", True, 1800),
        ),
        (
            "task_queues=[Queue('other', queue_arguments={'x-queue-type': 'quorum'})]",
            ("classic", "direct", False, 1800),
        ),
        (
            "task_queues={'celery': {'exchange': 'c', 'exchange_type': 'topic', 'queue_arguments': {'x-queue-type': "
            "'quorum', 'x-consumer-timeout': 60000}}}",
            ("quorum", "topic", True, 60),
        ),
        ("task_create_missing_queue_type='quorum'", ("classic", "direct", False, 1800)),
        (
            "task_create_missing_queue_type='quorum', task_queues=[Queue('a')]",
            ("quorum", "direct", False, 1800),
        ),
        ("task_queues=queues()", ("?", "?", "?", "?")),
        ("task_queues=[Queue('celery', queue_arguments=chosen)]", ("?", "direct", "?", "?")),
    ],
)
def test_a_queue_is_declared_as_celery_does_it(tmp_path: Path, settings: str, expected: tuple[Any, ...]) -> None:
    (task,) = project(tmp_path, settings).tasks
    assert shown(task.declared_queue) == expected


def test_other_brokers_know_no_such_things(tmp_path: Path) -> None:
    (task,) = project(tmp_path, "task_default_queue_type='quorum'", broker="redis://").tasks
    assert shown(task.declared_queue) == (None, None, None, None)


def test_without_a_version_nobody_knows_who_holds_what_waits(tmp_path: Path) -> None:
    settings = "task_default_queue_type='quorum', task_default_exchange_type='topic'"
    (task,) = project(tmp_path, settings, requirements_dot_txt="").tasks
    assert plain(task.declared_queue.holds_delays) == "?"


CONFIGURED = {
    "rabbitmq.conf": ("consumer_timeout = 3600000\n", 3600),
    "mq/advanced.config": ("[{rabbit, [{consumer_timeout, undefined}]}].\n", None),
    ".env": ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-rabbit consumer_timeout 7200000\n", 7200),
    "policy.sh": ("rabbitmqctl set_policy p '.*' '{\"consumer-timeout\": 60000}'\n", "?"),
    "mq/rabbitmq.conf": ("# consumer_timeout = 60000\n", 1800),
    "docs/rabbitmq.conf": ("consumer_timeout = 60000\n", 1800),
    "kafka.conf": ("consumer_timeout_ms = 60000\n", "?"),
}


@pytest.mark.parametrize("path", CONFIGURED)
def test_the_timeout_of_rabbitmq_is_what_its_configuration_says(tmp_path: Path, path: str) -> None:
    text, expected = CONFIGURED[path]
    written(tmp_path, {path: text})
    assert plain(project(tmp_path).rabbitmq.consumer_timeout) == expected


def test_configurations_that_differ_say_nothing(tmp_path: Path) -> None:
    written(tmp_path, {"a.conf": "consumer_timeout = 60000\n", "b.conf": "consumer_timeout = 70000\n"})
    assert plain(project(tmp_path).rabbitmq.consumer_timeout) == "?"


@pytest.mark.parametrize(
    ("image", "before", "timeout"),
    [
        ("rabbitmq:3.13-management", True, 1800),
        ("rabbitmq:4.3.1", False, None),
        ("docker.io/library/rabbitmq:4-alpine", "?", 1800),
        ("rabbitmq:latest", "?", 1800),
        ("rabbitmq", "?", 1800),
        ("redis:7", "?", 1800),
    ],
)
def test_the_image_tells_the_version(tmp_path: Path, image: str, before: object, timeout: object) -> None:
    written(tmp_path, {"compose.yaml": f"services:\n  broker:\n    image: {image}\n"})
    found = project(tmp_path)
    version = found.rabbitmq.version.value
    older = version if isinstance(version, Unknown) else version.compared("<", "4.3")
    assert ("?" if isinstance(older, Unknown) else older) == before
    assert plain(found.tasks[0].declared_queue.consumer_timeout) == timeout


def sent(root: Path, lines: str, options: str = "bind=True") -> Task:
    views = f"import datetime\nfrom django.utils import timezone\nimport shop\nfrom shop import app, pay\n\n{lines}\n"
    return project(root, options=options, views_dot_py=views).tasks[0]


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("pay.apply_async((1,), countdown=60)", 60),
        ("shop.pay.apply_async((1,), countdown=60 * 60)", 3600),
        ("pay.apply_async((1,), eta=timezone.now() + datetime.timedelta(minutes=5))", 300),
        ("app.send_task('shop.pay', countdown=60)", 60),
        ("pay.s(1).apply_async(countdown=60)", 60),
        ("pay.s(1).set(countdown=60)", 60),
        ("pay.apply_async_on_commit((1,), countdown=60)", 60),
        ("pay.apply_async((1,), countdown=chosen)", "?"),
        ("pay.apply_async((1,), countdown=0)", None),
        ("pay.apply_async((1,), countdown=None)", None),
        ("pay.delay(countdown=60)", None),
        ("pay.s(countdown=60)", None),
        ("other.apply_async(countdown=60)", None),
        ("app.send_task('shop.other', countdown=60)", None),
    ],
)
def test_what_is_sent_to_run_later_waits(tmp_path: Path, line: str, seconds: object) -> None:
    assert plain(sent(tmp_path, line).longest_delay) == seconds


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ("autoretry_for=(OSError,)", 180),
        ("autoretry_for=(OSError,), default_retry_delay=7", 7),
        ("autoretry_for=(OSError,), retry_kwargs={'countdown': 20}", 20),
        ("autoretry_for=(OSError,), retry_backoff=True", 4),
        ("autoretry_for=(OSError,), retry_backoff=30, max_retries=9", 600),
        ("autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=3600, max_retries=4", 240),
        ("autoretry_for=(OSError,), retry_backoff=True, retry_backoff_max=3600, max_retries=None", 3600),
        ("autoretry_for=(OSError,), retry_backoff=True, max_retries=0", None),
        ("retry_backoff=True", None),
    ],
)
def test_automatic_retries_wait_as_well(tmp_path: Path, options: str, seconds: object) -> None:
    assert plain(sent(tmp_path, "", options).longest_delay) == seconds


@pytest.mark.parametrize(
    ("version", "settings", "kept"),
    [
        ("5.7.0", "", (True, True)),
        ("5.7.0", "task_acks_on_failure=False", (False, True)),
        ("5.7.0", "task_acks_on_timeout=False", (True, False)),
        ("5.7.0", "task_acks_on_failure_or_timeout=False, task_acks_on_timeout=True", (False, True)),
        ("5.4.0", "task_acks_on_failure_or_timeout=False", (False, False)),
        ("5.4.0", "task_acks_on_failure=False", (True, True)),
    ],
)
def test_what_is_acknowledged_all_the_same(
    tmp_path: Path, version: str, settings: str, kept: tuple[bool, bool]
) -> None:
    (task,) = project(tmp_path, settings, requirements_dot_txt=f"celery=={version}\n").tasks
    assert (task.acks_on_failure.value, task.acks_on_timeout.value) == kept


def test_a_message_returns_after_a_limit_that_is_kept(tmp_path: Path) -> None:
    settings = "task_acks_late=True, task_acks_on_timeout=False, task_time_limit=60"
    returns = {pool: project(tmp_path, f"{settings}, worker_pool={pool!r}").tasks[0] for pool in ("prefork", "threads")}
    assert {pool: task.returns_on_timeout.value for pool, task in returns.items()} == {
        "prefork": True,
        "threads": False,
    }
