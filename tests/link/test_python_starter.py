"""Python inside a container that starts Celery: management commands, files, modules."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.model import Worker
from celerylint.session import model

SHOP = {
    "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY . /app\n",
    "manage.py": "from django.core.management import execute_from_command_line\n",
    "shop/__init__.py": "",
    "shop/celery.py": (
        "from celery import Celery\n\napp = Celery('shop')\n\nif __name__ == '__main__':\n    app.start()\n"
    ),
    "shop/management/commands/mail_worker.py": (
        "from shop.celery import app\n\ndef handle():\n    app.worker_main(['worker', '-c', '3', '-Q', 'mail'])\n"
    ),
    "serve.py": "import subprocess\nsubprocess.run(['celery', '-A', 'shop', 'worker', '-c', '5'])\n",
}


def worker(root: Path, command: str) -> Worker:
    compose = f"services:\n  mail:\n    build: .\n    command: {command}\n"
    (found,) = (
        each
        for each in model(written(root, {**SHOP, "compose.yaml": compose})).project.workers
        if each.workload and each.workload.platform == "compose"
    )
    return found


@pytest.mark.parametrize(
    ("command", "place", "concurrency"),
    [
        ("python manage.py mail_worker", "shop/management/commands/mail_worker.py:4", 3),
        ("python -u serve.py", "serve.py:2", 5),
        ("python -m serve", "serve.py:2", 5),
        ("python -m shop.celery worker --concurrency=7", "compose.yaml:4", 7),
        ("sh -c 'exec python shop/celery.py -A shop worker -c 2'", "compose.yaml:4", 2),
    ],
)
def test_a_container_runs_what_its_python_starts(command: str, place: str, concurrency: int, tmp_path: Path) -> None:
    found = worker(tmp_path, command)
    assert (found.name, f"{found.span.path}:{found.span.line}") == ("mail", place)
    assert found.concurrency.get() == concurrency
    assert found.app is not None


def test_what_a_container_starts_is_not_shown_by_itself_as_well(tmp_path: Path) -> None:
    compose = "services:\n  mail:\n    build: .\n    command: python manage.py mail_worker\n"
    project = model(written(tmp_path, {**SHOP, "compose.yaml": compose})).project
    platforms = [each.workload.platform for each in project.workers if each.workload]
    assert sorted(platforms) == ["compose", "python"]
    assert [each.span.path for each in project.workers if each.workload and each.workload.platform == "python"] == [
        "serve.py"
    ]


def test_supervisord_in_a_container_has_its_programs(tmp_path: Path) -> None:
    conf = (
        "[supervisord]\nnodaemon=true\n[program:a]\ncommand=celery -A shop worker -c 2 -n a@%%h\nstopwaitsecs=4\n"
        "[program:b]\ncommand=celery -A shop worker -c %(ENV_N)s -n b@%%h\nnumprocs=2\n"
        "process_name=%(program_name)s%(process_num)d\n[program:beat]\ncommand=celery -A shop beat\n"
    )
    dockerfile = SHOP["Dockerfile"] + 'CMD ["supervisord", "-c", "/app/etc/supervisord.conf"]\n'
    compose = (
        "services:\n  all:\n    build: .\n    mem_limit: 1g\n    environment: {N: '3'}\n    stop_grace_period: 60s\n"
    )
    files = {**SHOP, "etc/supervisord.conf": conf, "Dockerfile": dockerfile, "compose.yaml": compose}
    project = model(written(tmp_path, files)).project
    first, second = project.workers[:2]
    assert (first.name, second.name) == ("all a", "all b")
    assert (first.concurrency.get(), second.concurrency.get()) == (2, 3)
    assert [each.workload and each.workload.grace_period.get() for each in (first, second)] == [4.0, 10.0]
    assert first.neighbours == ("worker at etc/supervisord.conf:7", "beat at etc/supervisord.conf:11")
    assert first.container is not None
    # a parent and two, twice a parent and three, and the parent of beat
    assert first.container.demand.get() == (30 + 2 * 21 + 2 * (30 + 3 * 21) + 30) * 2**20
    assert [each.name for each in project.beats] == ["all"]
    assert not any(each.workload and each.workload.platform == "supervisord" for each in project.workers)
