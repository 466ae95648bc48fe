"""What the kustomizations of the repository deploy, as facts."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterator
from dataclasses import replace

from celerylint.facts.kustomize import NAMES, Build, Builder, Files, Resource, roots
from celerylint.facts.manifests import KubernetesFacts, config_map, doubted, kubernetes_facts
from celerylint.facts.manifests.reading import Reader
from celerylint.origin import Value, unknown
from celerylint.sources.tree import Tree
from celerylint.sources.yaml import Document


def builds(tree: Tree, aside: Container[str]) -> Iterator[Build]:
    """Every kustomization that no other one includes, built; those `aside` are parts of something else."""
    paths = tuple(path for path in tree.files if path.rpartition("/")[2] in NAMES and path not in aside)
    if not paths:
        return
    files = Files(tree.names, tree.text, tree.documents)
    builder = Builder(files)
    for path in roots(files, paths):
        yield builder.build(path)


def facts_of(build: Build) -> Iterator[KubernetesFacts]:
    """What the objects of a build say, object by object."""
    folder = posixpath.dirname(build.path) or "."
    for resource in build.resources:
        yield _facts(resource, build.path).built(folder)


def takes_apart(tree: Tree, path: str) -> bool:
    """Whether the containers of a file that a build uses tell what it says of Celery; overlays may still change it."""
    if not tree.mentions(path) or not path.endswith((".yaml", ".yml", ".json")):
        return False
    return bool(kubernetes_facts(tree.documents(path), path).workloads)


def _facts(resource: Resource, path: str) -> KubernetesFacts:
    node = resource.node
    facts = kubernetes_facts([Document(node, node.span)], path)
    identity = resource.identity
    if resource.generated and identity.kind == "Secret":
        secret = config_map(Reader(), identity.name, identity.namespace, node, node.span)
        facts = replace(facts, config_maps=(secret,))
    return doubtful(facts, resource.doubt) if resource.doubt else facts


def doubtful(facts: KubernetesFacts, reason: str) -> KubernetesFacts:
    """The facts of an object that is changed in a way which is not known."""
    lost: Value[int] = unknown(reason)
    return replace(
        facts,
        workloads=tuple(doubted(each, reason) for each in facts.workloads),
        config_maps=tuple(replace(each, incomplete=reason) for each in facts.config_maps),
        acting=replace(
            facts.acting,
            autoscalers=tuple(replace(each, minimum=lost, maximum=lost) for each in facts.acting.autoscalers),
        ),
    )
