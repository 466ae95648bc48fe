"""Every manifest of the repository: workloads, and what acts on them."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from celerylint.configuration import Configuration
from celerylint.facts.manifests import (
    AutoscalerFact,
    ConfigMapFact,
    WorkloadFact,
    compose_facts,
    has_reason,
    kubernetes_facts,
)
from celerylint.link.helm import read_charts
from celerylint.link.kustomize import KUSTOMIZATIONS, patched, patches
from celerylint.link.processes import Processes, read_processes
from celerylint.model import Unread
from celerylint.origin import Span
from celerylint.sources.tree import Tree

_ENDINGS = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class Manifests:
    """The facts of all files, in the order of the files."""

    workloads: list[WorkloadFact] = field(default_factory=list)
    config_maps: list[ConfigMapFact] = field(default_factory=list)
    autoscalers: list[AutoscalerFact] = field(default_factory=list)
    problems: list[tuple[Span, str]] = field(default_factory=list)
    templates: list[Unread] = field(default_factory=list)  # templates that mention Celery: not rendered
    taken: set[str] = field(default_factory=set)  # files that were taken apart as something else than manifests

    def add(self, processes: Processes) -> None:
        """What starts programs beside the manifests."""
        self.workloads = sorted([*self.workloads, *processes.workloads], key=lambda each: each.span)
        self.problems += processes.problems
        self.templates += processes.unread
        self.taken |= processes.taken

    def config_map(self, name: str, workload: WorkloadFact) -> ConfigMapFact | None:
        """A workload's ConfigMap by name: of its own rendering or of no chart; of several, in the same namespace."""
        found = [each for each in self.config_maps if each.name == name and each.rendering in ("", workload.rendering)]
        own = [each for each in found if each.rendering == workload.rendering] or found
        near = [each for each in own if each.namespace == workload.namespace]
        return next(iter(near or own), None)


def read_manifests(tree: Tree, configuration: Configuration) -> Manifests:
    """Read every YAML or JSON file that has a reason to be read."""
    from celerylint.sources.yaml import looks_like_template

    manifests = Manifests()
    used: set[str] = set()
    _charts(tree, configuration, manifests)
    for path in tree.files:
        if not path.endswith(_ENDINGS) or path in manifests.taken:
            continue
        tree.mentions(path)
        data = tree.data(path)
        if data is None or not has_reason(data, path):
            continue
        text = tree.text(path)
        if text is not None and looks_like_template(text.text):
            if tree.mentions(path) and b"containers:" in data:
                manifests.templates.append(Unread(Span.of_line(path), f"{path} is a template and is not rendered"))
            continue
        _read(tree, path, manifests, used)
    manifests.add(read_processes(tree))
    found = patches(tree)
    ordered = sorted(manifests.workloads, key=lambda each: each.span)
    manifests.workloads = [each if each.rendering else patched(each, found) for each in ordered]
    return manifests


def _charts(tree: Tree, configuration: Configuration, manifests: Manifests) -> None:
    """Helm's charts, as they are rendered."""
    charts = read_charts(tree, configuration)
    manifests.workloads += charts.workloads
    manifests.config_maps += charts.config_maps
    manifests.autoscalers += charts.autoscalers
    manifests.problems += charts.problems
    manifests.templates += charts.unread
    manifests.taken |= charts.files


def _read(tree: Tree, path: str, manifests: Manifests, used: set[str]) -> None:
    documents = tree.documents(path)
    kubernetes = kubernetes_facts(documents, path)
    compose = compose_facts(documents, path, tree.text)
    # A fragment is a patch of something else where a kustomization lies beside it, else a manifest without image.
    beside = any(f"{posixpath.dirname(path)}/{name}".lstrip("/") in tree.names for name in KUSTOMIZATIONS)
    manifests.workloads.extend(each for each in kubernetes.workloads if not (each.fragment and beside))
    manifests.workloads.extend(compose.workloads)
    manifests.config_maps.extend(kubernetes.config_maps)
    manifests.autoscalers.extend(kubernetes.autoscalers)
    problems = (*kubernetes.problems, *compose.problems)
    manifests.problems.extend((problem.span, problem.message) for problem in problems)
