"""YAML inside a value of another YAML file: a patch in a block scalar, a manifest in a ConfigMap."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.origin import Span
from celerylint.sources.text import Text
from celerylint.sources.yaml.nodes import Scalar


@dataclass(frozen=True, slots=True)
class EmbeddedText(Text):
    """The text of a scalar, to be read as a file; its spans are those of the file that holds the scalar."""

    holder: Scalar

    def span(self, start: int, end: int) -> Span:
        """Where the characters between two offsets of the inner text are written."""
        return self.holder.locate(start, end)


def embedded(scalar: Scalar) -> EmbeddedText:
    """What a scalar holds, as a text of its own."""
    return EmbeddedText(scalar.text.path, scalar.value, scalar)
