"""Manifests: what Kubernetes objects and Compose files write about the containers that they start."""

from celerylint.facts.manifests.acting import ActingFacts, BudgetFact, LimitRangeFact, PriorityClassFact
from celerylint.facts.manifests.autoscalers import AutoscalerFact
from celerylint.facts.manifests.compose import ComposeFacts, compose_facts
from celerylint.facts.manifests.configmaps import ConfigMapFact, config_map
from celerylint.facts.manifests.doubt import doubted
from celerylint.facts.manifests.kubernetes import KubernetesFacts, kubernetes_facts
from celerylint.facts.manifests.reason import has_reason
from celerylint.facts.manifests.rollout import RolloutFact
from celerylint.facts.manifests.scaling import MetricFact, TriggerFact
from celerylint.facts.manifests.workloads import (
    BuildFact,
    ConfigMapKey,
    ContainerFact,
    EnvironmentFact,
    EnvironmentSource,
    HookFact,
    ManifestProblem,
    MountFact,
    ProbeFact,
    ResourceField,
    SecurityFact,
    VolumeFact,
    WorkloadFact,
)

__all__ = [
    "ActingFacts",
    "AutoscalerFact",
    "BudgetFact",
    "BuildFact",
    "ComposeFacts",
    "ConfigMapFact",
    "ConfigMapKey",
    "ContainerFact",
    "EnvironmentFact",
    "EnvironmentSource",
    "HookFact",
    "KubernetesFacts",
    "LimitRangeFact",
    "ManifestProblem",
    "MetricFact",
    "MountFact",
    "PriorityClassFact",
    "ProbeFact",
    "ResourceField",
    "RolloutFact",
    "SecurityFact",
    "TriggerFact",
    "VolumeFact",
    "WorkloadFact",
    "compose_facts",
    "config_map",
    "doubted",
    "has_reason",
    "kubernetes_facts",
]
