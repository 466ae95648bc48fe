"""Aligned columns for people."""

from __future__ import annotations

from collections.abc import Sequence

from celerylint.report.cells import printable, width
from celerylint.report.style import Style

WIDEST_CELL = 60
_GAP = "  "


def table(rows: Sequence[Sequence[str]], style: Style, header: Sequence[str] = (), indent: str = "") -> str:
    """Rows of cells, each column as wide as its widest cell; long cells are cut, but in the last column."""
    cut = [
        [*(_cut(printable(cell)) for cell in row[:-1]), printable(row[-1])]
        for row in ([header, *rows] if header else rows)
    ]
    widths = [max(map(width, column)) for column in zip(*cut, strict=True)]
    lines = [
        indent
        + _GAP.join(f"{cell}{' ' * (most - width(cell))}" for cell, most in zip(row, widths, strict=True)).rstrip()
        for row in cut
    ]
    if header and lines:
        lines[0] = style("strong", lines[0])
    return "".join(f"{line}\n" for line in lines)


def _cut(cell: str) -> str:
    if width(cell) <= WIDEST_CELL:
        return cell
    kept = cell[: WIDEST_CELL - 1]
    while width(kept) > WIDEST_CELL - 1:
        kept = kept[:-1]
    return f"{kept}…"
