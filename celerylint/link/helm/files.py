"""The files of a chart as an engine needs them, its dependencies among them as far as the repository has them."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from celerylint.facts.helm import CHART_FILE, ChartFact, DependencyFact, chart_fact, chart_text
from celerylint.sources.helm.chart_copy import ALTOGETHER, LARGEST, MOST_FILES, ChartFile, wanted
from celerylint.sources.tree import Tree

_PACKED = re.compile(r"charts/(?P<name>[^/]+)-v?[0-9][^/]*\.tgz")
_DEPTH = 4  # charts within charts


@dataclass(frozen=True, slots=True)
class ChartFiles:
    """A chart's files by their path in it, and what of it is not in the repository."""

    files: Mapping[str, ChartFile]
    missing: tuple[DependencyFact, ...]
    too_large: bool


def charts(tree: Tree) -> dict[str, ChartFact]:
    """Every chart of the repository by its folder."""
    found = {}
    for path in tree.files:
        if path.rpartition("/")[2] == CHART_FILE:
            fact = chart_fact(tree.documents(path), path)
            if fact is not None:
                found[fact.folder] = fact
    return found


def within(tree: Tree, folder: str) -> Iterator[str]:
    """The files below a folder, in order."""
    prefix = f"{folder}/" if folder else ""
    for index in range(bisect_left(tree.files, prefix), len(tree.files)):
        if not tree.files[index].startswith(prefix):
            return
        yield tree.files[index]


def sources(tree: Tree, chart: ChartFact, known: Mapping[str, ChartFact]) -> Iterator[str]:
    """Every file of a chart, and of the charts of the repository that it needs."""
    names: dict[str, str] = {}
    _gather(tree, chart, known, "", names, 0)
    return iter(dict.fromkeys((*within(tree, chart.folder), *names.values())))


def chart_files(tree: Tree, chart: ChartFact, known: Mapping[str, ChartFact]) -> ChartFiles:
    """Read a chart with the charts that it needs."""
    names: dict[str, str] = {}
    missing = _gather(tree, chart, known, "", names, 0)
    files: dict[str, ChartFile] = {}
    size = 0
    for name, path in names.items():
        data = tree.data(path)
        if data is None or (len(data) > LARGEST and not name.endswith(".tgz")):
            continue
        size += len(data)
        if size > ALTOGETHER or len(files) >= MOST_FILES:
            return ChartFiles(files, missing, True)
        files[name] = ChartFile(path, data)
    head = tree.text(chart.path(CHART_FILE))
    if head is not None:
        kept = [each for each in chart.dependencies if each not in missing]
        text = chart_text(head, tree.documents(head.path), kept)
        files[CHART_FILE] = ChartFile(head.path, text.encode())
    return ChartFiles(files, missing, False)


def _gather(
    tree: Tree, chart: ChartFact, known: Mapping[str, ChartFact], prefix: str, names: dict[str, str], depth: int
) -> tuple[DependencyFact, ...]:
    """Adds the paths in the copy with those in the repository; gives back what the chart needs in vain."""
    skip = len(chart.folder) + 1 if chart.folder else 0
    own = [path[skip:] for path in within(tree, chart.folder) if wanted(path[skip:])]
    names.update((prefix + name, chart.path(name)) for name in own)
    unpacked = {known[folder].name for folder in known if posixpath.dirname(folder) == chart.path("charts")}
    packed = {match["name"] for match in map(_PACKED.fullmatch, own) if match}
    missing = []
    for dependency in chart.dependencies:
        if dependency.name in unpacked or dependency.name in packed:
            continue
        folder = posixpath.normpath(posixpath.join(chart.folder, dependency.repository.removeprefix("file://")))
        near = known.get(folder) if dependency.repository.startswith("file://") else None
        if near is None or near is chart or depth >= _DEPTH:
            missing.append(dependency)
        else:
            _gather(tree, near, known, f"{prefix}charts/{dependency.name}/", names, depth + 1)
    return tuple(missing)
