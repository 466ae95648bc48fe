"""What a worker makes of the variables of its container."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.model import Worker
from celerylint.session import model

APP = 'import os\n\nfrom celery import Celery\n\napp = Celery("shop", broker="amqp://rabbitmq//")\n'


def worker(root: Path, command: str, variables: str = "", code: str = "", **files: str) -> Worker:
    """The worker of a Deployment."""
    pod = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mail}\nspec:\n  template:\n    spec:\n"
        f"      containers:\n        - name: worker\n          image: shop\n          command: {command}\n"
        f"          env: [{variables}]\n"
    )
    found = model(written(root, {"shop.py": APP + code, "deploy.yaml": pod, **files})).project.workers
    return found[0]


def variable(name: str, value: str) -> str:
    return f'{{name: {name}, value: "{value}"}}'


PLAIN = "[celery, -A, shop, worker]"


@pytest.mark.parametrize(
    ("variables", "code", "expected"),
    [
        (variable("CELERY_WORKER_CONCURRENCY", "2"), "app.conf.worker_concurrency = 4\n", ["worker_concurrency"]),
        (variable("CELERY_WORKER_CONCURRENCY", "4"), "app.conf.worker_concurrency = 4\n", []),
        (variable("CELERY_WORKER_CONCURRENCY", "2"), "", []),
        (variable("CELERYD_CONCURRENCY", "2"), "app.conf.worker_concurrency = 4\n", []),
        (variable("CELERY_WORKER_TIME_LIMIT", "60"), "app.conf.task_time_limit = 90\n", ["task_time_limit"]),
    ],
)
def test_variables_that_win_over_the_code(tmp_path: Path, variables: str, code: str, expected: list[str]) -> None:
    assert [each.setting for each in worker(tmp_path, PLAIN, variables, code).overrides] == expected


@pytest.mark.parametrize("name", ["CELERYD_CONCURRENCY", "CELERY_ACKS_LATE", "CELERY_TASK_TIME_LIMIT"])
def test_variables_that_nobody_reads(tmp_path: Path, name: str) -> None:
    assert [each.name for each in worker(tmp_path, PLAIN, variable(name, "1")).dead_variables] == [name]


@pytest.mark.parametrize("name", ["CELERY_WORKER_CONCURRENCY", "CELERY_BROKER_URL", "CELERY_NICKNAME", "BROKER"])
def test_variables_that_somebody_reads_or_that_mean_nothing_to_celery(tmp_path: Path, name: str) -> None:
    assert worker(tmp_path, PLAIN, variable(name, "1")).dead_variables == ()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("config.py", 'import os\nLATE = os.environ.get("CELERY_ACKS_LATE")\n'),
        ("config.py", "class Celery(BaseSettings):\n    celery_acks_late: bool = False\n"),
        ("config.py", 'celery = {key: value for key, value in os.environ.items() if key.startswith("CELERY_")}\n'),
        ("config.py", 'class Celery(BaseSettings):\n    model_config = {"env_prefix": "CELERY_"}\n'),
        ("start.sh", 'exec celery -A shop worker -O "$CELERY_ACKS_LATE"\n'),
        ("other.yaml", "run: celery worker ${CELERY_ACKS_LATE}\n"),
    ],
)
def test_a_variable_that_any_file_asks_for_is_not_dead(tmp_path: Path, file: str, text: str) -> None:
    assert worker(tmp_path, PLAIN, variable("CELERY_ACKS_LATE", "1"), **{file: text}).dead_variables == ()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("[celery, -A, shop, worker, -Q, $QUEUES]", ["QUEUES"]),
        ("[celery, -A, shop, worker, '-Q${QUEUES}']", ["QUEUES"]),
        ("[celery, -A, shop, worker, -c, $(UNSET)]", ["UNSET"]),
        ("[celery, -A, shop, worker, -Q, $(QUEUES)]", []),
        ("[celery, -A, shop, worker, -Q, $FILLED_IN]", []),
        ('[sh, -c, "celery -A shop worker -Q $QUEUES"]', []),
        ("[/entrypoint.sh, celery, -A, shop, worker, -Q, $QUEUES]", []),
    ],
)
def test_variables_that_nothing_expands(tmp_path: Path, command: str, expected: list[str]) -> None:
    found = worker(tmp_path, command, variable("QUEUES", "mail")).literal_variables
    assert [each.name for each in found] == expected


@pytest.mark.parametrize(
    ("url", "private"),
    [("amqp://elsewhere//", True), ("pyamqp://rabbitmq:5672//", False), ("amqp://user:word@rabbitmq", False)],
)
def test_a_broker_that_only_the_command_line_names(tmp_path: Path, url: str, private: bool) -> None:
    assert worker(tmp_path, PLAIN, variable("BROKER_URL", url)).private_broker.value is private


def test_a_broker_that_the_code_reads_as_well(tmp_path: Path) -> None:
    code = 'app.conf.broker_url = os.environ["BROKER_URL"]\n'
    assert not worker(tmp_path, PLAIN, variable("BROKER_URL", "amqp://elsewhere//"), code).private_broker.known


SCALED = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{name: mail}}
spec:
  scaleTargetRef: {{name: mail}}
  triggers:
    - type: {kind}
      metadata: {{listName: "{queue}", queueName: "{queue}"}}
"""


@pytest.mark.parametrize(
    ("kind", "queue", "foreign"),
    [
        ("redis", "letters", True),
        ("redis", "mail", False),
        ("redis", "mail\\x06\\x163", False),
        ("rabbitmq", "letters", True),
        ("prometheus", "letters", False),
    ],
)
def test_triggers_on_queues_of_others(tmp_path: Path, kind: str, queue: str, foreign: bool) -> None:
    scaled = SCALED.format(kind=kind, queue=queue)
    found = worker(tmp_path, "[celery, -A, shop, worker, -Q, mail]", **{"scaled.yaml": scaled})
    assert bool(found.foreign_triggers.get()) is foreign


def test_kombu_puts_a_prefix_in_front_of_a_queue(tmp_path: Path) -> None:
    code = 'app.conf.broker_transport_options = {"global_keyprefix": "shop:"}\n'
    scaled = SCALED.format(kind="redis", queue="shop:mail")
    found = worker(tmp_path, "[celery, -A, shop, worker, -Q, mail]", "", code, **{"scaled.yaml": scaled})
    assert found.foreign_triggers.get() == ()
