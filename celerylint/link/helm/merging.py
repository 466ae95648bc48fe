"""Renderings of one chart beside each other: what they share is one workload, what differs is several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from celerylint.facts.manifests import AutoscalerFact, ConfigMapFact, WorkloadFact
from celerylint.link.helm.variants import Variant
from celerylint.origin import Origin

_SCALARS = frozenset({str, int, float, bool, type(None)})
_LABELS = frozenset({"fills", "rendering", "values", "variant", "via"})


def merged(
    renderings: Sequence[tuple[Variant, Sequence[WorkloadFact]]],
    config_maps: Sequence[ConfigMapFact],
    autoscalers: Sequence[AutoscalerFact],
) -> list[WorkloadFact]:
    """Each workload once, with the values files of all renderings that it is the same in.

    One that is not the same in all of them says which ones it is of. ConfigMaps and autoscalers count to the
    workloads that they act on.
    """
    found: dict[Any, list[tuple[Variant, WorkloadFact]]] = {}
    for variant, workloads in renderings:
        for workload in workloads:
            around = _around(workload, config_maps, autoscalers)
            key = (workload.kind, workload.name, workload.span, repr(bare(workload)), repr(bare(around)))
            found.setdefault(key, []).append((variant, workload))
    return [_one(each, len(renderings)) for each in found.values()]


def _one(same: Sequence[tuple[Variant, WorkloadFact]], renderings: int) -> WorkloadFact:
    """The workload as its first rendering that is no development's has it."""
    first = next((workload for _, workload in same if not workload.development), same[0][1])
    labels = dict.fromkeys(variant.label for variant, _ in same)
    values = dict.fromkeys(path for _, workload in same for path in workload.values)
    shared = len(labels) == renderings
    return replace(first, values=tuple(values), variant="" if shared else ", ".join(filter(None, labels)))


def _around(
    workload: WorkloadFact, config_maps: Iterable[ConfigMapFact], autoscalers: Iterable[AutoscalerFact]
) -> list[Any]:
    """What acts on a workload in its own rendering."""
    names = {source.name for container in workload.containers for source in container.environment_from}
    names |= {fact.reference.name for each in workload.containers for fact in each.environment if fact.reference}
    maps = [each for each in config_maps if each.rendering == workload.rendering and each.name in names]
    own = [each for each in autoscalers if each.rendering == workload.rendering and each.target == workload.name]
    return [*maps, *own]


def bare(value: Any) -> Any:
    """The same without the ways that values took and the names of values files."""
    if isinstance(value, Origin):
        return value.layer, value.span
    if type(value) in _SCALARS:
        return value
    names = _telling(value.__class__)
    if names is not None:
        return type(value).__name__, [(name, bare(getattr(value, name))) for name in names]
    if isinstance(value, Mapping):
        return {key: bare(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [bare(each) for each in value]
    return value


@cache
def _telling(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass that make a difference; None where it is none."""
    return tuple(field.name for field in fields(kind) if field.name not in _LABELS) if is_dataclass(kind) else None
