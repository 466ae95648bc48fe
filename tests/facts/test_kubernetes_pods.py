"""Kubernetes pods: containers, their words, environment and limits, and the nodes that they ask for."""

from __future__ import annotations

from fractions import Fraction

import pytest
from kubernetes_files import SHOP, at, container, deployment, facts, one, pod

from celerylint.facts.manifests import (
    ConfigMapKey,
    ResourceField,
)
from celerylint.origin import Layer


def test_a_container_is_read_with_its_words() -> None:
    worker = one(SHOP).containers[0]
    assert worker.name == "worker"
    assert at(SHOP, worker.span) == "worker"
    assert worker.image.get() == "shop:1"
    assert [word.text for word in worker.entrypoint or ()] == ["celery", "-A", "shop"]
    assert [word.text for word in worker.arguments or ()] == ["worker", "-c", "4", "--queues=a"]
    for word in (*(worker.entrypoint or ()), *(worker.arguments or ())):
        assert at(SHOP, word.span).strip("\"'") == word.text
    queues = (worker.arguments or ())[-1]
    assert at(SHOP, queues.locate(9, 10)) == "a"


def test_a_request_that_is_left_out_is_the_limit() -> None:
    worker = one(SHOP).containers[0]
    assert worker.memory_limit.get() == 2**30
    assert at(SHOP, worker.memory_limit.origin.span) == "1Gi"
    assert worker.memory_request.get() == 512 * 2**20
    assert worker.cpu_limit.get() == worker.cpu_request.get() == 1.5
    assert worker.cpu_request.origin.layer is Layer.DEFAULT
    assert [at(SHOP, place) for place in worker.cpu_request.origin.places()] == ["1500m"]


def test_native_sidecars_stand_with_the_containers_and_init_containers_apart() -> None:
    workload = one(SHOP)
    assert [(fact.name, fact.sidecar) for fact in workload.containers] == [("worker", False), ("proxy", True)]
    assert [fact.name for fact in workload.init_containers] == ["migrate"]


REQUIRED = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ["


PREFERRED = "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: "


SPOT = "{matchExpressions: [{key: karpenter.sh/capacity-type, operator: In, values: [spot]}]}"


MIXED = "{matchExpressions: [{key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}]}"


NEVER = "{matchExpressions: [{key: karpenter.sh/capacity-type, operator: NotIn, values: [spot]}]}"


ABSENT = "{matchExpressions: [{key: cloud.google.com/gke-spot, operator: DoesNotExist}]}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("nodeSelector: {cloud.google.com/gke-spot: 'true'}", "required"),
        ("nodeSelector: {cloud.google.com/gke-spot: 'false'}", None),
        ("nodeSelector: {cloud.google.com/gke-preemptible: 'true'}", "required"),
        ("nodeSelector: {eks.amazonaws.com/capacityType: SPOT}", "required"),
        ("nodeSelector: {eks.amazonaws.com/capacityType: ON_DEMAND}", None),
        ("nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}", "required"),
        ("nodeSelector: {node.kubernetes.io/lifecycle: spot}", "required"),
        (f"{REQUIRED}{SPOT}]}}}}}}", "required"),
        (f"{REQUIRED}{SPOT}, {MIXED}]}}}}}}", "tolerated"),
        (f"{REQUIRED}{MIXED}]}}}}}}", "tolerated"),
        (f"{REQUIRED}{NEVER}]}}}}}}", None),
        (f"{REQUIRED}{ABSENT}]}}}}}}", None),
        (f"{PREFERRED}{SPOT}}}]}}}}", "tolerated"),
        (f"{PREFERRED}{NEVER}}}]}}}}", None),
        ("tolerations: [{key: kubernetes.azure.com/scalesetpriority, value: spot, effect: NoSchedule}]", "tolerated"),
        ("tolerations: [{key: cloud.google.com/gke-spot, operator: Exists}]", "tolerated"),
        ("tolerations: [{operator: Exists}]", None),
        ("tolerations: [{key: dedicated, value: spot}]", None),
        ("nodeSelector: 5\ntolerations: x\naffinity: [1]", None),
    ],
)
def test_spot_nodes(lines: str, expected: str | None) -> None:
    assert one(deployment(pod_lines=lines)).spot.get() == expected


def test_spot_that_a_placeholder_decides_is_unknown() -> None:
    assert not one(deployment(pod_lines="nodeSelector: {karpenter.sh/capacity-type: '${TYPE}'}")).spot.known


