"""Workers that meet at one broker: how many of them answer there."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from celerylint.link.evaluate import plain
from celerylint.model import Worker, Workload
from celerylint.origin import Unknown, Value, derive


def clustered(workers: Sequence[Worker]) -> list[Worker]:
    """The workers with the number of nodes at the broker of each. A Job's are gone sooner than they matter."""
    groups: dict[tuple[object, ...], dict[tuple[object, ...], Workload]] = defaultdict(dict)
    for worker in workers:
        workload = worker.workload
        if workload is not None and workload.lives_long:
            groups[_broker(worker, workload)][_identity(workload)] = workload
    return [_counted(worker, groups) for worker in workers]


def _counted(worker: Worker, groups: dict[tuple[object, ...], dict[tuple[object, ...], Workload]]) -> Worker:
    workload = worker.workload
    if workload is None:
        return worker
    beside = groups[_broker(worker, workload)]
    others = [each for key, each in beside.items() if key != _identity(workload)]
    certain = [each.most_replicas for each in others if each.most_replicas.known]
    return replace(worker, nodes=_sum(workload.most_replicas, certain))


def _sum(own: Value[int], others: Sequence[Value[int]]) -> Value[int]:
    return derive(lambda *counts: sum(counts), own, *(each for each in others if each.get() > 0)) if others else own


def _broker(worker: Worker, workload: Workload) -> tuple[object, ...]:
    """What workers have in common that surely meet: the app, where it is deployed, and what names the broker.

    A URL that nobody knows is the same where the same is unknown of it, such as a key of a Secret.
    """
    url = worker.settings.get("broker_url")
    said = plain(url) if url is not None else None
    place = workload.span.path if workload.platform == "compose" else posixpath.dirname(workload.span.path)
    deployed = (workload.platform, workload.namespace, workload.overlay, workload.values, workload.development, place)
    return (worker.app and worker.app.span, *deployed, said.reason if isinstance(said, Unknown) else repr(said))


def _identity(workload: Workload) -> tuple[object, ...]:
    return workload.span, workload.name
