"""The README tells the truth: its output is real, its configuration is valid, its commands are those that CI runs."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from as_user import ROOT, celerylint

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)
SESSIONS = [text for language, text in BLOCKS if language == "console"]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda text: text.splitlines()[0])
def test_the_readme_shows_real_output(session: str) -> None:
    command, _, output = session.partition("\n")
    program, *words = shlex.split(command.removeprefix("$ "))
    assert program == "celerylint"
    assert celerylint(*words, status=1 if words[0].startswith("fixtures/") else 0) == output


def test_the_readme_shows_a_finding() -> None:
    assert any("fixtures/shop" in session for session in SESSIONS)


def test_the_readmes_configuration_is_accepted(tmp_path: Path) -> None:
    (configuration,) = (text for language, text in BLOCKS if language == "toml")
    (tmp_path / "pyproject.toml").write_text(configuration)
    (tmp_path / "lint").mkdir()
    (tmp_path / "tasks.py").write_text("import celery\n")
    assert "2 files read" in celerylint(str(tmp_path), "--output-format", "full", status=0)
    (tmp_path / "pyproject.toml").write_text(configuration.replace("processes = 16", "proceses = 16"))
    celerylint(str(tmp_path), status=2)


def test_the_readmes_rules_exist() -> None:
    words = re.findall(r"celerylint (?:.*--select|rule) ([A-Za-z0-9,-]+)", README)
    assert len(words) >= 3
    celerylint("--isolated", "fixtures/guide", "--select", ",".join(words), status=0)


def test_the_readmes_two_commands_are_those_that_ci_runs() -> None:
    commands = [text.strip() for language, text in BLOCKS if language == "sh" and "-m venv" in text]
    assert [command.split(" && ")[-1] for command in commands] == [
        ".venv/bin/celerylint fixtures/shop",
        ".venv/bin/pytest",
    ]
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    lines = [line.strip().replace('"$python"', "python3").removesuffix(" || status=$?") for line in script]
    assert [command for command in commands if command not in lines] == []


def test_ci_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
