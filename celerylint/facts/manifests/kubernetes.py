"""Kubernetes objects of one file: every object that embeds a pod template, whatever its kind, and what acts on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from celerylint.facts.manifests.acting import ActingFacts, budget, limit_range, priority_class
from celerylint.facts.manifests.autoscalers import KINDS as SCALING
from celerylint.facts.manifests.autoscalers import autoscaler
from celerylint.facts.manifests.clowdapp import made_of
from celerylint.facts.manifests.configmaps import ConfigMapFact, config_map
from celerylint.facts.manifests.development import is_development
from celerylint.facts.manifests.openshift import processed
from celerylint.facts.manifests.podspec import pod_fact
from celerylint.facts.manifests.reading import Reader, entries, scalar_text
from celerylint.facts.manifests.rollout import BATCH, WORKFLOWS, replicas, rollout, strategy, surges
from celerylint.facts.manifests.workloads import ManifestProblem, WorkloadFact
from celerylint.origin import Span
from celerylint.sources.yaml import Document, Mapping, Node, Sequence

_POD_KEYS = frozenset({"spec", "containerSet"})


@dataclass(frozen=True, slots=True)
class KubernetesFacts:
    """What one file says, in the order of the file."""

    workloads: tuple[WorkloadFact, ...]
    config_maps: tuple[ConfigMapFact, ...]
    acting: ActingFacts
    problems: tuple[ManifestProblem, ...]

    def built(self, folder: str) -> KubernetesFacts:
        """The same as what the kustomization in a folder builds."""
        return replace(
            self,
            workloads=tuple(replace(each, rendering=folder, overlay=folder) for each in self.workloads),
            config_maps=tuple(replace(each, rendering=folder) for each in self.config_maps),
            acting=self.acting.in_rendering(folder),
        )

    def without_fragments(self) -> KubernetesFacts:
        """The same without the workloads that only change others."""
        return replace(self, workloads=tuple(each for each in self.workloads if not each.fragment))


@dataclass(frozen=True, slots=True)
class _Object:
    """An object with a kind: a document, an item of a List or Template, or one inside another."""

    kind: str
    name: str
    namespace: str
    span: Span
    node: Mapping


@dataclass(frozen=True, slots=True)
class _Template:
    """A pod template inside an object: its spec, its own metadata, and the mapping that holds the template."""

    holder: _Object
    pod: Mapping
    metadata: Mapping | None
    owner: Mapping | None
    name: str


def kubernetes_facts(documents: Iterable[Document], path: str) -> KubernetesFacts:
    """The workloads of a file's documents, and the ConfigMaps, autoscalers and LimitRanges beside them."""
    reader = Reader()
    found = [item for document in documents for item in _everything(reader, processed(document.root))]
    objects = [item for item in found if isinstance(item, _Object)]
    workloads = tuple(_workload(reader, item, path) for item in found if isinstance(item, _Template))
    return KubernetesFacts(
        workloads,
        tuple(
            config_map(reader, item.name, item.namespace, item.node, item.span)
            for item in objects
            if item.kind == "ConfigMap"
        ),
        _acting(reader, objects),
        reader.problems,
    )


