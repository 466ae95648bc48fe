"""`show --trace`: how a value came to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from celerylint.cli import cli

FILES = {
    "shop/__init__.py": "",
    "shop/limits.py": 'import os\n\nCHILDREN = int(os.environ.get("CHILDREN", "2"))\n',
    "shop/config.py": "worker_concurrency = 8\nworker_prefetch_multiplier = 1\nbroker_url = 'redis://:hunter2@redis/0'\n",
    "shop/celery.py": (
        "from celery import Celery\n\nfrom shop.limits import CHILDREN\n\n"
        'app = Celery("shop")\napp.config_from_object("shop.config")\napp.conf.worker_concurrency = 2 * CHILDREN\n'
        'app.conf.result_backend = open("/etc/backend").read()\n'
    ),
    "compose.yaml": (
        "services:\n  worker:\n    image: shop\n    command: celery -A shop worker\n"
        '    environment:\n      CHILDREN: "3"\n'
    ),
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def show(*words: str) -> Result:
    return CliRunner().invoke(cli, ["show", *words])


@pytest.mark.usefixtures("shop")
def test_every_step_has_its_line_and_what_it_hides() -> None:
    assert show("settings", "--trace", "worker_concurrency").stdout == (
        "worker  compose.yaml:4\n"
        "  worker_concurrency = 6\n"
        "    app.conf shop/celery.py:7\n"
        "    | app.conf.worker_concurrency = 2 * CHILDREN\n"
        "      from shop/limits.py:3\n"
        '      | CHILDREN = int(os.environ.get("CHILDREN", "2"))\n'
        "        environment compose.yaml:6\n"
        '        | CHILDREN: "3"\n'
        "        from shop/celery.py:3\n"
        "        | from shop.limits import CHILDREN\n"
        "  hides 8\n"
        "    config object shop/config.py:1\n"
        "    | worker_concurrency = 8\n"
    )


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", ["worker_concurrency", "CELERYD_CONCURRENCY", "CELERY_WORKER_CONCURRENCY"])
def test_a_setting_goes_by_all_its_names(name: str) -> None:
    assert "worker_concurrency = 6" in show("--trace", name).stdout


@pytest.mark.usefixtures("shop")
def test_a_default_stands_nowhere() -> None:
    assert show("--trace", "task_acks_late").stdout == (
        "worker  compose.yaml:4\n  task_acks_late = no\n    Celery's default\n"
    )


@pytest.mark.usefixtures("shop")
def test_what_is_not_known_says_why_and_where() -> None:
    assert show("--trace", "result_backend").stdout == (
        "worker  compose.yaml:4\n"
        "  result_backend = ?\n"
        "    not known: which file this opens is not known\n"
        "    app.conf shop/celery.py:8\n"
        '    | app.conf.result_backend = open("/etc/backend").read()\n'
    )


@pytest.mark.usefixtures("shop")
def test_a_workers_own_value_is_traced_too() -> None:
    shown = show("workers", "--trace", "prefetch_count").stdout
    assert shown.startswith("worker  compose.yaml:4\n  prefetch_count = 6\n")
    assert "shop/config.py:2" in shown and "shop/limits.py:3" in shown


@pytest.mark.usefixtures("shop")
def test_a_password_stays_hidden() -> None:
    shown = show("--trace", "broker_url").stdout
    assert "hunter2" not in shown and "redis://***@redis/0" in shown


@pytest.mark.usefixtures("shop")
def test_a_trace_is_data_as_well() -> None:
    document = json.loads(show("--trace", "worker_concurrency", "--output-format", "json").stdout)
    (worker,) = document["workers"]
    assert (document["trace"], worker["value"], worker["hides"][0]["value"]) == ("worker_concurrency", 6, 8)
    first = worker["steps"][0]
    assert (first["path"], first["line"], first["depth"]) == ("shop/celery.py", 7, 0)
    assert worker["hides"][0]["steps"] == [
        {
            "depth": 0,
            "line": 1,
            "note": "worker_concurrency",
            "origin": "config object",
            "path": "shop/config.py",
            "text": "worker_concurrency = 8",
        }
    ]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--trace", "worker_concurency"), 'did you mean "worker_concurrency"?'),
        (("workers", "--trace", "prefetch"), "no worker is called 'prefetch'"),
        (("tasks", "--trace", "queue"), "--trace follows settings and workers, not tasks"),
    ],
)
def test_what_cannot_be_traced_is_refused(words: tuple[str, ...], said: str) -> None:
    result = show(*words)
    assert result.exit_code == 2 and said in result.stderr


def test_without_workers_there_is_nothing_to_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert show("--trace", "worker_concurrency").stdout == "No settings.\n"
