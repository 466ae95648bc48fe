"""Gets Celery releases with pip, into a directory of their own each."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

_PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


def unpack(version: str, into: Path) -> Path:
    """Download the wheel of a release and unpack it, without its dependencies; the directory that holds `celery/`.

    Raises CalledProcessError where pip fails.
    """
    wheels = into / f"wheel-{version}"
    subprocess.run([*_PIP, "download", "--no-deps", "--dest", str(wheels), f"celery=={version}"], check=True)
    tree = into / f"celery-{version}"
    with zipfile.ZipFile(next(wheels.glob("celery-*.whl"))) as wheel:
        wheel.extractall(tree)
    return tree


def install(version: str, into: Path) -> Path:
    """Install a release with all that it needs; the directory to put on `sys.path`. Raises CalledProcessError."""
    target = into / f"installed-{version}"
    subprocess.run([*_PIP, "install", "--target", str(target), f"celery=={version}"], check=True)
    return target
