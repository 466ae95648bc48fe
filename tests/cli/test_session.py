"""The pipeline as others call it."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from celerylint import session
from celerylint.configuration import Configuration, ConfigurationError


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(
        "from celery import Celery\n\napp = Celery('shop')\n\n\n@app.task\ndef send():\n    ...\n"
    )
    return tmp_path


def test_check_counts_what_it_understood(shop: Path) -> None:
    result = session.check(shop)
    assert (result.summary.files, result.summary.workers, result.summary.tasks) == (1, 1, 1)
    assert [task.name for task in result.project.tasks] == ["shop.send"]
    assert result.lines("shop.py")[0] == "from celery import Celery"
    assert result.lines("gone.py") == []


def test_model_is_the_project(shop: Path) -> None:
    assert [app.name for app in session.model(shop).project.apps] == ["shop"]


def test_lines_end_where_spans_say_they_do(shop: Path) -> None:
    (shop / "odd.py").write_bytes(b"a = 1\r\nb = '\x0c'\rc = 3\n")
    assert list(session.check(shop).lines("odd.py")) == ["a = 1", "b = '\x0c'", "c = 3", ""]


def test_an_ignored_file_is_read_when_it_is_named(shop: Path) -> None:
    (shop / ".git").mkdir()
    (shop / ".gitignore").write_text("generated.py\n")
    (shop / "generated.py").write_text("x = 1\n")
    assert session.check(shop).summary.files == 2
    assert session.check(shop, paths=("generated.py",)).summary.files == 3


def test_an_empty_directory_is_clean(tmp_path: Path) -> None:
    result = session.check(tmp_path)
    assert (result.findings, result.undecided) == ((), ())


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_left_as_it_was(shop: Path, enabled: bool) -> None:
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        session.check(shop)
        assert gc.isenabled() is enabled
        with pytest.raises(ConfigurationError):
            session.check(shop, Configuration(select=("nothing-like-it",)))
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()
