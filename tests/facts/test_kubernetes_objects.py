"""What acts on workloads, which files are worth reading, and that no wrong type breaks the reading."""

from __future__ import annotations

import json
from textwrap import dedent, indent
from typing import Any

import pytest
from kubernetes_files import SHOP, at, deployment, facts
from wrong_types import broken

from celerylint.facts.manifests import (
    has_reason,
)
from celerylint.origin import Value


def bounds(value: Value[int]) -> int | None:
    result: int | None = value.otherwise(None)
    return result


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("HorizontalPodAutoscaler", "{scaleTargetRef: {kind: Deployment, name: w}, maxReplicas: 9}", (1, 9)),
        ("HorizontalPodAutoscaler", "{scaleTargetRef: {kind: Deployment, name: w}, minReplicas: 2}", (2, None)),
        ("ScaledObject", "{scaleTargetRef: {name: w}}", (0, 100)),
        ("ScaledObject", "{scaleTargetRef: {name: w}, minReplicaCount: 1, maxReplicaCount: 7}", (1, 7)),
        ("ScaledObject", "{scaleTargetRef: {name: w}, maxReplicaCount: '${MAX}'}", (0, None)),
        ("VerticalPodAutoscaler", "{targetRef: {kind: Deployment, name: w}}", (None, None)),
    ],
)
def test_autoscalers(kind: str, spec: str, expected: tuple[int | None, int | None]) -> None:
    source = f"apiVersion: x/v1\nkind: {kind}\nmetadata: {{name: s, namespace: shop}}\nspec: {spec}\n"
    (scaler,) = facts(source).acting.autoscalers
    assert (scaler.kind, scaler.target_kind, scaler.target, scaler.namespace) == (kind, "Deployment", "w", "shop")
    assert (bounds(scaler.minimum), bounds(scaler.maximum)) == expected
    assert at(source, scaler.span) == "w"


def test_an_autoscaler_without_target_is_a_problem() -> None:
    found = facts("kind: HorizontalPodAutoscaler\nmetadata: {name: s}\nspec: {maxReplicas: 3}\n")
    assert found.acting.autoscalers == ()
    assert len(found.problems) == 1


def test_a_limit_range_is_completed_as_the_api_server_does() -> None:
    (found,) = facts(
        dedent("""\
        kind: LimitRange
        metadata: {name: l, namespace: shop}
        spec:
          limits:
          - {type: Pod, max: {memory: 9Gi}}
          - {type: Container, default: {memory: 1Gi}, max: {cpu: "2"}, min: {memory: 1Mi}}
        """)
    ).acting.limit_ranges
    assert (found.namespace, found.memory_limit.get(), found.memory_request.get()) == ("shop", 2**30, 2**30)
    assert (found.cpu_limit.get(), found.cpu_request.get()) == (2.0, 2.0)


def test_config_maps() -> None:
    source = dedent("""\
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: shop, namespace: prod}
        data:
          LEVEL: info
          COUNT: 4
          broken: [1]
        """)
    found = facts(source)
    (shop,) = found.config_maps
    assert {key: value.get() for key, value in shop.data.items()} == {"LEVEL": "info", "COUNT": "4"}
    assert at(source, shop.data["LEVEL"].origin.span) == "info"
    assert (shop.kind, shop.incomplete) == ("ConfigMap", "")
    assert len(found.problems) == 2


def test_a_manifest_inside_a_config_map_is_only_text() -> None:
    inner = indent(deployment(), "    ")
    assert facts(f"kind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  worker.yaml: |\n{inner}").workloads == ()


WHOLE: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "w", "namespace": "n", "labels": {"a": "b"}},
    "spec": {
        "replicas": 1,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}},
        "template": {
            "metadata": {"labels": {"a": "b"}},
            "spec": {
                "terminationGracePeriodSeconds": 5,
                "hostNetwork": True,
                "nodeSelector": {"karpenter.sh/capacity-type": "spot"},
                "affinity": {
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [
                                {"matchExpressions": [{"key": "k", "operator": "In", "values": ["v"]}]}
                            ]
                        }
                    }
                },
                "tolerations": [{"key": "k", "value": "v"}],
                "resources": {"limits": {"cpu": "1"}},
                "initContainers": [{"name": "i", "restartPolicy": "Always"}],
                "containers": [
                    {
                        "name": "c",
                        "image": "i",
                        "command": ["celery"],
                        "args": ["worker"],
                        "env": [
                            {"name": "A", "value": "1"},
                            {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "k"}}},
                            {
                                "name": "C",
                                "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1"}},
                            },
                            {"name": "D", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                        ],
                        "envFrom": [{"configMapRef": {"name": "m"}}],
                        "resources": {"limits": {"memory": "1Gi"}, "requests": {"cpu": "1"}},
                        "lifecycle": {"stopSignal": "SIGQUIT"},
                    }
                ],
            },
        },
    },
}


OTHERS: list[dict[str, Any]] = [
    {"kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"}, "spec": {"scaleTargetRef": {"name": "w"}}},
    {"kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}}]}},
    {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}},
    {
        "kind": "Workflow",
        "metadata": {"name": "x"},
        "spec": {"templates": [{"name": "t", "container": {"image": "i"}}]},
    },
]


@pytest.mark.parametrize("wrong", [5, "x", None, True, 1.5, [], {}, [None], [5], {"a": 1}, [["x"]], "${X}", ""])
def test_no_wrong_type_anywhere_breaks_the_reading(wrong: Any) -> None:
    count = 0
    for tree in (WHOLE, *OTHERS):
        for variant in broken(tree, wrong):
            found = facts(json.dumps(variant))
            count += 1
            for workload in found.workloads:
                assert all(fact.span.path == "deploy/worker.yaml" for fact in workload.containers)
    assert count > 100


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        (SHOP, "deploy/worker.yaml", True),
        ("services:\n  web:\n    image: x\n", "stack.yml", True),
        ("anything: 1\n", "docker-compose.prod.yml", True),
        ("kind: ConfigMap\n", "c.yaml", True),
        ("kind: ScaledObject\n", "c.yaml", True),
        ("command: celery worker\n", "values.yaml", True),
        ("kind: Role\nmetadata: {}\n", "role.yaml", False),
        ("openapi: 3.0.0\npaths: {}\n", "api.yaml", False),
        ("apiVersion: v1\nkind: CustomResourceDefinition\nspec: {containers: {}}\n", "crd.yaml", False),
        ("kind: CustomResourceDefinition\n---\nkind: Deployment\nspec: {containers: []}\n", "all.yaml", True),
    ],
)
def test_which_files_are_worth_reading(source: str, path: str, expected: bool) -> None:
    assert has_reason(source.encode(), path) is expected
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert has_reason(source.encode(encoding), path) is expected
