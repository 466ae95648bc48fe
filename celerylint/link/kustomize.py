"""Workloads that a Kustomize overlay patches: what the base writes is not what runs, so it is not known."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from celerylint.facts.manifests import ContainerFact, WorkloadFact
from celerylint.origin import Value, unknown
from celerylint.sources.tree import Tree
from celerylint.sources.yaml import Document, Mapping, Node, Sequence, mapping, sequence, string

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


@dataclass(frozen=True, slots=True)
class Patch:
    """What one patch is for: a pattern for the name (empty: any) and a kind (empty: any)."""

    name: str
    kind: str
    where: str

    def concerns(self, workload: WorkloadFact) -> bool:
        """Whether it changes the workload; kustomize anchors the pattern."""
        if self.kind and self.kind != workload.kind:
            return False
        try:
            return not self.name or re.fullmatch(self.name, workload.name) is not None
        except re.error:
            return True


def patches(tree: Tree) -> tuple[Patch, ...]:
    """Every patch of every kustomization, by file."""
    return tuple(
        patch
        for path in tree.files
        if path.rpartition("/")[2] in KUSTOMIZATIONS
        for document in tree.documents(path)
        for patch in _patches(tree, path, mapping(document.root))
    )


def _patches(tree: Tree, path: str, root: Mapping | None) -> Iterator[Patch]:
    if root is None:
        return
    for key in ("patches", "patchesJson6902"):
        for item in _items(root.get(key)):
            target = _child(item, "target")
            if target is not None:
                yield Patch(string(target.get("name")) or "", string(target.get("kind")) or "", path)
            elif isinstance(item, Mapping):
                yield from _strategic(tree, path, item.get("path") or item.get("patch"))
    for item in _items(root.get("patchesStrategicMerge")):
        yield from _strategic(tree, path, item)
    for item in _items(root.get("replicas")):
        name = string(item.get("name")) if isinstance(item, Mapping) else None
        if name:
            yield Patch(re.escape(name), "", path)


def _child(node: Node | None, key: str) -> Mapping | None:
    return mapping(node.get(key)) if isinstance(node, Mapping) else None


def _items(node: Node | None) -> Iterable[Node]:
    found = sequence(node)
    return found.items if isinstance(found, Sequence) else ()


def _strategic(tree: Tree, path: str, node: Node | None) -> Iterator[Patch]:
    """A patch that names what it changes by its own kind and name: a file beside, or a text."""
    from celerylint.sources import yaml
    from celerylint.sources.text import Text

    text = string(node)
    if not text:
        return
    file = posixpath.normpath(posixpath.join(posixpath.dirname(path), text)) if "\n" not in text else ""
    documents: list[Document] = tree.documents(file) if file in tree.names else yaml.read(Text(path, text))[0]
    for document in documents:
        root = mapping(document.root)
        metadata = _child(root, "metadata")
        name = string(metadata.get("name")) if metadata else None
        if root is not None and name:
            yield Patch(re.escape(name), string(root.get("kind")) or "", path)


def patched(workload: WorkloadFact, found: tuple[Patch, ...]) -> WorkloadFact:
    """The workload with what a patch may have changed unknown; as it is where none concerns it."""
    patch = next((each for each in found if workload.platform == "kubernetes" and each.concerns(workload)), None)
    if patch is None:
        return workload
    reason = f"{patch.where} patches it"

    def lost(value: Value[Any]) -> Value[Any]:
        return unknown(reason, value.origin.span)

    return replace(
        workload,
        replicas=lost(workload.replicas),
        grace_period=lost(workload.grace_period),
        strategy=lost(workload.strategy),
        surges=lost(workload.surges),
        spot=lost(workload.spot),
        containers=tuple(_patched(container, reason) for container in workload.containers),
        patched=reason,
        incomplete=workload.incomplete or reason,
    )


def _patched(container: ContainerFact, reason: str) -> ContainerFact:
    return replace(
        container,
        image=unknown(reason, container.image.origin.span),
        memory_limit=unknown(reason, container.memory_limit.origin.span),
        memory_request=unknown(reason, container.memory_request.origin.span),
        cpu_limit=unknown(reason, container.cpu_limit.origin.span),
        cpu_request=unknown(reason, container.cpu_request.origin.span),
    )
