"""What an expression runs in: the names, and the list of what was read on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.origin import Unknown, Value
from celerylint.page.types import Type


@dataclass(frozen=True, slots=True)
class Read:
    """One read of the model: `worker.prefetch_multiplier`, its value and its type.

    `witness` names the element that a comprehension's variable stood for. Where the model holds entities
    directly (a task's calls), `value` is None and `entities` are what was read.
    """

    text: str
    type: Type
    value: Value[Any] | None = None
    entities: tuple[object, ...] = ()
    witness: str = ""

    @property
    def name(self) -> str:
        """The last attribute: `prefetch_multiplier`."""
        return self.text.rpartition(".")[2]

    @property
    def unknown(self) -> bool:
        """Whether the repository does not tell this value."""
        return self.value is not None and isinstance(self.value.value, Unknown)


class Frame:
    """The names of one evaluation. Lives only as long as that; `reads` grows and is cut back while it runs."""

    __slots__ = ("names", "reads")

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.reads: list[Read] = []


Run = Callable[[Frame], Any]  # gives a plain value, None, or Unknown
