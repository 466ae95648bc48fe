"""Chart.yaml: what a chart is called, and which other charts it needs."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celerylint.origin import Span
from celerylint.sources.text import Text
from celerylint.sources.yaml import Document, Mapping, Node, mapping, python, scalar, sequence

CHART_FILE = "Chart.yaml"


@dataclass(frozen=True, slots=True)
class DependencyFact:
    """An entry of `dependencies`."""

    name: str
    alias: str  # the name itself where there is no other
    repository: str
    condition: str
    span: Span
    node: Node


@dataclass(frozen=True, slots=True)
class ChartFact:
    """A chart. `folder` is relative to the root, empty for the root itself."""

    folder: str
    name: str
    span: Span  # of the name
    library: bool
    dependencies: tuple[DependencyFact, ...]

    def path(self, name: str) -> str:
        """A file of the chart, from the root."""
        return posixpath.join(self.folder, name)


def chart_fact(documents: Iterable[Document], path: str) -> ChartFact | None:
    """The chart that a Chart.yaml describes; None where it is not one that Helm would load."""
    root = next((mapping(document.root) for document in documents if document.root), None)
    name = scalar(root.get("name")) if root else None
    if root is None or name is None or root.get("apiVersion") is None:
        return None
    kind = scalar(root.get("type"))
    library = kind is not None and kind.value.lower() == "library"
    return ChartFact(posixpath.dirname(path), name.value, name.span, library, tuple(_dependencies(root)))


def _dependencies(root: Mapping) -> Iterator[DependencyFact]:
    found = sequence(root.get("dependencies"))
    for item in found.items if found else ():
        entry = mapping(item)
        name = _text(entry, "name")
        if name:
            texts = (_text(entry, key) for key in ("alias", "repository", "condition"))
            alias, repository, condition = texts
            yield DependencyFact(name, alias or name, repository, condition, item.span, item)


def _text(entry: Mapping | None, key: str) -> str:
    node = scalar(entry.get(key)) if entry else None
    return node.value if node else ""


def chart_text(text: Text, documents: Iterable[Document], kept: Iterable[DependencyFact]) -> str:
    """The same Chart.yaml with these dependencies alone, and for any version of Kubernetes."""
    root = next((mapping(document.root) for document in documents if document.root), None)
    if root is None:
        return text.text
    changes = []
    for key, node in root.items():
        if key.value == "dependencies":
            changes.append((key.end, node.end, f": {json.dumps([_entry(each) for each in kept])}"))
        elif key.value == "kubeVersion":
            changes.append((key.end, node.end, ': ""'))
    source = text.text
    for start, end, new in sorted(changes, reverse=True):
        source = source[:start] + new + source[end:]
    return source


def _entry(dependency: DependencyFact) -> dict[str, object]:
    """A dependency as JSON; its texts stay texts, whatever they look like."""
    entry = {}
    for key, node in dependency.node.items() if isinstance(dependency.node, Mapping) else ():
        leaf = scalar(node)
        entry[key.value] = leaf.value if leaf else python(node)
    return entry
