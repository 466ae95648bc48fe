"""Compose services: commands, environment, limits and defaults, with their places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from compose_files import at, container, environment, facts, service, words
from wrong_types import broken

SHOP = {
    "docker-compose.yml": """\
services:
  worker:
    image: registry/shop:${TAG}
    build: {context: ./app, target: worker}
    command: celery -A shop worker --queues "a b" -c ${WORKERS:-4}
    entrypoint: [/entrypoint.sh, "tini"]
    environment:
      - BROKER=redis://redis/${DB:-0}
      - FROM_SHELL
    env_file: celery.env
    stop_grace_period: 1m30s
    stop_signal: SIGQUIT
    init: true
    restart: unless-stopped
    deploy:
      replicas: 3
      resources:
        limits: {memory: 1g, cpus: "0.5"}
        reservations: {memory: 512m}
""",
    ".env": "TAG=7\n",
    "celery.env": "A=1\nexport B='x y' # of it\n# C=2\nD\nE=\"${A}5\\n\"\nA=3 # again\n",
}


def test_a_service_is_read_with_its_places() -> None:
    (workload,) = facts(SHOP).workloads
    worker = workload.containers[0]
    assert (workload.platform, workload.kind, workload.name) == ("compose", "service", "worker")
    assert at(SHOP, workload.span) == "worker"
    assert workload.replicas.get() == 3
    assert workload.grace_period.get() == 90.0
    assert at(SHOP, workload.grace_period.origin.span) == "1m30s"
    assert (workload.strategy.get(), workload.surges.get(), workload.spot.get()) == (None, False, None)
    assert workload.lives_long
    assert not workload.development
    assert worker.image.get() == "registry/shop:7"
    assert worker.init is not None
    assert worker.init.get() is True
    assert worker.stop_signal is not None
    assert worker.stop_signal.get() == "SIGQUIT"
    assert worker.restart == "unless-stopped"
    assert worker.memory_limit.get() == 2**30
    assert worker.memory_request.get() == 2**29
    assert worker.cpu_limit.get() == 0.5
    assert worker.cpu_request.get() is None
    assert worker.build is not None
    assert (worker.build.context, worker.build.dockerfile, worker.build.target) == ("app", "app/Dockerfile", "worker")


def test_a_command_is_split_and_leads_back_to_the_file() -> None:
    worker = facts(SHOP).workloads[0].containers[0]
    assert words(worker) == ["celery", "-A", "shop", "worker", "--queues", "a b", "-c", "4"]
    arguments = worker.arguments or ()
    assert [at(SHOP, word.span) for word in arguments] == [
        *("celery", "-A", "shop", "worker", "--queues", '"a b"', "-c", "${WORKERS:-4}")
    ]
    assert arguments[-1].variables == ("WORKERS",)
    assert not arguments[-1].expansions
    assert [at(SHOP, word.span) for word in worker.entrypoint or ()] == ["/entrypoint.sh", "tini"]


def test_what_is_left_out_has_composes_default() -> None:
    workload = service("")
    worker = workload.containers[0]
    assert (workload.replicas.get(), workload.grace_period.get()) == (1, 10.0)
    assert worker.memory_limit.get() is worker.cpu_limit.get() is None
    assert worker.arguments is worker.entrypoint is None
    assert worker.build is None
    assert worker.init is not None
    assert worker.init.get() is False


def test_the_environment_and_its_files() -> None:
    worker = facts(SHOP).workloads[0].containers[0]
    assert environment(worker) == {"BROKER": "redis://redis/0", "FROM_SHELL": None}
    broker, shell = worker.environment
    assert at(SHOP, broker.span) == "BROKER"
    assert at(SHOP, broker.value.origin.span) == "redis://redis/${DB:-0}"
    assert "DB" in broker.value.origin.note
    assert "shell" in shell.value.reason
    (source,) = worker.environment_from
    assert (source.kind, source.name, at(SHOP, source.span)) == ("file", "celery.env", "celery.env")
    entries = [(item.name, item.value.otherwise(None)) for item in source.entries or ()]
    assert entries == [("A", "1"), ("B", "x y"), ("D", None), ("E", "15\n"), ("A", "3")]
    assert [at(SHOP, item.value.origin.span) for item in source.entries or ()][:2] == ["1", "x y"]


def test_env_files_that_are_not_there() -> None:
    worker = service(
        "env_file:\n- {path: a.env, required: false}\n- ../../out.env\n- ${WHERE}\n- {path: raw.env, format: raw}",
        **{"raw.env": "A='$B'\n"},
    ).containers[0]
    assert [(item.optional, item.entries is None) for item in worker.environment_from] == [
        (True, True),
        (False, True),
        (False, True),
        (False, False),
    ]
    raw = worker.environment_from[-1].entries or ()
    assert [item.value.get() for item in raw] == ["'$B'"]


def test_a_mapping_of_variables_holds_numbers_and_truths_as_compose_passes_them_on() -> None:
    worker = container("environment: {A: 4, B: true, C: 0777, D: '0777', E: , F: 1.50, G: $$x}")
    assert environment(worker) == {"A": "4", "B": "true", "C": "511", "D": "0777", "E": None, "F": "1.5", "G": "$x"}


def test_a_variable_without_value_comes_from_the_env_file_beside() -> None:
    assert environment(container("environment: [A, B]", **{".env": "A=5\n"})) == {"A": "5", "B": None}


def test_a_list_is_not_split() -> None:
    worker = container('command: ["celery", "worker -c", "${N}", 4, null, [x]]')
    arguments = worker.arguments or ()
    assert [word.text for word in arguments[:5]] == ["celery", "worker -c", "${N}", "4", ""]
    assert [word.expansions for word in arguments] == [False, False, True, False, False, True]
    assert not arguments[2].splits


def test_an_empty_command_is_not_the_images() -> None:
    assert container("command: []\nentrypoint: ''").arguments == ()
    assert container("command: []\nentrypoint: ''").entrypoint == ()
    assert container("command:").arguments is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("scale: 2", 2),
        ("deploy: {replicas: '3'}", 3),
        ("deploy: {replicas: '${N:-4}'}", 4),
        ("deploy: {replicas: 0}", 0),
    ],
)
def test_replicas(lines: str, expected: int) -> None:
    assert service(lines).replicas.get() == expected


@pytest.mark.parametrize(
    "lines", ["scale: two", "deploy: {replicas: -1}", "deploy: 5", "deploy: {mode: global}", "scale: $N", "scale: []"]
)
def test_replicas_that_nobody_can_know(lines: str) -> None:
    assert not service(lines).replicas.known


@pytest.mark.parametrize(
    ("lines", "expected"),
    [("mem_limit: 1g", 2**30), ("mem_limit: 1000", 1000), ("mem_limit: 0", None), ("mem_limit: ${M:-2g}", 2**31)],
)
def test_memory_limits(lines: str, expected: int | None) -> None:
    assert container(lines).memory_limit.get() == expected


def test_two_limits_that_differ_are_a_problem() -> None:
    source = "services:\n  w:\n    image: i\n    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 2g}}}\n"
    found = facts({"docker-compose.yml": source})
    assert found.workloads[0].containers[0].memory_limit.get() == 2**31
    assert [at({"docker-compose.yml": source}, problem.span) for problem in found.problems] == ["1g"]


@pytest.mark.parametrize("deploy", ["5", "{resources: 5}", "{resources: {limits: [1]}}"])
def test_a_limit_that_is_lost_in_a_wrong_place_is_not_absent(deploy: str) -> None:
    assert not container(f"deploy: {deploy}").memory_limit.known
    assert container(f"deploy: {deploy}\nmem_limit: 1g").memory_limit.get() == 2**30


def test_a_folded_command_leads_back_to_its_lines() -> None:
    files = {"compose.yml": "services:\n  w:\n    image: i\n    command: >\n      celery worker\n      -c ${C:-16}\n"}
    arguments = facts(files, "compose.yml").workloads[0].containers[0].arguments or ()
    assert [word.text for word in arguments] == ["celery", "worker", "-c", "16"]
    assert [at(files, word.span) for word in arguments] == ["celery", "worker", "-c", "${C:-16}"]


@pytest.mark.parametrize("lines", ["mem_limit: 1Gi", "mem_limit: [1]", "stop_grace_period: 60", "init: perhaps"])
def test_what_cannot_be_read_is_unknown_and_a_problem(lines: str) -> None:
    source = f"services:\n  w:\n    image: i\n    {lines}\n"
    found = facts({"docker-compose.yml": source})
    (problem,) = found.problems
    assert lines.endswith(at({"docker-compose.yml": source}, problem.span))
    worker = found.workloads[0]
    values = (worker.containers[0].memory_limit, worker.grace_period, worker.containers[0].init)
    assert sum(value is not None and not value.known for value in values) == 1


@pytest.mark.parametrize(
    ("path", "lines", "name", "expected"),
    [
        ("docker-compose.yml", "", "worker", False),
        ("docker-compose.dev.yml", "", "worker", True),
        ("compose/local/stack.yml", "", "worker", True),
        (".devcontainer/docker-compose.yml", "", "worker", True),
        ("docker-compose.prod.yml", "", "worker", False),
        ("docker-compose.yml", "profiles: [dev]", "worker", True),
        ("docker-compose.yml", "profiles: [batch]", "worker", False),
        ("docker-compose.yml", "", "worker-test", True),
        ("docker-compose.yml", "", "ci", False),
        ("docker-compose.yml", "command: watchmedo auto-restart -- celery worker", "worker", True),
        ("docker-compose.yml", "command: uvicorn app:app --reload", "web", True),
        ("docker-compose.yml", "command: celery worker -n reload", "worker", False),
        ("docker-compose.yml", "build: {context: ., target: dev}", "worker", True),
        ("docker-compose.yml", "build: {context: ., target: runtime}", "worker", False),
        ("docker-compose.yml", "build: {context: ., dockerfile: docker/Dockerfile.dev}", "worker", True),
        ("docker-compose.yml", "build: {context: ., dockerfile: docker/Dockerfile}", "worker", False),
        ("docker-compose.yml", "build: .\nvolumes: ['.:/app']", "worker", True),
        ("docker-compose.yml", "build: ./back\nvolumes: ['.:/app']", "worker", True),
        ("docker-compose.yml", "build: .\nvolumes: ['./media:/app/media']", "worker", False),
        ("docker-compose.yml", "build: ./back\nvolumes: ['./front:/app']", "worker", False),
        ("docker-compose.yml", "build: .\nvolumes: ['data:/app']", "worker", False),
        ("docker-compose.yml", "build: ./sentry\nvolumes: ['./sentry:/etc/sentry']", "worker", False),
        ("docker-compose.yml", "volumes: ['.:/app']", "worker", False),
        ("docker-compose.yml", "environment: {DJANGO_SETTINGS_MODULE: shop.settings.devstack}", "worker", True),
        ("docker-compose.yml", "environment: {DJANGO_SETTINGS_MODULE: shop.settings.production}", "worker", False),
        ("docker-compose.yml", "image: registry.shop.example/shop-dev:3", "worker", True),
        ("docker-compose.yml", "image: shop:develop", "worker", True),
        ("docker-compose.yml", "image: dev.shop.example/shop:3", "worker", False),
        ("docker-compose.prod.yml", "image: shop:dev", "worker", False),
        ("docker-compose.prod.yml", "build: .\nvolumes: ['.:/app']", "worker", False),
        ("deploy/production/compose.yml", "build: .\nvolumes: ['.:/app']", "worker", False),
    ],
)
def test_development(path: str, lines: str, name: str, expected: bool) -> None:
    assert service(lines, path, name).development is expected


@pytest.mark.parametrize(
    "source",
    [
        "services:\n  app.mailer:\n    class: App\\Mailer\n    arguments: [x]\n",  # Symfony
        "jobs:\n  test:\n    services: {redis: {image: redis}}\n",  # a CI pipeline
        "apiVersion: v1\nkind: Thing\nservices: {a: {image: x}}\n",
        "services: [docker]\n",
        "services:\n",
        "- services\n",
        "",
    ],
)
def test_other_files_with_services_are_no_compose_files(source: str) -> None:
    assert facts({"config/services.yaml": source}, "config/services.yaml").workloads == ()


WHOLE: dict[str, Any] = {
    "include": [{"path": ["a.yml"]}],
    "services": {
        "w": {
            "image": "i",
            "build": {"context": ".", "dockerfile": "D", "target": "t"},
            "command": "celery worker",
            "entrypoint": ["tini"],
            "environment": ["A=1", "B"],
            "env_file": [{"path": "a.env", "required": False, "format": "raw"}],
            "labels": {"a": "b"},
            "profiles": ["p"],
            "deploy": {"mode": "replicated", "replicas": 2, "resources": {"limits": {"memory": "1g", "cpus": "1"}}},
            "extends": {"file": "common.yml", "service": "base"},
            "stop_grace_period": "1s",
            "init": True,
            "network_mode": "host",
        }
    },
}


@pytest.mark.parametrize("wrong", [5, "x", None, True, 1.5, [], {}, [None], [5], {"a": 1}, [["x"]], "${X}", "", "'"])
def test_no_wrong_type_anywhere_breaks_the_reading(wrong: Any) -> None:
    common = json.dumps({"services": {"base": WHOLE["services"]["w"]}})
    variants = [json.dumps(variant) for variant in broken(WHOLE, wrong)]
    for variant in variants:
        found = facts({"docker-compose.yml": variant, "docker-compose.override.yml": common, "common.yml": common})
        assert len(found.workloads) <= 2
        facts({"docker-compose.yml": common, "docker-compose.override.yml": variant, "common.yml": variant})
    assert len(variants) > 30
