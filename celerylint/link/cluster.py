"""Workers that meet at one broker: how many of them answer there."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from celerylint.link.evaluate import plain
from celerylint.model import Trigger, Worker, Workload
from celerylint.origin import Layer, Unknown, Value, derive, known, unknown

# KEDA's triggers on what Celery's messages wait in.
_BROKERS = ("redis", "redis-cluster", "redis-sentinel", "rabbitmq", "aws-sqs-queue")
_PRIORITY = re.compile("\x06\x16[0-9]$|:[0-9]$")  # what kombu puts behind a name on Redis for a priority


def clustered(workers: Sequence[Worker]) -> list[Worker]:
    """The workers with the number of nodes at the broker of each. A Job's are gone sooner than they matter."""
    groups: dict[tuple[object, ...], dict[tuple[object, ...], Workload]] = defaultdict(dict)
    for worker in workers:
        workload = worker.workload
        if workload is not None and workload.lives_long:
            groups[_broker(worker, workload)][_identity(workload)] = workload
    together: dict[object, list[Worker]] = defaultdict(list)
    for worker in workers:
        if worker.workload is not None:
            together[worker.workload.namespace, *_identity(worker.workload)].append(worker)
    return [_watched(_counted(worker, groups), together) for worker in workers]


def _watched(worker: Worker, together: Mapping[object, Sequence[Worker]]) -> Worker:
    """The worker with the triggers that look at queues of others."""
    workload = worker.workload
    if workload is None or workload.autoscaler is None:
        return worker
    beside = together[workload.namespace, *_identity(workload)]
    triggers = [each for each in workload.autoscaler.triggers if each.kind in _BROKERS]
    if not triggers:
        return worker
    prefix = _prefix(worker)
    names = [trigger.queue for trigger in triggers]

    def foreign(before: str, *rest: Any) -> tuple[Trigger, ...]:
        queues = {before + name for each in rest[len(names) :] for name in each}
        pairs = zip(triggers, rest[: len(names)], strict=True)
        return tuple(each for each, name in pairs if name is not None and _PRIORITY.sub("", name) not in queues)

    return replace(worker, foreign_triggers=derive(foreign, prefix, *names, *(each.queues for each in beside)))


def _prefix(worker: Worker) -> Value[str]:
    """What kombu puts in front of a queue's name at the broker (kombu/transport/redis.py and SQS.py, 5.7)."""
    options = worker.settings.get("broker_transport_options")
    data = plain(options) if options is not None else {}
    if isinstance(data, Unknown):
        return unknown(data.reason, options.origin.span if options else None)
    found = [data[name] for name in ("global_keyprefix", "queue_name_prefix") if name in data] if data else []
    return known(str(found[0]), Layer.APP_CONF) if found else known("", Layer.DEFAULT)


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
