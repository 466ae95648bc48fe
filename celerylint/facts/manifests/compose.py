"""Compose files: their services as workloads, after extends, override files, interpolation and env_file.

Source: the Compose specification (compose-spec, 05-services, 10-fragments, 12-interpolation, 13-merge).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celerylint.facts.manifests.compose_container import container_fact, workload_fact
from celerylint.facts.manifests.compose_files import (
    ComposeFile,
    ComposeFiles,
    Layers,
    Read,
    bases,
    overridden,
    overrides,
)
from celerylint.facts.manifests.compose_service import Service
from celerylint.facts.manifests.reading import Reader, scalar_text
from celerylint.facts.manifests.workloads import ManifestProblem, WorkloadFact
from celerylint.sources.yaml import Document, Mapping, Node, Sequence


@dataclass(frozen=True, slots=True)
class ComposeFacts:
    """What one Compose file says, in its order."""

    workloads: tuple[WorkloadFact, ...]
    problems: tuple[ManifestProblem, ...]
    incomplete: tuple[str, ...]  # files that it names and that are not there
    depends_on: tuple[str, ...]  # the other files that were asked for, found or not


def compose_facts(documents: Iterable[Document], path: str, read: Read) -> ComposeFacts:
    """The services of a file. `read` gives other files by their path from the root, None where there is none.

    `compose.override.yml` is read on top of `compose.yml`, and so it has no services of its own. A service
    without image and build in a file such as `docker-compose.prod.yml` lies on top of the standard file's.
    """
    files, reader = ComposeFiles(read), Reader()
    file = files.compose_file(path, [document.root for document in documents])
    if file is None or any(files.load(base) for base in overridden(path)):
        return ComposeFacts((), (), (), tuple(files.asked))
    above = next((found for other in overrides(path) if (found := files.load(other))), None)
    names = dict.fromkeys((*file.services, *(above.services if above else ())))
    workloads = [_workload(reader, files, file, above, name) for name in names]
    return ComposeFacts(
        tuple(workload for workload in workloads if workload),
        reader.problems,
        tuple(_missing(files, file)),
        tuple(files.asked),
    )


def _workload(
    reader: Reader, files: ComposeFiles, file: ComposeFile, above: ComposeFile | None, name: str
) -> WorkloadFact | None:
    for key, node in file.services.get(name, ()):
        if node.tag == "!reset":
            return None
        if not isinstance(node, Mapping):
            reader.problem(key.span, f"service {name} must be a mapping")
            return None
    layers = files.layers(file, name)
    if above is not None:
        layers = files.layers(above, name).over(layers)
    layers, whole = _completed(files, file, name, layers)
    if not layers.layers:
        return None
    service = Service(reader, layers)
    return workload_fact(service, container_fact(service, files, name, file.path), file.path, not whole)


def _completed(files: ComposeFiles, file: ComposeFile, name: str, layers: Layers) -> tuple[Layers, bool]:
    """The layers on top of the standard file's where they cannot stand alone, and whether they now can."""
    if _stands(layers) or layers.missing:
        return layers, True
    for path in bases(file.path):
        base = files.load(path)
        if base is not None and name in base.services:
            layers = layers.over(files.layers(base, name))
            return layers, _stands(layers) or bool(layers.missing)
    return layers, False


def _stands(layers: Layers) -> bool:
    """Compose refuses a service without image and build."""
    return any(layer.node.get(key) is not None for layer in layers.layers for key in ("image", "build"))


def _missing(files: ComposeFiles, file: ComposeFile) -> Iterator[str]:
    """Included files that cannot be read; those that are there have services of their own."""
    for node in file.includes:
        for item in node.items if isinstance(node, Sequence) else (node,):
            for text in _paths(item):
                result = file.interpolate(text)
                if result.reason or files.text(file.beside(result.text)) is None:
                    yield f"{file.path} includes {result.text}, which is not there"


def _paths(node: Node) -> Iterator[str]:
    inner = node.get("path") if isinstance(node, Mapping) else node
    for item in inner.items if isinstance(inner, Sequence) else (inner,):
        text = scalar_text(item)
        if text is not None:
            yield text
