"""Kubernetes objects: what is written about workloads, whatever holds them."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest
from kubernetes_files import SHOP, at, deployment, facts, one

from celerylint.origin import Layer


def test_a_deployment_is_read_with_its_places() -> None:
    workload = one(SHOP)
    assert (workload.platform, workload.kind, workload.name, workload.namespace) == (
        "kubernetes",
        "Deployment",
        "shop-worker",
        "shop",
    )
    assert at(SHOP, workload.span) == "shop-worker"
    assert workload.replicas.get() == 3
    assert at(SHOP, workload.replicas.origin.span) == "3"
    assert workload.grace_period.get() == 120.0
    assert workload.share_process_namespace
    assert not workload.host_network
    assert workload.labels == (("app", "shop"), ("tier", "worker"))
    assert workload.template_labels == (("app", "shop"),)
    assert workload.annotations == (("note", "hi"),)
    assert workload.lives_long
    assert not workload.fragment
    assert not workload.development


def test_what_is_left_out_has_kubernetes_own_default() -> None:
    workload = one(deployment())
    bare = workload.containers[0]
    assert (workload.replicas.get(), workload.grace_period.get(), workload.strategy.get()) == (1, 30.0, "RollingUpdate")
    assert workload.replicas.origin.layer is Layer.DEFAULT
    assert workload.spot.get() is None
    assert bare.memory_limit.get() is bare.memory_request.get() is bare.cpu_limit.get() is None
    assert bare.entrypoint is bare.arguments is None
    assert bare.environment == ()
    assert bare.environment_from == ()


def test_a_json_manifest_says_the_same() -> None:
    source = json.dumps(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "worker"},
            "spec": {
                "replicas": 2,
                "template": {"spec": {"containers": [{"name": "w", "image": "shop", "args": ["worker", "-c", "2"]}]}},
            },
        },
        indent=2,
    )
    workload = one(source, "deploy/worker.json")
    assert workload.replicas.get() == 2
    assert [at(source, word.span) for word in workload.containers[0].arguments or ()] == ["worker", "-c", "2"]


@pytest.mark.parametrize(
    ("kind", "version", "way", "lives_long"),
    [
        ("Deployment", "apps/v1", "template.spec", True),
        ("StatefulSet", "apps/v1", "template.spec", True),
        ("DaemonSet", "apps/v1", "template.spec", True),
        ("ReplicaSet", "apps/v1", "template.spec", True),
        ("ReplicationController", "v1", "template.spec", True),
        ("Pod", "v1", "", True),
        ("Job", "batch/v1", "template.spec", False),
        ("CronJob", "batch/v1", "jobTemplate.spec.template.spec", False),
        ("Rollout", "argoproj.io/v1alpha1", "template.spec", True),
        ("CloneSet", "apps.kruise.io/v1alpha1", "template.spec", True),
        ("Service", "serving.knative.dev/v1", "template.spec", True),
        ("ScaledJob", "keda.sh/v1alpha1", "jobTargetRef.template.spec", False),
        ("DeploymentConfig", "apps.openshift.io/v1", "template.spec", True),
        ("CeleryCluster", "example.org/v1", "workers.template.spec", True),
    ],
)
def test_every_object_with_a_pod_template_is_a_workload(kind: str, version: str, way: str, lives_long: bool) -> None:
    spec: dict[str, Any] = {"containers": [{"name": "w", "image": "shop"}]}
    for key in reversed(way.split(".") if way else []):
        spec = {key: spec}
    source = json.dumps({"apiVersion": version, "kind": kind, "metadata": {"name": "x"}, "spec": spec})
    workload = one(source)
    assert (workload.kind, workload.name, workload.lives_long) == (kind, "x", lives_long)
    assert workload.containers[0].image.get() == "shop"


def test_a_plain_service_or_a_role_is_none() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n"
    values = "worker:\n  replicas: 3\n  image: shop\nkindOf: x\n"
    assert (
        facts(service).workloads
        == facts(values).workloads
        == facts("").workloads
        == facts("- 1\n- a: b").workloads
        == ()
    )


def test_lists_templates_and_several_documents_are_read_through() -> None:
    item = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "a"}}
    item["spec"] = {"template": {"spec": {"containers": [{"name": "w", "image": "i"}]}}}
    other = {**item, "metadata": {"name": "b"}}
    documents = [
        {"apiVersion": "v1", "kind": "List", "items": [item, other]},
        {"apiVersion": "template.openshift.io/v1", "kind": "Template", "metadata": {"name": "t"}, "objects": [item]},
        item,
    ]
    found = facts("\n---\n".join(json.dumps(document) for document in documents)).workloads
    assert [(workload.kind, workload.name) for workload in found] == [
        ("Deployment", name) for name in ("a", "b", "a", "a")
    ]


def test_argo_workflow_templates_are_workloads_each() -> None:
    found = facts(
        dedent("""\
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {generateName: etl-}
        spec:
          templates:
          - name: load
            container: {image: etl, command: [celery, worker]}
          - name: main
            dag: {tasks: []}
        """)
    ).workloads
    assert [(workload.name, workload.lives_long) for workload in found] == [("etl-/load", False)]
    assert [word.text for word in found[0].containers[0].entrypoint or ()] == ["celery", "worker"]


@pytest.mark.parametrize(
    ("kind", "lines", "expected"),
    [
        ("Deployment", "replicas: 0", 0),
        ("Deployment", "replicas: null", 1),
        ("Job", "parallelism: 4", 4),
        ("Job", "", 1),
        ("StatefulSet", "", 1),
        ("Rollout", "replicas: 5", 5),
        ("CeleryCluster", "replicas: 6", 6),
    ],
)
def test_replicas(kind: str, lines: str, expected: int) -> None:
    assert one(deployment(lines, kind)).replicas.get() == expected


@pytest.mark.parametrize(
    ("kind", "lines", "reason"),
    [
        ("DaemonSet", "", "one per node"),
        ("CeleryCluster", "", "CeleryCluster"),
        ("Deployment", "replicas: ${REPLICAS}", "${REPLICAS}"),
        ("Deployment", "replicas: $(REPLICAS)", "$(REPLICAS)"),
        ("Deployment", "replicas: '{{ .Values.replicas }}'", "{{ .Values.replicas }}"),
        ("Deployment", "replicas: <<REPLICAS>>", "<<REPLICAS>>"),
        ("Deployment", "replicas: {{ replicas }}", "{{"),
        ("Deployment", "replicas: two", "two"),
        ("Deployment", 'replicas: "2"', "2"),
        ("Deployment", "replicas: -1", "negative"),
        ("Deployment", "replicas: 1.5", "1.5"),
        ("Deployment", "replicas: [1]", "replicas"),
    ],
)
def test_replicas_that_nobody_can_know(kind: str, lines: str, reason: str) -> None:
    value = one(deployment(lines, kind)).replicas
    assert not value.known
    assert reason in value.reason


def test_what_cannot_be_read_is_a_problem_and_a_placeholder_is_none() -> None:
    source = deployment("replicas: two")
    (problem,) = facts(source).problems
    assert at(source, problem.span) == "two"
    assert facts(deployment("replicas: ${R}")).problems == ()


@pytest.mark.parametrize(
    ("kind", "lines", "strategy", "surges"),
    [
        ("Deployment", "", "RollingUpdate", True),
        ("Deployment", "strategy: {type: Recreate}", "Recreate", False),
        ("Deployment", "strategy: {rollingUpdate: {maxSurge: 0}}", "RollingUpdate", False),
        ("Deployment", "strategy: {rollingUpdate: {maxSurge: 0%}}", "RollingUpdate", False),
        ("Deployment", "strategy: {rollingUpdate: {maxSurge: 1%}}", "RollingUpdate", True),
        ("Deployment", "strategy: {rollingUpdate: {maxSurge: '1%'}}\nreplicas: ${N}", "RollingUpdate", True),
        ("Deployment", "strategy: {rollingUpdate: {maxSurge: 2}}", "RollingUpdate", True),
        ("Deployment", "replicas: 0", "RollingUpdate", False),
        ("StatefulSet", "", None, False),
        ("DaemonSet", "", None, False),
        ("DaemonSet", "updateStrategy: {rollingUpdate: {maxSurge: 1}}", None, True),
        ("Job", "", None, False),
        ("DeploymentConfig", "strategy: {type: Rolling}", "RollingUpdate", True),
        ("CloneSet", "", None, False),
        ("Rollout", "strategy: {blueGreen: {activeService: a}}", "BlueGreen", True),
        ("Rollout", "strategy: {canary: {maxSurge: 0}}", "Canary", False),
    ],
)
def test_a_rollout_surges(kind: str, lines: str, strategy: str | None, surges: bool) -> None:
    workload = one(deployment(lines, kind))
    assert (workload.strategy.get(), workload.surges.get()) == (strategy, surges)


@pytest.mark.parametrize("surge", ["'1'", "x%", "'${SURGE}'", "[]", "-1"])
def test_a_surge_that_cannot_be_read_is_unknown(surge: str) -> None:
    assert not one(deployment(f"strategy: {{rollingUpdate: {{maxSurge: {surge}}}}}")).surges.known
    assert not one(deployment("strategy: {type: '${STRATEGY}'}")).surges.known


def test_a_patch_without_any_image_is_a_fragment() -> None:
    assert one(deployment().replace(", image: shop", "")).fragment
    assert not one(deployment()).fragment


@pytest.mark.parametrize(
    ("path", "namespace", "expected"),
    [
        ("deploy/worker.yaml", "", False),
        ("k8s/overlays/dev/worker.yaml", "", True),
        ("tests/k8s/worker.yaml", "", True),
        ("examples/worker.yaml", "", True),
        ("deploy/latest/worker.yaml", "", False),
        ("deploy/worker.yaml", "shop-dev", True),
        ("deploy/worker.yaml", "devices", False),
    ],
)
def test_development(path: str, namespace: str, expected: bool) -> None:
    source = deployment().replace("{name: worker}", f'{{name: worker, namespace: "{namespace}"}}')
    assert one(source, path).development is expected


def test_aliases_merges_and_duplicate_keys() -> None:
    source = dedent("""\
        kind: Deployment
        metadata: {name: w}
        spec:
          replicas: 1
          replicas: 2
          template:
            spec:
              containers:
              - &base {name: a, image: i, args: [worker, -c, "2"]}
              - <<: *base
                name: b
        """)
    workload = one(source)
    assert workload.replicas.get() == 2
    assert [fact.name for fact in workload.containers] == ["a", "b"]
    assert [word.text for word in workload.containers[1].arguments or ()] == ["worker", "-c", "2"]
