"""Compose files and the layers of a service: what it extends, itself, and what overrides it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from celerylint.facts.manifests.dotenv import entries as dotenv_entries
from celerylint.facts.manifests.interpolation import Interpolated, interpolate
from celerylint.facts.manifests.reading import entries, is_null, scalar_text
from celerylint.origin import Unknown
from celerylint.sources.text import Text
from celerylint.sources.yaml import Mapping, Node, Scalar, read

Read = Callable[[str], Text | None]

_NAMED = re.compile(r"(?:.*/)?(?:docker-)?compose(?:[._-][^/]*)?\.ya?ml", re.IGNORECASE)
_STANDARD = re.compile(r"(?P<stem>(?:docker-)?compose)\.ya?ml")
_OVERRIDE = re.compile(r"(?P<stem>(?:docker-)?compose)\.override\.ya?ml")
_SERVICE_KEYS = frozenset({"image", "build", "command", "extends"})
_MOST_LAYERS = 20
_ENDINGS = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """One file's services by name, each with its key, and the variables of the `.env` beside it."""

    path: str
    services: dict[str, list[tuple[Scalar, Node]]]
    includes: tuple[Node, ...]
    variables: dict[str, str | Unknown]

    def interpolate(self, text: str) -> Interpolated:
        """A text of this file with its variables replaced."""
        return interpolate(text, self.variables.get)

    def beside(self, path: str) -> str | None:
        """A path of this file, relative to the root; None where it leads out of the repository."""
        return inside(posixpath.join(posixpath.dirname(self.path), path))


@dataclass(frozen=True, slots=True)
class Layer:
    """One place where a service is written."""

    file: ComposeFile
    key: Scalar
    node: Mapping


@dataclass(frozen=True, slots=True)
class Layers:
    """A service's layers, strongest last; `missing` says which one is not there, empty where all are."""

    layers: tuple[Layer, ...]
    missing: str = ""

    def over(self, other: Layers) -> Layers:
        """These layers on top of others."""
        return Layers((*other.layers, *self.layers), self.missing or other.missing)


@dataclass(slots=True)
class ComposeFiles:
    """The Compose files that one file leads to, each read once; `asked` are the paths, found or not."""

    read: Read
    asked: dict[str, None] = field(default_factory=dict)
    _loaded: dict[str, ComposeFile | None] = field(default_factory=dict)

    def text(self, path: str | None) -> Text | None:
        """A file's text, None where the repository has none there."""
        if path is None:
            return None
        self.asked[path] = None
        return self.read(path)

    def load(self, path: str | None) -> ComposeFile | None:
        """A Compose file, None where there is none."""
        if path is None:
            return None
        if path not in self._loaded:
            text = self.text(path)
            roots = [document.root for document in read(text)[0]] if text else []
            self._loaded[path] = self.compose_file(path, roots)
        return self._loaded[path]

    def compose_file(self, path: str, roots: list[Node | None]) -> ComposeFile | None:
        """The documents of a file as one Compose file, None where they are none."""
        mappings = [root for root in roots if isinstance(root, Mapping) and is_compose(root, path)]
        if not mappings:
            return None
        services: dict[str, list[tuple[Scalar, Node]]] = {}
        for root in mappings:
            table = root.get("services")
            for key, service in entries(table if isinstance(table, Mapping) else None):
                services.setdefault(key.value, []).append((key, service))
        includes = tuple(node for root in mappings if (node := root.get("include")) is not None)
        return ComposeFile(path, services, includes, self._variables(path))

    def layers(self, file: ComposeFile, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> Layers:
        """The layers of a service of one file: what it extends, then itself. Cycles end."""
        here = (file.path, name)
        if here in seen or len(seen) > _MOST_LAYERS:
            return Layers((), f"service {name} extends itself")
        result = Layers(())
        for key, node in file.services.get(name, ()):
            if isinstance(node, Mapping):
                base = self._extended(file, node.get("extends"), seen | {here})
                result = Layers((Layer(file, key, node),)).over(base).over(result)
        return result

    def _extended(self, file: ComposeFile, node: Node | None, seen: frozenset[tuple[str, str]]) -> Layers:
        if node is None or is_null(node):
            return Layers(())
        service = scalar_text(node.get("service") if isinstance(node, Mapping) else node)
        where = scalar_text(node.get("file")) if isinstance(node, Mapping) else None
        name, path = (file.interpolate(text) if text is not None else None for text in (service, where))
        if name is None or name.reason or (path and path.reason):
            return Layers((), "the service that it extends cannot be told")
        other = self.load(file.beside(path.text)) if path else file
        if other is None:
            return Layers((), f"it extends a service of {path.text if path else file.path}, which is not there")
        if name.text not in other.services:
            return Layers((), f"it extends service {name.text}, which {other.path} does not have")
        return self.layers(other, name.text, seen)

    def _variables(self, path: str) -> dict[str, str | Unknown]:
        """The `.env` beside a file, which serves interpolation alone."""
        text = self.text(posixpath.join(posixpath.dirname(path), ".env"))
        found = dotenv_entries(text, lambda _: None) if text else ()
        return {entry.name: entry.value for entry in found if entry.value is not None}


def is_compose(root: Mapping, path: str) -> bool:
    """Whether a document is a Compose file: by its file's name, or by what its `services` hold."""
    services = root.get("services")
    if not isinstance(services, Mapping) or root.get("kind") is not None:
        return bool(root.get("include")) and bool(_NAMED.fullmatch(path))
    if _NAMED.fullmatch(path):
        return True
    nodes = [node for _, node in entries(services)]
    return any(isinstance(node, Mapping) and any(node.get(key) is not None for key in _SERVICE_KEYS) for node in nodes)


def inside(path: str) -> str | None:
    """A normal path relative to the root, None where it leads out."""
    normal = posixpath.normpath(path)
    return None if normal.startswith(("../", "/")) or normal == ".." else normal


def overrides(path: str) -> tuple[str, ...]:
    """The override files that Compose reads on top of a file of a standard name."""
    folder, name = posixpath.split(path)
    match = _STANDARD.fullmatch(name)
    return tuple(posixpath.join(folder, f"{match['stem']}.override{end}") for end in _ENDINGS) if match else ()


def overridden(path: str) -> tuple[str, ...]:
    """The files that an override file is read on top of; none where it is no override file."""
    folder, name = posixpath.split(path)
    match = _OVERRIDE.fullmatch(name)
    return tuple(posixpath.join(folder, f"{match['stem']}{end}") for end in _ENDINGS) if match else ()


def bases(path: str) -> tuple[str, ...]:
    """Where a service without image and build may have its other half: the standard files of the same folder."""
    folder, name = posixpath.split(path)
    names = (f"{stem}{end}" for stem in ("docker-compose", "compose") for end in _ENDINGS)
    return tuple(posixpath.join(folder, other) for other in names if other != name) if _NAMED.fullmatch(path) else ()
