"""Programs that start Celery by other words: the project's own, by its configuration, and those that are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from linked import written

from celerylint.configuration import read
from celerylint.model import Project
from celerylint.session import model

APP = {
    "shop/__init__.py": "",
    "shop/celery.py": 'from celery import Celery\n\napp = Celery("shop", broker="redis://redis/0")\n',
    "celerylint.toml": '[launchers]\n"shopctl run worker" = "celery -A shop worker --pool=threads"\n',
}
COMPOSE = "services:\n  mail:\n    image: {image}\n    command: {command}\n"


def project(root: Path, files: Mapping[str, str]) -> Project:
    written(root, {**APP, **files})
    return model(root, read(root, root / "celerylint.toml")).project


def shown(found: Project) -> list[str]:
    return [f"{worker.kind} {worker.name} {worker.span.path}:{worker.span.line}" for worker in found.workers]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"compose.yaml": COMPOSE.format(image="shop", command="shopctl run worker -c 3")},
            "service mail compose.yaml:4",
        ),
        ({"worker.sh": "#!/bin/sh\nexec /opt/shopctl -v run worker -c 3\n"}, "script worker worker.sh:2"),
        ({"Procfile": "mail: shopctl run worker -c 3\n"}, "process mail Procfile:1"),
        ({"mail.service": "[Service]\nExecStart=/opt/shopctl run worker -c 3\n"}, "unit mail mail.service:2"),
        ({"mail.conf": "[program:mail]\ncommand=shopctl run worker -c 3\n"}, "program mail mail.conf:2"),
    ],
)
def test_what_the_project_says_holds_in_every_place(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    found = project(tmp_path, files)
    assert shown(found) == [expected]
    [worker] = found.workers
    assert worker.app is not None and worker.app.name == "shop"
    assert (worker.pool.get(), worker.concurrency.get()) == ("threads", 3)


def test_without_a_word_of_the_project_nothing_is_known(tmp_path: Path) -> None:
    compose = {"compose.yaml": COMPOSE.format(image="shop", command="shopctl run worker")}
    assert shown(project(tmp_path, {**compose, "celerylint.toml": ""})) == ["app shop shop/celery.py:3"]


def test_the_project_knows_its_own_programs_best(tmp_path: Path) -> None:
    launchers = (
        '[launchers]\n"airflow celery worker" = "celery -A shop worker -c 5"\n"manage.py work" = "celery worker"\n'
    )
    command = "sh -c 'airflow celery worker & python manage.py work -c 2'"
    compose = {"compose.yaml": COMPOSE.format(image="shop", command=command)}
    found = project(tmp_path, {**compose, "celerylint.toml": launchers, "manage.py": ""})
    assert [(worker.app and worker.app.name, worker.concurrency.get()) for worker in found.workers] == [
        ("shop", 5),
        ("shop", 2),
    ]


@pytest.mark.parametrize(
    ("image", "command", "concurrency"),
    [
        ("apache/airflow:2.10.0", "celery worker -c 4", 4),
        ("docker.io/apache/airflow", "[celery, worker, -q, mail, -c, '4']", 4),
        ("apache/airflow", "airflow celery worker -c 4", 4),
        ("getsentry/sentry:23.1", "run worker -c 4", 4),
    ],
)
def test_the_entry_point_of_a_known_image(tmp_path: Path, image: str, command: str, concurrency: int) -> None:
    [worker] = project(tmp_path, {"compose.yaml": COMPOSE.format(image=image, command=command)}).workers[:1]
    assert worker.concurrency.get() == concurrency
    assert worker.app is None


def test_what_airflow_takes_from_its_own_configuration_is_unknown(tmp_path: Path) -> None:
    compose = COMPOSE.format(image="apache/airflow:3.0.0", command="celery worker")
    [worker, *_] = project(tmp_path, {"compose.yaml": compose}).workers
    assert "airflow takes it from its own configuration (AIRFLOW__CELERY__POOL)" in worker.pool.reason
    assert not worker.queues.known and not worker.concurrency.known and not worker.settings["task_acks_late"].known
    more = compose + '    environment: {AIRFLOW__CELERY__WORKER_CONCURRENCY: "6"}\n'
    [worker, *_] = project(tmp_path, {"compose.yaml": more}).workers
    assert worker.concurrency.get() == 6
