"""The environment variables of one container, as far as the repository tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from celerylint.origin import Layer, Value, known, unknown


@dataclass(frozen=True, slots=True)
class Environment:
    """Variables by name. What is not among them is unset, or unknown where the environment is open (`open_reason`)."""

    variables: Mapping[str, Value[Any]] = field(default_factory=dict)
    open_reason: str = ""

    def get(self, name: str) -> Value[Any]:
        """The variable's text, None where it is certainly unset, else unknown with the reason."""
        found = self.variables.get(name)
        if found is not None:
            return found
        if self.open_reason:
            return unknown(f"the environment variable {name} is not known: {self.open_reason}")
        return known(None, Layer.DEFAULT)

    def text(self, name: str) -> str | None:
        """The variable's text; None where it is unset or unknown."""
        value = self.get(name).otherwise(None)
        return value if isinstance(value, str) else None


UNDEPLOYED = Environment(open_reason="nothing in the repository starts this app")
