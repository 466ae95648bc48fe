"""Nodes that no file holds as they are: changed, put together from several files, or not to be known.

Each keeps the place of what was written last: a mapping that a patch changed stands where it stood before, and the
value that the patch sets stands in the patch.
"""

from __future__ import annotations

from collections.abc import Iterable

from celerylint.sources.yaml.nodes import Mapping, Node, Scalar, Sequence

_TEXT = "tag:yaml.org,2002:str"


class Unresolved(Scalar):
    """A single value that is decided elsewhere: `value` is as it is written, `reason` says why it is not known."""

    __slots__ = ("reason",)

    reason: str


def scalar_at(place: Node, value: str, plain: bool = False) -> Scalar:
    """A value at the place of another node: a text, or (`plain`) whatever YAML takes such a word for."""
    style = place.style if isinstance(place, Scalar) else ""
    return Scalar(place.text, place.start, place.end, None if plain else _TEXT, value, style, plain)


def unresolved(place: Node, written: str, reason: str) -> Unresolved:
    """A value at the place of another node that nobody can know."""
    node = Unresolved(place.text, place.start, place.end, _TEXT, written, "", False)
    node.reason = reason
    return node


def mapping_of(place: Node, pairs: Iterable[tuple[Scalar, Node]]) -> Mapping:
    """A mapping with these entries at the place of another node."""
    return Mapping(place.text, place.start, place.end, None, tuple(pairs))


def sequence_of(place: Node, items: Iterable[Node]) -> Sequence:
    """A list with these items at the place of another node."""
    return Sequence(place.text, place.start, place.end, None, tuple(items))


def with_entry(mapping: Mapping, key: str, value: Node) -> Mapping:
    """The mapping with a key set; a new key stands where its value does."""
    entries = mapping.effective() | {key: ((mapping.key(key) or scalar_at(value, key)), value)}
    return mapping_of(mapping, entries.values())


def without_entry(mapping: Mapping, key: str) -> Mapping:
    """The mapping without a key."""
    return mapping_of(mapping, (pair for name, pair in mapping.effective().items() if name != key))


def with_item(sequence: Sequence, index: int, value: Node) -> Sequence:
    """The list with the item at `index` replaced. Raises IndexError where there is none."""
    items = list(sequence.items)
    items[index] = value
    return sequence_of(sequence, items)
