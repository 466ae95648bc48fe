"""From what a template wrote to the line of a values file that it wrote. What cannot be checked is not claimed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from celerylint.origin import Layer, Origin
from celerylint.sources.helm.marks import Run
from celerylint.sources.helm.references import Chosen, Path
from celerylint.sources.helm.values import Values, at
from celerylint.sources.text import Text
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence, read

LONGEST = 20_000  # characters that one action writes


@dataclass(slots=True)
class Provenance:
    """Of one rendered manifest: the values behind its characters."""

    text: str
    runs: tuple[Run, ...]
    values: Values
    _leaves: dict[int, dict[int, tuple[str, ...]]] = field(default_factory=dict)

    def origins(self, start: int, end: int) -> Iterator[tuple[Run, Origin]]:
        """For every action that wrote some of these characters and whose value is found, where that is written."""
        first = max(bisect_right(self.runs, start, key=_start) - 1, 0)
        for index in range(first, bisect_left(self.runs, end, key=_start)):
            node = self._node(index, start)
            if node is not None:
                yield self.runs[index], Origin(Layer.MANIFEST, node.span)

    def _node(self, index: int, start: int) -> Node | None:
        run = self.runs[index]
        end = self.runs[index + 1].at if index + 1 < len(self.runs) else len(self.text)
        if run.mark.reference is None or end - run.at > LONGEST:
            return None
        written = self.text[run.at : end]
        for path in run.mark.reference.paths:
            node = self.values.find(_steps(path, run.keys))
            if isinstance(node, Scalar):
                return node if _same(node, written) else None
            if node is not None:
                return self._leaf(index, node, written, start - run.at)
        return None

    def _leaf(self, index: int, root: Node, written: str, offset: int) -> Node | None:
        """The value at the same path as what stands at an offset of a written mapping or list."""
        if index not in self._leaves:
            documents, _ = read(Text("", written))
            self._leaves[index] = dict(_leaves(documents[0].root)) if documents else {}
        path = self._leaves[index].get(offset)
        node = at(root, path) if path is not None else None
        line = written[offset:].partition("\n")[0]
        return node if isinstance(node, Scalar) and _same(node, line) else None


def _start(run: Run) -> int:
    return run.at


def _steps(path: Path, keys: tuple[str, ...]) -> tuple[str, ...]:
    chosen = (keys[step.index] if isinstance(step, Chosen) and step.index < len(keys) else step for step in path)
    return tuple(step if isinstance(step, str) else "" for step in chosen)


def _leaves(root: Node | None) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Where every single value starts, with its path."""
    pending: list[tuple[Node, tuple[str, ...]]] = [(root, ())] if root else []
    while pending:
        node, path = pending.pop()
        if isinstance(node, Mapping):
            pending += [(value, (*path, key.value)) for key, value in node.items()]
        elif isinstance(node, Sequence):
            pending += [(item, (*path, str(number))) for number, item in enumerate(node.items)]
        else:
            yield node.start, path


def _same(node: Scalar, written: str) -> bool:
    """Whether a value is what was written, quotes aside."""
    text = written.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return text == node.value
