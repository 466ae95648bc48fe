"""Source lines for reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from celerylint.sources.tree import Tree

Lines = Callable[[str], Sequence[str]]


def lines_of(tree: Tree) -> Lines:
    """A file's lines without line ends, by its path in spans; none where it cannot be read."""

    @cache
    def lines(path: str) -> Sequence[str]:
        text = tree.text(path)
        return [text.line(number) for number in range(1, text.line_count + 1)] if text else []

    return lines
