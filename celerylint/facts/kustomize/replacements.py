"""`replacements`: a field of one object written into fields of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from celerylint.facts.kustomize.jsonpatch import Measure
from celerylint.facts.kustomize.kustomization import Files, Kustomization
from celerylint.facts.kustomize.paths import Path, found, places, split
from celerylint.facts.kustomize.resource import Identity, KustomizeError, Resource
from celerylint.facts.kustomize.selector import Selector, selector
from celerylint.facts.manifests.reading import Reader, entries, scalar_text
from celerylint.sources.yaml import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    Unresolved,
    integer,
    mapping,
    mapping_of,
    scalar_at,
    sequence_of,
    unresolved,
    with_entry,
    with_item,
)

Resources = tuple[Resource, ...]
_LONGEST = 100_000  # characters of a text that replacements join


def replaced(files: Files, resources: Resources, kustomization: Kustomization, read: set[str], why: str) -> Resources:
    """The objects after all replacements. `why` says why a source may be missing; empty where none should be."""
    for item in _written(files, kustomization, read):
        source = item.get("source")
        plain = item.get("sourceValue")
        if isinstance(plain, Scalar):
            value: Node = plain
        else:
            held = _source(resources, mapping(source), item)
            if held is None and not why:
                raise KustomizeError(item.span, "the source of this replacement is not there")
            value = held or unresolved(item, "", why)
        for target in _tables(item.get("targets")):
            resources = tuple(_targeted(resource, target, value) for resource in resources)
    return resources


def _written(files: Files, kustomization: Kustomization, read: set[str]) -> Iterator[Mapping]:
    """The replacements of a kustomization, those of other files among them."""
    for item in kustomization.tables("replacements"):
        written = item.get("path")
        if not isinstance(written, Scalar):
            yield item
            continue
        where = kustomization.beside(written.value)
        if where is None or where not in files.names:
            raise KustomizeError(written.span, f"{written.value} is not in the repository")
        read.add(where)
        for document in files.documents(where):
            root = document.root
            yield from _tables(root) if isinstance(root, Sequence) else ([root] if isinstance(root, Mapping) else [])


def _tables(node: Node | None) -> Iterator[Mapping]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            yield item


def _source(resources: Resources, source: Mapping | None, item: Mapping) -> Node | None:
    """What the source's field holds; None where there is none."""
    if source is None:
        raise KustomizeError(item.span, "a replacement needs a source")
    texts = {key.value: scalar_text(value) or "" for key, value in entries(source)}
    meant = [each for each in resources if any(_means(texts, identity) for identity in each.identities)]
    if len(meant) != 1:
        return None
    nodes = list(found(meant[0].node, split(texts.get("fieldPath") or "metadata.name")))
    return _refined(nodes[0], mapping(source.get("options"))) if nodes else None


def _means(texts: dict[str, str], identity: Identity) -> bool:
    return (
        texts.get("name", "") in ("", identity.name)
        and texts.get("kind", "") in ("", identity.kind)
        and texts.get("group", "") in ("", identity.group)
        and texts.get("version", "") in ("", identity.release)
        and texts.get("namespace", "") in ("", identity.place)
    )


def _refined(node: Node, options: Mapping | None) -> Node | None:
    """The part of a text that `delimiter` and `index` choose."""
    delimiter = scalar_text(options.get("delimiter")) if options else None
    if not delimiter or not isinstance(node, Scalar):
        return node
    parts = node.value.split(delimiter)
    index = integer(options.get("index")) or 0 if options else 0
    return scalar_at(node, parts[index]) if 0 <= index < len(parts) else None


def _targeted(resource: Resource, target: Mapping, value: Node) -> Resource:
    chosen = mapping(target.get("select"))
    if chosen is None:
        raise KustomizeError(target.span, "a target of a replacement needs a select")
    try:
        if not selector(chosen).means(resource) or any(_rejects(each, resource) for each in _rejected(target)):
            return resource
    except ValueError as error:
        return resource.doubted(f"a replacement may change it: {error}")
    options = mapping(target.get("options"))
    create = Reader().truth(options, "create")
    ways = [scalar_text(each) for each in _items(target.get("fieldPaths"))] or ["metadata.name"]
    node: Node | None = resource.node
    for way in ways:
        node = _set(node, split(way or ""), lambda old: _value(old, value, options), create) if node else None
        if node is None:
            raise KustomizeError(target.span, f"there is no {way} in {resource.identity.kind} {resource.identity.name}")
    if node is not None and not Measure().fits(node):
        return resource.doubted("a replacement makes it larger than celerylint reads")
    renamed = isinstance(node, Mapping) and "metadata.name" in ways
    return (resource.remembered() if renamed else resource).with_node(node or resource.node)


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _rejected(target: Mapping) -> list[Selector]:
    return [selector(each) for each in _tables(target.get("reject"))]


def _rejects(rejected: Selector, resource: Resource) -> bool:
    if rejected.empty and not (rejected.labels or rejected.annotations):
        return False
    return rejected.means(resource)


def _set(node: Node | None, way: Path, change: Callable[[Node | None], Node], create: bool) -> Node | None:
    """The tree with the value in every place that the path means; None where there is no such place."""
    if not way:
        return change(node)
    part, rest = way[0], way[1:]
    if isinstance(node, Sequence):
        return _set_items(node, part, rest, change, create)
    if node is None and create:
        return None if part.startswith("[") or part == "*" else _set(_empty(change), way, change, create)
    if not isinstance(node, Mapping):
        return None
    old = node.get(part)
    if old is None and not create:
        return None
    new = _set(old, rest, change, create)
    return with_entry(node, part, new) if new is not None else None


def _empty(change: Callable[[Node | None], Node]) -> Mapping:
    return mapping_of(change(None), ())


def _set_items(
    node: Sequence, part: str, rest: Path, change: Callable[[Node | None], Node], create: bool
) -> Node | None:
    chosen = places(node, part)
    if not chosen and create and part.startswith("["):
        key, _, value = part.strip("[]").partition("=")
        at = change(None)
        item: Node = mapping_of(at, [(scalar_at(at, key), scalar_at(at, value))]) if key else scalar_at(at, value)
        node, chosen = sequence_of(node, (*node.items, item)), [len(node.items)]
    for place in chosen:
        new = _set(node.items[place], rest, change, create)
        if new is None:
            return None
        node = with_item(node, place, new)
    return node if chosen else None


def _value(old: Node | None, value: Node, options: Mapping | None) -> Node:
    """The new value; a text keeps the type of the one that it replaces, and `delimiter` replaces a part of it."""
    if not isinstance(value, Scalar):
        return value
    text = value.value
    delimiter = scalar_text(options.get("delimiter")) if options else None
    if delimiter and isinstance(old, Scalar):
        index = integer(options.get("index")) if options else None
        text = _joined(old.value.split(delimiter), text, delimiter, index or 0)
    plain = not (isinstance(old, Scalar) and isinstance(old.python(), str))
    if isinstance(value, Unresolved) or len(text) > _LONGEST:
        return unresolved(value, text[:100], value.reason if isinstance(value, Unresolved) else "it grows too long")
    return scalar_at(value, text, plain)


def _joined(parts: list[str], text: str, delimiter: str, index: int) -> str:
    if index < 0:
        parts = [text, *parts]
    elif index >= len(parts):
        parts = [*parts, text]
    else:
        parts[index] = text
    return delimiter.join(parts)
