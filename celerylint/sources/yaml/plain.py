"""From nodes to plain values: whole trees within a bound, and what stands at a path."""

from __future__ import annotations

from typing import Any

from celerylint.sources.yaml.nodes import Mapping, Node, Scalar, Sequence


class TooLargeError(ValueError):
    """A tree that holds more values than were allowed."""


def python(node: Node | None, limit: int = 100_000) -> Any:
    """The node as dictionaries, lists and scalars, merges and aliases followed; keys are texts, as in JSON.

    A key that is no scalar is left out. Raises TooLargeError behind `limit` values.
    """
    result: list[Any] = [None]
    pending: list[tuple[Node | None, Any, Any]] = [(node, result, 0)]
    count = 0
    while pending:
        current, holder, place = pending.pop()
        count += 1
        if count > limit:
            raise TooLargeError(f"the document stands for more than {limit:,} values")
        if isinstance(current, Scalar):
            holder[place] = current.python()
        elif isinstance(current, Mapping):
            inner: dict[str, Any] = {}
            holder[place] = inner
            pending += [(value, inner, key.value) for key, value in reversed([*current.items()])]
        elif isinstance(current, Sequence):
            items: list[Any] = [None] * len(current.items)
            holder[place] = items
            pending += [(item, items, index) for index, item in enumerate(current.items)]
    return result[0]


def path(node: Node | None, *steps: str | int) -> Node | None:
    """What stands at a path of keys and indices, such as `"spec", "containers", 0`; None where nothing does."""
    for step in steps:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step] if 0 <= step < len(node.items) else None
        else:
            return None
    return node


def mapping(node: Node | None) -> Mapping | None:
    """The node, where it is a mapping."""
    return node if isinstance(node, Mapping) else None


def sequence(node: Node | None) -> Sequence | None:
    """The node, where it is a list."""
    return node if isinstance(node, Sequence) else None


def scalar(node: Node | None) -> Scalar | None:
    """The node, where it is a single value."""
    return node if isinstance(node, Scalar) else None


def string(node: Node | None) -> str | None:
    """The text, where the node is one: neither a number nor a truth nor nothing."""
    value = node.python() if isinstance(node, Scalar) else None
    return value if isinstance(value, str) else None


def integer(node: Node | None) -> int | None:
    """The whole number, where the node is one."""
    value = node.python() if isinstance(node, Scalar) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
