"""Manifests: what Kubernetes objects and Compose files write about the containers that they start."""

from celerylint.facts.manifests.autoscalers import AutoscalerFact, LimitRangeFact
from celerylint.facts.manifests.compose import ComposeFacts, compose_facts
from celerylint.facts.manifests.configmaps import ConfigMapFact, config_map
from celerylint.facts.manifests.doubt import doubted
from celerylint.facts.manifests.kubernetes import KubernetesFacts, kubernetes_facts
from celerylint.facts.manifests.reason import has_reason
from celerylint.facts.manifests.workloads import (
    BuildFact,
    ConfigMapKey,
    ContainerFact,
    EnvironmentFact,
    EnvironmentSource,
    ManifestProblem,
    MountFact,
    ResourceField,
    WorkloadFact,
)

__all__ = [
    "AutoscalerFact",
    "BuildFact",
    "ComposeFacts",
    "ConfigMapFact",
    "ConfigMapKey",
    "ContainerFact",
    "EnvironmentFact",
    "EnvironmentSource",
    "KubernetesFacts",
    "LimitRangeFact",
    "ManifestProblem",
    "MountFact",
    "ResourceField",
    "WorkloadFact",
    "compose_facts",
    "config_map",
    "doubted",
    "has_reason",
    "kubernetes_facts",
]
