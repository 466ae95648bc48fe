"""Workloads of which is known that something changes them, but not what it makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from celerylint.facts.manifests.workloads import ContainerFact, WorkloadFact
from celerylint.origin import Value, unknown


def doubted(workload: WorkloadFact, reason: str) -> WorkloadFact:
    """The workload with everything unknown that may be changed before it runs."""

    def lost(value: Value[Any]) -> Value[Any]:
        return unknown(reason, value.origin.span)

    return replace(
        workload,
        replicas=lost(workload.replicas),
        grace_period=lost(workload.grace_period),
        strategy=lost(workload.strategy),
        surges=lost(workload.surges),
        spot=lost(workload.spot),
        containers=tuple(_doubted(container, reason) for container in workload.containers),
        patched=reason,
        incomplete=workload.incomplete or reason,
    )


def _doubted(container: ContainerFact, reason: str) -> ContainerFact:
    return replace(
        container,
        image=unknown(reason, container.image.origin.span),
        memory_limit=unknown(reason, container.memory_limit.origin.span),
        memory_request=unknown(reason, container.memory_request.origin.span),
        cpu_limit=unknown(reason, container.cpu_limit.origin.span),
        cpu_request=unknown(reason, container.cpu_request.origin.span),
    )
