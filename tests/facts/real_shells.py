"""Real shells as the oracle: what a script runs where `celery` only says how it was called."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

FAKE = """#!/bin/sh
printf '%s\\0' "$@" >> "$CALLS"
printf '\\n\\0' >> "$CALLS"
"""


def celery_calls(
    folder: Path, shell: str, files: Mapping[str, str], command: Sequence[str], environment: Mapping[str, str]
) -> list[list[str]]:
    """The arguments of every `celery` that a script starts in `folder`, in order; sorted where some run beside others.

    Raises subprocess.TimeoutExpired for a script that does not end.
    """
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "celery").write_text(FAKE)
    (programs / "celery").chmod(0o755)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    calls = folder / "calls"
    calls.write_bytes(b"")
    given = {**environment, "PATH": f"{programs}:/usr/bin:/bin", "CALLS": os.fspath(calls)}
    subprocess.run([shell, *command], cwd=folder, env=given, capture_output=True, timeout=20, check=False)
    words = calls.read_bytes().decode().split("\0")[:-1]
    found: list[list[str]] = [[]]
    for word in words:
        if word == "\n":
            found.append([])
        else:
            found[-1].append(word)
    return found[:-1]
