"""From the parser's events to nodes, without recursion.

libyaml's own composer recurses (30,000 levels end the process), forgets where aliases stand and hides that a
key is written twice; its events have all of that.
"""

from __future__ import annotations

from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from celerylint.sources.text import Text
from celerylint.sources.yaml.nodes import Mapping, Node, Scalar, Sequence
from celerylint.sources.yaml.problem import Kind, YamlProblem

DEPTH = 200  # levels of a document, its aliases followed; Kubernetes' own manifests have about 20
NODES = 1_000_000  # of a file
EXPANDED = 100_000  # nodes of a document, its aliases followed, or ten times those that are written

_BLOCKS = frozenset("|>")
_Anchor = tuple[Node, int, int]  # the node, how many nodes it stands for, how many levels


class HaltError(Exception):
    """The document that is being read is given up, or (`final`) the file."""

    def __init__(self, start: int, end: int, message: str, kind: Kind, final: bool = False) -> None:
        super().__init__(message)
        self.start = start
        self.end = end
        self.message = message
        self.kind = kind
        self.final = final


class _Open:
    """A collection whose end was not read yet."""

    __slots__ = ("children", "count", "event", "reach")

    def __init__(self, event: Any, children: list[Node], count: int, reach: int) -> None:
        self.event = event
        self.children = children  # of the collection around it
        self.count = count  # nodes before it
        self.reach = reach  # the deepest level within it


class Composer:
    """Gathers the documents of one run of the parser, whose offsets count from `base`."""

    def __init__(self, text: Text, base: int) -> None:
        self.text = text
        self.base = base
        self.documents: list[tuple[Node | None, int, int]] = []
        self.problems: list[YamlProblem] = []
        self.begun = base  # where the document that is being read starts
        self._nodes = 0  # as written
        self._followed = 0  # more of them, once aliases are followed
        self._before = (0, 0)  # both, at the document's start
        self._children: list[Node] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchor | None] = {}

    def run(self, parser: Any) -> None:
        """Reads to the end. Raises HaltError, and whatever the parser raises."""
        handlers = {
            MappingStartEvent: self._start,
            SequenceStartEvent: self._start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._begin,
            DocumentEndEvent: self._finish,
        }
        next_event, scalar = parser.get_event, self._scalar
        kind = None
        while kind is not StreamEndEvent:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                scalar(event)
            elif kind in handlers:
                handlers[kind](event)

    def _begin(self, event: Any) -> None:
        self.begun = self.base + event.end_mark.index
        self._before = (self._nodes, self._followed)
        self._children, self._stack, self._anchors = [], [], {}

    def _finish(self, event: Any) -> None:
        root = self._children[0] if self._children else None
        if isinstance(root, Scalar) and root.plain and not root.value and root.start == root.end:
            root = None
        self.documents.append((root, self.begun, self.base + event.end_mark.index))
        self.begun = self.base + event.end_mark.index

    def _scalar(self, event: Any) -> None:
        base, style, value, tag = self.base, event.style or "", event.value, event.tag
        start, end = base + event.start_mark.index, base + event.end_mark.index
        if self._nodes >= NODES:
            raise self._too_many(start)
        if style in _BLOCKS:
            end = self._trimmed(start, end)
        if not value.isascii():
            value = _whole(value)
        node = Scalar(self.text, start, end, tag, value, style, not style and tag is None)
        self._nodes += 1
        self._children.append(node)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1, 0)

    def _trimmed(self, start: int, end: int) -> int:
        """A block scalar's end without the empty lines behind it."""
        source = self.text.text
        last = start + len(source[start:end].rstrip())
        newline = source.find("\n", last, end)
        line_end = newline if newline >= 0 else end
        return line_end - (source[line_end - 1] == "\r")

    def _start(self, event: Any) -> None:
        depth = len(self._stack) + 1
        at = self.base + event.start_mark.index
        if depth > DEPTH:
            message = f"the values are nested more than {DEPTH} levels deep: celerylint reads no further here"
            raise HaltError(at, at, message, "depth", final=True)
        if self._nodes >= NODES:
            raise self._too_many(at)
        self._stack.append(_Open(event, self._children, self._nodes + self._followed, depth))
        self._children = []
        self._nodes += 1
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _too_many(self, at: int) -> HaltError:
        message = f"the file holds more than {NODES:,} values: celerylint reads no further here"
        return HaltError(at, at, message, "too-large", final=True)

    def _end(self, event: Any) -> None:
        opened = self._stack.pop()
        begin = opened.event
        children, self._children = self._children, opened.children
        start = self.base + begin.start_mark.index
        if begin.flow_style or not children:
            end = self.base + event.end_mark.index
        else:
            last = children[-1]
            end = last._used[1] if last._used else last.end
        node: Node
        if type(event) is MappingEndEvent:
            pairs = tuple(zip(children[::2], children[1::2], strict=True))
            node = mapping = Mapping(self.text, start, end, begin.tag, pairs)
            keys = [key.value for key, _ in pairs if type(key) is Scalar]
            if len(set(keys)) < len(keys):
                self._duplicate(mapping)
        else:
            node = Sequence(self.text, start, end, begin.tag, tuple(children))
        self._children.append(node)
        if self._stack and opened.reach > self._stack[-1].reach:
            self._stack[-1].reach = opened.reach
        if begin.anchor is not None:
            self._anchors[begin.anchor] = (
                node,
                self._nodes + self._followed - opened.count,
                opened.reach - len(self._stack),
            )

    def _duplicate(self, mapping: Mapping) -> None:
        second = mapping.duplicates[0]
        first = next(key for key, _ in mapping.pairs if isinstance(key, Scalar) and key.value == second.value)
        message = (
            f"the key `{_short(second.value)}` stands here for the second time; the first is in line "
            f"{first.span.line}. Some tools reject the file, others take the last one: keep one"
        )
        self.problems.append(YamlProblem(second.span, message, "duplicate-key"))

    def _alias(self, event: Any) -> None:
        start, end = self.base + event.start_mark.index, self.base + event.end_mark.index
        name = _short(event.anchor)
        if event.anchor not in self._anchors:
            message = f"`*{name}` names no anchor of this document: define `&{name}` before it"
            raise HaltError(start, end, message, "syntax")
        anchor = self._anchors[event.anchor]
        if anchor is None:
            message = f"`*{name}` stands inside of its own anchor `&{name}`: no value can hold itself"
            raise HaltError(start, end, message, "syntax")
        node, size, levels = anchor
        self._followed += size
        self._bound(start, end, len(self._stack) + levels)
        self._children.append(node.aliased(start, end))

    def _bound(self, start: int, end: int, reach: int) -> None:
        """Stops documents that are small as they are written and endless once their aliases are followed."""
        written, followed = self._nodes - self._before[0], self._followed - self._before[1]
        if written + followed > max(EXPANDED, 10 * written):
            message = (
                f"the document stands for more than {EXPANDED:,} values once its aliases are followed: "
                "write it with fewer aliases of aliases"
            )
            raise HaltError(start, end, message, "alias-bomb")
        if reach > DEPTH:
            message = f"the values are nested more than {DEPTH} levels deep once this alias is followed"
            raise HaltError(start, end, message, "depth")
        if self._stack and reach > self._stack[-1].reach:
            self._stack[-1].reach = reach


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:57]}…"


def _whole(value: str) -> str:
    r"""The value with surrogate pairs joined: PyYAML's own parser reads `"\ud83d\ude00"` as two characters."""
    if not any("\ud800" <= char <= "\udfff" for char in value):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
