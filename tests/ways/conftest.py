"""The action, and a job that runs it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from actions_runner import ACTION, Runner
from git_shops import copied, repository


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The action as a runner downloads it."""
    directory = tmp_path_factory.mktemp("actions") / "celerylint" / "v1"
    copied(ACTION, directory)
    return directory


@pytest.fixture(scope="session")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests, as for a job: celerylint is installed by the first run."""
    return tmp_path_factory.mktemp("runner-temp")


@pytest.fixture
def runner(tmp_path: Path, temporary: Path) -> Runner:
    """A job in a clone of the shop."""
    for leftover in ("_runner_file_commands", "celerylint.json", "celerylint.md"):
        shutil.rmtree(temporary / leftover) if (temporary / leftover).is_dir() else (temporary / leftover).unlink(True)
    return Runner(repository(tmp_path / "workspace"), temporary)