def _acting(reader: Reader, objects: list[_Object]) -> ActingFacts:
    """What acts on workloads, by kind."""
    kinds: dict[str, list[_Object]] = {}
    for item in objects:
        kinds.setdefault(item.kind, []).append(item)

    def each(kind: str) -> Iterator[tuple[_Object, Mapping | None]]:
        return ((item, reader.mapping(item.node, "spec")) for item in kinds.get(kind, ()))

    scalers = [
        autoscaler(reader, kind, item.name, item.namespace, spec)
        for kind in sorted(SCALING)
        for item, spec in each(kind)
    ]
    ranges = [limit_range(reader, item.name, item.namespace, spec) for item, spec in each("LimitRange")]
    rollouts = [rollout(reader, item.name, item.namespace, spec, item.span) for item, spec in each("Rollout")]
    return ActingFacts(
        tuple(sorted((fact for fact in scalers if fact), key=lambda fact: fact.span)),
        tuple(fact for fact in ranges if fact),
        tuple(budget(reader, item.name, item.namespace, spec, item.span) for item, spec in each("PodDisruptionBudget")),
        tuple(priority_class(reader, item.name, item.node, item.span) for item in kinds.get("PriorityClass", ())),
        tuple(fact for fact in rollouts if fact),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A node on the way through a document: its key (empty in a list), and the mappings above it in its object."""

    node: Node
    key: str = ""
    holder: _Object | None = None
    above: tuple[Mapping, ...] = ()  # from the object down


def _everything(reader: Reader, root: Node | None) -> Iterator[_Object | _Template]:
    """What a document holds, and what an operator makes of it."""
    for item in _found(reader, root):
        yield item
        if isinstance(item, _Object) and item.kind == "ClowdApp":
            for made in made_of(reader, item.node):
                yield from _found(reader, made)


def _found(reader: Reader, root: Node | None) -> Iterator[_Object | _Template]:
    """Every object and pod template of a document, outer before inner."""
    if isinstance(root, Mapping) and scalar_text(root.get("kind")):
        pending = [_Place(root)]
    else:  # a bare list of objects, as some tools write JSON
        pending = [_Place(root)] if isinstance(root, Sequence) else []
    while pending:
        place = pending.pop()
        holder, above = place.holder, place.above
        if isinstance(place.node, Sequence):
            pending += [_Place(item, "", holder, above) for item in reversed(place.node.items)]
            continue
        if not isinstance(place.node, Mapping):
            continue
        node = place.node
        if node is root or _is_object(node):
            holder, above = _object(reader, node, holder), ()
            yield holder
        elif holder is not None and (template := _template(reader, place, node, holder)) is not None:
            yield template
            continue
        if holder is None or holder.kind != "ConfigMap":
            above = (*above, node)
            pending += [_Place(value, key.value, holder, above) for key, value in reversed(entries(node))]


def _is_object(node: Mapping) -> bool:
    """A reference to an object has a kind and a name; only the object itself has metadata."""
    return bool(scalar_text(node.get("kind"))) and isinstance(node.get("metadata"), Mapping)


def _object(reader: Reader, node: Mapping, outer: _Object | None) -> _Object:
    metadata = reader.mapping(node, "metadata")
    named = reader.child(metadata, "name") or reader.child(metadata, "generateName")
    namespace = scalar_text(reader.child(metadata, "namespace")) or (outer.namespace if outer else "")
    span = (named or node.get("kind") or node).span
    return _Object(_kind(node), scalar_text(named) or "", namespace, span, node)


def _template(reader: Reader, place: _Place, node: Mapping, holder: _Object) -> _Template | None:
    above = place.above
    owner = above[-2] if len(above) > 1 else None
    if place.key in _POD_KEYS and node.get("containers") is not None:
        return _Template(holder, node, reader.mapping(above[-1], "metadata"), owner, holder.name)
    if holder.kind in WORKFLOWS and isinstance(node.get("container"), Mapping):
        own = scalar_text(reader.child(node, "name"))
        name = f"{holder.name}/{own}" if own else holder.name
        return _Template(holder, node, reader.mapping(node, "metadata"), None, name)
    return None


def _kind(node: Mapping) -> str:
    """The kind as written, but for Knative's Service, which is not the one that Kubernetes knows."""
    kind, version = scalar_text(node.get("kind")), scalar_text(node.get("apiVersion")) or ""
    return "Knative" if kind == "Service" and "knative.dev" in version else kind or ""


def _workload(reader: Reader, template: _Template, path: str) -> WorkloadFact:
    holder, owner = template.holder, template.owner
    pod = pod_fact(reader, template.pod)
    metadata = reader.mapping(holder.node, "metadata")
    count = replicas(reader, holder.kind, owner)
    plan = strategy(reader, holder.kind, owner)
    everything = (*pod.containers, *pod.init_containers)
    return WorkloadFact(
        platform="kubernetes",
        kind="Service" if holder.kind == "Knative" else holder.kind,
        name=template.name,
        namespace=holder.namespace,
        span=holder.span,
        replicas=count,
        grace_period=pod.grace_period,
        strategy=plan,
        surges=surges(reader, holder.kind, owner, plan, count),
        spot=pod.spot,
        lives_long=holder.kind not in BATCH and pod.restart_policy == "Always",
        containers=pod.containers,
        init_containers=pod.init_containers,
        share_process_namespace=pod.share_process_namespace,
        host_network=pod.host_network,
        labels=_pairs(reader, metadata, "labels"),
        template_labels=_pairs(reader, template.metadata, "labels"),
        annotations=_pairs(reader, metadata, "annotations"),
        profiles=(),
        development=is_development(path, (holder.namespace,)),
        priority_class=pod.priority_class,
        fragment=all(fact.image.known and fact.image.get() is None for fact in everything),
    )


def _pairs(reader: Reader, node: Mapping | None, key: str) -> tuple[tuple[str, str], ...]:
    pairs = ((name.value, scalar_text(value)) for name, value in entries(reader.mapping(node, key)))
    return tuple((name, text) for name, text in pairs if text is not None)
