"""Every chart that concerns Celery: its renderings, as facts."""

from __future__ import annotations

import functools
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from celerylint.configuration import Configuration
from celerylint.facts.helm import ChartFact, Role
from celerylint.facts.manifests import ActingFacts, ConfigMapFact, KubernetesFacts, WorkloadFact, kubernetes_facts
from celerylint.link.helm.files import ChartFiles, chart_files, charts, sources, within
from celerylint.link.helm.left_open import left_open
from celerylint.link.helm.merging import merged
from celerylint.link.helm.releases import Releases
from celerylint.link.helm.unused import unused_values
from celerylint.link.helm.variants import (
    NAMESPACE,
    VALUES,
    Variant,
    in_use,
    substitutes,
    values_layer,
    variants,
    where,
)
from celerylint.model import Chart, Unread
from celerylint.origin import Span
from celerylint.sources.helm.chart_copy import ChartCopy
from celerylint.sources.helm.engine import Engine, EngineError, find_engine
from celerylint.sources.helm.functions import Tokens
from celerylint.sources.helm.plain.reader import PlainReader
from celerylint.sources.helm.rendered import documents
from celerylint.sources.helm.rendering import Failure, Renderer
from celerylint.sources.tree import Tree

SECONDS = 60.0  # of all charts of a repository
_INSTALL = "install celerylint[helm], or helm, to have it rendered"


@dataclass(slots=True)
class Charts:
    """What the charts of a repository say once they are rendered."""

    workloads: list[WorkloadFact] = field(default_factory=list)
    config_maps: list[ConfigMapFact] = field(default_factory=list)
    acting: ActingFacts = field(default_factory=ActingFacts)
    problems: list[tuple[Span, str]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
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
    try:
        deadline = time.monotonic() + SECONDS
        releases = Releases(tree, engine, Tokens(advice="" if engine else _INSTALL))
        for chart in concerned:
            found = variants(tree, chart, configuration, releases.variants(chart))
            _Chart(tree, chart, found, read, deadline, releases.tokens).read(known, engine)
        read.unread += releases.unread
    finally:
        if engine is not None:
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
    holes: list[Failure] = field(default_factory=list)  # documents that are not certain enough to be read

    def read(self, known: Mapping[str, ChartFact], engine: Engine | None) -> None:
        """Adds what the chart says."""
        files = chart_files(self.tree, self.chart, known)
        copy = ChartCopy(files.files, self.tokens)
        with tempfile.TemporaryDirectory(prefix="celerylint-chart-", ignore_cleanup_errors=True) as folder:
            renderer = Renderer(engine, copy, Path(folder)) if engine else PlainReader(copy)
            for variant in in_use(self.variants):
                self._render(renderer, variant)
            if any(self._matters(each) for failures in self.failures.values() for each in failures) or self.reasons:
                for variant in substitutes(self.variants):
                    self._render(renderer, variant)
        self._add()
        self._chart(files, copy)
        self.found.files |= {file.path for file in files.files.values()}

    def _chart(self, files: ChartFiles, copy: ChartCopy) -> None:
        own = values_layer(self.tree, self.chart.path(VALUES))
        layers = [own, *(layer for variant in self.variants for layer in variant.layers)]
        unused = unused_values(self.chart, files, copy, [layer for layer in layers if layer])
        self.found.charts.append(Chart(self.chart.name, self.chart.folder, self.chart.span, unused))

    def _render(self, renderer: Renderer | PlainReader, variant: Variant) -> None:
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
        for manifest in rendering.manifests:
            reading = documents(manifest.text, renderer.tokens)
            path = manifest.text.path
            self.holes += [Failure(path, gap) for gap in reading.gaps]
            facts = kubernetes_facts(reading.documents, path)
            if not variant.files:
                facts = left_open(facts, self.tree.text(path))
            self.facts.append((variant, _of_variant(facts, variant, scope)))

    def _advised(self, reason: str) -> str:
        return f"{reason}; {self.tokens.advice}" if self.tokens.advice and self.tokens.advice not in reason else reason

    def _matters(self, failure: Failure) -> bool:
        return self.tree.mentions(failure.path)

    def _add(self) -> None:
        maps = [each for _, facts in self.facts for each in facts.config_maps]
        acting = functools.reduce(ActingFacts.joined, (facts.acting for _, facts in self.facts), ActingFacts())
        by_label: dict[str, tuple[Variant, list[WorkloadFact]]] = {}
        for variant, facts in self.facts:
            by_label.setdefault(variant.label, (variant, []))[1].extend(facts.workloads)
        self.found.workloads += merged(list(by_label.values()), maps, acting.autoscalers)
        self.found.config_maps += maps
        self.found.acting = self.found.acting.joined(acting)
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
                yield Unread(
                    Span.of_line(failure.path), self._advised(f"{failure.path} cannot be rendered: {failure.message}")
                )
        for hole in dict.fromkeys(self.holes):
            if self._matters(hole):
                yield Unread(Span.of_line(hole.path), self._advised(f"{hole.path} is not certain: {hole.message}"))


def _of_variant(facts: KubernetesFacts, variant: Variant, scope: str) -> KubernetesFacts:
    """The facts as those of one rendering."""
    development = variant.role in (Role.DEVELOPMENT, Role.TEST)
    workloads = (_scoped(each, scope, variant) for each in facts.workloads)
    return replace(
        facts,
        workloads=tuple(
            replace(each, values=variant.files, development=each.development or development) for each in workloads
        ),
        config_maps=tuple(_scoped(each, scope, variant) for each in facts.config_maps),
        acting=facts.acting.each(lambda each: _scoped(each, scope, variant)),
    )


def _scoped(fact: Any, scope: str, variant: Variant) -> Any:
    """The fact as one of its rendering; a namespace that nobody chose is none."""
    chosen = not fact.namespace == NAMESPACE == variant.release.namespace
    return replace(fact, namespace=fact.namespace if chosen else "", rendering=scope)
