"""Every chart that concerns Celery: its renderings, as facts."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from celerylint.configuration import Configuration
from celerylint.facts.helm import ChartFact, Role
from celerylint.facts.manifests import AutoscalerFact, ConfigMapFact, KubernetesFacts, WorkloadFact, kubernetes_facts
from celerylint.link.helm.files import chart_files, charts, sources, within
from celerylint.link.helm.merging import merged
from celerylint.link.helm.releases import Releases
from celerylint.link.helm.variants import NAMESPACE, Variant, in_use, substitutes, variants, where
from celerylint.model import Unread
from celerylint.origin import Span
from celerylint.sources.helm.chart_copy import ChartCopy
from celerylint.sources.helm.engine import Engine, EngineError, find_engine
from celerylint.sources.helm.functions import Tokens
from celerylint.sources.helm.rendered import documents
from celerylint.sources.helm.rendering import Failure, Renderer, Rendering
from celerylint.sources.tree import Tree

SECONDS = 60.0  # of all charts of a repository
_INSTALL = "is a Helm chart and is not rendered: install celerylint[helm], or helm"
_T = TypeVar("_T", WorkloadFact, ConfigMapFact, AutoscalerFact)


@dataclass(slots=True)
class Charts:
    """What the charts of a repository say once they are rendered."""

    workloads: list[WorkloadFact] = field(default_factory=list)
    config_maps: list[ConfigMapFact] = field(default_factory=list)
    autoscalers: list[AutoscalerFact] = field(default_factory=list)
    problems: list[tuple[Span, str]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    files: set[str] = field(default_factory=set)  # of charts that are read here and nowhere else


def read_charts(tree: Tree, configuration: Configuration) -> Charts:
    """Render every chart that mentions Celery with every set of values that is in use."""
    read = Charts()
    known = charts(tree)
    roots = [chart for chart in known.values() if not chart.library and not _inside(chart, known)]
    concerned = [chart for chart in roots if any(map(tree.mentions, sources(tree, chart, known)))]
    if not concerned:
        return read
    engine = find_engine(configuration.helm.engine, tree.root)
    if engine is None:
        read.unread = [Unread(chart.span, f"{chart.folder or chart.name} {_INSTALL}") for chart in concerned]
        return read
    try:
        deadline = time.monotonic() + SECONDS
        releases = Releases(tree, engine, Tokens())
        for chart in concerned:
            found = variants(tree, chart, configuration, releases.variants(chart))
            _Chart(tree, chart, found, read, deadline, releases.tokens).read(known, engine)
        read.unread += releases.unread
    finally:
        engine.close()
    return read


def _inside(chart: ChartFact, known: Mapping[str, ChartFact]) -> bool:
    """Whether it is a subchart, which runs as its parent says."""
    parent, folder, _ = chart.folder.rpartition("charts/")
    return bool(folder) and (parent.rstrip("/") in known)


@dataclass(slots=True)
class _Chart:
    """One chart with its sets of values."""

    tree: Tree
    chart: ChartFact
    variants: tuple[Variant, ...]
    found: Charts
    deadline: float
    tokens: Tokens
    facts: list[tuple[Variant, KubernetesFacts]] = field(default_factory=list)
    failures: dict[str, list[Failure]] = field(default_factory=dict)  # by the label of the values
    reasons: dict[str, str] = field(default_factory=dict)  # why nothing was rendered
    gaps: list[Failure] = field(default_factory=list)

    def read(self, known: Mapping[str, ChartFact], engine: Engine) -> None:
        """Adds what the chart says."""
        files = chart_files(self.tree, self.chart, known)
        with tempfile.TemporaryDirectory(prefix="celerylint-chart-", ignore_cleanup_errors=True) as folder:
            renderer = Renderer(engine, ChartCopy(files.files, self.tokens), Path(folder))
            for variant in in_use(self.variants):
                self._render(renderer, variant)
            if any(self._matters(each) for failures in self.failures.values() for each in failures) or self.reasons:
                for variant in substitutes(self.variants):
                    self._render(renderer, variant)
        self._add()
        self.found.files |= {file.path for file in files.files.values()}

    def _render(self, renderer: Renderer, variant: Variant) -> None:
        if time.monotonic() > self.deadline:
            self.reasons[variant.label] = f"the repository's charts take more than {SECONDS:g} seconds to render"
            return
        try:
            values = [layer.text for layer in variant.layers]
            rendering = renderer.render(values, variant.release, where(self.tree, self.chart, variant))
        except (EngineError, OSError) as error:
            self.reasons[variant.label] = str(error)
            return
        self.failures[variant.label] = list(rendering.failures)
        self.gaps += rendering.gaps
        scope = f"{self.chart.folder}: {variant.label}"
        self.facts += [(variant, each) for each in _facts(rendering, renderer, variant, scope)]

    def _matters(self, failure: Failure) -> bool:
        return self.tree.mentions(failure.path)

    def _add(self) -> None:
        maps = [each for _, facts in self.facts for each in facts.config_maps]
        scalers = [each for _, facts in self.facts for each in facts.autoscalers]
        by_label: dict[str, tuple[Variant, list[WorkloadFact]]] = {}
        for variant, facts in self.facts:
            by_label.setdefault(variant.label, (variant, []))[1].extend(facts.workloads)
        self.found.workloads += merged(list(by_label.values()), maps, scalers)
        self.found.config_maps += maps
        self.found.autoscalers += scalers
        self.found.problems += [(each.span, each.message) for _, facts in self.facts for each in facts.problems]
        self.found.files |= set(within(self.tree, self.chart.folder))
        self.found.unread += self._unread()

    def _unread(self) -> Iterator[Unread]:
        """What no set of values could render, in the engine's words."""
        if len(self.reasons) == len({*self.reasons, *self.failures}):
            for reason in dict.fromkeys(self.reasons.values()):
                yield Unread(self.chart.span, f"{self.chart.folder or self.chart.name} cannot be rendered: {reason}")
            return
        rendered = {each.span.path for _, facts in self.facts for each in facts.workloads}
        empty = {each.path: each for each in self.gaps if each.path not in rendered}
        first = {each.path: each for each in self.failures[next(iter(self.failures))]}
        for failure in (empty | first).values():
            failing = all(failure.path in {each.path for each in some} for some in self.failures.values())
            if (failing or failure.path in empty) and self._matters(failure):
                yield Unread(Span.of_line(failure.path), f"{failure.path} cannot be rendered: {failure.message}")


def _facts(rendering: Rendering, renderer: Renderer, variant: Variant, scope: str) -> Iterator[KubernetesFacts]:
    for manifest in rendering.manifests:
        facts = kubernetes_facts(documents(manifest.text, renderer.tokens), manifest.text.path)
        yield KubernetesFacts(
            tuple(
                replace(
                    _scoped(each, scope, variant),
                    values=variant.files,
                    development=each.development or variant.role in (Role.DEVELOPMENT, Role.TEST),
                )
                for each in facts.workloads
            ),
            tuple(_scoped(each, scope, variant) for each in facts.config_maps),
            tuple(_scoped(each, scope, variant) for each in facts.autoscalers),
            facts.limit_ranges,
            facts.problems,
        )


def _scoped(fact: _T, scope: str, variant: Variant) -> _T:
    """The fact as one of its rendering; a namespace that nobody chose is none."""
    chosen = not fact.namespace == NAMESPACE == variant.release.namespace
    return replace(fact, namespace=fact.namespace if chosen else "", rendering=scope)
