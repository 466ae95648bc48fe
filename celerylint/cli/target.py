"""What to lint, from the paths on the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from celerylint.configuration import did_you_mean

if TYPE_CHECKING:
    from celerylint.session import Deployed

STDIN = "-"
LARGEST = 64 * 1024 * 1024  # bytes of standard input; a cluster's workloads are a few MiB
_EMPTY = (
    "standard input is empty: pipe the objects into it, such as"
    " `kubectl get deploy,sts,hpa,cm -A -o yaml | celerylint -` or `docker compose config | celerylint -`"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The directory that is linted, and the paths in it that findings are asked for (none: all)."""

    root: Path
    paths: tuple[str, ...] = ()
    stdin: bool = False  # what runs is told by standard input
    alone: bool = False  # and by nothing else

    def shown(self, path: str) -> str:
        """A path in spans as the reader can open it: relative to the current directory where it lies in there."""
        from celerylint.session import DEPLOYED

        if self.stdin and path == DEPLOYED:
            return "<stdin>"
        full, current = os.path.normpath(self.root / path), os.getcwd()  # noqa: PTH109
        return os.path.relpath(full, current) if Path(full).is_relative_to(current) else full

    def deployed(self) -> Deployed | None:
        """What standard input says that runs; None where nobody asks it. Raises ClickException where it is empty."""
        from celerylint.session import Deployed

        if not self.stdin:
            return None
        data = b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read(LARGEST + 1)
        if not data.strip():
            raise click.ClickException(_EMPTY)
        if len(data) > LARGEST:
            raise click.ClickException(f"standard input holds more than {LARGEST} bytes; ask for fewer objects at once")
        return Deployed(data, self.alone)

    @property
    def in_repository(self) -> str:
        """The root as seen from the top of its git work tree; empty where it is that, or in none."""
        from celerylint.sources.repository import toplevel

        root = Path(os.path.realpath(self.root))
        top = toplevel(root)
        return "" if top in (None, root) else os.path.relpath(root, top)


def target(given: Sequence[str], commands: Sequence[str] = ()) -> Target:
    """One directory is the root. For files or several paths it is the current directory where that holds them
    all, else the nearest directory that does. `-` is standard input: alone, or with the code that is named beside it.
    Raises ClickException for a path that does not exist.
    """
    if STDIN in given:
        beside = [path for path in given if path != STDIN]
        return replace(target(beside, commands), stdin=True, alone=not beside)
    for path in given:
        if not os.path.exists(path):  # noqa: PTH110
            raise click.ClickException(f'"{path}" does not exist{did_you_mean(path, commands)}')
    full = [Path(os.path.abspath(path)) for path in given or (".",)]  # noqa: PTH100
    if len(full) == 1 and full[0].is_dir():
        return Target(full[0])
    current = Path(os.getcwd())  # noqa: PTH109
    root = current if all(path.is_relative_to(current) for path in full) else _above(full)
    below = tuple(dict.fromkeys(path.relative_to(root).as_posix() for path in full))
    return Target(root, () if "." in below else below)


def _above(paths: Sequence[Path]) -> Path:
    return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths]))
