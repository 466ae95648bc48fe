"""Autoscalers with what they look at, budgets, PriorityClasses, and Rollouts that take another's pods."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest
from kubernetes_files import facts
from wrong_types import broken

from celerylint.facts.manifests import AutoscalerFact


def scaler(kind: str, spec: str, version: str = "autoscaling/v2") -> AutoscalerFact:
    source = (
        f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: s}}\nspec: {{scaleTargetRef: {{name: w}}, {spec}}}\n"
    )
    (found,) = facts(source).acting.autoscalers
    return found


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("maxReplicas: 3", [("Resource", "cpu", "Utilization", 80.0)]),
        ("maxReplicas: 3, targetCPUUtilizationPercentage: 60", [("Resource", "cpu", "Utilization", 60.0)]),
        (
            "metrics: [{type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}]",
            [("Resource", "memory", "AverageValue", 2.0**30)],
        ),
        (
            "metrics: [{type: Resource, resource: {name: cpu, targetAverageUtilization: 70}}]",
            [("Resource", "cpu", "Utilization", 70.0)],
        ),
        (
            "metrics: [{type: External, external: {metric: {name: depth}, target: {type: Value, value: '30'}}},"
            " {type: Pods, pods: {metric: {name: busy}, target: {type: AverageValue, averageValue: 500m}}}]",
            [("External", "depth", "Value", 30.0), ("Pods", "busy", "AverageValue", 0.5)],
        ),
        ("metrics: [{type: Unheard}, 5]", [("Resource", "cpu", "Utilization", 80.0)]),
    ],
)
def test_metrics(spec: str, expected: list[tuple[str, str, str, float]]) -> None:
    found = scaler("HorizontalPodAutoscaler", spec).metrics
    assert [(each.kind, each.name, each.target_type, each.target.get()) for each in found] == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("", 300.0),
        ("behavior: {scaleDown: {stabilizationWindowSeconds: 600}}", 600.0),
        ("behavior: {scaleDown: {selectPolicy: Disabled}}", None),
        ("behavior: {scaleUp: {stabilizationWindowSeconds: 5}}", 300.0),
    ],
)
def test_how_long_pods_stay(spec: str, expected: float | None) -> None:
    assert scaler("HorizontalPodAutoscaler", spec).scale_down_window.get() == expected
    advanced = f"advanced: {{horizontalPodAutoscalerConfig: {{{spec}}}}}"
    assert scaler("ScaledObject", advanced, "keda.sh/v1alpha1").scale_down_window.get() == expected


def test_kedas_triggers_and_times() -> None:
    found = scaler(
        "ScaledObject",
        "triggers: [{type: redis, metadata: {listName: celery, listLength: '5', address: 'redis:6379'}},"
        " {type: cron, metadata: {timezone: UTC}}, {metadata: {}}, 5], cooldownPeriod: 60, idleReplicaCount: 0,"
        " minReplicaCount: 2",
        "keda.sh/v1alpha1",
    )
    assert [(each.kind, {key: value.get() for key, value in each.metadata}) for each in found.triggers] == [
        ("redis", {"listName": "celery", "listLength": "5", "address": "redis:6379"}),
        ("cron", {"timezone": "UTC"}),
    ]
    assert (found.cooldown.get(), found.polling.get(), found.minimum.get(), found.maximum.get()) == (60.0, 30.0, 0, 100)


def test_a_vertical_autoscaler_has_a_mode() -> None:
    source = "kind: VerticalPodAutoscaler\nmetadata: {name: v}\nspec: {targetRef: {kind: Deployment, name: w}%s}\n"
    modes = ("", ", updatePolicy: {updateMode: 'Off'}", ", updatePolicy: {updateMode: '${MODE}'}")
    found = [facts(source % mode).acting.autoscalers[0].mode.otherwise(None) for mode in modes]
    assert found == ["Auto", "Off", None]


def test_budgets_and_priority_classes() -> None:
    found = facts(
        dedent("""\
        kind: PodDisruptionBudget
        metadata: {name: a, namespace: n}
        spec: {minAvailable: 1, selector: {matchLabels: {app: w}}}
        ---
        kind: PodDisruptionBudget
        metadata: {name: b}
        spec: {maxUnavailable: 50%, selector: {matchExpressions: [{key: app, operator: Exists}]}}
        ---
        kind: PriorityClass
        metadata: {name: low}
        value: -10
        """)
    ).acting
    first, second = found.budgets
    assert (first.name, first.namespace, first.labels, first.partial) == ("a", "n", (("app", "w"),), False)
    assert (first.minimum.get(), first.maximum.get()) == (1, None)
    assert (second.minimum.get(), second.maximum.get(), second.partial) == (None, "50%", True)
    assert [(each.name, each.value.get()) for each in found.priority_classes] == [("low", -10)]


def test_a_rollout_that_takes_the_pods_of_a_deployment() -> None:
    (found,) = facts(
        dedent("""\
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: r}
        spec: {replicas: 4, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: w}, strategy: {blueGreen: {}}}
        """)
    ).acting.rollouts
    assert (found.name, found.target_kind, found.target) == ("r", "Deployment", "w")
    assert (found.replicas.get(), found.strategy.get(), found.surges.get()) == (4, "BlueGreen", True)


OBJECTS: list[dict[str, Any]] = [
    {
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "h"},
        "spec": {
            "scaleTargetRef": {"name": "w"},
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization"}}}],
            "behavior": {"scaleDown": {"stabilizationWindowSeconds": 5, "selectPolicy": "Max"}},
        },
    },
    {
        "kind": "ScaledObject",
        "metadata": {"name": "k"},
        "spec": {"scaleTargetRef": {"name": "w"}, "triggers": [{"type": "redis", "metadata": {"listName": "c"}}]},
    },
    {"kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": {"selector": {"matchLabels": {"a": "b"}}}},
    {"kind": "PriorityClass", "metadata": {"name": "p"}, "value": 5},
    {"kind": "Rollout", "metadata": {"name": "r"}, "spec": {"workloadRef": {"name": "w"}, "strategy": {"canary": {}}}},
]


@pytest.mark.parametrize("wrong", [5, "x", None, True, [], {}, [None], [5], {"a": 1}, [["x"]], "${X}", "", -1, 1.5])
def test_no_wrong_type_anywhere_breaks_the_reading(wrong: Any) -> None:
    count = 0
    for tree in OBJECTS:
        for variant in broken(tree, wrong):
            facts(json.dumps(variant))
            count += 1
    assert count > 40
