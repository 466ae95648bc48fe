"""What a kustomization does to all its objects: namespace, names, labels, annotations, replicas, images.

The fields are kustomize's own (api/internal/konfig/builtinpluginconsts, v5.8).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from celerylint.facts.kustomize.kustomization import Kustomization
from celerylint.facts.kustomize.paths import Change, Path, changed, scalars
from celerylint.facts.kustomize.resource import KustomizeError, Resource
from celerylint.facts.kustomize.specs import Specs
from celerylint.facts.manifests.reading import Reader, entries, scalar_text
from celerylint.sources.yaml import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    mapping,
    mapping_of,
    scalar_at,
    sequence_of,
    with_entry,
)

Resources = tuple[Resource, ...]
_UNNAMED = frozenset({"CustomResourceDefinition", "APIService", "Namespace"})  # which namePrefix leaves alone
_TEMPLATES: dict[str, tuple[Path, ...]] = {
    **dict.fromkeys(
        ("ReplicationController", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job"),
        (("spec", "template", "metadata", "labels"),),
    ),
    "CronJob": (
        ("spec", "jobTemplate", "metadata", "labels"),
        ("spec", "jobTemplate", "spec", "template", "metadata", "labels"),
    ),
}
_MATCH = ("selector", "matchLabels")
# Where a selector is, and whether it is made where there is none.
_SELECTORS: dict[str, tuple[Path, bool]] = {
    "Service": (("spec", "selector"), True),
    "ReplicationController": (("spec", "selector"), True),
    **dict.fromkeys(("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"), (("spec", *_MATCH), True)),
    "Job": (("spec", *_MATCH), False),
    "CronJob": (("spec", "jobTemplate", "spec", *_MATCH), False),
    "PodDisruptionBudget": (("spec", *_MATCH), False),
}
_CONTAINERS = ("containers", "initContainers")
_REFERENCE = r"(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?"


def placed(resources: Resources, kustomization: Kustomization) -> Resources:
    """`namespace`: all objects that live in one, and the Namespace itself."""
    namespace = kustomization.text("namespace")
    if namespace is None:
        return resources

    def place(resource: Resource) -> Resource:
        remembered = resource.remembered()
        if resource.identity.scoped:
            return remembered.with_metadata("namespace", namespace)
        return remembered.with_metadata("name", namespace) if resource.identity.kind == "Namespace" else remembered

    return tuple(map(place, resources))


def named(resources: Resources, kustomization: Kustomization) -> Resources:
    """`namePrefix`, then `nameSuffix`."""
    prefix, suffix = (kustomization.text(key) for key in ("namePrefix", "nameSuffix"))
    if prefix is not None:
        resources = tuple(_affixed(resource, prefix.value, "") for resource in resources)
    if suffix is not None:
        resources = tuple(_affixed(resource, "", suffix.value) for resource in resources)
    return resources


def _affixed(resource: Resource, before: str, after: str) -> Resource:
    if resource.original.kind in _UNNAMED:
        return resource
    new = resource.remembered().named(f"{before}{resource.identity.name}{after}")
    prefixes, suffixes = resource.prefixes, resource.suffixes
    return replace(
        new, prefixes=(*prefixes, before) if before else prefixes, suffixes=(*suffixes, after) if after else suffixes
    )


def labelled(resources: Resources, kustomization: Kustomization) -> Resources:
    """`labels`, `commonLabels` and `commonAnnotations`."""
    reader = Reader()
    for item in kustomization.tables("labels"):
        pairs = entries(mapping(item.get("pairs")))
        selectors = reader.truth(item, "includeSelectors")
        templates = selectors or reader.truth(item, "includeTemplates")
        resources = _with_pairs(resources, pairs, "labels", templates, selectors)
    resources = _with_pairs(resources, kustomization.pairs("commonLabels"), "labels", True, True)
    return _with_pairs(resources, kustomization.pairs("commonAnnotations"), "annotations", True, False)


def _with_pairs(
    resources: Resources, pairs: list[tuple[Scalar, Node]], key: str, templates: bool, selectors: bool
) -> Resources:
    if not pairs:
        return resources

    def join(node: Node | None) -> Node:
        found = node if isinstance(node, Mapping) else mapping_of(pairs[0][0], ())
        for name, value in pairs:
            found = with_entry(found, name.value, value)
        return found

    def change(resource: Resource) -> Resource:
        kind = resource.identity.kind
        node = changed(resource.node, ("metadata", key), join, True)
        for way in _TEMPLATES.get(kind, ()) if templates else ():
            node = changed(node, (*way[:-1], key), join, True)
        way, create = _SELECTORS.get(kind, ((), False)) if selectors else ((), False)
        if way and (create or _holds(node, way)):
            node = changed(node, way, join, True)
        return resource.with_node(node)

    return tuple(map(change, resources))


def _holds(node: Node | None, way: Path) -> bool:
    for key in way:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node is not None


def scaled(resources: Resources, kustomization: Kustomization, specs: Specs, partial: bool) -> Resources:
    """`replicas`: by any name that an object has had. `partial` says that some objects are not to be had."""
    for item in kustomization.tables("replicas"):
        name, count = scalar_text(item.get("name")), item.get("count")
        if name is None or not isinstance(count, Scalar):
            raise KustomizeError(item.span, "replicas needs a name and a count")
        new = tuple(_scaled(resource, name, count, specs) for resource in resources)
        if not partial and all(one is other for one, other in zip(new, resources, strict=True)):
            raise KustomizeError(item.span, f"there is no object {name} whose replicas could be set")
        resources = new
    return resources


def _scaled(resource: Resource, name: str, count: Scalar, specs: Specs) -> Resource:
    if all(identity.name != name for identity in resource.identities):
        return resource
    for spec in specs.replicas:
        if spec.fits(resource.identity):
            resource = resource.with_node(changed(resource.node, spec.way, lambda _: count, True))
    return resource


def imaged(resources: Resources, kustomization: Kustomization, specs: Specs) -> Resources:
    """`images`: another name, tag or digest for the images of a name, in every list of containers."""
    for item in kustomization.tables("images", "imageTags"):
        name = scalar_text(item.get("name"))
        if name:
            change = scalars(_image_change(item, name))
            resources = tuple(_imaged(resource, change, specs) for resource in resources)
    return resources


def _imaged(resource: Resource, change: Change, specs: Specs) -> Resource:
    if resource.identity.kind == "CustomResourceDefinition":
        return resource
    node = _containers_changed(resource.node, change)
    for spec in specs.images:
        if spec.fits(resource.identity):
            node = changed(node, spec.way, change)
    return resource.with_node(node)


def _containers_changed(node: Node, change: Change) -> Node:
    """The tree with the images of all containers changed, wherever they are."""
    if isinstance(node, Sequence):
        items = tuple(_containers_changed(item, change) for item in node.items)
        same = all(old is new for old, new in zip(node.items, items, strict=True))
        return node if same else sequence_of(node, items)
    if not isinstance(node, Mapping):
        return node
    for name, (_, value) in node.effective().items():
        new = _containers_changed(value, change)
        if name in _CONTAINERS and isinstance(new, Sequence):
            new = changed(new, ("image",), change)
        if new is not value:
            node = with_entry(node, name, new)
    return node


def _image_change(item: Mapping, name: str) -> Callable[[Scalar], Node]:
    texts = {key: scalar_text(item.get(key)) or "" for key in ("newName", "newTag", "digest", "tagSuffix")}
    nodes = (item.get(key) for key in ("newTag", "digest", "newName"))
    place = next((node for node in nodes if node is not None), item)

    def change(node: Scalar) -> Node:
        written = node.value
        if not written.startswith(name) or not re.fullmatch(_REFERENCE, written[len(name) :]):
            return node
        return scalar_at(place, _image(written, texts))

    return change


def _image(written: str, texts: dict[str, str]) -> str:
    """The image with what is to be changed; a new tag drops the digest, and a new digest the tag."""
    base, _, digest = written.partition("@")
    head, slash, tail = base.rpartition("/")
    name, _, tag = tail.partition(":")
    name = texts["newName"] or f"{head}{slash}{name}"
    if texts["newTag"] or texts["digest"]:
        tag, digest = texts["newTag"], texts["digest"]
    elif texts["tagSuffix"]:
        tag, digest = tag + texts["tagSuffix"], ""
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
