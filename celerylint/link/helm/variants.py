"""Which sets of values a chart is used with, as far as the repository tells."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from celerylint.configuration import Configuration
from celerylint.facts.helm import ChartFact, Role, values_role
from celerylint.link.helm.files import within
from celerylint.sources.helm.engine import Release
from celerylint.sources.helm.values import Layer, Values
from celerylint.sources.tree import Tree
from celerylint.sources.yaml import Node

NAMESPACE = "default"
MOST_TESTS = 3
VALUES = "values.yaml"


@dataclass(frozen=True, slots=True)
class ValuesLayer:
    """Values as the engine reads them, and where they are written."""

    path: str
    text: str
    root: Node | None  # None where the text is not what is written


@dataclass(frozen=True, slots=True)
class Variant:
    """One set of values: what it is called, what it is for, and its layers over the chart's own, weakest first."""

    label: str  # as people name it, such as `values-prod.yaml`; empty for the chart's own values
    role: Role
    layers: tuple[ValuesLayer, ...]
    release: Release
    above: tuple[str, ...] = ()  # files that its layers are made with

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it comes from."""
        return tuple(dict.fromkeys((*self.above, *(layer.path for layer in self.layers))))


def variants(
    tree: Tree, chart: ChartFact, configuration: Configuration, released: Iterable[Variant]
) -> tuple[Variant, ...]:
    """Every set of values, the chart's own first: those that the configuration names, else releases', else files."""
    release = Release(chart.name, NAMESPACE)
    own = Variant("", Role.DEFAULT, (), release)
    configured = configuration.helm.values.get(chart.folder, ())
    chosen = [_configured(tree, chart, name) for name in configured]
    layers = tuple(layer for layer in chosen if layer)
    ours = (Variant(posixpath.basename(layers[-1].path), Role.DEPLOYMENT, layers, release),) if layers else ()
    others = ours or tuple(released)
    beside = tuple(_beside(tree, chart, release))
    if any(each.role is Role.DEPLOYMENT for each in others):
        beside = tuple(each for each in beside if each.role is Role.TEST)
    return _distinct((own, *others, *beside))


def _distinct(found: tuple[Variant, ...]) -> tuple[Variant, ...]:
    """With labels of their own, should two releases have the same name."""
    seen: dict[str, int] = {}
    result = []
    for each in found:
        seen[each.label] = seen.get(each.label, 0) + 1
        count = seen[each.label]
        result.append(replace(each, label=f"{each.label} #{count}") if count > 1 else each)
    return tuple(result)


def _configured(tree: Tree, chart: ChartFact, name: str) -> ValuesLayer | None:
    """A values file that the configuration names: in the chart's folder, else from the root."""
    paths = (posixpath.normpath(posixpath.join(folder, name)) for folder in (chart.folder, ""))
    return next((values_layer(tree, path) for path in paths if path in tree.names), None)


def values_layer(tree: Tree, path: str) -> ValuesLayer | None:
    """A values file; None where it is no text."""
    text = tree.text(path)
    return ValuesLayer(path, text.text, _root(tree, path)) if text else None


def _root(tree: Tree, path: str) -> Node | None:
    return next((document.root for document in tree.documents(path)), None) if path in tree.names else None


def where(tree: Tree, chart: ChartFact, variant: Variant) -> Callable[[str, str], Values]:
    """Where the values of each template are written: for a subchart in its parent's values, then in its own."""
    own = ValuesLayer("", "", _root(tree, chart.path(VALUES)))
    roots = [layer.root for layer in (*reversed(variant.layers), own) if layer.root]

    def look(name: str, path: str) -> Values:
        above, _, _ = name.rpartition("/templates/")
        prefix = tuple(above.split("/charts/")[1:])
        inner = _root(tree, posixpath.join(path.partition("/templates/")[0], VALUES)) if prefix else None
        layers = (*(Layer(root, prefix) for root in roots), *((Layer(inner),) if inner else ()))
        return Values(layers)

    return look


def _beside(tree: Tree, chart: ChartFact, release: Release) -> Iterator[Variant]:
    skip = len(chart.folder) + 1 if chart.folder else 0
    for path in within(tree, chart.folder):
        role = values_role(path[skip:])
        layer = values_layer(tree, path) if role else None
        if role and layer:
            yield Variant(path[skip:], role, (layer,), release)


def in_use(found: tuple[Variant, ...]) -> tuple[Variant, ...]:
    """Those that say what runs, what runs first.

    A deployment's values mend what the chart's own leave open: where the repository has some, nothing is said of
    renderings that run nowhere. Without them the chart's own values count, and the choices that it offers.
    """
    deployed = [each for each in found if each.role is Role.DEPLOYMENT]
    offered = [each for each in found if each.role in (Role.DEFAULT, Role.CHOICE)]
    return (*(deployed or offered), *(each for each in found if each.role is Role.DEVELOPMENT))


def substitutes(found: tuple[Variant, ...]) -> tuple[Variant, ...]:
    """The values that the chart is tested with, for what no others can render."""
    return tuple(each for each in found if each.role is Role.TEST)[:MOST_TESTS]
