"""A case of an oracle, by its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """A repository, the environment of a process of it, and the app that the process loads."""

    files: Mapping[str, str]
    env: Mapping[str, str] = field(default_factory=dict)
    app: str = "proj.celery:app"

    def written(self, root: Path) -> Path:
        """The folder with the repository in it."""
        for name, text in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root
