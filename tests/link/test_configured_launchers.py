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


RUN = "shopctl run worker -c 3"
PLACES = [
    ("Makefile", "prod:\n\t{}\n", "target prod Makefile:2"),
    ("justfile", "prod:\n    {}\n", "task prod justfile:2"),
    ("package.json", '{{"scripts": {{"prod": "{}"}}}}\n', "task prod package.json:1"),
    ("Taskfile.yml", "tasks:\n  prod:\n    cmds:\n      - {}\n", "task prod Taskfile.yml:4"),
    ("pyproject.toml", '[tool.poe.tasks]\nprod = "{}"\n', "task prod pyproject.toml:2"),
    ("pixi.toml", '[tool.pdm.scripts]\nprod = "{}"\n', "task prod pixi.toml:2"),
    ("prod.sh", "#!/bin/sh\nmigrate && {} 2>&1 | tee log\n", "script prod prod.sh:2"),
    ("Dockerfile", "FROM python:3.13\nCMD {}\n", "image image Dockerfile:2"),
    ("Procfile", "prod: {}\n", "process prod Procfile:1"),
    ("prod.conf", "[program:prod]\ncommand={}\n", "program prod prod.conf:2"),
    ("prod.service", "[Service]\nExecStart=/opt/{}\n", "unit prod prod.service:2"),
    ("compose.yaml", "services:\n  prod:\n    image: shop\n    command: {}\n", "service prod compose.yaml:4"),
    ("compose.yaml", 'services:\n  prod:\n    image: shop\n    command: sh -c "{}"\n', "service prod compose.yaml:4"),
    (
        "pod.yaml",
        "kind: Pod\nmetadata: {{name: prod}}\nspec:\n  containers:\n    - {{name: c, image: shop, args: [{}]}}\n",
        "Pod prod pod.yaml:5",
    ),
    ("fly.toml", 'app = "shop"\n[processes]\nprod = "{}"\n', "process prod fly.toml:3"),
    ("render.yaml", "services:\n  - {{type: worker, name: prod, startCommand: {}}}\n", "service prod render.yaml:2"),
    ("prod.py", 'import subprocess\n\nsubprocess.run("{}", shell=True)\n', "launcher prod prod.py:3"),
]


def in_place(root: Path, name: str, text: str, command: str) -> list[str]:
    """What a file starts, apart from the app's own worker."""
    words = ", ".join(command.split()) if "args: [" in text else command
    return [each for each in shown(project(root, {name: text.format(words)})) if not each.startswith("app ")]


@pytest.mark.parametrize(("name", "text", "expected"), PLACES)
def test_a_launcher_is_one_wherever_a_command_can_stand(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert in_place(tmp_path, name, text, RUN) == [expected]


@pytest.mark.parametrize("command", ["manage.py celery worker", "flask celery worker", "airflow celery worker"])
@pytest.mark.parametrize(("name", "text", "expected"), PLACES)
def test_so_are_the_known_programs(tmp_path: Path, name: str, text: str, expected: str, command: str) -> None:
    assert in_place(tmp_path, name, text, command) == [expected]


@pytest.mark.parametrize(("name", "text", "expected"), [place for place in PLACES if place[0] != "pod.yaml"])
def test_so_are_known_programs_without_the_word(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert in_place(tmp_path, name, text, "sentry run worker -c 3") == [expected]


@pytest.mark.parametrize(("name", "text", "expected"), PLACES)
def test_other_words_of_such_a_program_start_nothing(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert in_place(tmp_path, name, text, "shopctl run web") == []


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
