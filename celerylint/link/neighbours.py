"""Celery processes that share a container, and what they need of its memory together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from celerylint.link.containers import Started
from celerylint.link.memory import EMPTY_PARENT
from celerylint.model import Bytes, Worker
from celerylint.origin import Layer, Value, derive, known, unknown

_PARENTS = ("beat", "flower", "events")  # each is one process, about as large as a worker's parent


def sharing(made: Sequence[tuple[Started, Worker]], running: Sequence[Started]) -> list[Worker]:
    """The workers with their neighbours, and with what all of a container's Celery needs; `running` is all of it."""
    groups: dict[int, list[Started]] = defaultdict(list)
    for process in running:
        groups[id(process.container)].append(process)
    workers = {id(process): worker for process, worker in made}
    return [_shared(process, worker, groups[id(process.container)], workers) for process, worker in made]


def _shared(process: Started, worker: Worker, group: Sequence[Started], workers: dict[int, Worker]) -> Worker:
    if worker.container is None:
        return worker
    others = tuple(_title(each) for each in group if each is not process)
    speaker = min(_of(group, workers), key=lambda each: each.pool.otherwise("prefork") != "prefork")
    demand = _sum(group, workers, [each.memory.demand for each in _of(group, workers)], worker.memory.parent)
    empty: Value[Any] = known(Bytes(EMPTY_PARENT), Layer.INFERRED, None, "an empty application")
    floor = _sum(group, workers, [each.memory.floor for each in _of(group, workers)], empty)
    container = replace(worker.container, demand=demand, floor=floor)
    return replace(worker, neighbours=others, container=container, speaks_for_container=worker is speaker)


def _of(group: Sequence[Started], workers: dict[int, Worker]) -> list[Worker]:
    return [workers[id(each)] for each in group if id(each) in workers]


def _sum(
    group: Sequence[Started], workers: dict[int, Worker], own: Sequence[Value[Any]], parent: Value[Any]
) -> Value[Any]:
    """The sum over a container: each worker as often as a manager starts it, and a parent for beat and the like."""
    if len(group) == 1 and group[0].launch.supervision is None:
        return own[0]
    branch = next((each for each in group if each.launch.conditional), None)
    if branch is not None and len(group) > 1:
        return unknown("a branch of a script decides which of its Celery processes run", branch.launch.span)
    running = [each for each in group if id(each) in workers]
    copies = [_copies(each) for each in running]
    parents = [_copies(each) for each in group if each.launch.subcommand in _PARENTS]

    def total(*numbers: Any) -> Bytes:
        sizes, counts, more = numbers[: len(own)], numbers[len(own) : 2 * len(own)], numbers[2 * len(own) : -1]
        return Bytes(sum(size * count for size, count in zip(sizes, counts, strict=True)) + sum(more) * numbers[-1])

    return derive(total, *own, *copies, *parents, parent)


def _copies(process: Started) -> Value[int]:
    kept = process.launch.supervision
    return kept.copies if kept else known(1, Layer.DEFAULT)


def _title(process: Started) -> str:
    """A neighbour in words: what it is, and where it is started."""
    span = process.launch.span
    return f"{process.launch.subcommand or 'celery'} at {span.path}:{span.line}"
