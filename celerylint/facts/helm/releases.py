"""Releases of charts: Argo CD's Applications and Flux's HelmReleases say which chart runs with which values."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celerylint.facts.helm.set_values import set_values
from celerylint.origin import Span
from celerylint.sources.yaml import Document, Mapping, Node, mapping, python, scalar, sequence, string

_GO = re.compile(r"\{\{-?\s*\.?([\w.-]+)\s*-?\}\}")


@dataclass(frozen=True, slots=True)
class ReleaseValues:
    """Values that a release brings: a file (from the root), what is written at a node, or a text."""

    path: str
    node: Node | None = None
    text: str = ""
    config_map: str = ""  # the text is a key of this ConfigMap
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseFact:
    """One release of a chart of the repository; an empty namespace is not written."""

    label: str
    name: str
    namespace: str
    chart: str  # the chart's folder, from the root
    values: tuple[ReleaseValues, ...]  # weakest first
    span: Span


def release_facts(documents: Iterable[Document], path: str) -> Iterator[ReleaseFact]:
    """The releases of one file's Kubernetes objects."""
    for document in documents:
        root = mapping(document.root)
        kind, version = _text(root, "kind"), _text(root, "apiVersion")
        spec = _child(root, "spec")
        if root is None or spec is None:
            continue
        if kind == "Application" and version.startswith("argoproj.io/"):
            yield from _application(root, spec, path, {})
        elif kind == "ApplicationSet" and version.startswith("argoproj.io/"):
            yield from _application_set(spec, path)
        elif kind == "HelmRelease" and version.startswith("helm.toolkit.fluxcd.io/"):
            yield from _helm_release(root, spec, path)


def _application(root: Mapping, spec: Mapping, path: str, chosen: dict[str, str]) -> Iterator[ReleaseFact]:
    several = sequence(spec.get("sources"))
    nodes = several.items if several else (spec.get("source"),)
    name = _filled(_text(_child(root, "metadata"), "name"), chosen)
    for source in map(mapping, nodes):
        folder = _filled(_text(source, "path"), chosen)
        helm = _child(source, "helm")
        if source is None or not folder:
            continue
        chart = posixpath.normpath(folder.strip("/"))
        release = _filled(_text(helm, "releaseName"), chosen) or name
        namespace = _filled(_text(_child(spec, "destination"), "namespace"), chosen)
        values = tuple(_application_values(helm, chart, path, chosen)) if helm else ()
        yield ReleaseFact(name, release, namespace, chart, values, source.span)


def _application_values(helm: Mapping, chart: str, path: str, chosen: dict[str, str]) -> Iterator[ReleaseValues]:
    """Files, then what is written in place, then parameters (Argo CD, Helm's values precedence)."""
    files = sequence(helm.get("valueFiles"))
    for item in files.items if files else ():
        name = _filled(string(item) or "", chosen)
        inside, _, rest = name.partition("/")
        # `$name/path` counts from the root of another source, which may be this repository.
        place = rest if inside.startswith("$") else name.strip("/") if name.startswith("/") else f"{chart}/{name}"
        yield ReleaseValues(posixpath.normpath(place))
    if text := string(helm.get("values")):
        yield ReleaseValues(path, text=_filled(text, chosen))
    if (written := helm.get("valuesObject")) is not None:
        yield ReleaseValues(path, written)
    parameters = sequence(helm.get("parameters"))
    pairs = (
        [(_text(mapping(item), "name"), _text(mapping(item), "value")) for item in parameters.items]
        if parameters
        else []
    )
    if pairs and (text := set_values(pairs)):
        yield ReleaseValues(path, text=_filled(text, chosen))


def _application_set(spec: Mapping, path: str) -> Iterator[ReleaseFact]:
    """Its template, once for each element of a list generator; what other generators find is not known."""
    template = _child(spec, "template")
    inner = _child(template, "spec")
    if template is None or inner is None:
        return
    generators = sequence(spec.get("generators"))
    lists = [_child(mapping(item), "list") for item in generators.items] if generators else []
    found = [sequence(each.get("elements")) for each in lists if each]
    elements = [mapping(item) for each in found if each for item in each.items]
    for chosen in [_texts(each) for each in elements if each] or [{}]:
        yield from _application(template, inner, path, chosen)


def _helm_release(root: Mapping, spec: Mapping, path: str) -> Iterator[ReleaseFact]:
    metadata = _child(root, "metadata")
    chart = _child(_child(spec, "chart"), "spec")
    folder = _text(chart, "chart")
    if not folder.startswith((".", "/")) and "/" not in folder:
        return
    name, own = _text(metadata, "name"), _text(metadata, "namespace")
    target = _text(spec, "targetNamespace")
    release = _text(spec, "releaseName") or (f"{target}-{name}" if target else name)
    values = []
    files = sequence(chart.get("valuesFiles")) if chart else None
    for item in files.items if files else ():
        values.append(ReleaseValues(posixpath.normpath((string(item) or "").strip("/"))))
    sources = sequence(spec.get("valuesFrom"))
    for source in map(mapping, sources.items if sources else ()):
        key = _text(source, "valuesKey") or "values.yaml"
        config_map = _text(source, "name") if _text(source, "kind") == "ConfigMap" else ""
        values.append(ReleaseValues(path, config_map=config_map, key=key))
    if (written := spec.get("values")) is not None:
        values.append(ReleaseValues(path, written))
    place = posixpath.normpath(folder.strip("/"))
    yield ReleaseFact(name, release, target or own, place, tuple(values), spec.span)


def _filled(text: str, chosen: dict[str, str]) -> str:
    """A text with the generator's parameters in it."""
    return _GO.sub(lambda match: chosen.get(match[1], match[0]), text) if chosen else text


def _texts(node: Mapping) -> dict[str, str]:
    values = python(node)
    return {key: str(value) for key, value in values.items() if isinstance(value, str | int)}


def _child(node: Mapping | None, key: str) -> Mapping | None:
    return mapping(node.get(key)) if node else None


def _text(node: Mapping | None, key: str) -> str:
    found = scalar(node.get(key)) if node else None
    return found.value if found else ""
