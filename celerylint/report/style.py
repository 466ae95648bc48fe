"""Colours and weights for terminals, or none."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.finding import Severity

_BOLD, _RED, _YELLOW, _BLUE, _CYAN, _DIM = "1", "31", "33", "34", "36", "2"
_ROLES = {
    Severity.ERROR: f"{_BOLD};{_RED}",
    Severity.WARNING: f"{_BOLD};{_YELLOW}",
    Severity.INFO: f"{_BOLD};{_CYAN}",
    "strong": _BOLD,
    "frame": f"{_BOLD};{_BLUE}",
    "related": f"{_BOLD};{_BLUE}",
    "faint": _DIM,
}


@dataclass(frozen=True, slots=True)
class Style:
    """Paints text by the role it plays; without colour it leaves it as it is."""

    colour: bool = False

    def __call__(self, role: str, text: str) -> str:
        return f"\x1b[{_ROLES[role]}m{text}\x1b[0m" if self.colour and text else text
