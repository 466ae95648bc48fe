"""Draws `.github/terminal.svg`, the README's picture of a terminal: `python tests/picture.py`.

A test compares the picture with a fresh one, so that it shows what celerylint really prints.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / ".github" / "terminal.svg"
COMMAND = ("celerylint", "fixtures/shop", "--select", "redis-visibility-timeout-too-short,beat-replicas-gt-1")
WIDTH = 118  # columns


def drawn() -> str:
    """The picture as SVG; the same output gives the same picture."""
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, "-m", *COMMAND, "--color", "always"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**environment, "PYTHONUTF8": "1"},
    )
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(f"$ {' '.join(COMMAND)}", style="bold"))
    console.print(Text.from_ansi(done.stdout))
    return console.export_svg(title="celerylint", unique_id="terminal")


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
