"""What a pod's volumes put over the files of a container's image."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from celerylint.facts.manifests.reading import Reader, scalar_text
from celerylint.facts.manifests.workloads import MountFact
from celerylint.sources.yaml import Mapping, Node


def mounts(reader: Reader, pod: Mapping, container: Mapping) -> tuple[MountFact, ...]:
    """The mounts of a container, in order; of the volumes only a ConfigMap's files are known."""
    volumes = {scalar_text(reader.child(volume, "name")): volume for volume in reader.sequence(pod, "volumes")}
    return tuple(_mounts(reader, container, volumes))


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
