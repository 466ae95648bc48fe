"""Scripts and images that nothing in the repository starts: each line with Celery is a worker of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from celerylint.configuration import Configuration
from celerylint.link import link
from celerylint.model import Project, Worker
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree

APP = {
    "shop/__init__.py": "",
    "shop/celery.py": 'from celery import Celery\n\napp = Celery("shop", broker="redis://redis/0")\n',
}
ALONE = "app shop shop/celery.py:3"
ENTRY = 'case "$1" in\n  worker) exec celery -A shop worker ;;\n  beat) exec celery -A shop beat ;;\nesac\n'


DOCKERFILE = "FROM python:3.12\nCOPY e.sh /\n"


def project(folder: Path, files: Mapping[str, str]) -> Project:
    for name, text in {**APP, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return link(Tree(folder, discover(folder)), Configuration())


def shown(found: Project) -> list[str]:
    """Each worker as `kind name line`, with a mark for development."""
    return [_shown(worker) for worker in found.workers]


def _shown(worker: Worker) -> str:
    mark = " development" if worker.workload and worker.workload.development else ""
    return f"{worker.kind} {worker.name} {worker.span.path}:{worker.span.line}{mark}"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"start.sh": "celery -A shop worker\n"}, ["script start start.sh:1"]),
        ({"bin/worker.sh": "celery -A shop worker\n"}, ["script worker bin/worker.sh:1"]),
        ({"celery/worker/start": "#!/bin/bash\ncelery -A shop worker\n"}, ["script worker celery/worker/start:2"]),
        ({"s6/mail/run": "#!/command/with-contenv sh\nexec celery -A shop worker\n"}, ["script mail s6/mail/run:2"]),
        ({"entrypoint.sh": ENTRY}, ["script worker entrypoint.sh:2"]),
        (
            {"e.sh": 'if [ "$ROLE" = mail ]; then celery -A shop worker -Q mail; else celery -A shop worker; fi\n'},
            ["script mail e.sh:1", "script e e.sh:1"],
        ),
        (
            {"e.sh": 'go() { celery -A shop worker -Q "$1"; }\ncase $1 in a) go a;; b-worker) go b;; esac\n'},
            ["script a e.sh:1", "script b-worker e.sh:1"],
        ),
        (
            {"tests/run.sh": "celery -A shop worker\n"},
            ["script tests tests/run.sh:1 development", "app shop shop/celery.py:3"],
        ),
        ({"dev/up.sh": "celery -A shop worker\n"}, ["script dev dev/up.sh:1 development", "app shop shop/celery.py:3"]),
        ({"a.sh": "sh b.sh\n# celery\n", "b.sh": "celery -A shop worker\n"}, ["script b b.sh:1"]),
        ({"a.sh": "celery -A shop status\npkill -f 'celery worker'\n"}, [ALONE]),
        ({"Dockerfile": "FROM python\nCMD celery -A shop worker\n"}, ["image image Dockerfile:2"]),
        (
            {"mail.Dockerfile": 'FROM python\nCMD ["celery", "-A", "shop", "worker"]\n'},
            ["image mail mail.Dockerfile:2"],
        ),
        (
            {
                "Dockerfile": 'FROM python\nCOPY e.sh /\nENTRYPOINT ["/e.sh"]\nCMD ["worker"]\n',
                "e.sh": f"#!/bin/sh\n{ENTRY}",
            },
            ["image image e.sh:3"],
        ),
        ({"Dockerfile": "FROM python\nCMD gunicorn\n"}, [ALONE]),
    ],
)
def test_each_line_is_a_worker(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    found = project(tmp_path, files)
    assert shown(found) == expected
    assert found.unread == ()


COMPOSE = "services:\n  mail: {build: ., command: [/e.sh, worker]}\n"


def test_what_a_manifest_leads_to_is_told_once(tmp_path: Path) -> None:
    files = {"e.sh": f"#!/bin/sh\n{ENTRY}", "Dockerfile": DOCKERFILE}
    found = project(tmp_path, {**files, "compose.yaml": COMPOSE})
    assert shown(found) == ["service mail e.sh:3"]
    assert [(beat.kind, beat.name) for beat in found.beats] == [("script", "beat")]


def test_a_manifest_for_development_does_not_stand_for_production(tmp_path: Path) -> None:
    files = {"e.sh": f"#!/bin/sh\n{ENTRY}", "Dockerfile": DOCKERFILE}
    found = project(tmp_path, {**files, "docker-compose.dev.yml": COMPOSE})
    assert shown(found) == ["service mail e.sh:3 development", "script worker e.sh:3"]


def test_nothing_is_known_of_how_a_script_runs(tmp_path: Path) -> None:
    [worker] = project(tmp_path, {"go.sh": "exec celery -A shop worker -c ${N:-4} -n x\n"}).workers
    assert worker.workload and worker.container
    assert worker.concurrency.reason == "the environment variable N is not known: whoever starts go.sh decides it"
    assert worker.workload.replicas.reason == "nothing says how often go is started"
    assert worker.workload.grace_period.reason == "whoever starts go.sh decides how it is stopped"
    assert worker.container.memory_limit.reason == "whoever starts go.sh decides how much memory it may use"
    assert worker.command == "celery -A shop worker -c ${N:-4} -n x"


def test_an_image_has_its_variables_and_its_shell(tmp_path: Path) -> None:
    text = "FROM python:3.12-slim\nENV N=7\nCMD celery -A shop worker -c $N\n"
    [worker] = project(tmp_path, {"Dockerfile": text}).workers
    assert (worker.concurrency.value, worker.shell_in_front.value) == (7, True)
    [worker] = project(tmp_path, {"Dockerfile": text.replace("CMD", "CMD exec")}).workers
    assert worker.shell_in_front.value is False


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"worker/start": "celery -A shop worker\n"}, "worker/start:1 starts workers and is not read"),
        ({"x.sh": 'eval "$(decrypt celery worker)"\n'}, "x.sh:1 starts workers and is not read"),
        ({"x.sh": "ssh host celery worker\n{% if x %}\n"}, "x.sh:1 starts workers and is not read"),
        ({"Dockerfile": 'FROM python\nCMD ["/opt/celery-launcher"]\n'}, "the command at Dockerfile:2 mentions Celery"),
    ],
)
def test_what_is_not_understood_stays_unread(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    [unread] = project(tmp_path, files).unread
    assert unread.reason.startswith(reason)


def test_wrong_scripts_are_read_without_a_word(tmp_path: Path) -> None:
    files = {
        "a.sh": "celery worker ((((((\n'\"`",
        "b.sh": "celery " * 20_000,
        "c.sh": "if [ celery worker; then\n" * 300,
        "d": "#!/bin/sh\n\x01celery\x02worker",
        "e.sh": "while :; do . ./e.sh; ./e.sh; celery -A shop worker; done\n",
    }
    assert "script e e.sh:1" in shown(project(tmp_path, files))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("render.yaml", "# our celery worker runs elsewhere\nservices: [{type: web, name: x}]\n"),
        ("tasks.yml", "- name: x\n  memory: 1Gi  # of a celery worker\n"),
        ("some.yml", "volumes: ['./celery/worker/start:/start']\n"),
        ("logs.py", 'import logging\nlogging.getLogger().info("celery worker process: the pool is open")\n'),
        ("bin/logger", '#!/usr/bin/env python3\n"""\n[program:x]\ncommand=celery -A x worker\n"""\nimport sys\n'),
        ("help.sh", '#!/bin/sh\nusage() {\n  echo "\n  run: the celery worker\n"\n}\ncelery -A shop status\n'),
        ("env.sh", "export START='watch-py celery-worker' # celery\n"),
        ("go.sh", 'go() { echo "$@"; }\ngo -Q celery -n worker\ngo -Q celery,worker x\n'),
        ("Tiltfile", 'local_resource("x", serve_cmd="docker exec x celery -A x worker")\n'),
    ],
)
def test_prose_starts_nothing(tmp_path: Path, name: str, text: str) -> None:
    found = project(tmp_path, {name: text})
    assert (shown(found), found.unread) == ([ALONE], ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tasks.yml", "- shell: celery -A x worker\n"),
        ("tasks.yml", "# celery worker\n- shell: /opt/celery -A x worker\n"),
        ("x.sh", 'X="/opt/celery -A x worker"\neval "$X"\n'),
        ("x.conf", "start=celery -A x worker\n"),
        ("run.py", 'CMD = "celery -A x worker -c 3"\n'),
        ("bin/run", '#!/usr/bin/env python3\n"""celery worker"""\nimport os\nos.system("celery -A x worker")\n'),
    ],
)
def test_what_may_start_a_worker_is_told(tmp_path: Path, name: str, text: str) -> None:
    [unread] = project(tmp_path, {name: text}).unread
    assert unread.span.path == name
