"""ConfigMaps and Secrets that a kustomization generates, and the hash at the end of their names."""

from __future__ import annotations

import base64
import hashlib
import json
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace

from celerylint.facts.kustomize.kustomization import Files, Kustomization
from celerylint.facts.kustomize.resource import KustomizeError, Resource
from celerylint.facts.manifests.reading import Reader, entries, scalar_text
from celerylint.sources.text import Text
from celerylint.sources.yaml import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    Unresolved,
    mapping,
    mapping_of,
    path,
    scalar_at,
    unresolved,
    with_entry,
)

KINDS = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
# Of the first ten digits of the SHA-256, so that no word comes out (kustomize api/hasher/hasher.go).
_LETTERS = str.maketrans("013ae", "ghkmt")
# A Secret's texts stand under `stringData` here: its `data` would be in base64.
_DATA = {"ConfigMap": "data", "Secret": "stringData"}


@dataclass(frozen=True, slots=True)
class Generated:
    """A ConfigMap or Secret that a generator makes, and what it does with one of the same name."""

    resource: Resource
    behavior: str  # create, merge or replace
    node: Mapping  # the generator


def generated(files: Files, kustomization: Kustomization, read: set[str]) -> Iterator[Generated]:
    """The objects of the generators of a kustomization; the files that they come from are put into `read`."""
    for key, kind in KINDS.items():
        for item in kustomization.tables(key):
            yield _Generator(files, kustomization, item, read).make(kind)


class _Generator:
    def __init__(self, files: Files, kustomization: Kustomization, item: Mapping, read: set[str]) -> None:
        self.files = files
        self.kustomization = kustomization
        self.item = item
        self.read = read
        self.missing = ""  # why not all of it is known
        self.options = [mapping(item.get("options")), mapping(kustomization.get("generatorOptions"))]

    def make(self, kind: str) -> Generated:
        name = self.item.get("name")
        if not isinstance(name, Scalar) or not name.value:
            raise KustomizeError(self.item.span, f"a {kind} that is generated needs a name")
        metadata = mapping_of(self.item, [(scalar_at(name, "name"), name)])
        for key in ("labels", "annotations"):
            pairs = [pair for options in reversed(self.options) for pair in entries(mapping(_child(options, key)))]
            if pairs:
                metadata = with_entry(metadata, key, mapping_of(self.item, dict_of(pairs).values()))
        namespace = self.item.get("namespace")
        if namespace is not None:
            metadata = with_entry(metadata, "namespace", namespace)
        parts = {"apiVersion": scalar_at(name, "v1"), "kind": scalar_at(name, kind), "metadata": metadata}
        if kind == "Secret":
            parts["type"] = self.item.get("type") or scalar_at(name, "Opaque")
        data = dict_of(self._data())
        if data:
            parts[_DATA[kind]] = mapping_of(self.item, data.values())
        node = mapping_of(self.item, ((scalar_at(self.item, key), value) for key, value in parts.items()))
        plain = any(Reader().truth(options, "disableNameSuffixHash") for options in self.options)
        behavior = scalar_text(self.item.get("behavior")) or "create"
        resource = Resource(node, generated=True, hashed=not plain, doubt=self.missing)
        return Generated(resource, behavior, self.item)

    def _data(self) -> Iterator[tuple[Scalar, Node]]:
        """Variables' files, then literals, then whole files (kustomize api/kv/kv.go)."""
        for written in self._written("env", "envs"):
            yield from self._variables(written)
        for written in self._written("literals"):
            key, equals, value = written.value.partition("=")
            if not key or not equals:
                raise KustomizeError(written.span, "a literal must be written as key=value")
            if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
                value = value[1:-1]
            yield scalar_at(written, key), scalar_at(written, value)
        for written in self._written("files"):
            name, equals, place = written.value.rpartition("=")
            text = self._text(place)
            key = name if equals else posixpath.basename(place)
            yield scalar_at(written, key), (_whole(text) if text else _missing(written, place))

    def _written(self, *keys: str) -> Iterator[Scalar]:
        for key in keys:
            node = self.item.get(key)
            for item in node.items if isinstance(node, Sequence) else (node,):
                if isinstance(item, Scalar) and item.value:
                    yield item

    def _text(self, place: str) -> Text | None:
        where = self.kustomization.beside(place)
        if where is None or where not in self.files.names:
            return None
        self.read.add(where)
        return self.files.text(where)

    def _variables(self, written: Scalar) -> Iterator[tuple[Scalar, Node]]:
        text = self._text(written.value)
        if text is None:
            self.missing = self.missing or _why_missing(written.value)
            return
        offset = 0
        for line in text.text.splitlines(keepends=True):
            bare = line.rstrip("\r\n")
            start = len(bare) - len(bare.lstrip())
            key, _, value = bare[start:].partition("=")
            if key and not key.startswith("#"):
                end = offset + len(bare)
                yield _part(text, offset + start, offset + start + len(key)), _part(text, end - len(value), end)
            offset += len(line)


