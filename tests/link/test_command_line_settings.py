"""Settings behind `--` on a worker's command line are read as Celery's own loader reads them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from celerylint.model import Worker
from celerylint.origin import Layer
from celerylint.session import model

CELERY = "from celery import Celery\n\napp = Celery('shop', task_acks_late=False, worker_prefetch_multiplier=8)\n\n"
CELERY += "@app.task\ndef mail(): pass\n"


def worker(root: Path, words: str) -> Worker:
    (root / "shop.py").write_text(CELERY)
    (root / "compose.yaml").write_text(
        f"services:\n  worker:\n    image: shop\n    command: celery -A shop worker -- {words}\n"
    )
    (found,) = model(root).project.workers
    return found


@pytest.mark.parametrize(
    "word",
    [
        "worker_prefetch_multiplier=1",
        ".prefetch_multiplier=2",
        "worker.max_tasks_per_child=50",
        "task.acks_late=yes",
        "Task_Time_Limit=4.5",
        "broker_url=redis://other/1",
        "worker.pool=threads",
        "task_default_queue=(string)nights",
    ],
)
def test_a_setting_is_what_celery_reads(word: str, tmp_path: Path) -> None:
    loader = import_module("celery.loaders.base").BaseLoader(import_module("celery").Celery(set_as_current=False))
    ((name, theirs),) = loader.cmdline_config_parser([word], "worker").items()
    value = worker(tmp_path, word).settings[name]
    assert (value.get(), type(value.get())) == (theirs, type(theirs))
    assert value.origin.layer is Layer.COMMAND_LINE


def test_it_reaches_the_tasks_and_the_queues(tmp_path: Path) -> None:
    found = worker(tmp_path, "task.acks_late=1 task_default_queue=nights")
    assert found.queues.get() == ("nights",)
    (task,) = found.tasks.get()
    assert (task.acks_late.get(), [loser.value for loser in task.acks_late.shadowed]) == (True, [False])


@pytest.mark.parametrize("word", ["task_time_limit=soon", "accept_content=json", "task.acks_late=maybe"])
def test_what_celery_refuses_is_unknown(word: str, tmp_path: Path) -> None:
    value: Any = worker(tmp_path, word).settings[word.partition("=")[0].replace(".", "_")]
    assert not value.known and value.reason


def test_what_is_read_otherwise_by_another_release_is_unknown_where_the_app_is(tmp_path: Path) -> None:
    """`worker_concurrency` is a number up to 5.6 and whatever is written from 5.7 on (celery/app/defaults.py)."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text("from celery import Celery\n\napp = Celery()\n")
    command = "celery worker -- .concurrency=3 .prefetch_multiplier=2"
    (tmp_path / "compose.yaml").write_text(f"services:\n  worker:\n    image: shop\n    command: {command}\n")
    found = next(each for each in model(tmp_path).project.workers if each.workload)
    assert not found.settings["worker_concurrency"].known
    assert found.settings["worker_prefetch_multiplier"].value == 2
