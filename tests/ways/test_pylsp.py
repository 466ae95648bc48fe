"""An editor with python-lsp-server: it runs flake8 on what is being typed, and shows our findings."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from language_client import Diagnostics, Editor

SHOP = Path(__file__).resolve().parents[2] / "fixtures" / "shop"
PYLSP = (sys.executable, "-m", "pylsp")
FLAKE8 = {"enabled": True, "executable": str(Path(sys.executable).parent / "flake8")}
OTHERS = ("pycodestyle", "pyflakes", "mccabe", "autopep8", "yapf", "pydocstyle", "pylint", "rope_completion")
SETTINGS = {"pylsp": {"plugins": {"flake8": FLAKE8, **{name: {"enabled": False} for name in OTHERS}}}}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return shutil.copytree(SHOP, tmp_path / "shop")


@pytest.fixture
def editor(shop: Path) -> Iterator[Editor]:
    with Editor(PYLSP, shop, SETTINGS) as opened:
        yield opened


def at(said: Diagnostics, code: str, line: int) -> dict[str, Any] | None:
    """The diagnostic with this code in this line, counted from 1."""
    return next((each for each in said if each["code"] == code and each["range"]["start"]["line"] == line - 1), None)


def test_a_finding_of_a_manifest_is_shown_at_the_task(editor: Editor, shop: Path) -> None:
    text = (shop / "catalog" / "tasks.py").read_text()
    editor.open("catalog/tasks.py", text)
    found = at(editor.shown("catalog/tasks.py", lambda said: at(said, "CLY403", 12) is not None), "CLY403", 12)
    assert found
    assert found["source"] == "flake8"
    assert found["range"]["start"]["character"] == text.splitlines()[11].index("900")
    assert found["message"].startswith("CLY403 catalog.tasks.reindex_search may run 15 min")
    assert "(at deploy/worker.yaml:14; here: longest_run = 15 min)" in found["message"]


def test_what_is_typed_is_judged_before_it_is_saved(editor: Editor, shop: Path) -> None:
    name = "catalog/images.py"
    saved = (shop / name).read_text()
    editor.open(name, saved)
    editor.shown(name, lambda said: at(said, "CLY402", 19) is not None)

    editor.type(name, saved.replace("soft_time_limit=300", "soft_time_limit=270"))
    editor.shown(name, lambda said: bool(said) and not any(each["code"] == "CLY402" for each in said))

    editor.type(name, "\n\n" + saved)
    editor.shown(name, lambda said: at(said, "CLY402", 21) is not None)

    editor.type(name, saved + "\ndef unfinished(\n")
    broken = editor.shown(name, lambda said: any(each["code"] == "E999" for each in said))
    assert not any(each["code"].startswith("CLY") for each in broken)

    editor.type(name, saved)
    editor.shown(name, lambda said: at(said, "CLY402", 19) is not None)
    assert (shop / name).read_text() == saved


def test_a_new_file_is_judged_before_it_exists(editor: Editor) -> None:
    text = "from celery import shared_task\n\n\n@shared_task(time_limit=9, soft_time_limit=9)\ndef paint():\n    pass\n"
    editor.open("catalog/paint.py", text)
    editor.shown("catalog/paint.py", lambda said: at(said, "CLY402", 4) is not None)
