"""The nodes of a YAML document: values that know where they are written, and where an alias uses them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from celerylint.sources.yaml.locate import Run, runs
from celerylint.sources.yaml.resolve import resolve

if TYPE_CHECKING:
    from celerylint.origin import Origin, Span
    from celerylint.sources.text import Text

_N = TypeVar("_N", bound="Node")


class Node:
    """A value as written. Nodes are made by `read` and never change.

    They are slotted classes and no dataclasses: a file has a hundred thousand of them, and a frozen
    dataclass takes four times as long to make.
    """

    __slots__ = ("_used", "end", "start", "tag", "text")

    def __init__(self, text: Text, start: int, end: int, tag: str | None) -> None:
        self.text = text
        self.start = start  # character offset of the anchor, the tag or else the value
        self.end = end  # exclusive; a block ends with its last value, not with the comments behind it
        self.tag = tag  # as resolved, such as `tag:yaml.org,2002:str` or `!reset`; None where none is written
        self._used: tuple[int, int] | None = None

    @property
    def span(self) -> Span:
        """Where the value is written: for an alias, the place of its anchor."""
        return self.text.span(self.start, self.end)

    @property
    def via(self) -> tuple[Origin, ...]:
        """Where the value came from before it was written here, such as a chart's values."""
        return self.text.via(self.start, self.end)

    @property
    def fills(self) -> tuple[tuple[Span, Origin], ...]:
        """The same, each with the part of the file that was filled in."""
        return self.text.fills(self.start, self.end)

    @property
    def used_at(self) -> Span | None:
        """The place of the alias that led here; None for the value itself."""
        return self.text.span(*self._used) if self._used else None

    def aliased(self: _N, start: int, end: int) -> _N:
        """The same value, used by an alias at these offsets."""
        node = object.__new__(type(self))
        for kind in type(self).__mro__[:-1]:
            for slot in kind.__slots__:  # type: ignore[attr-defined]
                setattr(node, slot, getattr(self, slot))
        node._used = (start, end)
        return node


class Scalar(Node):
    """A text, number or other single value. `value` is its text without quotes, escapes and folding."""

    __slots__ = ("_runs", "plain", "style", "value")

    def __init__(self, text: Text, start: int, end: int, tag: str | None, value: str, style: str, plain: bool) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.tag = tag
        self._used = None
        self.value = value
        self.style = style  # `'`, `"`, `|`, `>`, or empty for a plain one
        self._runs: tuple[Run, ...] | None = None
        self.plain = plain  # neither quotes, nor a block, nor a tag: may be a number, a truth or nothing

    def __repr__(self) -> str:
        return f"Scalar({self.value!r})"

    def python(self) -> str | int | float | bool | None:
        """The value as Kubernetes and Compose see it; see `resolve` for what a plain scalar may be."""
        return resolve(self.value, self.plain, self.tag)

    def locate(self, start: int, end: int) -> Span:
        """Where `value[start:end]` is written; the whole scalar where that cannot be told."""
        if self._runs is None:
            self._runs = runs(self.text.text, self.start, self.end, self.value, self.style)
        if not self._runs or not 0 <= start <= end <= len(self.value):
            return self.span
        first = bisect_right(self._runs, start, key=_value_start) - 1
        last = bisect_right(self._runs, max(end - 1, start), key=_value_start) - 1
        begin = self._runs[first].source_of(start)
        return self.text.span(begin, max(begin, self._runs[last].source_before(end)) if end > start else begin)


def _value_start(run: Run) -> int:
    return run.value_start


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, text: Text, start: int, end: int, tag: str | None, items: tuple[Node, ...]) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.tag = tag
        self._used = None
        self.items = items

    def __repr__(self) -> str:
        return f"Sequence({len(self.items)} items)"


class Mapping(Node):
    """Keys and values: `pairs` as they are written; the rest of its words speak of what holds after merges."""

    __slots__ = ("_effective", "pairs")

    def __init__(self, text: Text, start: int, end: int, tag: str | None, pairs: tuple[tuple[Node, Node], ...]) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.tag = tag
        self._used = None
        self.pairs = pairs
        self._effective: dict[str, tuple[Scalar, Node]] | None = None

    def __repr__(self) -> str:
        return f"Mapping({', '.join(self.effective())})"

    def get(self, key: str) -> Node | None:
        """The value of a key: the last one where it is written twice, merged ones (`<<`) where it is not."""
        pair = self.effective().get(key)
        return pair[1] if pair else None

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place."""
        pair = self.effective().get(key)
        return pair[0] if pair else None

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        """The pairs that hold: the mapping's own in their order, then what it merges."""
        return iter(self.effective().values())

    @property
    def duplicates(self) -> tuple[Scalar, ...]:
        """The second and later occurrences of keys, as they are written."""
        seen: set[str] = set()
        found: list[Scalar] = []
        for key, _ in self.pairs:
            if isinstance(key, Scalar):
                if key.value in seen:
                    found.append(key)
                seen.add(key.value)
        return tuple(found)

    def effective(self) -> dict[str, tuple[Scalar, Node]]:
        """Key text → (key, value), after merges. A key that is no scalar (`? [a]`) is left out.

        A merge merges what its own mapping merges, so this calls itself; `read` hands out no document that is
        deeper than `DEPTH` once its aliases are followed, nor one that holds itself.
        """
        if self._effective is None:
            own: dict[str, tuple[Scalar, Node]] = {}
            merged: dict[str, tuple[Scalar, Node]] = {}
            for key, value in self.pairs:
                if not isinstance(key, Scalar):
                    continue
                if key.plain and key.value == "<<":
                    merged.update(_merged(value))
                else:
                    own[key.value] = (key, value)
            for name, pair in merged.items():
                own.setdefault(name, pair)
            self._effective = own
        return self._effective


def _merged(value: Node) -> dict[str, Any]:
    """What `<<: value` brings; in a list the earlier mapping wins (YAML's merge type)."""
    sources = value.items if isinstance(value, Sequence) else (value,)
    merged: dict[str, Any] = {}
    for source in reversed(sources):
        if isinstance(source, Mapping):
            merged.update(source.effective())
    return merged
