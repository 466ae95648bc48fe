"""Which volume of a container a file stands on, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterable

from celerylint.facts.manifests import VolumeFact
from celerylint.link.containers import Started
from celerylint.origin import Value, unknown

# Kubernetes, Volumes: an emptyDir ends with its pod; the others cannot be written to. Compose: a tmpfs is memory.
_SHORT_LIVED = frozenset({"emptyDir", "tmpfs", "configMap", "secret", "downwardAPI", "projected"})


def _volume_at(path: str, volumes: Iterable[VolumeFact]) -> VolumeFact | None:
    """The innermost volume that an absolute path lies on; None: the container's own file system."""
    holding = [each for each in volumes if f"{path}/".startswith(f"{each.target.rstrip('/')}/")]
    return max(holding, key=lambda each: len(each.target), default=None)


def lasts(file: Value[str | None], process: Started) -> Value[bool]:
    """Whether a file of a process stands on a volume that outlives the container."""
    if not isinstance(file.value, str):
        return file.map(lambda _: False)
    if not file.value.startswith("/") or process.workload.patched:
        return unknown("the folder that it stands in is not known", file.origin.span)
    volume = _volume_at(file.value, process.container.volumes)
    return file.map(lambda _: volume is not None and volume.kind not in _SHORT_LIVED)
