"""celerylint in an environment of its own, which further steps of the job find again."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from inputs import ActionError

_OLDEST = (3, 11)


def install(temporary: Path, action: Path, version: str) -> Path:
    """A Python that has celerylint: from PyPI, or without a version the action's own checkout. Raises ActionError."""
    if sys.version_info < _OLDEST:
        found, wanted = ".".join(map(str, sys.version_info[:2])), ".".join(map(str, _OLDEST))
        raise ActionError(f"python3 is {found}, and celerylint needs {wanted}: put actions/setup-python before it")
    source = f"celerylint=={version}" if version else str(action)
    environment = temporary / f"celerylint-{hashlib.sha256(source.encode()).hexdigest()[:16]}"
    if not (environment / "bin" / "celerylint").exists():
        _fill(environment, source)
    return environment / "bin" / "python"


def _fill(environment: Path, source: str) -> None:
    """pip writes programs last: an environment that has `celerylint` is complete."""
    try:
        venv.create(environment, with_pip=True, clear=True)
        command = [str(environment / "bin" / "python"), "-I", "-m", "pip", "install", "--quiet", source]
        # Not in the workspace: nothing there has a say in what is installed.
        subprocess.run([*command, "--disable-pip-version-check"], cwd=environment, check=True, stdin=subprocess.DEVNULL)
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(environment, ignore_errors=True)
        raise ActionError(f"celerylint cannot be installed from {source}: {error}") from None
