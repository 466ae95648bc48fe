"""Changing what stands at a path of an object, and finding it: kustomize's field paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from celerylint.facts.manifests.reading import scalar_text
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence, mapping_of, sequence_of, with_entry, without_entry

Path = tuple[str, ...]
Change = Callable[[Node | None], Node | None]


def changed(node: Node, way: Path, change: Change, create: bool = False) -> Node:
    """The tree with what stands at the path changed, in every item of a list on the way.

    `change` gets None where nothing stands there, and gives None for nothing; `create` makes the mappings above.
    """
    if isinstance(node, Sequence):
        items = tuple(changed(item, way, change, create) for item in node.items)
        same = all(old is new for old, new in zip(node.items, items, strict=True))
        return node if same else sequence_of(node, items)
    if not isinstance(node, Mapping) or not way:
        return node
    key, rest = way[0], way[1:]
    old = node.get(key)
    if not rest:
        new = change(old)
    elif old is not None:
        new = changed(old, rest, change, create)
    else:
        new = changed(mapping_of(node, ()), rest, change, create) if create else None
        new = new if isinstance(new, Mapping) and new.effective() else None
    if new is old:
        return node
    return without_entry(node, key) if new is None else with_entry(node, key, new)


def scalars(change: Callable[[Scalar], Node]) -> Change:
    """A change of single values, which leaves the rest alone; a list's items are changed one by one."""

    def apply(node: Node | None) -> Node | None:
        if isinstance(node, Sequence):
            return sequence_of(node, (change(item) if isinstance(item, Scalar) else item for item in node.items))
        return change(node) if isinstance(node, Scalar) else node

    return apply


def split(text: str) -> Path:
    r"""The parts of a dotted field path: `a.b\.c.[name=web.eu].d` (kyaml/utils/pathsplitter.go)."""
    parts: list[str] = []
    for piece in text.removeprefix(".").split("."):
        if parts and (parts[-1].endswith("\\") or (parts[-1].startswith("[") and not parts[-1].endswith("]"))):
            parts[-1] = f"{parts[-1].removesuffix(chr(92))}.{piece}"
        else:
            parts.append(piece)
    return tuple(part.strip("[]") if part.startswith("[") and "=" not in part else part for part in parts)


def found(node: Node | None, way: Path) -> Iterator[Node]:
    """What stands at a path whose parts may choose items of a list: `*`, an index, `[name=web]`."""
    for depth, part in enumerate(way):
        if isinstance(node, Sequence):
            for index in places(node, part):
                yield from found(node.items[index], way[depth + 1 :])
            return
        node = node.get(part) if isinstance(node, Mapping) else None
    if node is not None:
        yield node


def places(node: Sequence, part: str) -> list[int]:
    """The items of a list that a part of a path chooses."""
    if part == "*":
        return list(range(len(node.items)))
    if part.isdecimal() and len(part) < 9:
        return [int(part)] if int(part) < len(node.items) else []
    key, equals, value = part.strip("[]").partition("=")
    return [
        index
        for index, item in enumerate(node.items)
        if equals and scalar_text(item.get(key) if isinstance(item, Mapping) and key else item) == value
    ]
