"""The programs that start further command lines inside a container, by their names."""

from __future__ import annotations

from collections.abc import Mapping

from celerylint.facts.launch import Starter
from celerylint.facts.processes.starters import honcho, make, supervisord

# A program's name without its folder, and PYTHON_FILE for what a Python runs (facts/launch/inside.py).
STARTERS: Mapping[str, Starter] = {
    "supervisord": supervisord,
    "make": make,
    **dict.fromkeys(("honcho", "foreman", "forego", "goreman", "hivemind", "overmind"), honcho),
}
