"""The releases of a repository's charts, as sets of values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import islice, product

from celerylint.facts.helm import (
    ChartFact,
    HelmfileRelease,
    ReleaseFact,
    ReleaseValues,
    Role,
    helmfile_releases,
    is_helmfile,
    release_facts,
)
from celerylint.facts.manifests import kubernetes_facts
from celerylint.facts.manifests.development import is_development
from celerylint.link.helm.values_template import rendered_values
from celerylint.link.helm.variants import NAMESPACE, ValuesLayer, Variant, values_layer
from celerylint.model import Unread
from celerylint.sources.helm.engine import Engine, EngineError, Release
from celerylint.sources.helm.functions import Tokens
from celerylint.sources.helm.plain.values import of_node
from celerylint.sources.tree import Tree
from celerylint.sources.yaml import Node, TooLargeError, python, read

MOST = 12  # variants of one release whose files are chosen by a placeholder
_ENDINGS = (".yaml", ".yml", ".gotmpl")
_OBJECTS = (b"argoproj.io/", b"helm.toolkit.fluxcd.io/")
_OPEN = re.compile(r"\{\{.*?\}\}")


class _UnknownError(Exception):
    """Values that a release needs and nobody can know; the text says which."""


@dataclass(slots=True)
class Releases:
    """Everything that says which chart runs with which values."""

    tree: Tree
    engine: Engine | None
    tokens: Tokens
    unread: list[Unread] = field(default_factory=list)
    _found: list[HelmfileRelease] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in self.tree.files:
            if not path.endswith(_ENDINGS):
                continue
            text = self.tree.text(path) if is_helmfile(path) else None
            if text is not None:
                self._found += helmfile_releases(text)
            elif any(word in (self.tree.data(path) or b"") for word in _OBJECTS):
                self._found += [
                    HelmfileRelease("", (), fact) for fact in release_facts(self.tree.documents(path), path)
                ]

    def variants(self, chart: ChartFact) -> Iterator[Variant]:
        """The sets of values of a chart's releases."""
        for each in self._found:
            if each.release.chart == (chart.folder or "."):
                try:
                    yield from self._variants(each, chart)
                except (_UnknownError, EngineError, OSError) as error:
                    reason = f"the release {each.release.label} of {chart.folder} is not known: {error}"
                    self.unread.append(Unread(each.release.span, reason))

    def _variants(self, each: HelmfileRelease, chart: ChartFact) -> Iterator[Variant]:
        try:
            state = [layer for values in each.environment_values for layer in self._layers(values, each, (), chart)]
        except _UnknownError:
            return  # the environment lives elsewhere
        found = [self._layers(values, each, tuple(state), chart) for values in each.release.values]
        for layers in islice(product(*found), MOST):
            names = " ".join(layer.path for layer in (*state, *layers))
            chosen = [layer.path for layer, some in zip(layers, found, strict=True) if len(some) > 1]
            label = " ".join([each.release.label, *chosen])
            development = is_development(names, (label, each.release.namespace))
            role = Role.DEVELOPMENT if development else Role.DEPLOYMENT
            above = tuple(layer.path for layer in state)
            yield Variant(label, role, layers, _release(each.release, chart), above)

    def _layers(
        self, values: ReleaseValues, each: HelmfileRelease, state: tuple[ValuesLayer, ...], chart: ChartFact
    ) -> list[ValuesLayer]:
        """The layer that some values are; several where a placeholder chooses among files."""
        if values.node is not None:
            return [ValuesLayer(values.path, _json(values.node), values.node)]
        if values.config_map or values.key:
            return [self._config_map(values)]
        if values.text:
            return [ValuesLayer(values.path, values.text, None)]
        names = self._files(values.path)
        if not names:
            raise _UnknownError(f"its values file {values.path} is not in the repository")
        if names[0].endswith(".gotmpl"):
            return [self._template(names[0], each, state, chart)]
        layers = (values_layer(self.tree, name) for name in names)
        return [layer for layer in layers if layer]

    def _files(self, path: str) -> list[str]:
        if path in self.tree.names:
            return [path]
        pattern = _OPEN.sub("*", path)
        return [name for name in self.tree.files if fnmatchcase(name, pattern)] if pattern != path else []

    def _template(
        self, name: str, each: HelmfileRelease, state: tuple[ValuesLayer, ...], chart: ChartFact
    ) -> ValuesLayer:
        text = self.tree.text(name)
        if self.engine is None:
            raise _UnknownError(f"{name} is a template; {self.tokens.advice}")
        if text is None:
            raise _UnknownError(f"its values file {name} cannot be read")
        release = _release(each.release, chart)
        values = [layer.text for layer in state]
        rendered = rendered_values(self.engine, text, values, each.environment, release, self.tokens)
        documents, _ = read(rendered)
        return ValuesLayer(name, rendered.text, next((document.root for document in documents), None))

    def _config_map(self, values: ReleaseValues) -> ValuesLayer:
        for path in self.tree.files if values.config_map else ():
            data = (self.tree.data(path) or b"") if path.endswith((".yaml", ".yml")) else b""
            if b"ConfigMap" in data and values.config_map.encode() in data:
                for fact in kubernetes_facts(self.tree.documents(path), path).config_maps:
                    held = fact.data.get(values.key) if fact.name == values.config_map else None
                    if held is not None and held.known:
                        return ValuesLayer(path, held.get(), None)
        raise _UnknownError(f"some of its values come from {values.config_map or 'a Secret'}, which is not here")


def _release(fact: ReleaseFact, chart: ChartFact) -> Release:
    """What the chart is rendered as; a name that a generator makes is not known."""
    name = fact.name if fact.name and not _OPEN.search(fact.name) else chart.name
    namespace = fact.namespace if fact.namespace and not _OPEN.search(fact.namespace) else NAMESPACE
    return Release(name, namespace)


def _json(node: Node) -> str:
    try:
        python(node)  # bounds it
        return json.dumps(of_node(node), allow_nan=False)
    except (TooLargeError, ValueError) as error:
        raise _UnknownError(f"its values cannot be read: {error}") from error
