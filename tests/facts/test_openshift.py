"""OpenShift Templates and ClowdApps: what is made of them, and where each value stands."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest
from kubernetes_files import at, facts, one
from wrong_types import broken

from celerylint.facts.manifests import WorkloadFact

TEMPLATE = dedent("""\
    apiVersion: template.openshift.io/v1
    kind: Template
    metadata: {name: shop}
    objects:
    - apiVersion: apps.openshift.io/v1
      kind: DeploymentConfig
      metadata: {name: "${NAME}-worker"}
      spec:
        replicas: ${{REPLICAS}}
        strategy: {type: Recreate}
        template:
          spec:
            containers:
            - name: worker
              image: ${IMAGE}:${TAG}
              command: [sh, -c, "cd ${PWD} && celery -A shop worker -c ${SLOTS}"]
              args: ["${EMPTY}", "${KEY}", "${WANTED}"]
              env:
              - {name: LEVEL, value: "${LEVEL}"}
              - {name: KEY, value: "${KEY}"}
              - {name: OTHER, value: "${OTHER}"}
              resources: {limits: {memory: "${MEMORY}", cpu: "${CPU}"}}
    parameters:
    - {name: NAME, value: shop, required: true}
    - {name: REPLICAS, value: "3"}
    - {name: IMAGE, value: registry.example/shop}
    - {name: TAG, value: latest}
    - {name: SLOTS, value: '4'}
    - {name: LEVEL, value: info}
    - {name: KEY, generate: expression, from: '[a-z]{8}'}
    - {name: WANTED, required: true}
    - {name: EMPTY}
    - name: MEMORY
      value: 1Gi
    - {name: CPU, required: true}
    """)


def test_a_template_is_read_with_the_defaults_of_its_parameters() -> None:
    found = one(TEMPLATE)
    (container,) = found.containers
    assert (found.kind, found.name, found.replicas.get(), found.strategy.get()) == (
        "DeploymentConfig",
        "shop-worker",
        3,
        "Recreate",
    )
    assert container.image.get() == "registry.example/shop:latest"
    assert [word.text for word in container.entrypoint or ()][2] == "cd ${PWD} && celery -A shop worker -c 4"
    assert container.memory_limit.get() == 2**30
    assert at(TEMPLATE, container.memory_limit.origin.span) == "1Gi"
    assert at(TEMPLATE, found.replicas.origin.span) == '"3"'
    assert {each.name: each.value.otherwise(None) for each in container.environment} == {
        "LEVEL": "info",
        "KEY": None,
        "OTHER": None,
    }


def test_what_is_generated_or_asked_for_is_not_known() -> None:
    (container,) = one(TEMPLATE).containers
    empty, key, wanted = container.arguments or ()
    assert (empty.text, empty.unresolved) == ("", "")
    assert key.unresolved == "KEY is generated when the template is processed"
    assert wanted.unresolved == "WANTED is given when the template is processed"
    assert container.cpu_limit.reason == "CPU is given when the template is processed"
    assert container.environment[1].value.reason == "KEY is generated when the template is processed"


def test_a_parameter_that_is_not_declared_stays_as_it_is() -> None:
    (container,) = one(TEMPLATE).containers
    other = container.environment[2].value
    assert other.reason == "OTHER is ${OTHER}, which Kubernetes does not expand and another tool may fill in"


def test_parameters_do_not_grow_without_end() -> None:
    source = TEMPLATE.replace("value: info}", f"value: '{'x' * 60_000}'}}").replace('"${LEVEL}"', '"${LEVEL}${LEVEL}"')
    assert one(source).containers[0].environment[0].value.reason == "its parameters make it too long"


CLOWDAPP = dedent("""\
    apiVersion: cloud.redhat.com/v1alpha1
    kind: ClowdApp
    metadata: {name: shop, namespace: prod}
    spec:
      deployments:
      - name: worker
        minReplicas: 2
        podSpec:
          image: shop:1
          initContainers:
          - {name: migrate, command: [migrate]}
          command: [celery, -A, shop]
          args: [worker, -c, "4"]
          env: [{name: LEVEL, value: info}]
          resources: {limits: {memory: 1Gi}, requests: {cpu: 100m}}
          terminationGracePeriodSeconds: 90
          livenessProbe: {exec: {command: [celery, -A, shop, inspect, ping]}}
      - name: scaled
        replicas: 5
        autoScaler: {minReplicaCount: 1, maxReplicaCount: 7, triggers: [{type: redis, metadata: {listName: celery}}]}
        deploymentStrategy: {privateStrategy: Recreate}
        podSpec: {image: shop:1, command: [celery, -A, shop, worker]}
      - name: claims
        autoScalerSimple: {replicas: {min: 2, max: 4}, cpu: {scaleAtUtilization: 70}}
        podSpec:
          image: shop:1
          volumes: [{name: d, persistentVolumeClaim: {claimName: d}}]
      jobs:
      - {name: nightly, schedule: "0 1 * * *", podSpec: {image: shop:1, args: [celery, -A, shop, call, x]}}
      - {name: once, parallelism: 2, podSpec: {image: shop:1}}
    """)


def named() -> dict[str, WorkloadFact]:
    return {each.name: each for each in facts(CLOWDAPP).workloads}


def test_a_clowd_app_makes_deployments_and_jobs() -> None:
    found = named()
    assert {name: (each.kind, each.namespace, each.lives_long) for name, each in found.items()} == {
        "shop-worker": ("Deployment", "prod", True),
        "shop-scaled": ("Deployment", "prod", True),
        "shop-claims": ("Deployment", "prod", True),
        "shop-nightly": ("CronJob", "prod", False),
        "shop-once": ("Job", "prod", False),
    }
    assert {name: each.replicas.get() for name, each in found.items()} == {
        "shop-worker": 2,
        "shop-scaled": 5,
        "shop-claims": 1,
        "shop-nightly": 1,
        "shop-once": 2,
    }
    assert {name: each.strategy.otherwise("?") for name, each in found.items()} == {
        "shop-worker": "RollingUpdate",
        "shop-scaled": "Recreate",
        "shop-claims": "Recreate",
        "shop-nightly": None,
        "shop-once": None,
    }


def test_a_clowd_apps_container_is_what_its_pod_spec_says() -> None:
    worker = named()["shop-worker"]
    (container,) = worker.containers
    (first,) = worker.init_containers
    assert at(CLOWDAPP, worker.span) == "worker"
    assert [word.text for word in (*(container.entrypoint or ()), *(container.arguments or ()))] == [
        "celery",
        "-A",
        "shop",
        "worker",
        "-c",
        "4",
    ]
    assert {each.name: each.value.get() for each in container.environment} == {
        "LEVEL": "info",
        "ACG_CONFIG": "/cdapp/cdappconfig.json",
    }
    assert (container.memory_limit.get(), container.cpu_request.get(), worker.grace_period.get()) == (2**30, 0.1, 90.0)
    assert "ClowdEnvironment" in container.cpu_limit.reason
    assert "ClowdEnvironment" in container.memory_request.reason
    assert (first.name, first.image.get()) == ("migrate", "shop:1")


def test_a_clowd_app_has_autoscalers() -> None:
    scalers = {each.target: each for each in facts(CLOWDAPP).acting.autoscalers}
    assert {name: (each.kind, each.minimum.get(), each.maximum.get()) for name, each in scalers.items()} == {
        "shop-scaled": ("ScaledObject", 1, 7),
        "shop-claims": ("HorizontalPodAutoscaler", 2, 4),
    }


def test_a_custom_resource_with_fields_of_its_own_is_no_workload() -> None:
    source = "apiVersion: own/v1\nkind: Worker\nmetadata: {name: w}\nspec: {podSpec: {command: [celery, worker]}}\n"
    assert facts(source).workloads == ()


WHOLE: dict[str, Any] = {
    "kind": "Template",
    "objects": [
        {
            "kind": "ClowdApp",
            "metadata": {"name": "${A}", "namespace": "n"},
            "spec": {
                "deployments": [
                    {
                        "name": "w",
                        "replicas": "${{B}}",
                        "autoScaler": {"maxReplicaCount": 3},
                        "autoScalerSimple": {"replicas": {"min": 1, "max": 2}, "ram": {"scaleAtValue": "1Gi"}},
                        "deploymentStrategy": {"privateStrategy": "Recreate"},
                        "podSpec": {
                            "image": "${A}:${C}",
                            "initContainers": [{"name": "i", "command": ["x"]}],
                            "env": [{"name": "E", "value": "${C}"}],
                            "resources": {"limits": {"memory": "${D}"}},
                            "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "c"}}],
                        },
                    }
                ],
                "jobs": [{"name": "j", "schedule": "* * * * *", "podSpec": {"image": "i"}}],
            },
        }
    ],
    "parameters": [{"name": "A", "value": "a"}, {"name": "B", "value": "2"}, {"name": "C", "required": True}],
}


@pytest.mark.parametrize("wrong", [5, "x", None, True, [], {}, [None], [5], {"a": 1}, [["x"]], "${A}", "${{A}}", ""])
def test_no_wrong_type_anywhere_breaks_the_reading(wrong: Any) -> None:
    count = 0
    for variant in broken(WHOLE, wrong):
        for workload in facts(json.dumps(variant)).workloads:
            assert workload.span.path == "deploy/worker.yaml"
        count += 1
    assert count > 40