def test_the_environment_keeps_its_order_and_its_sources() -> None:
    worker = container("""\
        env:
        - name: BROKER
          value: redis://redis/0
        - {name: EMPTY}
        - name: CONCURRENCY
          valueFrom: {resourceFieldRef: {containerName: worker, resource: limits.cpu, divisor: 500m}}
        - name: LEVEL
          valueFrom: {configMapKeyRef: {name: shop, key: level, optional: true}}
        - name: PASSWORD
          valueFrom: {secretKeyRef: {name: shop-secret, key: password}}
        - name: HOST
          valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
        - name: LATER
          value: $(BROKER)?x
        - name: FILLED
          value: ${FROM_CI}
        envFrom:
        - prefix: SHOP_
          configMapRef: {name: shop}
        - secretRef: {name: shop-secret, optional: true}
        """)
    found = {fact.name: fact for fact in worker.environment}
    assert list(found) == ["BROKER", "EMPTY", "CONCURRENCY", "LEVEL", "PASSWORD", "HOST", "LATER", "FILLED"]
    assert found["BROKER"].value.get() == "redis://redis/0"
    assert found["EMPTY"].value.get() == ""
    assert found["CONCURRENCY"].resource == ResourceField("limits.cpu", Fraction(1, 2), "worker")
    assert found["LEVEL"].reference == ConfigMapKey("shop", "level", True)
    assert "password of Secret shop-secret" in found["PASSWORD"].value.reason
    assert "spec.nodeName" in found["HOST"].value.reason
    assert found["LATER"].value.get() == "$(BROKER)?x"
    assert "${FROM_CI}" in found["FILLED"].value.reason
    sources = [(item.kind, item.name, item.prefix, item.optional) for item in worker.environment_from]
    assert sources == [("ConfigMap", "shop", "SHOP_", False), ("Secret", "shop-secret", "", True)]


def test_a_number_where_a_text_belongs_is_read_and_is_a_problem() -> None:
    source = pod("containers:\n- {name: w, image: i, env: [{name: N, value: 4}], args: [-c, 8]}\n")
    found = facts(source)
    worker = found.workloads[0].containers[0]
    assert worker.environment[0].value.get() == "4"
    assert [word.text for word in worker.arguments or ()] == ["-c", "8"]
    assert sorted(at(source, problem.span) for problem in found.problems) == ["4", "8"]


def test_a_command_that_is_no_list_is_opaque() -> None:
    source = pod("containers:\n- {name: w, image: i, command: celery worker, args: [[x], null]}\n")
    worker = facts(source).workloads[0].containers[0]
    (word,) = worker.entrypoint or ()
    assert word.expansions
    assert word.splits
    assert at(source, word.span) == "celery worker"
    assert [(word.text, word.expansions) for word in worker.arguments or ()] == [("", True), ("", False)]


def test_a_script_in_a_block_leads_back_to_its_lines() -> None:
    source = pod("containers:\n- name: w\n  image: i\n  args:\n  - |\n    set -e\n    exec celery worker -c 4\n")
    (word,) = one(source).containers[0].arguments or ()
    start = word.text.index("-c 4")
    assert at(source, word.locate(start, start + 4)) == "-c 4"


def test_only_another_tools_placeholders_make_a_word_opaque() -> None:
    words = container('args: ["$(N)", "$N", "${N}", "{{ n }}"]').arguments or ()
    assert [word.expansions for word in words] == [False, False, False, True]


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        ("resources: {limits: {memory: 1K}}", False),
        ("resources: {limits: {memory: '${MEMORY}'}}", False),
        ("resources: ${RESOURCES}", False),
        ("resources: {limits: 5}", False),
        ("resources: {limits: {memory: }}", True),
        ("resources: {}", True),
        ("resources:", True),
    ],
)
def test_a_limit_that_cannot_be_read_is_not_absent(lines: str, known: bool) -> None:
    worker = container(lines)
    assert worker.memory_limit.known is known
    assert worker.memory_request.known is known


def test_a_limit_of_nothing_is_no_limit() -> None:
    assert container("resources: {limits: {memory: 0}}").memory_limit.get() is None


def test_a_limit_of_the_whole_pod_leaves_the_containers_open() -> None:
    worker = one(deployment(pod_lines="resources: {limits: {memory: 2Gi}}")).containers[0]
    assert "together" in worker.memory_limit.reason
    assert worker.cpu_limit.get() is None


def test_an_image_with_a_placeholder_is_unknown() -> None:
    assert not one(deployment().replace("shop}", '"shop:${TAG}"}')).containers[0].image.known
