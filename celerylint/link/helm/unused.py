"""Values that no template reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from celerylint.facts.helm import ChartFact
from celerylint.link.helm.files import ChartFiles
from celerylint.link.helm.variants import ValuesLayer
from celerylint.model import UnusedValue
from celerylint.sources.helm.chart_copy import ChartCopy
from celerylint.sources.helm.used_values import Paths, used_values
from celerylint.sources.yaml import Mapping, Node, sequence, string

_OWN = re.compile(r"templates/.*")
_SHARED = ("global", "tags")


def unused_values(
    chart: ChartFact, files: ChartFiles, copy: ChartCopy, layers: Sequence[ValuesLayer]
) -> tuple[UnusedValue, ...]:
    """The values of these layers that the chart's templates do not read; none where one may read any."""
    if any(_text(each.node, "import-values") for each in chart.dependencies) or files.too_large:
        return ()
    own = {name: each for name, each in copy.templates.items() if _OWN.fullmatch(name) or _library(name, files)}
    if any(name.startswith("templates/") and name not in copy.templates for name in copy.files):
        return ()  # a template that could not be taken apart
    used = used_values(own, copy.files, [layer.text for layer in layers])
    if used is None:
        return ()
    passed = {each.alias for each in chart.dependencies} | {each.name for each in chart.dependencies} | {*_SHARED}
    passed |= {match[1] for match in map(re.compile(r"charts/([^/]+)/.*").fullmatch, copy.files) if match}
    conditions = [path.strip() for each in chart.dependencies for path in each.condition.split(",")]
    used |= {tuple(path.split(".")) for path in conditions if path} | {(name,) for name in passed}
    found = (value for layer in layers for value in _unused(layer.root, (), used))
    return tuple({value.span: value for value in found}.values())


def _library(name: str, files: ChartFiles) -> bool:
    """Named templates of subcharts may be given the chart's own values."""
    return "/templates/" in name and name.rpartition("/")[2].startswith("_")


def _text(node: Node, key: str) -> bool:
    found = node.get(key) if isinstance(node, Mapping) else None
    return found is not None and (sequence(found) is not None or string(found) is not None)


def _unused(node: Node | None, path: tuple[str, ...], used: Paths) -> Iterator[UnusedValue]:
    """The highest keys of which nothing is read."""
    for key, value in node.items() if isinstance(node, Mapping) else ():
        inner = (*path, key.value)
        if any(inner[: len(each)] == each for each in used):
            continue
        if any(each[: len(inner)] == inner for each in used):
            yield from _unused(value, inner, used)
        else:
            yield UnusedValue(".".join(inner), key.span)
