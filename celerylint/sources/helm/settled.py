"""Rendered documents without what is not certain: what a token stands for, or an open condition, is unresolved.

Where an action would have written several lines a token stands in a comment. What else may stand there is unresolved
as well: every key that the mapping around it could have and does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from celerylint.sources.helm.functions import TOKEN, Tokens
from celerylint.sources.helm.plain.output import Doubt
from celerylint.sources.text import Text
from celerylint.sources.yaml import Mapping as Map
from celerylint.sources.yaml import Node, Scalar, Sequence, mapping_of, scalar_at, sequence_of, unresolved

_HOLE = re.compile(rf"#[ ]?{TOKEN.pattern}")
# What nobody reads here; a hole in it says nothing.
_IDLE = frozenset(
    {"affinity", "annotations", "imagePullSecrets", "labels", "lifecycle", "livenessProbe", "matchLabels", "metadata"}
    | {"nodeSelector", "podSecurityContext", "ports", "readinessProbe", "securityContext", "selector", "startupProbe"}
    | {"tolerations", "topologySpreadConstraints", "volumeMounts", "volumes"}
)
_CONTAINER = ("command", "args", "env", "envFrom", "resources", "image")
_POD = ("terminationGracePeriodSeconds", "nodeSelector", "tolerations", "affinity")
_AMOUNTS = ("cpu", "memory")


class UnsettledError(Exception):
    """So little of a document is certain that it is left out; the text says why."""


@dataclass(frozen=True, slots=True)
class _Hole:
    """A place where lines may stand."""

    start: int
    column: int  # from 0
    reason: str


@dataclass(slots=True)
class Settling:
    """Of the documents of one rendered text."""

    text: Text
    tokens: Tokens
    doubts: tuple[Doubt, ...]
    forms: tuple[tuple[int, int], ...] = ()
    _holes: list[_Hole] = field(default_factory=list)  # those that no value has taken yet

    def __post_init__(self) -> None:
        for match in _HOLE.finditer(self.text.text):
            if match.start() == 0 or self.text.text[match.start() - 1] in " \t\n":
                self._holes.append(_Hole(match.start(), self._column(match.start()), self.tokens.reason(match[0])))

    def settled(self, root: Node | None) -> Node | None:
        """A document's root. Raises UnsettledError."""
        if root is None or not (self.doubts or self.forms or TOKEN.search(self.text.text)):
            return root
        doubt = self._doubt(root.start, root.start + 1)
        if doubt is not None:
            raise UnsettledError(doubt.reason)
        end = self.text.text.find("\n---", root.end)
        return self._node(root, (), end if end >= 0 else len(self.text.text), -1)

    def _column(self, at: int) -> int:
        return at - (self.text.text.rfind("\n", 0, at) + 1)

    def _doubt(self, start: int, end: int) -> Doubt | None:
        return next((each for each in self.doubts if each.start < end and each.end > start), None)

    def _take(self, start: int, until: int, column: int, floor: int) -> list[_Hole]:
        """The holes of a value that stands from `start` to `until`, at `column`; `floor` is that of what it is in."""
        found = [hole for hole in self._holes if start <= hole.start < until and hole.column >= column]
        self._holes = [hole for hole in self._holes if hole not in found or hole.column <= floor]
        return found

    def _node(self, node: Node, path: tuple[str, ...], until: int, floor: int) -> Node:
        if isinstance(node, Scalar):
            return self._scalar(node, until, floor)
        if isinstance(node, Map):
            return self._mapping(node, path, until, floor)
        return self._sequence(node, path, until, floor) if isinstance(node, Sequence) else node

    def _scalar(self, node: Scalar, until: int, floor: int) -> Node:
        doubt = self._doubt(node.start, max(node.end, node.start + 1))
        if doubt is not None:
            return unresolved(node, node.value, doubt.reason)
        if TOKEN.search(node.value):
            return unresolved(node, self.tokens.restored(node.value), self.tokens.reason(node.value))
        if any(
            start < node.end and end > node.start and not start <= node.start <= node.end <= end
            for start, end in self.forms
        ):
            return unresolved(node, "", "a text in a form that only Helm knows")
        holes = self._take(node.start, until, floor, floor) if node.plain and not node.value else []
        return unresolved(node, "", holes[0].reason) if holes else node

    def _mapping(self, node: Map, path: tuple[str, ...], until: int, floor: int) -> Node:
        pairs = list(node.items())
        starts = sorted(key.start for key, _ in pairs)
        column = self._column(starts[0]) if starts else 0
        settled: dict[str, tuple[Scalar, Node]] = {}
        for key, value in pairs:
            if TOKEN.search(key.value):
                self._holes.append(_Hole(key.start, column, self.tokens.reason(key.value)))
                continue
            doubt = self._doubt(key.start, key.end)
            end = next((start for start in starts if start > key.start), until)
            inner = self._node(value, (*path, key.value), end, column)
            settled[key.value] = (key, unresolved(value, "", doubt.reason) if doubt else inner)
        holes = self._take(node.start, until, column, floor)
        if holes and path in (("data",), ("stringData",)):
            return unresolved(node, "", holes[0].reason)
        for hole in holes:
            for name in () if _IDLE.intersection(path) else _possible(path, settled):
                settled.setdefault(name, (scalar_at(node, name), unresolved(node, "", hole.reason)))
        return mapping_of(node, settled.values())

    def _sequence(self, node: Sequence, path: tuple[str, ...], until: int, floor: int) -> Sequence:
        items: list[Node] = []
        column = self._column(node.start)
        starts = [item.start for item in node.items]
        for number, item in enumerate(node.items):
            end = starts[number + 1] if number + 1 < len(starts) else until
            doubt = self._doubt(item.start, item.start + 1)
            inner = self._node(item, (*path, str(number)), end, column)
            items.append(unresolved(item, "", doubt.reason) if doubt else inner)
        items += [unresolved(node, "", hole.reason) for hole in self._take(node.start, until, column, floor)]
        return sequence_of(node, items)


def _possible(path: tuple[str, ...], settled: Mapping[str, object]) -> Iterable[str]:
    """The keys that a mapping of manifests may have, of those that are read. Raises UnsettledError."""
    last = path[-1] if path else ""
    if len(path) > 1 and path[-2] in ("containers", "initContainers"):
        return _CONTAINER
    if last in ("limits", "requests"):
        return _AMOUNTS
    if last == "resources":
        return ("limits", "requests")
    if last == "spec":
        return _POD if "containers" in settled else ("replicas", "strategy", "minReplicas", "maxReplicas")
    if len(path) > 2 and path[-2] in ("env", "envFrom"):
        return ("value", "valueFrom")
    raise UnsettledError("what stands beside it is not known")
