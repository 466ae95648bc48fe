"""Workers and their settings, as data."""

from __future__ import annotations

from typing import Any

from celerylint.model import Flower, Worker
from celerylint.origin import Unknown, Value, unknown
from celerylint.report.credentials import masked
from celerylint.report.show.values import Entry, entry, hops, place
from celerylint.report.show.workloads import probe

NOT_STARTED = "nothing in the repository starts this worker"
_NOT_DEPLOYED = "no manifest in the repository says how this worker is deployed"


def worker(found: Worker) -> Entry:
    """One worker: what it is, then every value with its origin."""
    return {
        "name": found.name,
        **place(found.span),
        "kind": found.kind,
        "overlay": (found.workload.overlay if found.workload else "") or None,
        "app": found.app.name if found.app else None,
        "values": list(found.workload.values) if found.workload else [],
        "command": masked(found.command),
        "via": hops(found.via),
        **{name: entry(value) for name, value in values(found).items()},
        **_probes(found),
        "tasks": entry(found.tasks.map(lambda tasks: tuple(task.name for task in tasks))),
        "heavy_imports": list(found.heavy_imports),
    }


def _probes(found: Worker) -> dict[str, Entry]:
    """Those that somebody wrote, and those of which nobody knows whether there are any."""
    container = found.container
    if container is None:
        return {}
    probes = {
        "liveness": container.liveness,
        "readiness": container.readiness,
        "startup": container.startup,
        "healthcheck": container.healthcheck,
    }
    return {name: probe(value) for name, value in probes.items() if not value.known or value.get() is not None}


def values(found: Worker) -> dict[str, Value[Any]]:
    """A worker's values by the names that `show` gives them, tasks aside."""
    return {
        "pool": found.pool,
        "concurrency": found.concurrency,
        "concurrency_from_cpus": found.concurrency_from_cpus,
        "autoscale": _autoscale(found),
        "processes": found.processes,
        "prefetch_multiplier": found.prefetch_multiplier,
        "prefetch_count": found.prefetch_count,
        "disable_prefetch": found.disable_prefetch,
        "queues": found.queues,
        "busy_queues": found.busy_queues,
        "max_tasks_per_child": found.max_tasks_per_child,
        "max_memory_per_child_kib": found.max_memory_per_child,
        "memory_parent_bytes": found.memory.parent,
        "memory_per_process_bytes": found.memory.per_process,
        "memory_demand_bytes": found.memory.demand,
        "memory_floor_bytes": found.memory.floor,
        **deployment(found),
        "time_limit": found.time_limit,
        "soft_time_limit": found.soft_time_limit,
        "longest_run": found.longest_run,
        "load": found.load,
        "embedded_beat": found.embedded_beat,
        "shell_in_front": found.shell_in_front,
        "soft_shutdown_seconds": found.soft_shutdown,
    }


def settings(found: Worker) -> Entry:
    """Every setting at its effective value, and what the broker makes of it."""
    shown = {name: entry(value, name) for name, value in found.settings.items()}
    shown["broker_transport"] = entry(found.broker.transport)
    shown["broker_transport_options.visibility_timeout"] = entry(found.broker.visibility_timeout)
    return {"name": found.name, **place(found.span), "settings": dict(sorted(shown.items()))}


def deployment(found: Worker | Flower) -> dict[str, Value[Any]]:
    """What the platform gives a process, and how long it waits for its end."""
    reason = NOT_STARTED if found.kind == "app" else _NOT_DEPLOYED
    nowhere: Value[Any] = unknown(reason)
    workload, container = found.workload, found.container
    return {
        "memory_limit_bytes": container.memory_limit if container else nowhere,
        "memory_request_bytes": container.memory_request if container else nowhere,
        "cpu_limit": container.cpu_limit if container else nowhere,
        "cpu_request": container.cpu_request if container else nowhere,
        "replicas": workload.replicas if workload else nowhere,
        "least_replicas": workload.least_replicas if workload else nowhere,
        "most_replicas": workload.most_replicas if workload else nowhere,
        "grace_seconds": workload.grace_period if workload else nowhere,
    }


def _autoscale(found: Worker) -> Value[Any]:
    """`[max, min]` as `--autoscale` has them; null where the pool does not scale."""
    most, least = found.autoscale_max, found.autoscale_min
    if isinstance(most.value, Unknown) or most.value is None:
        return most
    return least if isinstance(least.value, Unknown) else most.map(lambda value: [value, least.get()])
