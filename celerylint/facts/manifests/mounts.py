"""What a pod's volumes put over the files of a container's image."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from celerylint.facts.manifests.reading import Reader, entries, scalar_text
from celerylint.facts.manifests.workloads import MountFact, VolumeFact
from celerylint.sources.yaml import Mapping, Node


def mounts(reader: Reader, pod: Mapping, container: Mapping) -> tuple[MountFact, ...]:
    """The mounts of a container, in order; of the volumes only a ConfigMap's files are known."""
    volumes = {scalar_text(reader.child(volume, "name")): volume for volume in reader.sequence(pod, "volumes")}
    return tuple(_mounts(reader, container, volumes))


def volumes(reader: Reader, pod: Mapping, container: Mapping) -> tuple[VolumeFact, ...]:
    """What kind of volume stands at each path of a container; a StatefulSet's own claims are not among the pod's."""
    kinds = {scalar_text(reader.child(volume, "name")): volume for volume in reader.sequence(pod, "volumes")}
    return tuple(_volumes(reader, container, kinds))


def _volumes(reader: Reader, container: Mapping, kinds: dict[str | None, Node]) -> Iterator[VolumeFact]:
    for item in reader.sequence(container, "volumeMounts"):
        target = scalar_text(reader.child(item, "mountPath"))
        if target is None:
            continue
        volume = kinds.get(scalar_text(reader.child(item, "name")))
        names = [key.value for key, _ in entries(volume if isinstance(volume, Mapping) else None)]
        kind = next((name for name in names if name != "name"), "")
        medium = scalar_text(reader.child(reader.mapping(volume, kind), "medium")) if kind == "emptyDir" else None
        place = posixpath.normpath(posixpath.join("/", target))
        yield VolumeFact(place, kind, reader.truth(item, "readOnly"), medium == "Memory", item.span)


def _mounts(reader: Reader, container: Mapping, volumes: dict[str | None, Node]) -> Iterator[MountFact]:
    for item in reader.sequence(container, "volumeMounts"):
        target = scalar_text(reader.child(item, "mountPath"))
        if target is None:
            continue
        volume = volumes.get(scalar_text(reader.child(item, "name")))
        config_map = reader.mapping(volume, "configMap") if isinstance(volume, Mapping) else None
        key = scalar_text(reader.child(item, "subPath")) or ""
        name = scalar_text(reader.child(config_map, "name")) or ""
        place = posixpath.normpath(posixpath.join("/", target))
        yield MountFact(place, item.span, name, config_map is not None, key, _items(reader, config_map))


def _items(reader: Reader, config_map: Mapping | None) -> tuple[tuple[str, str], ...]:
    pairs = (
        (scalar_text(reader.child(item, "key")), scalar_text(reader.child(item, "path")))
        for item in reader.sequence(config_map, "items")
    )
    return tuple((key, path) for key, path in pairs if key and path)
