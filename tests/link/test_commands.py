"""What whole commands make of a worker, as Celery's own `celery … worker …` does: each was once told wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from celerylint.model import Worker
from celerylint.origin import Value
from celerylint.session import model

APP = "from celery import Celery\n\napp = Celery('shop', broker='memory://')\n"
CONFIG = "worker_concurrency = 11\ntask_default_queue = 'configured'\n"


def worker(root: Path, command: str, env: Mapping[str, str], conf: str, version: str = "5.7.0") -> Worker:
    """The worker of a Compose service in a repository whose app has these settings."""
    lines = "".join(f"app.conf.{each}\n" for each in conf.split("; ") if each)
    (root / "shop.py").write_text(APP + lines)
    (root / "celeryconfig_other.py").write_text(CONFIG)
    (root / "requirements.txt").write_text(f"celery=={version}\n")
    service = {"image": "shop", "command": command, "environment": dict(env)}
    (root / "compose.yaml").write_text(yaml.safe_dump({"services": {"mailer": service}}))
    (found,) = model(root).project.workers
    return found


def told(value: Value[Any]) -> Any:
    return value.value if value.known else None


def setting(found: Worker, name: str) -> Any:
    return told(found.settings[name])


@pytest.mark.parametrize(
    ("command", "env", "transport"),
    [
        ("celery -b redis://line/5 -A shop worker", {}, "redis"),
        ("celery -A shop worker", {"BROKER_URL": "redis://variable/6"}, "redis"),
        ("celery -A shop worker", {"CELERY_BROKER": "redis://variable/6"}, "redis"),
        ("celery -A shop worker", {"BROKER_URL": ""}, "memory"),
        ("celery -b amqp:// -A shop worker", {"BROKER_URL": "redis://variable/6"}, "amqp"),
        ("celery -A shop worker", {"BROKER_URL": "amqp://", "CELERY_BROKER_URL": "redis://variable/6"}, "amqp"),
        ("celery -A shop worker -- broker_url=redis://behind/1", {"BROKER_URL": "amqp://"}, "amqp"),
        ("celery -A shop worker -- broker_url=redis://behind/1", {}, "redis"),
    ],
)
def test_the_broker(command: str, env: dict[str, str], transport: str, tmp_path: Path) -> None:
    found = worker(tmp_path, command, env, "")
    assert told(found.broker.transport) == transport
    assert setting(found, "broker_read_url") == setting(found, "broker_url")


@pytest.mark.parametrize(
    ("command", "env", "backend"),
    [
        ("celery --result-backend redis://line/5 -A shop worker", {}, "redis://line/5"),
        ("celery -A shop worker", {"RESULT_BACKEND": "redis://one/1"}, "redis://one/1"),
        ("celery -A shop worker", {"RESULT_BACKEND": "rpc://", "CELERY_RESULT_BACKEND": "redis://two/2"}, "rpc://"),
        ("celery -A shop worker -- result_backend=rpc://", {"CELERY_RESULT_BACKEND": "redis://two/2"}, "redis://two/2"),
    ],
)
def test_the_result_backend(command: str, env: dict[str, str], backend: str, tmp_path: Path) -> None:
    assert setting(worker(tmp_path, command, env, ""), "result_backend") == backend


@pytest.mark.parametrize(
    ("command", "env", "concurrency"),
    [
        ("celery --config celeryconfig_other -A shop worker", {}, 11),
        ("celery -A shop worker", {"CONFIG_MODULE": "celeryconfig_other"}, 11),
        ("celery -A shop worker", {"CELERY_CONFIG": "celeryconfig_other"}, 11),
        ("celery worker -c 3", {"APP": "", "CELERY_APP": "shop"}, 3),
        ("celery -A shop worker -c -1", {}, None),
        ("celery -A shop worker -- .concurrency=(int)4", {}, 4),
    ],
)
def test_the_concurrency(command: str, env: dict[str, str], concurrency: int | None, tmp_path: Path) -> None:
    found = worker(tmp_path, command, env, "")
    assert told(found.concurrency) == concurrency
    assert setting(found, "task_default_exchange") == setting(found, "task_default_queue")


def test_the_first_of_both_variables_that_name_the_app(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(APP.replace("memory", "redis"))
    found = worker(tmp_path, "celery worker", {"CELERY_APP": "other", "APP": "shop"}, "")
    assert found.app is not None and found.app.module == "shop"


@pytest.mark.parametrize(
    ("command", "env", "conf", "pool"),
    [
        ("celery -A shop worker", {}, "worker_pool = 'celery.concurrency.thread:TaskPool'", "threads"),
        ("celery -A shop worker", {}, "worker_pool = 'celery.concurrency.solo.TaskPool'", "solo"),
        ("celery -A shop worker -P processes", {}, "worker_pool = 'threads'", "prefork"),
        ("celery -A shop worker -P prefork", {}, "worker_pool = 'threads'", "threads"),
        ("celery -A shop worker -P nope", {}, "", None),
        ("celery -A shop worker -P Threads", {}, "", None),
        ("celery -A shop worker -P celery.concurrency.thread:TaskPool", {}, "", None),
        ("celery -A shop worker -P custom", {}, "", None),
        ("celery -A shop worker", {"CELERY_WORKER_POOL": "nope"}, "", None),
        ("celery -A shop worker -- worker.pool=threads", {}, "", "prefork"),
        ("celery -A shop worker -P prefork -- worker.pool=threads", {}, "worker_pool = 'solo'", "solo"),
    ],
)
def test_the_pool(command: str, env: dict[str, str], conf: str, pool: str | None, tmp_path: Path) -> None:
    assert told(worker(tmp_path, command, env, conf).pool) == pool


def test_the_queues(tmp_path: Path) -> None:
    assert told(worker(tmp_path, "celery -A shop worker -Q b,a,b", {}, "").queues) == ("b", "a")
    assert told(worker(tmp_path, "celery -A shop worker -Q b,a,b -X b", {}, "").queues) == ("a",)
    found = worker(tmp_path, "celery -A shop worker -- task.default_queue=mail", {}, "")
    assert told(found.queues) == ("mail",)
    assert setting(found, "task_default_routing_key") == "mail"


def test_autoscale_to_nothing_prefetches_for_the_concurrency(tmp_path: Path) -> None:
    found = worker(tmp_path, "celery -A shop worker -c 2 --autoscale=0", {}, "")
    assert told(found.prefetch_count) == 8
    assert told(worker(tmp_path, "celery -A shop worker --autoscale=0", {}, "").prefetch_count) is None


@pytest.mark.parametrize(
    ("command", "env", "disabled"),
    [
        ("celery -A shop worker --disable-prefetch", {}, True),
        ("celery -A shop worker --disable-prefetch -- worker.disable_prefetch=0", {}, False),
        ("celery -A shop worker", {"CELERY_WORKER_DISABLE_PREFETCH": "yes"}, True),
    ],
)
def test_prefetching(command: str, env: dict[str, str], disabled: bool, tmp_path: Path) -> None:
    found = worker(tmp_path, command, env, "")
    assert (told(found.disable_prefetch), setting(found, "worker_disable_prefetch")) == (disabled, disabled)


def test_a_variable_for_beat_is_read_differently_by_the_releases_of_click(tmp_path: Path) -> None:
    found = worker(tmp_path, "celery -A shop worker", {"CELERY_WORKER_BEAT": "true"}, "")
    assert "click" in found.embedded_beat.reason
    assert told(worker(tmp_path, "celery -A shop worker -B", {"CELERY_WORKER_BEAT": "0"}, "").embedded_beat) is True


def test_a_concurrency_behind_the_options_is_a_number_where_celery_makes_it_one(tmp_path: Path) -> None:
    found = {each: worker(tmp_path, "celery -A shop worker -- .concurrency=3", {}, "", each) for each in ("5.6", "5.7")}
    assert [setting(each, "worker_concurrency") for each in found.values()] == [3, "3"]
    assert [told(each.concurrency) for each in found.values()] == [3, 3]


def test_an_empty_concurrency_is_none_or_refused(tmp_path: Path) -> None:
    found = worker(tmp_path, "celery -A shop worker -c ''", {}, "worker_concurrency = 2", "5.7")
    assert told(found.concurrency) == 2
    found = worker(tmp_path, "celery -A shop worker -c ''", {}, "worker_concurrency = 2", "5.6")
    assert "no int" in found.concurrency.reason


def test_a_limit_behind_the_options_is_cast(tmp_path: Path) -> None:
    found = worker(tmp_path, "celery -A shop worker -- task_soft_time_limit=(float)2.5", {}, "")
    assert told(found.soft_time_limit) == 2.5
