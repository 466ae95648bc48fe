"""JSON patches (RFC 6902) on nodes."""

from __future__ import annotations

from collections.abc import Callable

from celerylint.facts.kustomize.resource import KustomizeError
from celerylint.facts.manifests.reading import scalar_text
from celerylint.sources.yaml import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    python,
    sequence_of,
    with_entry,
    with_item,
    without_entry,
)

DEPTH, NODES = 200, 50_000  # of the patched object: `copy` may double it again and again
OPERATIONS = 500


def patched(target: Mapping, operations: Sequence) -> Mapping:
    """The object after all operations. Raises KustomizeError where one cannot be done."""
    node: Node = target
    measure = Measure()
    if len(operations.items) > OPERATIONS:
        raise KustomizeError(operations.span, f"the patch has more than {OPERATIONS} operations")
    for operation in operations.items:
        node = _apply(node, operation)
        if not _fits(node, operation, measure):
            raise KustomizeError(operation.span, "the patch makes the object larger than celerylint reads")
    if not isinstance(node, Mapping):
        raise KustomizeError(operations.span, "the patch leaves no object")
    return node


def _fits(root: Node, operation: Node, measure: Measure) -> bool:
    """Whether the object is no larger than what is read; only what is copied or moved can double or pile up."""
    name = scalar_text(operation.get("op")) if isinstance(operation, Mapping) else None
    if name in ("copy", "move"):
        return measure.fits(root)
    value = operation.get("value") if isinstance(operation, Mapping) else None
    if not isinstance(operation, Mapping) or value is None or isinstance(value, Scalar):
        return True
    return measure.fits(value, len(_pointer(operation)))


def _apply(root: Node, operation: Node) -> Node:
    name = scalar_text(operation.get("op")) if isinstance(operation, Mapping) else None
    if not isinstance(operation, Mapping) or name not in _OPERATIONS:
        raise KustomizeError(operation.span, "this is no operation of a JSON patch")
    return _OPERATIONS[name](root, operation)


def _pointer(operation: Mapping, key: str = "path") -> tuple[str, ...]:
    text = scalar_text(operation.get(key))
    if text is None or (text and not text.startswith("/")):
        raise KustomizeError(operation.span, f"{key} of a JSON patch must start with /")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:])


def _value(operation: Mapping) -> Node:
    value = operation.get("value")
    if value is None:
        raise KustomizeError(operation.span, "this operation needs a value")
    return value


def _add(root: Node, operation: Mapping) -> Node:
    return _put(root, _pointer(operation), _value(operation), operation)


def _replace(root: Node, operation: Mapping) -> Node:
    pointer = _pointer(operation)  # of a mapping, kustomize's library also takes a key that is not there
    return _changed(root, pointer, lambda holder, key: _set(holder, key, _value(operation)), operation)


def _remove(root: Node, operation: Mapping) -> Node:
    return _without(root, _pointer(operation), operation)


def _move(root: Node, operation: Mapping) -> Node:
    source = _pointer(operation, "from")
    value = _at(root, source, operation)
    return _put(_without(root, source, operation), _pointer(operation), value, operation)


def _copy(root: Node, operation: Mapping) -> Node:
    return _put(root, _pointer(operation), _at(root, _pointer(operation, "from"), operation), operation)


def _test(root: Node, operation: Mapping) -> Node:
    found, wanted = _at(root, _pointer(operation), operation), _value(operation)
    if python(found, 20 * NODES) != python(wanted, 20 * NODES):
        raise KustomizeError(operation.span, "the value that this operation tests for is another one")
    return root


