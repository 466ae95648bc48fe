"""How often flake8 reads the project: once, whatever the number of files and processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

SHOP = Path(__file__).resolve().parents[2] / "fixtures" / "shop"

# flake8 itself, in a Python that writes down which of its processes opens a manifest. An audit hook is inherited
# by a fork; a spawned process runs this file again, under another name.
WATCHED = """
import multiprocessing, os, sys

log = os.open(os.environ["OPENED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def watch(event, arguments):
    if event == "open" and str(arguments[0]).endswith("deploy/worker.yaml"):
        os.write(log, f"{os.getpid()}\\n".encode())

sys.addaudithook(watch)

if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv.pop(1))
    from flake8.main.cli import main

    sys.exit(main())
"""


class Watched:
    """A finished run: its lines, its process, and how often which process opened the manifest."""

    def __init__(self, folder: Path, method: str, *words: str, stdin: str = "") -> None:
        script, log = folder / "watched.py", folder / "opened.txt"
        script.write_text(WATCHED)
        log.write_text("")
        command = [sys.executable, str(script), method, "--isolated", "--select=CLY", *words]
        environment = {**os.environ, "OPENED": str(log)}
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=SHOP, env=environment, stdin=pipe, stdout=pipe, encoding="utf-8") as process:
            self.lines = process.communicate(stdin)[0].splitlines()
        self.process = process.pid
        self.opened = Counter(map(int, log.read_text().split()))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """All files in one process."""
    return Watched(tmp_path_factory.mktemp("alone"), "fork", "--jobs=1")


def test_one_process_reads_a_manifest_as_often_for_many_files_as_for_one(alone: Watched, tmp_path: Path) -> None:
    one = Watched(tmp_path, "fork", "--jobs=1", "catalog/tasks.py")
    assert len(alone.lines) > len(one.lines) > 0
    assert alone.opened[alone.process] == one.opened[one.process] > 0


def test_forked_processes_inherit_what_the_first_one_read(alone: Watched, tmp_path: Path) -> None:
    two = Watched(tmp_path, "fork", "--jobs=2")
    assert two.lines == alone.lines
    assert two.opened == {two.process: alone.opened[alone.process]}


def test_spawned_processes_read_for_themselves_and_the_first_one_does_not(alone: Watched, tmp_path: Path) -> None:
    two = Watched(tmp_path, "spawn", "--jobs=2")
    assert two.lines == alone.lines
    assert two.process not in two.opened
    assert 1 <= len(two.opened) <= 2
    assert set(two.opened.values()) == set(alone.opened.values())


def test_a_buffer_is_read_with_the_project_once(alone: Watched, tmp_path: Path) -> None:
    text = (SHOP / "catalog" / "tasks.py").read_text()
    buffer = Watched(tmp_path, "fork", "-", "--stdin-display-name=catalog/tasks.py", stdin=text)
    assert [f"./{line}" for line in buffer.lines] == [line for line in alone.lines if "./catalog/tasks.py" in line]
    assert set(buffer.opened.values()) == set(alone.opened.values())


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (("--select=E9",), ""),
        (("--extend-ignore=CLY", "--select="), ""),
        (("-",), "x = 1\n"),
        (("-", "--stdin-display-name=catalog/tasks.py"), "def broken(:\n"),
        (("-", "--stdin-display-name=catalog/tasks.py"), "# flake8: noqa\n"),
        (("-", "--stdin-display-name=deploy/beat.yaml"), "replicas: 2\n"),
    ],
)
def test_nothing_is_read_where_nothing_can_be_said(tmp_path: Path, words: tuple[str, ...], stdin: str) -> None:
    assert Watched(tmp_path, "fork", *words, stdin=stdin).opened == {}
