"""How a step talks to the runner: workflow commands on stdout, outputs and summaries in files."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

LARGEST_SUMMARY = 1_000_000  # bytes of a step; GitHub drops the whole summary above 1 MiB
_CUT = "\n\nThe rest is left out: GitHub shows no more than 1 MiB.\n"
_ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})


def say(level: str, text: str) -> None:
    """An annotation without a place: `error`, `warning` or `notice`."""
    print(f"::{level} title=celerylint::{text.translate(_ESCAPES)}", flush=True)


def quote(text: str) -> None:
    """Text in the log that cannot give the runner a command, whatever repository it comes from."""
    if not text.strip():
        return
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    sys.stdout.buffer.write(os.fsencode(text) if text.endswith("\n") else os.fsencode(f"{text}\n"))
    print(f"::{token}::", flush=True)


def output(name: str, value: str) -> None:
    """An output of the step; the delimiter is one that no value can know."""
    delimiter = f"end-{secrets.token_hex(16)}"
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def summarise(text: str) -> None:
    """Markdown at the end of the job's summary, as much of it as GitHub shows."""
    path = Path(os.environ["GITHUB_STEP_SUMMARY"])
    taken = path.stat().st_size if path.exists() else 0
    with path.open("ab") as file:
        file.write(_fitting(text.encode("utf-8", "replace"), LARGEST_SUMMARY - taken))


def _fitting(data: bytes, room: int) -> bytes:
    """Whole lines, and that there were more."""
    if len(data) <= room:
        return data
    kept = data[: max(room - len(_CUT), 0)].rpartition(b"\n")[0]
    return kept + _CUT.encode() if room > len(_CUT) else b""
