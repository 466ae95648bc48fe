"""The end of a build: names with their hashes, the references to them, and vars."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from celerylint.facts.kustomize.generators import renamed
from celerylint.facts.kustomize.paths import changed, found, scalars, split
from celerylint.facts.kustomize.resource import Identity, Resource
from celerylint.facts.kustomize.specs import Specs
from celerylint.facts.manifests.reading import scalar_text
from celerylint.sources.yaml import Mapping, Node, Scalar, path, scalar_at, unresolved

_VARIABLE = re.compile(r"\$(?:\$|\(([^)]*)\))")
_LOCAL = "config.kubernetes.io/local-config"
_INDEX = re.compile(r"\[(\d+)\]")
_LONGEST = 100_000  # characters of a text with its vars

Former = dict[tuple[str, str], list[Resource]]


@dataclass(frozen=True, slots=True)
class Variable:
    """One of `vars`: the name, the object that it looks at, and the field there."""

    name: str
    wanted: Identity  # empty parts fit all
    way: tuple[str, ...]


def finished(resources: tuple[Resource, ...], variables: tuple[Variable, ...], specs: Specs) -> tuple[Resource, ...]:
    """The objects with their last names, and with what refers to those."""
    resources = tuple(map(renamed, resources))
    former = _former(resources)
    resources = tuple(_referring(resource, former, specs) for resource in resources)
    if variables:
        resources = _with_vars(resources, variables, specs)
    return tuple(resource for resource in resources if not _local(resource))


def _local(resource: Resource) -> bool:
    """Whether the object serves the build alone (`config.kubernetes.io/local-config`)."""
    written = path(resource.node, "metadata", "annotations", _LOCAL)
    return written is not None and scalar_text(written) != "false"


def _former(resources: tuple[Resource, ...]) -> Former:
    """The objects by the kinds and names that they had before."""
    former: Former = {}
    for resource in resources:
        for key in dict.fromkeys((each.kind, each.name) for each in resource.before):
            former.setdefault(key, []).append(resource)
    return former


def _referring(resource: Resource, former: Former, specs: Specs) -> Resource:
    """The object with the names that others have by now."""
    identity = resource.identity
    node: Node = resource.node
    for spec in specs.names:
        if spec.fits(identity):
            node = changed(node, spec.way, scalars(_renaming(resource, spec.referent, former)))
    return resource.with_node(node)


def _renaming(resource: Resource, kind: str, former: Former) -> Callable[[Scalar], Node]:
    def rename(node: Scalar) -> Node:
        name = _referent(resource, former.get((kind, node.value), []))
        return scalar_at(node, name) if name and name != node.value else node

    return rename


def _referent(resource: Resource, candidates: list[Resource]) -> str:
    """The present name of a candidate; of several, of the one that got the same prefixes and suffixes."""
    place = resource.identity.place
    near = [each for each in candidates if not each.identity.scoped or not place or each.identity.place == place]
    if len(near) > 1:
        near = [each for each in near if _alike(each, resource, True)]
    if len(near) > 1:
        near = [each for each in near if _alike(each, resource, False)]
    names = {each.identity.name for each in near}
    return names.pop() if len(names) == 1 else ""


def _alike(one: Resource, other: Resource, allow_none: bool) -> bool:
    pairs = ((one.prefixes, other.prefixes), (one.suffixes, other.suffixes))
    return all(_same_end(mine, yours) or (allow_none and not (mine and yours)) for mine, yours in pairs)


def _same_end(mine: tuple[str, ...], yours: tuple[str, ...]) -> bool:
    length = min(len(mine), len(yours))
    if not length:
        return mine == yours
    return mine[len(mine) - length :] == yours[len(yours) - length :]


def variable_of(item: Mapping) -> Variable:
    """One entry of `vars`."""
    texts = {}
    reference = item.get("objref")
    for key in ("apiVersion", "kind", "name", "namespace"):
        texts[key] = (scalar_text(reference.get(key)) or "") if isinstance(reference, Mapping) else ""
    field = item.get("fieldref")
    way = scalar_text(_either(field, "fieldPath", "fieldpath")) or "metadata.name"
    wanted = Identity(texts["apiVersion"], texts["kind"], texts["name"], texts["namespace"])
    return Variable(scalar_text(item.get("name")) or "", wanted, split(_INDEX.sub(r".\1", way)))


def _either(node: Node | None, *keys: str) -> Node | None:
    values = (node.get(key) for key in keys) if isinstance(node, Mapping) else ()
    return next((each for each in values if each is not None), None)


def _with_vars(resources: tuple[Resource, ...], variables: tuple[Variable, ...], specs: Specs) -> tuple[Resource, ...]:
    texts = {variable.name: _value(variable, resources) for variable in variables}
    change = scalars(lambda node: _replaced(node, texts))
    result = []
    for resource in resources:
        node: Node = resource.node
        for spec in specs.vars:
            if spec.fits(resource.identity):
                node = changed(node, spec.way, change)
        result.append(resource.with_node(node))
    return tuple(result)


def _value(variable: Variable, resources: tuple[Resource, ...]) -> str | None:
    """What a var stands for; None where the object or its field is not among those that are built."""
    meant = [each for each in resources if any(_means(variable.wanted, identity) for identity in each.identities)]
    nodes = list(found(meant[0].node, variable.way)) if len(meant) == 1 else []
    return scalar_text(nodes[0]) if len(nodes) == 1 else None


def _means(wanted: Identity, identity: Identity) -> bool:
    return (
        wanted.name == identity.name
        and wanted.kind in ("", identity.kind)
        and wanted.version in ("", identity.version)
        and wanted.namespace in ("", identity.place)
    )


def _replaced(node: Scalar, texts: dict[str, str | None]) -> Node:
    """A text with its vars; `$(X)` of another name is Kubernetes' own and stays."""
    names = [match[1] for match in _VARIABLE.finditer(node.value) if match[1] in texts]
    if not names:
        return node
    lost = next((name for name in names if texts[name] is None), None)
    if lost is not None:
        return unresolved(node, node.value, f"$({lost}) is a var of kustomize, whose object is not in the repository")

    def put(match: re.Match[str]) -> str:
        return match[0] if match[1] not in texts else texts[match[1]] or ""

    text = _VARIABLE.sub(put, node.value)
    if len(text) > _LONGEST:
        return unresolved(node, node.value, "its vars make it too long")
    return scalar_at(node, text)
