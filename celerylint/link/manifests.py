"""Every manifest of the repository: workloads, and what acts on them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field

from celerylint.configuration import Configuration
from celerylint.facts.kustomize import NAMES
from celerylint.facts.manifests import (
    ActingFacts,
    ComposeFacts,
    ConfigMapFact,
    KubernetesFacts,
    ManifestProblem,
    WorkloadFact,
    compose_facts,
    has_reason,
    kubernetes_facts,
)
from celerylint.link.around import in_place
from celerylint.link.builds import builds, doubtful, facts_of, takes_apart
from celerylint.link.helm import read_charts
from celerylint.link.processes import Processes, read_processes
from celerylint.model import Chart, Unread
from celerylint.origin import Span
from celerylint.sources.tree import Tree

_ENDINGS = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class Manifests:
    """The facts of all files, in the order of the files."""

    workloads: list[WorkloadFact] = field(default_factory=list)
    config_maps: list[ConfigMapFact] = field(default_factory=list)
    acting: ActingFacts = field(default_factory=ActingFacts)
    problems: dict[tuple[Span, str], None] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)  # what may start Celery and is not rendered or built
    taken: set[str] = field(default_factory=set)  # files whose commands were taken apart, whatever became of them
    built: set[str] = field(default_factory=set)  # files of charts and kustomizations, which do not count by themselves
    charts: list[Chart] = field(default_factory=list)
    dark: dict[str, str] = field(default_factory=dict)  # folders with a kustomization that cannot be read, and why

    def add(self, processes: Processes) -> None:
        """What starts programs beside the manifests."""
        self.workloads = sorted([*self.workloads, *processes.workloads], key=_place)
        self.problems.update(dict.fromkeys(processes.problems))
        self.unread += processes.unread
        self.taken |= processes.taken

    def take(self, facts: KubernetesFacts | ComposeFacts) -> None:
        """The facts of one file or object."""
        self.workloads.extend(facts.workloads)
        self.note(facts.problems)
        if isinstance(facts, KubernetesFacts):
            self.config_maps.extend(facts.config_maps)
            self.acting = self.acting.joined(facts.acting)

    def note(self, problems: Iterable[ManifestProblem]) -> None:
        """What is wrong; what several overlays have from one file is wrong once."""
        self.problems.update(dict.fromkeys((problem.span, problem.message) for problem in problems))

    def config_map(self, kind: str, name: str, workload: WorkloadFact) -> ConfigMapFact | None:
        """The ConfigMap or Secret that a workload means: of its own rendering or of none; of several, the nearest."""
        alike = [each for each in self.config_maps if (each.kind, each.name) == (kind, name)]
        found = [each for each in alike if each.rendering in ("", workload.rendering)]
        own = [each for each in found if each.rendering == workload.rendering] or found
        near = [each for each in own if each.namespace == workload.namespace]
        return next(iter(near or own), None)


def _place(workload: WorkloadFact) -> tuple[Span, str]:
    return workload.span, workload.overlay


def read_manifests(tree: Tree, configuration: Configuration) -> Manifests:
    """Read every YAML or JSON file that has a reason to be read; charts are rendered and kustomizations built."""
    from celerylint.sources.yaml import looks_like_template

    manifests = Manifests()
    if tree.deployed:
        _read(tree, tree.deployed, manifests)
        return manifests
    _charts(tree, configuration, manifests)
    _builds(tree, manifests)
    for path in tree.files:
        if not path.endswith(_ENDINGS) or path in manifests.built:
            continue
        tree.mentions(path)
        data = tree.data(path)
        if data is None or not has_reason(data, path):
            continue
        text = tree.text(path)
        if text is not None and looks_like_template(text.text):
            if tree.mentions(path) and b"containers:" in data:
                manifests.unread.append(Unread(Span.of_line(path), f"{path} is a template and is not rendered"))
            continue
        _read(tree, path, manifests)
    manifests.workloads = in_place(manifests.workloads, manifests.acting.rollouts)
    manifests.add(read_processes(tree))
    return manifests


def _charts(tree: Tree, configuration: Configuration, manifests: Manifests) -> None:
    """Helm's charts, as they are rendered."""
    charts = read_charts(tree, configuration)
    manifests.workloads += charts.workloads
    manifests.config_maps += charts.config_maps
    manifests.acting = manifests.acting.joined(charts.acting)
    manifests.problems.update(dict.fromkeys(charts.problems))
    manifests.unread += charts.unread
    manifests.charts += charts.charts
    manifests.taken |= charts.files
    manifests.built |= charts.files


def _builds(tree: Tree, manifests: Manifests) -> None:
    """What kustomizations deploy."""
    for build in builds(tree, manifests.built):
        new = build.files - manifests.built
        manifests.taken.update(path for path in new if takes_apart(tree, path))
        manifests.built |= new
        if build.unreadable:
            manifests.dark[posixpath.dirname(build.path)] = build.unreadable
        for facts in facts_of(build):
            manifests.take(facts)
        manifests.note(build.problems)
        if any(tree.mentions(path) for path in build.files):
            manifests.unread.extend(Unread(gap.span, gap.reason) for gap in build.gaps)


def _read(tree: Tree, path: str, manifests: Manifests) -> None:
    documents = tree.documents(path)
    kubernetes = kubernetes_facts(documents, path)
    folder = posixpath.dirname(path)
    # A fragment is a patch of something else where a kustomization lies beside it, else a manifest without image.
    if any(posixpath.join(folder, name) in tree.names for name in NAMES):
        kubernetes = kubernetes.without_fragments()
    if folder in manifests.dark:
        kubernetes = doubtful(kubernetes, f"{manifests.dark[folder]}, and it may change this")
    manifests.take(kubernetes)
    manifests.take(compose_facts(documents, path, tree.text))
