"""What is read besides the repository's files, and the source lines for reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celerylint.sources.tree import Tree

Lines = Callable[[str], Sequence[str]]
DEPLOYED = "stdin.yaml"  # the path of what is handed over, in spans and reports


@dataclass(frozen=True, slots=True)
class Deployed:
    """What runs, as `kubectl get -o yaml` or `docker compose config` tell it; `alone` where no code lies beside it."""

    data: bytes
    alone: bool


def lines_of(tree: Tree) -> Lines:
    """A file's lines without line ends, by its path in spans; none where it cannot be read."""

    @cache
    def lines(path: str) -> Sequence[str]:
        text = tree.text(path)
        return [text.line(number) for number in range(1, text.line_count + 1)] if text else []

    return lines
