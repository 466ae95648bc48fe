"""What an execution writes: text with the places of its parts, and the stretches that may not be there."""

from __future__ import annotations

from dataclasses import dataclass, field

from celerylint.sources.helm.marks import Mark, Run

LARGEST = 4_000_000  # characters of one template


class TooMuchError(Exception):
    """A chart that writes or computes without end."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Characters from `start` to `end` (exclusive) that are written only if something holds."""

    start: int
    end: int
    reason: str


@dataclass(slots=True)
class Output:
    """Text in the making."""

    pieces: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    forms: list[tuple[int, int]] = field(default_factory=list)  # what reads as the same data, and is another text
    length: int = 0

    def write(self, text: str, mark: Mark | None = None, keys: tuple[str, ...] = ()) -> None:
        """Add text that stands at a mark. Raises TooMuchError."""
        if not text:
            return
        if mark is not None:
            self.runs.append(Run(self.length, mark, keys))
        self.pieces.append(text)
        self.length += len(text)
        if self.length > LARGEST:
            raise TooMuchError("it writes too much")

    @property
    def at_line_start(self) -> bool:
        """Whether nothing but blanks stands in the line so far."""
        for piece in reversed(self.pieces):
            line = piece[piece.rfind("\n") + 1 :]
            if line.strip():
                return False
            if "\n" in piece:
                return True
        return True

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)
