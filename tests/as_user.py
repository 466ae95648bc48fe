"""What a user sees who runs celerylint in a fresh clone."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def celerylint(*words: str, status: int) -> str:
    """What is printed, without colours; `status` is the exit code that it must have."""
    environment = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, "-m", "celerylint", *words],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**environment, "NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def celerylint_here(*words: str) -> str:
    """What `celerylint` prints, within this process: much sooner where a test asks often."""
    from click.testing import CliRunner

    from celerylint.cli import cli

    with contextlib.chdir(ROOT):
        done = CliRunner(env={"NO_COLOR": "1", "COLUMNS": None, "FORCE_COLOR": None}).invoke(cli, words)
    assert done.exit_code == 0, done.output
    return done.stdout


def findings(*words: str, status: int) -> Any:
    """The JSON document of a check."""
    return json.loads(celerylint(*words, "--output-format", "json", status=status))
