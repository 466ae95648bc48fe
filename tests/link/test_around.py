"""What acts on workloads, and what probes ask Celery for: small repositories, and the model that they mean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from linked import written

from celerylint.model import Container, Probe, Project, Workload
from celerylint.origin import Layer, Value
from celerylint.report.show import as_json, as_text
from celerylint.session import model

CODE = {
    "shop/__init__.py": "",
    "shop/celery.py": "from celery import Celery\n\napp = Celery('shop', broker='redis://localhost/0')\n",
    "shop/tasks.py": "from shop.celery import app\n\n@app.task\ndef mail(): pass\n",
}


def deployment(container: str = "", pod: str = "", namespace: str = "shop") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: mailer, namespace: {namespace or 'null'}}}\n"
        f"spec:\n  replicas: 2\n  template:\n    metadata: {{labels: {{app: mailer, tier: back}}}}\n    spec:\n{pod}"
        "      containers:\n      - name: worker\n        image: shop\n        command: [celery, -A, shop, worker]\n"
        f"{container}"
    )


def repository(root: Path, **files: str) -> Project:
    return model(written(root, {**CODE, **files})).project


def workload(root: Path, manifest: str, *more: str) -> Workload:
    (worker,) = repository(root, **{"deploy.yaml": "---\n".join((manifest, *more))}).workers
    assert worker.workload is not None
    return worker.workload


def container(root: Path, lines: str, *more: str) -> Container:
    (found,) = workload(root, deployment("".join(f"        {line}\n" for line in lines.splitlines())), *more).containers
    return found


def told(value: Value[object]) -> object:
    return value.value if value.known else value.reason


def scaler(kind: str, spec: str) -> str:
    version = "keda.sh/v1alpha1" if kind.startswith("Scaled") else "autoscaling/v2"
    target = "targetRef" if kind.startswith("Vertical") else "scaleTargetRef"
    return (
        f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: s, namespace: shop}}\n"
        f"spec: {{{target}: {{kind: Deployment, name: mailer}}, {spec}}}\n"
    )


def test_an_autoscaler_owns_the_replicas(tmp_path: Path) -> None:
    found = workload(tmp_path, deployment(), scaler("HorizontalPodAutoscaler", "minReplicas: 3, maxReplicas: 12"))
    assert (told(found.replicas), told(found.least_replicas), told(found.most_replicas)) == (2, 3, 12)
    assert found.autoscaler is not None
    assert (found.autoscaler.kind, found.autoscaler.name) == ("HorizontalPodAutoscaler", "s")
    assert [(each.name, told(each.target)) for each in found.autoscaler.metrics] == [("cpu", 80.0)]
    assert (told(found.autoscaler.scale_down_window), told(found.autoscaler.cooldown)) == (300.0, None)


def test_without_an_autoscaler_the_replicas_are_the_range(tmp_path: Path) -> None:
    found = workload(tmp_path, deployment())
    assert (told(found.least_replicas), told(found.most_replicas), found.autoscaler) == (2, 2, None)


def test_an_autoscaler_of_another_namespace_is_another_ones(tmp_path: Path) -> None:
    other = scaler("HorizontalPodAutoscaler", "maxReplicas: 12").replace("namespace: shop", "namespace: web")
    assert workload(tmp_path, deployment(), other).autoscaler is None


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ("listName: mail, listLength: '5', databaseIndex: '2', address: 'redis:6379'", ("mail", 2, "redis:6379", 5.0)),
        ("listName: mail", ("mail", 0, None, None)),
        ("databaseIndex: x", (None, "x is no number", None, None)),
    ],
)
def test_a_trigger_of_redis(tmp_path: Path, metadata: str, expected: tuple[object, ...]) -> None:
    spec = f"triggers: [{{type: redis, metadata: {{{metadata}}}}}]"
    found = workload(tmp_path, deployment(), scaler("ScaledObject", spec)).autoscaler
    assert found is not None
    (trigger,) = found.triggers
    values = (trigger.queue, trigger.database, trigger.address, trigger.target)
    assert (trigger.kind, *map(told, values)) == ("redis", *expected)


def test_a_trigger_of_sqs_names_its_queue_last(tmp_path: Path) -> None:
    url = "https://sqs.eu-west-1.amazonaws.com/1/mail"
    spec = f"triggers: [{{type: aws-sqs-queue, metadata: {{queueURL: '{url}', queueLength: '9'}}}}]"
    found = workload(tmp_path, deployment(), scaler("ScaledObject", spec)).autoscaler
    assert found is not None
    (trigger,) = found.triggers
    assert (told(trigger.queue), told(trigger.database), told(trigger.target)) == ("mail", None, 9.0)


def test_a_vertical_autoscaler_changes_no_replicas(tmp_path: Path) -> None:
    found = workload(tmp_path, deployment(), scaler("VerticalPodAutoscaler", "updatePolicy: {updateMode: Recreate}"))
    assert (told(found.vertical), found.autoscaler, told(found.most_replicas)) == ("Recreate", None, 2)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("minAvailable: 1", (False, "1", None)),
        ("minAvailable: 2", (True, "2", None)),
        ("minAvailable: 51%", (True, "51%", None)),
        ("minAvailable: 50%", (False, "50%", None)),
        ("maxUnavailable: 0", (True, None, "0")),
        ("maxUnavailable: 10%", (False, None, "10%")),
    ],
)
def test_a_budget_that_lets_no_pod_go(tmp_path: Path, spec: str, expected: tuple[object, ...]) -> None:
    budget = (
        f"kind: PodDisruptionBudget\nmetadata: {{name: b, namespace: shop}}\n"
        f"spec: {{{spec}, selector: {{matchLabels: {{app: mailer}}}}}}\n"
    )
    found = workload(tmp_path, deployment(), budget).budget
    assert found is not None
    values = (found.allows_none, found.least_available, found.most_unavailable)
    assert tuple(map(told, values)) == expected
    other = budget.replace("app: mailer", "app: web")
    assert workload(tmp_path, deployment(), other).budget is None


RANGE = (
    "kind: LimitRange\nmetadata: {name: l, namespace: shop}\n"
    "spec: {limits: [{type: Container, default: {memory: 512Mi}}]}\n"
)


def test_a_limit_range_gives_what_nobody_writes(tmp_path: Path) -> None:
    found = container(tmp_path, "resources: {requests: {cpu: 100m}}", RANGE)
    assert (told(found.memory_limit), found.memory_limit.origin.layer) == (512 * 2**20, Layer.INFERRED)
    assert found.memory_limit.origin.span is not None and found.memory_limit.origin.span.path == "deploy.yaml"
    assert (told(found.cpu_limit), told(found.cpu_request)) == (None, 0.1)
    assert told(container(tmp_path, "resources: {limits: {memory: 1Gi}}", RANGE).memory_limit) == 2**30


def test_a_limit_range_that_may_be_anothers_leaves_the_limit_open(tmp_path: Path) -> None:
    nowhere = RANGE.replace(", namespace: shop", "")
    assert told(container(tmp_path, "", nowhere).memory_limit) == "the LimitRange l may give it one"
    elsewhere = RANGE.replace("namespace: shop", "namespace: web")
    assert told(container(tmp_path, "", elsewhere).memory_limit) is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", "BestEffort"),
        ("resources: {requests: {cpu: 1}}", "Burstable"),
        ("resources: {limits: {cpu: 1, memory: 1Gi}}", "Guaranteed"),
        ("resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}}", "Burstable"),
        ("resources: {limits: {memory: '${MEMORY}'}}", "`${MEMORY}` is filled in outside the repository's manifests"),
    ],
)
def test_the_quality_of_service(tmp_path: Path, lines: str, expected: str) -> None:
    manifest = deployment(f"        {lines}\n" if lines else "")
    assert told(workload(tmp_path, manifest).qos) == expected


def test_a_priority_class_of_the_repository_is_known(tmp_path: Path) -> None:
    pod = "      priorityClassName: low\n"
    found = workload(tmp_path, deployment(pod=pod), "kind: PriorityClass\nmetadata: {name: low}\nvalue: -5\n")
    assert (found.priority_class, told(found.priority)) == ("low", -5)
    found = workload(tmp_path, deployment(pod=pod))
    assert told(found.priority) == "the PriorityClass low is not in the repository"


def test_a_rollout_takes_the_place_of_the_deployment_that_it_names(tmp_path: Path) -> None:
    rollout = (
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: green, namespace: shop}\n"
        "spec: {replicas: 5, workloadRef: {kind: Deployment, name: mailer}, strategy: {blueGreen: {}}}\n"
    )
    scaled = scaler("HorizontalPodAutoscaler", "maxReplicas: 9").replace(
        "Deployment, name: mailer", "Rollout, name: green"
    )
    found = workload(tmp_path, deployment().replace("replicas: 2", "replicas: 0"), rollout, scaled)
    assert (found.kind, found.name, told(found.replicas)) == ("Rollout", "green", 5)
    assert (told(found.strategy), told(found.surges), told(found.most_replicas)) == ("BlueGreen", True, 9)


def probe(root: Path, command: str) -> Probe:
    found = container(root, f"livenessProbe: {{exec: {{command: {command}}}, timeoutSeconds: 20}}").liveness.get()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("command", "asks", "destination", "wait"),
    [
        ("[celery, -A, shop, inspect, ping]", "inspect ping", None, 1.0),
        (
            "[celery, -A, shop, inspect, ping, -d, celery@$HOSTNAME, --timeout, '10']",
            "inspect ping",
            "celery@$HOSTNAME",
            10.0,
        ),
        (
            '[sh, -c, "celery -A shop inspect ping -d celery@$HOSTNAME | grep -q OK"]',
            "inspect ping",
            "celery@$HOSTNAME",
            1.0,
        ),
        ("[celery, -A, shop, status]", "status", None, 1.0),
        ("[python, -m, celery, -A, shop, inspect, active, --timeout=2.5]", "inspect active", None, 2.5),
        ("[cat, /tmp/ready]", None, None, None),
        ("[pgrep, -f, celery]", "what celery does is not read", None, None),
        ("[/app/check.sh]", "what /app/check.sh does is not read", None, None),
    ],
)
def test_what_a_probe_asks_celery_for(
    tmp_path: Path, command: str, asks: str | None, destination: str | None, wait: float | None
) -> None:
    found = probe(tmp_path, command)
    assert tuple(map(told, (found.asks, found.destination, found.answer_timeout))) == (asks, destination, wait)
    assert (told(found.timeout), told(found.period), told(found.failures)) == (20.0, 10.0, 3)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("exec: {command: [sleep, '15']}", 15.0),
        ("exec: {command: [sh, -c, 'sleep 20']}", 20.0),
        ("sleep: {seconds: 5}", 5.0),
        ("exec: {command: [celery, -A, shop, control, shutdown]}", "how long the hook takes is not told"),
    ],
)
def test_how_long_a_hook_takes(tmp_path: Path, lines: str, expected: object) -> None:
    found = container(tmp_path, f"lifecycle: {{preStop: {{{lines}}}}}").pre_stop.get()
    assert found is not None
    assert told(found.seconds) == expected


@pytest.mark.parametrize(
    ("lines", "root"),
    [
        ("securityContext: {runAsUser: 0}", True),
        ("securityContext: {runAsUser: 1000}", False),
        ("securityContext: {runAsNonRoot: true}", False),
        ("", "the image says whether root runs its processes"),
    ],
)
def test_who_runs_the_processes(tmp_path: Path, lines: str, root: object) -> None:
    assert told(container(tmp_path, lines).root) == root


def test_a_variable_of_a_limit_that_nobody_writes_is_the_nodes(tmp_path: Path) -> None:
    lines = (
        "env:\n- {name: SLOTS, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}\n"
        "- {name: ROOM, valueFrom: {resourceFieldRef: {resource: limits.memory}}}\n"
        "- {name: ASKED, valueFrom: {resourceFieldRef: {resource: requests.cpu}}}\n"
        "- {name: LEVEL, value: info}\n- {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}\n"
        "- {name: KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}\n"
        "resources: {limits: {memory: 1Gi}}"
    )
    found = {each.name: each for each in container(tmp_path, lines).variables}
    assert {name: (each.source, each.of_node) for name, each in found.items()} == {
        "SLOTS": ("resource", True),
        "ROOM": ("resource", False),
        "ASKED": ("resource", False),
        "LEVEL": ("value", False),
        "POD": ("field", False),
        "KEY": ("Secret", False),
    }
    assert told(found["SLOTS"].value) == "limits.cpu is not set, so the node decides"
    assert (told(found["ROOM"].value), told(found["LEVEL"].value)) == (str(2**30), "info")


COMPOSE = """\
services:
  worker:
    image: shop
    command: celery -A shop worker
    user: root
    read_only: true
    volumes: ["beat:/var/run/beat"]
    healthcheck: {test: celery -A shop inspect ping, interval: 1m, timeout: 10s}
