"""Files as an editor has them: they lie over those on disk for one check."""

from __future__ import annotations

from pathlib import Path

import pytest

from celerylint import session
from celerylint.configuration import Configuration

APP = "from celery import Celery\n\napp = Celery('shop')\n\n\n@app.task\ndef send():\n    ...\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(APP)
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "__init__.py").write_text("")
    return tmp_path


def tasks(root: Path, overlay: dict[str, bytes], configuration: Configuration | None = None) -> list[str]:
    result = session.check(root, configuration or Configuration(), overlay=overlay)
    return [task.name for task in result.project.tasks]


def test_a_buffer_is_read_instead_of_its_file(shop: Path) -> None:
    assert tasks(shop, {"shop.py": APP.replace("send", "post").encode()}) == ["shop.post"]
    assert tasks(shop, {}) == ["shop.send"]


def test_its_lines_are_those_of_the_buffer(shop: Path) -> None:
    assert session.check(shop, overlay={"shop.py": b"# typed\n"}).lines("shop.py") == ["# typed", ""]


@pytest.mark.parametrize("name", ["more.py", "mail/more.py"])
def test_a_buffer_that_was_never_saved_is_a_file(shop: Path, name: str) -> None:
    code = b"from shop import app\n\n\n@app.task\ndef post():\n    ...\n"
    assert tasks(shop, {name: code}) == sorted(["shop.send", f"{name[:-3].replace('/', '.')}.post"])
    assert session.check(shop, overlay={name: code}).summary.files == 3


def test_a_file_that_is_left_out_stays_out(shop: Path) -> None:
    (shop / ".git").mkdir()
    (shop / ".gitignore").write_text("generated.py\n")
    (shop / "generated.py").write_text("")
    left_out = {"generated.py": b"x\n", "mail/generated.py": b"x\n", ".venv/a.py": b"x\n", "mail/b.py": b"x\n"}
    result = session.check(shop, Configuration(extend_exclude=("mail/",)), overlay=left_out)
    assert result.summary.files == 2  # shop.py and .gitignore
    assert list(result.lines("mail/b.py")) == []


@pytest.mark.parametrize("name", ["../more.py", "/more.py", "nowhere/more.py", "mail", ""])
def test_what_is_no_file_of_the_project_is_not_added(shop: Path, name: str) -> None:
    assert session.check(shop, overlay={name: APP.encode()}).summary.files == 2


def test_a_buffer_that_cannot_be_parsed_is_one_finding_at_most(shop: Path) -> None:
    found = session.check(shop, overlay={"shop.py": APP.encode() + b"def broken(:\n"}).findings
    assert [(each.name, each.place.span.path) for each in found] == [("invalid-python", "shop.py")]
