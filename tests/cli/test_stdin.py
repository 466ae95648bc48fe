"""What runs, from standard input: a cluster's objects or Compose's own reading of its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from celerylint.cli import cli
from celerylint.cli import target as targets

APP = "from celery import Celery\n\napp = Celery('shop', broker='amqp://rabbitmq')\n\n\n@app.task(time_limit=3600)\n"
APP += "def build():\n    ...\n"
LIST = """apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: shop-worker
    namespace: shop
    managedFields: [{manager: kubectl, operation: Apply}]
    annotations: {deployment.kubernetes.io/revision: "7"}
  spec:
    replicas: 3
    template:
      spec:
        terminationGracePeriodSeconds: 30
        containers:
        - name: worker
          image: shop
          command: [celery, -A, shop, worker, -c, "2", --max-tasks-per-child=10]
          resources: {limits: {memory: 1Gi}}
  status: {replicas: 3}
- apiVersion: v1
  kind: Secret
  metadata: {name: redis}
  data: {password: aHVudGVyMg==}
"""
COMPOSE = """name: shop
services:
  worker:
    command: [celery, -A, shop, worker, -c, "2", --max-tasks-per-child=10]
    image: shop
    networks: {default: null}
    stop_grace_period: 30s
networks:
  default: {name: shop_default}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.py").write_text(APP)
    (tmp_path / "compose.yaml").write_text("services:\n  other:\n    image: shop\n    command: celery -A shop worker\n")
    (tmp_path / "Procfile").write_text("other: celery -A shop worker\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str, given: str | bytes = LIST) -> Result:
    return CliRunner().invoke(cli, words, input=given)


def names(*words: str, given: str = LIST) -> list[tuple[str, str | None]]:
    shown = json.loads(run("show", "workers", *words, "--output-format", "json", given=given).stdout)
    return [(each["name"], each["app"]) for each in shown["workers"]]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("given", "name"), [(LIST, "shop-worker"), (COMPOSE, "worker")])
def test_only_what_runs_counts_beside_the_code(given: str, name: str) -> None:
    assert names("-", ".", given=given) == [(name, "shop")]
    assert names("-", given=given) == [(name, None)]


@pytest.mark.usefixtures("shop")
def test_a_finding_lies_between_the_cluster_and_the_code() -> None:
    result = run("-", ".", "--output-format", "concise", "--select", "CLY403")
    assert result.exit_code == 1
    assert result.stdout.startswith("<stdin>:15:40: error CLY403 grace-period-shorter-than-task shop.build may run 1 h")


@pytest.mark.usefixtures("shop")
def test_without_the_code_nothing_is_guessed() -> None:
    result = run("-", "--show-undecided")
    assert result.exit_code == 0
    assert "the app shop is not in the repository" in result.stdout


@pytest.mark.usefixtures("shop")
def test_the_frame_shows_the_line_of_standard_input() -> None:
    shown = run("-", ".", "--select", "CLY403").stdout
    assert "--> <stdin>:15:40" in shown and "terminationGracePeriodSeconds: 30" in shown


@pytest.mark.parametrize("given", ["", " \n"])
def test_nothing_on_standard_input_is_a_wrong_usage(given: str) -> None:
    result = run("-", given=given)
    assert result.exit_code in (1, 2) and "standard input is empty: pipe the objects into it" in result.stderr


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "LARGEST", 100)
    result = run("-")
    assert result.exit_code in (1, 2) and "more than 100 bytes" in result.stderr


@pytest.mark.parametrize("given", ["items: [\n", "a: {b: [c}\n", b"\xfa\xfb\xfc", b"\x00\x01"])
def test_what_is_no_yaml_is_said_to_be_none(given: str | bytes) -> None:
    result = run("-", given=given)
    assert result.exit_code == 1 and "<stdin>" in result.stdout


def test_an_error_of_kubectl_is_no_manifest() -> None:
    assert "No findings." in run("-", given="error: You must be logged in to the server\n").stdout
