"""Where a Compose service's files come from: how its image is built, and what is mounted over it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from celerylint.facts.manifests.compose_files import Layer, inside
from celerylint.facts.manifests.compose_service import Service, Written, pairs_in
from celerylint.facts.manifests.reading import is_null
from celerylint.facts.manifests.workloads import BuildFact, MountFact, VolumeFact
from celerylint.origin import Span, Unknown
from celerylint.sources.yaml import Mapping, Node, Scalar, Sequence

# A source that is a path or begins with one in a variable; anything else is a volume's name.
_BIND = re.compile(r"(?P<source>[./~$].*):(?P<target>/[^:]*)(?::[a-zA-Z,]+)?")

_VOLUME = re.compile(r"(?:(?P<source>[^:]+):)?(?P<target>/[^:]*)(?::(?P<mode>[a-zA-Z,]+))?")


def build_of(service: Service) -> BuildFact | None:
    """Where the image is built; each layer may change the context, the Dockerfile or the target."""
    context: Written | None = None
    table: dict[str, Written | None] = {}
    arguments: dict[str, str | Unknown] = {}
    span: Span | None = None
    for layer, node in service.found("build"):
        span = node.span
        parts: dict[str, Node] = {"context": node} if isinstance(node, Scalar) else {}
        if isinstance(node, Mapping):
            parts = {key: part for key in ("context", "dockerfile", "target") if (part := node.get(key)) is not None}
            arguments |= _arguments(layer, node.get("args"))
        table |= {key: service.written(layer, part, key) for key, part in parts.items() if not is_null(part)}
    if span is None:
        return None
    context, dockerfile, target = (table.get(key) for key in ("context", "dockerfile", "target"))
    folder = _folder(service, context)
    file = dockerfile.text if dockerfile and not dockerfile.result.reason else "Dockerfile"
    place = inside(posixpath.join(folder, file)) if folder else None
    stage = target.text if target and not target.result.reason else ""
    return BuildFact(folder, place or "", stage, span, tuple(arguments.items()))


def _arguments(layer: Layer, node: Node | None) -> dict[str, str | Unknown]:
    """Build arguments; one without a value is passed on from whoever builds."""
    if not isinstance(node, (Mapping, Sequence)):
        return {}
    found: dict[str, str | Unknown] = {}
    for pair in pairs_in(layer, node):
        value = pair.value()
        passed = Unknown(f"{pair.name} is passed on from the shell of whoever builds the image")
        found[pair.name] = passed if value is None else value.value
    return found


def _folder(service: Service, context: Written | None) -> str:
    """The context relative to the root; empty where it is elsewhere, such as a git address."""
    if context is None:
        return service.layers[-1].file.beside(".") or ""
    if context.result.reason or "://" in context.text or context.text.startswith("git@"):
        return ""
    return context.layer.file.beside(context.text) or ""


def mounts(service: Service) -> Iterator[MountFact]:
    """The folders and files of the host that `volumes` puts over the image's, weakest first.

    A volume is left out: Docker fills a new one with what the image has there.
    """
    for layer, node in service.found("volumes"):
        for item in node.items if isinstance(node, Sequence) else ():
            mount = _long_mount(service, layer, item) if isinstance(item, Mapping) else _mount(service, layer, item)
            if mount is not None:
                yield mount


def volumes(service: Service) -> Iterator[VolumeFact]:
    """What kind of volume stands at each path: `volumes` and `tmpfs`."""
    for layer, node in service.found("volumes"):
        for item in node.items if isinstance(node, Sequence) else ():
            volume = _long_volume(service, layer, item) if isinstance(item, Mapping) else _volume(service, layer, item)
            if volume is not None:
                yield volume
    for written in service.texts("tmpfs"):
        yield VolumeFact(posixpath.normpath(written.text.partition(":")[0]), "tmpfs", False, True, written.span)


def _volume(service: Service, layer: Layer, node: Node) -> VolumeFact | None:
    """`target`, `name:target:mode` or `source:target:mode`"""
    written = None if is_null(node) else service.written(layer, node, "an item of volumes")
    if written is None:
        return None
    match = _VOLUME.fullmatch(written.text)
    if match is None:
        return None
    source, target = match["source"] or "", match["target"]
    kind = "bind" if source[:1] in (".", "/", "~", "$") else "volume"
    read_only = "ro" in (match["mode"] or "").split(",")
    return VolumeFact(posixpath.normpath(target), kind, read_only, False, written.span)


def _long_volume(service: Service, layer: Layer, node: Mapping) -> VolumeFact | None:
    texts = {}
    for key in ("type", "target"):
        found = node.get(key)
        written = None if found is None or is_null(found) else service.written(layer, found, key)
        texts[key] = written.text if written else ""
    if not texts["target"]:
        return None
    read_only = node.get("read_only")
    only = isinstance(read_only, Scalar) and read_only.python() is True
    kind = texts["type"]
    return VolumeFact(posixpath.normpath(texts["target"]), kind, only, kind == "tmpfs", node.span)


def _mount(service: Service, layer: Layer, node: Node) -> MountFact | None:
    """`source:target:mode`"""
    written = None if is_null(node) else service.written(layer, node, "an item of volumes")
    match = _BIND.fullmatch(written.text) if written else None
    return _mounted(layer, match["source"], match["target"], written.span) if written and match else None


def _long_mount(service: Service, layer: Layer, node: Mapping) -> MountFact | None:
    parts = {}
    for key in ("type", "source", "target"):
        found = node.get(key)
        written = None if found is None or is_null(found) else service.written(layer, found, key)
        parts[key] = written.text if written else ""
    return _mounted(layer, parts["source"], parts["target"], node.span) if parts["type"] == "bind" else None


def _mounted(layer: Layer, source: str, target: str, span: Span) -> MountFact:
    relative = source.startswith(".") and "$" not in source
    return MountFact(posixpath.normpath(target), span, (layer.file.beside(source) or "") if relative else "")
