"""Every Celery setting at its effective value, by Celery's lower-case name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.origin import Value


@dataclass(frozen=True, slots=True, eq=False)
class Settings(Mapping[str, Value[Any]]):
    """Effective settings. A page writes `worker.settings.task_acks_late`; the catalogue knows names and types."""

    values_by_name: Mapping[str, Value[Any]]

    def __getitem__(self, name: str) -> Value[Any]:
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)
