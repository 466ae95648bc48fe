"""What a worker's command line says of its process: who runs it, and the words because of which it does not start."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.configuration import Configuration
from celerylint.link import link
from celerylint.model import Worker
from celerylint.origin import Value
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree

APP = 'from celery import Celery\n\napp = Celery("shop", broker="redis://")\n'


def worker(root: Path, command: str, more: str = "") -> Worker:
    compose = f"services:\n  worker:\n    image: shop\n    command: {command}\n{more}"
    files = {"shop.py": APP, "compose.yaml": compose}
    (found,) = link(Tree(written(root, files), discover(root)), Configuration()).workers
    return found


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        ("celery -A shop worker --max-tasks-per-child=4 -c 2", []),
        ("celery worker -A shop", [("-A", True)]),
        ("celery worker --app=shop --maxtasksperchild 4", [("--app", True), ("--maxtasksperchild", False)]),
        ("celery -A shop worker --autoreload", [("--autoreload", False)]),
        ("celery -A shop worker --region=eu", []),
    ],
)
def test_the_words_that_celery_5_refuses(tmp_path: Path, command: str, refused: list[tuple[str, bool]]) -> None:
    assert [(word.name, word.misplaced) for word in worker(tmp_path, command).refused_words] == refused


def said(value: Value[bool]) -> bool | None:
    return value.otherwise(None)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("command", "user", "root"),
    [
        ("celery -A shop worker", "", None),
        ("celery -A shop worker", "root", True),
        ("celery -A shop worker", '"1000"', False),
        ("gosu shop celery -A shop worker", "root", None),
        ("celery -A shop worker --uid=shop", "root", False),
    ],
)
def test_who_runs_it(tmp_path: Path, command: str, user: str, root: bool | None) -> None:
    assert said(worker(tmp_path, command, f"    user: {user}\n" if user else "").root) is root


def test_c_force_root_is_what_its_environment_says(tmp_path: Path) -> None:
    assert worker(tmp_path, "celery -A shop worker").c_force_root.value is None
    found = worker(tmp_path, "celery -A shop worker", "    environment:\n      C_FORCE_ROOT: 'true'\n")
    assert (found.c_force_root.value, found.c_force_root.origin.span.line) == ("true", 6)  # type: ignore[union-attr]