"""


def test_a_compose_service_has_a_healthcheck_a_user_and_volumes(tmp_path: Path) -> None:
    (worker,) = repository(tmp_path, **{"docker-compose.yml": COMPOSE}).workers
    assert worker.container is not None and worker.workload is not None
    check = worker.container.healthcheck.get()
    assert check is not None
    assert (told(check.asks), told(check.period), told(check.timeout)) == ("inspect ping", 60.0, 10.0)
    assert (told(worker.container.root), told(worker.container.read_only_root)) == (True, True)
    assert [(each.path, each.kind) for each in worker.container.volumes] == [("/var/run/beat", "volume")]
    assert (told(worker.workload.qos), told(worker.container.liveness)) == (None, None)


def test_a_compose_service_without_a_healthcheck_has_its_images(tmp_path: Path) -> None:
    compose = COMPOSE[: COMPOSE.index("    healthcheck")]
    (worker,) = repository(tmp_path, **{"docker-compose.yml": compose}).workers
    assert worker.container is not None
    assert told(worker.container.healthcheck) == "the image may have a healthcheck of its own"
    off = f"{compose}    healthcheck: {{disable: true}}\n"
    (worker,) = repository(tmp_path, **{"docker-compose.yml": off}).workers
    assert worker.container is not None
    assert told(worker.container.healthcheck) is None


def test_show_workers_has_the_probes_and_the_range(tmp_path: Path) -> None:
    lines = "        livenessProbe: {exec: {command: [celery, -A, shop, inspect, ping]}, periodSeconds: 60}\n"
    manifest = deployment(lines) + "---\n" + scaler("ScaledObject", "minReplicaCount: 1")
    shown = as_text(repository(tmp_path, **{"deploy.yaml": manifest}), "workers", str)
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in shown.splitlines() if line.startswith("  ")}
    assert rows["least_replicas"] == "1 manifest deploy.yaml:18"
    assert rows["most_replicas"] == "100 default"
    assert rows["liveness"].startswith("kind=exec, timeout_seconds=1, period_seconds=60, failures=3")


def test_show_workloads_says_all_and_hides_passwords(tmp_path: Path) -> None:
    lines = (
        "        env: [{name: DB_PASSWORD, value: hunter2}, {name: LEVEL, value: info}]\n"
        "        livenessProbe: {exec: {command: [redis-cli, -u, 'redis://:hunter2@redis', ping]}}\n"
    )
    project = repository(tmp_path, **{"deploy.yaml": deployment(lines)})
    text = as_json(project, "workloads")
    (shown,) = json.loads(text)["workloads"]
    (found,) = shown["containers"]
    assert "hunter2" not in text
    assert [(each["name"], each["value"]["value"]) for each in found["variables"]] == [
        ("DB_PASSWORD", "***"),
        ("LEVEL", "info"),
    ]
    assert found["liveness"]["value"]["timeout_seconds"]["value"] == 1
    assert (found["liveness"]["path"], found["liveness"]["line"]) == ("deploy.yaml", 14)
    assert (shown["qos"]["value"], shown["grace_period_seconds"]["value"]) == ("BestEffort", 30)
    assert as_text(project, "workloads", str).splitlines()[1].split()[:4] == ["mailer", "Deployment", "shop", "2"]
