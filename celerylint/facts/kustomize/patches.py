"""The patches of a kustomization: strategic merge or JSON, in files or inline, for one object or for those selected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from celerylint.facts.kustomize import jsonpatch
from celerylint.facts.kustomize.kustomization import Files, Kustomization, objects
from celerylint.facts.kustomize.merge import merged
from celerylint.facts.kustomize.resource import KustomizeError, Resource, identity_of
from celerylint.facts.kustomize.selector import chosen, selector
from celerylint.facts.manifests.reading import Reader
from celerylint.origin import Span
from celerylint.sources import yaml
from celerylint.sources.yaml import Document, Mapping, Scalar, Sequence, embedded, mapping, mapping_of

Resources = tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch: what it merges, or its operations; `target` chooses the objects, else the merged object's own name."""

    span: Span
    merges: tuple[Mapping, ...]
    operations: Sequence | None
    target: Mapping | None
    renames: bool = False  # options.allowNameChange
    retypes: bool = False  # options.allowKindChange


def strategic(files: Files, kustomization: Kustomization, read: set[str]) -> Iterator[Patch]:
    """`patchesStrategicMerge`: files, or the patches themselves."""
    for written in kustomization.texts("patchesStrategicMerge"):
        inline = "\n" in written.value.strip()
        documents = _inline(written) if inline else _file(files, kustomization, written, read)
        yield Patch(written.span, tuple(objects(documents)), None, None)


def listed(files: Files, kustomization: Kustomization, read: set[str], key: str) -> Iterator[Patch]:
    """`patches` or `patchesJson6902`."""
    for item in kustomization.tables(key):
        inline, path = item.get("patch"), item.get("path")
        if isinstance(inline, Scalar) and inline.value.strip():
            documents = _inline(inline)
        elif isinstance(path, Scalar) and path.value:
            documents = _file(files, kustomization, path, read)
        elif isinstance(inline, Mapping):
            raise KustomizeError(inline.span, "patch must be a text: write it as a block, patch: |-")
        else:
            raise KustomizeError(item.span, "a patch needs either patch or path")
        yield _patch(item, documents)


def _patch(item: Mapping, documents: list[Document]) -> Patch:
    target, options = mapping(item.get("target")), mapping(item.get("options"))
    reader = Reader()
    renames, retypes = reader.truth(options, "allowNameChange"), reader.truth(options, "allowKindChange")
    roots = [document.root for document in documents if document.root is not None]
    if roots and isinstance(roots[0], Sequence):
        if target is None:
            raise KustomizeError(item.span, "a JSON patch needs a target")
        return Patch(item.span, (), roots[0], target, renames, retypes)
    merges = tuple(objects(documents))
    if target is not None and len(merges) > 1:
        raise KustomizeError(item.span, "several patches in one entry can have no target")
    return Patch(item.span, merges, None, target, renames, retypes)


def _inline(written: Scalar) -> list[Document]:
    documents, problems = yaml.read(embedded(written))
    if problems:
        raise KustomizeError(problems[0].span, f"the patch cannot be read: {problems[0].message}")
    return documents


def _file(files: Files, kustomization: Kustomization, written: Scalar, read: set[str]) -> list[Document]:
    where = kustomization.beside(written.value)
    if where is None or where not in files.names:
        raise KustomizeError(written.span, f"the patch {written.value} is not in the repository")
    read.add(where)
    return files.documents(where)


def applied(resources: Resources, patch: Patch, partial: bool) -> Resources:
    """The objects after a patch. `partial` says that some objects are not to be had, so that none may be meant."""
    if patch.operations is not None:
        assert patch.target is not None  # a JSON patch without one is refused
        for index in chosen(resources, selector(patch.target), patch.target):
            resources = _with(resources, index, _operated(resources[index], patch.operations))
        return resources
    for merge in patch.merges:
        for index in reversed(_meant(resources, patch, merge, partial)):
            resources = _with(resources, index, _merged(resources[index], merge, patch))
    return resources


def _with(resources: Resources, index: int, new: Resource | None) -> Resources:
    return (*resources[:index], *((new,) if new is not None else ()), *resources[index + 1 :])


def _meant(resources: Resources, patch: Patch, merge: Mapping, partial: bool) -> tuple[int, ...]:
    """The objects that a strategic merge patch is for."""
    if patch.target is not None:
        return chosen(resources, selector(patch.target), patch.target)
    wanted = identity_of(merge)
    found = tuple(index for index, resource in enumerate(resources) if resource.is_called(wanted))
    if len(found) != 1 and not (partial and not found):
        count = "there are several" if found else "there is no"
        raise KustomizeError(merge.span, f"{count} {wanted.kind} {wanted.name} for this patch")
    return found


def _operated(resource: Resource, operations: Sequence) -> Resource:
    try:
        return resource.remembered().with_node(jsonpatch.patched(resource.node, operations))
    except KustomizeError as error:
        return resource.doubted(f"a patch of it cannot be applied: {error.message}")


def _merged(resource: Resource, merge: Mapping, patch: Patch) -> Resource | None:
    """The object with the patch merged; what it is called stays unless the patch may change it."""
    kept = {"apiVersion"} if patch.retypes else {"apiVersion", "kind"}
    try:
        node = merged(resource.node, mapping_of(merge, (each for each in merge.items() if each[0].value not in kept)))
    except KustomizeError as error:
        return resource.doubted(f"a patch of it cannot be applied: {error.message}")
    if node is None:
        return None
    new = replace(resource.remembered() if patch.renames or patch.retypes else resource, node=node)
    old = mapping(resource.node.get("metadata"))
    for key in ("namespace",) if patch.renames else ("name", "namespace"):
        value = old.get(key) if old is not None else None
        new = new.with_metadata(key, value) if value is not None else new.without_metadata(key)
    return new
