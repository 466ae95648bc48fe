"""helmfile.yaml: environments with their values, and releases of charts with theirs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.facts.helm.releases import ReleaseFact, ReleaseValues
from celerylint.facts.helm.set_values import set_values
from celerylint.sources.text import Text
from celerylint.sources.yaml import Mapping, Node, Sequence, mapping, read, scalar, sequence, string

NAMES = ("helmfile.yaml", "helmfile.yml", "helmfile.yaml.gotmpl")
DEFAULT = "default"  # the environment without a name
_CONTROL = re.compile(
    r"^[ \t]*\{\{-?\s*(?:if|else|end|range|with|/\*)(?:[^{}]|\{[^{]|\}[^}])*\}\}[ \t]*$", re.MULTILINE
)
_ENVIRONMENT = re.compile(r"\{\{-?\s*\.Environment\.Name\s*(?:\|\s*\w+\s*)?-?\}\}")


@dataclass(frozen=True, slots=True)
class HelmfileRelease:
    """A release in one environment, and the environment's own values (files from the root, weakest first)."""

    environment: str
    environment_values: tuple[ReleaseValues, ...]
    release: ReleaseFact


def is_helmfile(path: str) -> bool:
    """Whether a file is one by its name."""
    return path.rpartition("/")[2] in NAMES or "/helmfile.d/" in f"/{path}"


def helmfile_releases(text: Text) -> Iterator[HelmfileRelease]:
    """The releases of local charts, for every environment. Lines that only decide (`{{ if … }}`) are not followed."""
    readable = Text(text.path, _CONTROL.sub(lambda match: "#" + match[0][1:], text.text))
    documents, _ = read(readable)
    roots = [root for root in (mapping(document.root) for document in documents) if root]
    environments = {
        name: tuple(_values(node.get("values"), text.path, name)) if node else ()
        for root in roots
        for name, node in _named(root.get("environments"))
    }
    general = [root.get("values") for root in roots]
    for environment, own in (environments or {DEFAULT: ()}).items():
        state = (*(each for node in general for each in _values(node, text.path, environment)), *own)
        for root in roots:
            for item in _items(root.get("releases")):
                release = _release(item, text.path, environment)
                if release is not None:
                    yield HelmfileRelease(environment, state, release)


def _release(node: Node, path: str, environment: str) -> ReleaseFact | None:
    entry = mapping(node)
    chart = _text(entry, "chart", environment)
    if entry is None or not chart or "://" in chart or string(entry.get("installed")) == "false":
        return None
    values = list(_values(entry.get("values"), path, environment))
    pairs = [(_text(mapping(item), "name"), _text(mapping(item), "value")) for item in _items(entry.get("set"))]
    if pairs and (text := set_values(pairs)):
        values.append(ReleaseValues(path, text=text))
    folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), chart))
    name, namespace = _text(entry, "name", environment), _text(entry, "namespace", environment)
    label = environment if environment != DEFAULT else name
    return ReleaseFact(label, name, namespace, folder, tuple(values), entry.span)


def _values(node: Node | None, path: str, environment: str) -> Iterator[ReleaseValues]:
    for item in _items(node):
        if isinstance(item, Mapping):
            yield ReleaseValues(path, item)
        elif name := _with_environment(string(item) or "", environment):
            yield ReleaseValues(posixpath.normpath(posixpath.join(posixpath.dirname(path), name)))


def _named(node: Node | None) -> Iterator[tuple[str, Mapping | None]]:
    found = mapping(node)
    for key, value in found.items() if found else ():
        yield key.value, mapping(value)


def _items(node: Node | None) -> tuple[Node, ...]:
    found = sequence(node)
    return found.items if isinstance(found, Sequence) else ()


def _text(node: Mapping | None, key: str, environment: str = "") -> str:
    found = scalar(node.get(key)) if node else None
    return _with_environment(found.value, environment) if found else ""


def _with_environment(text: str, environment: str) -> str:
    return _ENVIRONMENT.sub(environment, text)