_OPERATIONS: dict[str, Callable[[Node, Mapping], Node]] = {
    "add": _add,
    "replace": _replace,
    "remove": _remove,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _at(root: Node, pointer: tuple[str, ...], operation: Mapping) -> Node:
    """What stands at a pointer."""
    node: Node | None = root
    for part in pointer:
        node = _child(node, part)
        if node is None:
            raise KustomizeError(operation.span, f"there is no /{'/'.join(pointer)} to patch")
    assert node is not None  # the loop raises before it goes on with nothing
    return node


def _child(node: Node | None, part: str) -> Node | None:
    if isinstance(node, Mapping):
        return node.get(part)
    index = _index(node, part)
    return node.items[index] if isinstance(node, Sequence) and index is not None else None


def _index(node: Node | None, part: str) -> int | None:
    """The place in a list that a part of a pointer means; None where there is none."""
    if not isinstance(node, Sequence) or not part.removeprefix("-").isdecimal() or len(part) > 9:
        return None
    index = int(part) + (len(node.items) if part.startswith("-") else 0)
    return index if 0 <= index < len(node.items) else None


def _put(root: Node, pointer: tuple[str, ...], value: Node, operation: Mapping) -> Node:
    """The value set or inserted: `-` is behind a list's end."""

    def put(holder: Node, key: str) -> Node | None:
        if not isinstance(holder, Sequence):
            return _set(holder, key, value)
        index = len(holder.items) if key in ("-", str(len(holder.items))) else _index(holder, key)
        if index is None:
            return None
        return sequence_of(holder, (*holder.items[:index], value, *holder.items[index:]))

    return _changed(root, pointer, put, operation) if pointer else value


def _set(holder: Node, key: str, value: Node) -> Node | None:
    if isinstance(holder, Mapping):
        return with_entry(holder, key, value)
    index = _index(holder, key)
    return with_item(holder, index, value) if isinstance(holder, Sequence) and index is not None else None


def _without(root: Node, pointer: tuple[str, ...], operation: Mapping) -> Node:
    def without(holder: Node, key: str) -> Node | None:
        if isinstance(holder, Mapping):
            return without_entry(holder, key) if holder.get(key) is not None else None
        index = _index(holder, key)
        if not isinstance(holder, Sequence) or index is None:
            return None
        return sequence_of(holder, (*holder.items[:index], *holder.items[index + 1 :]))

    return _changed(root, pointer, without, operation)


def _changed(
    root: Node, pointer: tuple[str, ...], change: Callable[[Node, str], Node | None], operation: Mapping
) -> Node:
    """The tree with the holder of the pointer's last part changed; `change` gives None where it cannot be."""
    if not pointer:
        raise KustomizeError(operation.span, "this operation needs a path")
    holders = [root]
    for part in pointer[:-1]:
        child = _child(holders[-1], part)
        if child is None:
            raise KustomizeError(operation.span, f"there is no /{'/'.join(pointer[:-1])} to patch")
        holders.append(child)
    node = change(holders[-1], pointer[-1])
    if node is None:
        raise KustomizeError(operation.span, f"there is no /{'/'.join(pointer)} to patch")
    for holder, part in zip(reversed(holders[:-1]), reversed(pointer[:-1]), strict=True):
        set_node = _set(holder, part, node)
        assert set_node is not None  # the way down found it
        node = set_node
    return node


class Measure:
    """Whether a walk through a tree ends soon: shared parts count each time that they are met."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, int, int]] = {}  # the node keeps its id from being given to another

    def fits(self, root: Node, above: int = 0) -> bool:
        """Whether the tree, `above` levels down, is neither too large nor too deep; no part is walked twice."""
        pending = [(root, False)]
        while pending:
            node, ready = pending.pop()
            if id(node) in self._known:
                continue
            children = _children(node)
            if not ready:
                pending.append((node, True))
                pending += [(child, False) for child in children if id(child) not in self._known]
                if len(pending) > 2 * NODES:
                    return False
                continue
            known = [self._known[id(child)] for child in children]
            size, depth = 1 + sum(each[1] for each in known), 1 + max((each[2] for each in known), default=0)
            if size > NODES or depth > DEPTH:
                return False
            self._known[id(node)] = (node, size, depth)
        return self._known[id(root)][2] + above <= DEPTH


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Scalar):
        return ()
    if isinstance(node, Mapping):
        return tuple(value for _, value in node.items())
    return node.items if isinstance(node, Sequence) else ()
