"""Kubernetes objects: what is written about workloads, whatever holds them and however wrong it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from textwrap import dedent, indent
from typing import Any

import pytest

from celerylint.facts.manifests import (
    ConfigMapKey,
    ContainerFact,
    KubernetesFacts,
    ResourceField,
    WorkloadFact,
    has_reason,
    kubernetes_facts,
)
from celerylint.origin import Layer, Span, Value
from celerylint.sources.text import Text
from celerylint.sources.yaml import read


def facts(source: str, path: str = "deploy/worker.yaml") -> KubernetesFacts:
    return kubernetes_facts(read(Text(path, source))[0], path)


def one(source: str, path: str = "deploy/worker.yaml") -> WorkloadFact:
    (workload,) = facts(source, path).workloads
    return workload


def container(lines: str) -> ContainerFact:
    """The container that has these lines beside its name and image."""
    return one(pod(f"containers:\n- name: worker\n  image: shop:1\n{indent(dedent(lines), '  ')}")).containers[0]


def pod(spec: str) -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n{indent(spec, '  ')}"


def deployment(lines: str = "", kind: str = "Deployment", pod_lines: str = "") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: worker}}\nspec:\n{indent(dedent(lines), '  ')}\n"
        f"  template:\n    spec:\n      containers: [{{name: w, image: shop}}]\n{indent(dedent(pod_lines), ' ' * 6)}\n"
    )


def at(source: str, span: Span | None) -> str:
    """What stands at a span."""
    assert span is not None
    text = Text(span.path, source)
    return source[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


SHOP = """\
# the shop's worker
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop-worker
  namespace: shop
  labels: {app: shop, tier: worker}
  annotations: {note: hi}
spec:
  replicas: 3
  template:
    metadata:
      labels: {app: shop}
    spec:
      terminationGracePeriodSeconds: 120
      shareProcessNamespace: true
      initContainers:
        - {name: migrate, image: shop:1, command: [migrate]}
        - {name: proxy, image: proxy:2, restartPolicy: Always}
      containers:
        - name: worker
          image: shop:1
          command: ["celery", '-A', shop]
          args:
            - worker
            - -c
            - 4
            - "--queues=a"
          resources:
            limits:
              memory: 1Gi
              cpu: 1500m
            requests:
              memory: 512Mi
"""


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


def test_what_is_left_out_has_kubernetes_own_default() -> None:
    workload = one(deployment())
    bare = workload.containers[0]
    assert (workload.replicas.get(), workload.grace_period.get(), workload.strategy.get()) == (1, 30.0, "RollingUpdate")
    assert workload.replicas.origin.layer is Layer.DEFAULT
    assert workload.spot.get() is None
    assert bare.memory_limit.get() is bare.memory_request.get() is bare.cpu_limit.get() is None
    assert bare.entrypoint is bare.arguments is None
    assert bare.environment == bare.environment_from == ()


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
    item["spec"] = {"template": {"spec": {"containers": [{"name": "w", "image": "i"}]}}}  # type: ignore[assignment]
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
    (scaler,) = facts(source).autoscalers
    assert (scaler.kind, scaler.target_kind, scaler.target, scaler.namespace) == (kind, "Deployment", "w", "shop")
    assert (bounds(scaler.minimum), bounds(scaler.maximum)) == expected
    assert at(source, scaler.span) == "w"


def test_an_autoscaler_without_target_is_a_problem() -> None:
    found = facts("kind: HorizontalPodAutoscaler\nmetadata: {name: s}\nspec: {maxReplicas: 3}\n")
    assert found.autoscalers == ()
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
    ).limit_ranges
    assert (found.namespace, found.memory_limit.get(), found.memory_request.get()) == ("shop", 2**30, 2**30)
    assert (found.cpu_limit.get(), found.cpu_request.get()) == (2.0, 2.0)


def test_config_maps_and_generators() -> None:
    source = dedent("""\
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: shop, namespace: prod}
        data:
          LEVEL: info
          COUNT: 4
          broken: [1]
        ---
        configMapGenerator:
        - name: made
          literals: [A=1, "B='2=3'"]
        - name: more
          envs: [shop.env]
        """)
    found = facts(source)
    shop, made, more = found.config_maps
    assert {key: text for key, (text, _) in shop.data.items()} == {"LEVEL": "info", "COUNT": "4"}
    assert at(source, shop.data["LEVEL"][1]) == "info"
    assert {key: text for key, (text, _) in made.data.items()} == {"A": "1", "B": "2=3"}
    assert (shop.complete, made.complete, more.complete) == (True, True, False)
    assert len(found.problems) == 2


def test_a_manifest_inside_a_config_map_is_only_text() -> None:
    inner = indent(deployment(), "    ")
    assert facts(f"kind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  worker.yaml: |\n{inner}").workloads == ()


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


def broken(tree: Any, wrong: Any) -> Iterator[Any]:
    """The tree with each of its values replaced in turn."""
    yield wrong
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from ({**tree, key: other} for other in broken(value, wrong))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from ([*tree[:index], other, *tree[index + 1 :]] for other in broken(value, wrong))


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
    {"kind": "Kustomization", "configMapGenerator": [{"name": "c", "literals": ["a=b"]}]},
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
