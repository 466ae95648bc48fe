"""Where a value of a chart is written: in the strongest of the files that say it."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass

from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of values, or a part of another file; `prefix` is where the chart's own begin in it."""

    root: Node
    prefix: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one chart of a rendering, strongest layer first."""

    layers: tuple[Layer, ...]

    def find(self, path: Several[str]) -> Node | None:
        """The node at a path, in the first layer that has one that is not null."""
        for layer in self.layers:
            for steps in ((*layer.prefix, *path), tuple(path) if path[:1] == ["global"] else ()):
                node = at(layer.root, steps) if steps else None
                if node is not None and not (isinstance(node, Scalar) and node.python() is None):
                    return node
        return None


def at(node: Node | None, path: Several[str]) -> Node | None:
    """What stands at a path; a list's items go by their numbers."""
    for step in path:
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, Sequence):
            index = int(step) if step.isdecimal() and len(step) < 7 else len(node.items)
            node = node.items[index] if index < len(node.items) else None
        else:
            return None
    return node
