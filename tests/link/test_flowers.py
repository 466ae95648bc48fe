"""Flower processes: what is known of their options, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from linked import written

from celerylint.model import Flower
from celerylint.origin import Unknown
from celerylint.session import model

APP = 'from celery import Celery\n\napp = Celery("shop", broker="redis://redis")\n'
SERVICE = "services:\n  watch:\n    image: shop\n    command: {command}\n    environment: {{{environment}}}\n"


def flower(root: Path, command: str, environment: str = "", **files: str) -> Flower:
    """The Flower of the only service; `files` are Python files by their names."""
    texts = {f"{name}.py": text for name, text in files.items()}
    compose = SERVICE.format(command=command, environment=environment)
    [found] = model(written(root, {"shop.py": APP, "compose.yaml": compose, **texts})).project.flowers
    return found


@pytest.mark.parametrize(
    ("command", "environment", "field", "expected"),
    [
        ("celery -A shop flower", "", "port", 5555),
        ("celery -A shop flower --port=80", "FLOWER_PORT: 81", "port", 80),
        ("celery -A shop flower", "FLOWER_PORT: 81", "port", 81),
        ("celery -A shop flower --persistent", "", "persistent", True),
        ("celery -A shop flower --persistent=False", "FLOWER_PERSISTENT: 'true'", "persistent", False),
        ("celery -A shop flower", "FLOWER_PERSISTENT: 'on'", "persistent", True),
        ("celery -A shop flower --unix-socket=/run/f", "", "unix_socket", "/run/f"),
        ("celery -A shop flower --auth=.*@shop.example", "", "authenticated", True),
        ("celery -A shop flower", "FLOWER_BASIC_AUTH: 'a:b'", "authenticated", True),
        ("celery -A shop flower", "", "authenticated", False),
    ],
)
def test_the_command_line_wins_over_the_environment(
    tmp_path: Path, command: str, environment: str, field: str, expected: Any
) -> None:
    assert getattr(flower(tmp_path, command, environment), field).value == expected


@pytest.mark.parametrize(
    ("command", "environment", "reason"),
    [
        ("celery -A shop flower --port=http", "", "'http' is not what Flower takes there: it does not start"),
        ("celery -A shop flower --port 80", "", "--port takes its value behind `=` alone: Flower does not start"),
        ("celery -A shop flower", "FLOWER_PORT: ''", "'' is not what Flower takes there: it does not start"),
        ("celery -A shop flower --conf=/etc/watch.py", "", "its configuration file watch.py is not in the repository"),
        ("celery -A shop flower", "FLOWER_CONF: w.py", "its configuration file w.py is not in the repository"),
    ],
)
def test_what_nobody_can_tell_is_unknown(tmp_path: Path, command: str, environment: str, reason: str) -> None:
    assert flower(tmp_path, command, environment).port.value == Unknown(reason)


def test_a_file_of_flowers_name_leaves_what_it_does_not_speak_of(tmp_path: Path) -> None:
    found = flower(tmp_path, "celery -A shop flower --db=/data/f", "FLOWER_PORT: 81", flowerconfig="port = 82\n")
    assert found.port.reason == "flowerconfig.py, which Flower may read, may set port"
    assert (found.database.value, found.url_prefix.value) == ("/data/f", "")


def test_a_flower_has_the_app_that_it_names_and_else_none(tmp_path: Path) -> None:
    named = flower(tmp_path / "named", "celery -A shop flower")
    assert (named.app and named.app.name, named.broker.transport.value) == ("shop", "redis")
    own = flower(tmp_path / "own", "celery -b amqp://rabbit flower", "CELERY_BROKER_URL: redis://redis")
    assert (own.app, own.broker.transport.value) == (None, "amqp")


def test_a_flower_beside_beat_is_no_worker(tmp_path: Path) -> None:
    command = 'sh -c "celery -A shop flower & exec celery -A shop beat"'
    compose = SERVICE.format(command=command, environment="")
    project = model(written(tmp_path, {"shop.py": APP, "compose.yaml": compose})).project
    assert [beat.worker_beside for beat in project.beats] == [False]
    assert [found.name for found in project.flowers] == ["watch"]