def _child(node: Mapping | None, key: str) -> Node | None:
    return node.get(key) if node is not None else None


def _part(text: Text, start: int, end: int) -> Scalar:
    """A stretch of a file that is no YAML."""
    return Scalar(text, start, end, "tag:yaml.org,2002:str", text.text[start:end], "", False)


def _whole(text: Text) -> Scalar:
    return Scalar(text, 0, 0, "tag:yaml.org,2002:str", text.text, "", False)


def _missing(written: Scalar, place: str) -> Unresolved:
    return unresolved(written, "", _why_missing(place))


def _why_missing(place: str) -> str:
    return f"it is generated from {place}, which is not in the repository"


def dict_of(pairs: Iterator[tuple[Scalar, Node]] | list[tuple[Scalar, Node]]) -> dict[str, tuple[Scalar, Node]]:
    """The pairs by their keys; the last of a key holds."""
    return {key.value: (key, value) for key, value in pairs}


def absorbed(resources: tuple[Resource, ...], made: Generated) -> tuple[Resource, ...]:
    """The objects with a generated one among them: a new one, or merged into the one of that name."""
    wanted = made.resource.identity
    places = [index for index, each in enumerate(resources) if each.is_called(wanted)]
    if made.behavior not in ("merge", "replace"):
        if places:
            raise KustomizeError(made.node.span, f"there is a {wanted.kind} {wanted.name} already: merge or replace it")
        return (*resources, made.resource)
    if len(places) != 1:
        raise KustomizeError(made.node.span, f"there is no {wanted.kind} {wanted.name} to {made.behavior}")
    old = resources[places[0]]
    node = _joined(old, made)
    doubt = made.resource.doubt or (old.doubt if made.behavior == "merge" else "")
    new = replace(old, node=node, generated=True, hashed=old.hashed and made.resource.hashed, doubt=doubt)
    return (*resources[: places[0]], new, *resources[places[0] + 1 :])


def _joined(old: Resource, made: Generated) -> Mapping:
    """The generated object under the name of the old one; `merge` keeps the old one's data."""
    new = made.resource.node
    metadata = mapping(old.node.get("metadata"))
    if metadata is None:
        return new
    for key in ("labels", "annotations"):
        pairs = [pair for each in (old.node, new) for pair in entries(mapping(path(each, "metadata", key)))]
        if pairs:
            metadata = with_entry(metadata, key, mapping_of(made.node, dict_of(pairs).values()))
    node = with_entry(new, "metadata", metadata)
    for key in _DATA.values() if made.behavior == "merge" else ():
        pairs = [*entries(mapping(old.node.get(key))), *entries(mapping(new.get(key)))]
        if pairs:
            node = with_entry(node, key, mapping_of(made.node, dict_of(pairs).values()))
    return node


def renamed(resource: Resource) -> Resource:
    """The object with the hash of its content behind its name; as it is where a part of it is not known."""
    if not resource.hashed or resource.doubt:
        return resource
    identity = resource.identity
    texts, data = (dict_of(entries(mapping(resource.node.get(key)))) for key in ("stringData", "data"))
    if any(isinstance(value, Unresolved) for _, value in (*texts.values(), *data.values())):
        return resource
    coded = {key: _coded(_text(value)) for key, (_, value) in texts.items()}
    values = coded | {key: _text(value) for key, (_, value) in data.items()}
    content: dict[str, object] = {"kind": identity.kind, "name": "", "data": values or ""}
    if identity.kind == "Secret":
        content["type"] = _text(resource.node.get("type"))
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for char in "<>&\u2028\u2029":  # Go's JSON escapes them
        written = written.replace(char, f"\\u{ord(char):04x}")
    digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return resource.remembered().named(f"{identity.name}-{digest.translate(_LETTERS)}")


def _text(node: Node | None) -> str:
    return scalar_text(node) or ""


def _coded(text: str) -> str:
    """In base64, broken into lines of 70 where it is longer (kyaml/yaml/datamap.go)."""
    whole = base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
    lines = [whole[start : start + 70] for start in range(0, len(whole), 70)]
    return whole if len(whole) < 70 else "\n".join((*lines, ""))
