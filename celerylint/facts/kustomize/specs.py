"""Which fields of which kinds hold images, replicas, names of other objects, and vars.

The defaults are kustomize's own (api/internal/konfig/builtinpluginconsts, v5.8); `configurations` adds to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.facts.kustomize.paths import Path
from celerylint.facts.kustomize.resource import Identity
from celerylint.facts.manifests.reading import scalar_text
from celerylint.sources.yaml import Mapping, Sequence

_SLASH = re.compile(r"(?<!\\)/")


@dataclass(frozen=True, slots=True)
class Spec:
    """A field of the objects of a kind; an empty kind, group or version fits all. `referent`: the kind it names."""

    way: Path
    kind: str = ""
    group: str = ""
    version: str = ""
    referent: str = ""

    def fits(self, identity: Identity) -> bool:
        """Whether objects of this name have the field."""
        return (
            self.kind in ("", identity.kind)
            and self.group in ("", identity.group)
            and self.version in ("", identity.release)
        )


@dataclass(frozen=True, slots=True)
class Specs:
    """Fields beyond the defaults."""

    images: tuple[Spec, ...] = ()
    replicas: tuple[Spec, ...] = ()
    names: tuple[Spec, ...] = ()
    vars: tuple[Spec, ...] = ()

    def joined(self, other: Specs) -> Specs:
        """Both together."""
        return Specs(
            (*self.images, *other.images),
            (*self.replicas, *other.replicas),
            (*self.names, *other.names),
            (*self.vars, *other.vars),
        )


def configured(root: Mapping) -> Specs:
    """What a file of `configurations` adds."""
    names = []
    for item in _tables(root, "nameReference"):
        kind = scalar_text(item.get("kind")) or ""
        names += [_spec(each, kind) for each in _tables(item, "fieldSpecs")]
    images, replicas, variables = (
        tuple(_spec(each) for each in _tables(root, key)) for key in ("images", "replicas", "varReference")
    )
    return Specs(images, replicas, tuple(names), variables)


def _tables(node: Mapping, key: str) -> Iterator[Mapping]:
    found = node.get(key)
    for item in found.items if isinstance(found, Sequence) else ():
        if isinstance(item, Mapping):
            yield item


def _spec(node: Mapping, referent: str = "") -> Spec:
    texts = {key: scalar_text(node.get(key)) or "" for key in ("path", "kind", "group", "version")}
    parts = (part.removesuffix("[]").replace("\\/", "/") for part in _SLASH.split(texts["path"]))
    return Spec(tuple(parts), texts["kind"], texts["group"], texts["version"], referent)


def _ways(*texts: str) -> tuple[Path, ...]:
    return tuple(tuple(text.split("/")) for text in texts)


_TEMPLATED = ("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job")
# Where the spec of the pod is.
_POD_SPECS: dict[str, Path] = {
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    **dict.fromkeys(_TEMPLATED, ("spec", "template", "spec")),
}
_CONTAINERS = ("containers", "initContainers")
_REFERENCES: dict[str, tuple[Path, ...]] = {
    "ConfigMap": _ways(
        *(f"{each}/env/valueFrom/configMapKeyRef/name" for each in _CONTAINERS),
        *(f"{each}/envFrom/configMapRef/name" for each in _CONTAINERS),
        "volumes/configMap/name",
        "volumes/projected/sources/configMap/name",
    ),
    "Secret": _ways(
        *(f"{each}/env/valueFrom/secretKeyRef/name" for each in _CONTAINERS),
        *(f"{each}/envFrom/secretRef/name" for each in _CONTAINERS),
        "volumes/secret/secretName",
        "volumes/projected/sources/secret/name",
    ),
    "PersistentVolumeClaim": _ways("volumes/persistentVolumeClaim/claimName"),
    "PriorityClass": _ways("priorityClassName"),
    "ServiceAccount": _ways("serviceAccountName"),
}
_SCALABLE = ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
_KNATIVE = Spec(
    ("spec", "template", "spec", "containers", "env", "valueFrom", "secretKeyRef", "name"),
    "Service",
    "serving.knative.dev",
    "v1",
    "Secret",
)
_NAMES = (
    *(
        Spec((*pod, *way), kind, referent=referent)
        for kind, pod in _POD_SPECS.items()
        for referent, ways in _REFERENCES.items()
        for way in ways
    ),
    *(Spec(("spec", "scaleTargetRef", "name"), "HorizontalPodAutoscaler", referent=referent) for referent in _SCALABLE),
    _KNATIVE,
)
_VARS = tuple(
    Spec((*pod, *way), kind)
    for kind, pod in _POD_SPECS.items()
    if kind != "PodTemplate"
    for each in _CONTAINERS
    for way in _ways(f"{each}/args", f"{each}/command", f"{each}/env/value", f"{each}/volumeMounts/mountPath")
)
DEFAULTS = Specs((), tuple(Spec(("spec", "replicas"), kind) for kind in _SCALABLE), _NAMES, _VARS)
