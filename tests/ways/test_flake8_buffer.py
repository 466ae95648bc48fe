"""What an editor sends through flake8's standard input lies over the project, saved or not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHOP = Path(__file__).resolve().parents[2] / "fixtures" / "shop"
IMAGES = "catalog/images.py"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return shutil.copytree(SHOP, tmp_path / "shop")


def checked(shop: Path, name: str, buffer: bytes, *words: str, select: str = "CLY") -> list[str]:
    """The lines for a buffer that the editor calls `name` (empty: that it does not name)."""
    named = [f"--stdin-display-name={name}"] if name else []
    command = [sys.executable, "-m", "flake8", "--isolated", f"--select={select}", *named, *words, "-"]
    done = subprocess.run(command, cwd=shop, input=buffer, capture_output=True)
    assert done.stderr == b""
    return done.stdout.decode().splitlines()


def edited(shop: Path, name: str, old: str, new: str) -> bytes:
    text = (shop / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    return text.replace(old, new).encode()


def test_what_is_saved_says_what_the_file_says(shop: Path) -> None:
    command = [sys.executable, "-m", "flake8", "--isolated", "--select=CLY", IMAGES]
    file = subprocess.run(command, cwd=shop, capture_output=True, text=True).stdout
    assert checked(shop, IMAGES, (shop / IMAGES).read_bytes()) == file.splitlines() != []


def test_a_mended_buffer_is_clean_before_it_is_saved(shop: Path) -> None:
    rule = "--celerylint-select=soft-limit-not-below-hard"
    assert len(checked(shop, IMAGES, (shop / IMAGES).read_bytes(), rule)) == 1
    assert checked(shop, IMAGES, edited(shop, IMAGES, "soft_time_limit=300", "soft_time_limit=270"), rule) == []


def test_an_unsaved_change_is_held_against_manifests(shop: Path) -> None:
    name, rule = "orders/tasks.py", "--celerylint-select=grace-period-shorter-than-task"
    assert checked(shop, name, (shop / name).read_bytes(), rule) == []
    buffer = b"# a line above everything moves the rest\n" + edited(shop, name, "time_limit=5)", "time_limit=4000)")
    (line,) = checked(shop, name, buffer, rule)
    assert line.startswith("orders/tasks.py:16:25: CLY403 orders.tasks.expire_carts may run 1 h 6 min 40 s, ")
    assert "(at deploy/worker.yaml:14; here: longest_run = 1 h 6 min 40 s)" in line


def test_an_absolute_name_is_the_same_file(shop: Path) -> None:
    rule = "--celerylint-select=soft-limit-not-below-hard"
    (line,) = checked(shop, str(shop / IMAGES), (shop / IMAGES).read_bytes(), rule)
    assert line.startswith(f"{shop / IMAGES}:19:46: CLY402 ")


def test_a_file_that_was_never_saved_belongs_to_the_project(shop: Path) -> None:
    buffer = (
        b"from celery import shared_task\n\n\n@shared_task(time_limit=60, soft_time_limit=60)\ndef paint():\n    pass\n"
    )
    (line,) = checked(shop, "catalog/paint.py", buffer, "--celerylint-select=soft-limit-not-below-hard")
    assert line.startswith("catalog/paint.py:4:45: CLY402 ")
    assert not (shop / "catalog" / "paint.py").exists()


@pytest.mark.parametrize("text", [b"", b"\n", b"x = 1", b"def broken(:\n", b"'''", b"x = (\n", b"\tx\n  y\n"])
def test_a_half_written_buffer_is_flake8s_to_judge(shop: Path, text: bytes) -> None:
    lines = checked(shop, IMAGES, text, select="CLY,E9")
    assert all(": E9" in line for line in lines)


def test_a_buffer_without_a_name_belongs_to_no_project(shop: Path) -> None:
    assert checked(shop, "", (shop / IMAGES).read_bytes()) == []


@pytest.mark.parametrize("coding", ["latin-1", "utf-8-sig", "utf-16-is-unknown"])
def test_a_declared_encoding_is_the_buffers(shop: Path, coding: str) -> None:
    known = "utf-8" if coding == "utf-16-is-unknown" else coding
    declared = b"" if coding == "utf-8-sig" else f"# coding: {coding}\n".encode()
    task = "@shared_task(name='bögen', time_limit=60, soft_time_limit=60)"
    text = f"from celery import shared_task\n\n\n{task}\ndef sheets():\n    pass\n"
    buffer = declared + text.encode(known)
    lines = checked(shop, "catalog/sheets.py", buffer, "--celerylint-select=soft-limit-not-below-hard")
    if known == "utf-8":
        assert [line for line in lines if "CLY402" in line] == []  # Python cannot read it either
    else:
        at = 4 + declared.count(b"\n")
        (line,) = lines
        assert line.startswith(f"catalog/sheets.py:{at}:{task.rindex('60') + 1}: CLY402 ")


def test_other_files_may_be_checked_beside_a_buffer(shop: Path) -> None:
    buffer = edited(shop, IMAGES, "soft_time_limit=300", "soft_time_limit=270")
    rule = "--celerylint-select=soft-limit-not-below-hard,grace-period-shorter-than-task"
    (line,) = checked(shop, IMAGES, buffer, rule, "catalog/tasks.py")
    assert line.startswith("catalog/tasks.py:12:25: CLY403 ")
