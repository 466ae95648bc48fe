"""What a probe asks, whether any worker may answer it, and how many there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from linked import written

from celerylint.model import Project, Worker
from celerylint.origin import Unknown
from celerylint.session import model

APP = 'from celery import Celery\n\napp = Celery("shop", broker={broker})\n'
SERVICE = """
  {name}:
    image: shop
    command: celery -A shop worker -Q {name}
    deploy: {{replicas: {replicas}}}
    environment: {{BROKER: "{broker}"}}
"""


def project(root: Path, compose: str, broker: str = '"redis://redis"') -> Project:
    return model(written(root, {"shop.py": "import os\n" + APP.format(broker=broker), "compose.yaml": compose})).project


def service(root: Path, command: str, more: str = "") -> Worker:
    """The worker of the only service."""
    compose = f"services:\n  mail:\n    image: shop\n    command: celery -A shop worker {command}\n{more}"
    (worker,) = project(root, compose).workers
    return worker


def answers(root: Path, test: str) -> object:
    """Whether any worker may answer a healthcheck."""
    container = service(root, "", f"    healthcheck:\n      test: {test}\n").container
    assert container is not None
    (probe,) = container.probes
    assert probe.role == "healthcheck"
    return probe.any_worker.value


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("celery -A shop inspect ping", True),
        ("celery -A shop status || exit 1", True),
        ("celery -A shop inspect ping | grep -q OK", True),
        ('celery -A shop inspect ping | grep "pong"', True),
        ("celery -A shop inspect ping -d celery@$$HOSTNAME", False),
        ("celery -A shop control enable_events", False),
        ("test -f /tmp/alive", False),
    ],
)
def test_who_may_answer(tmp_path: Path, test: str, expected: bool) -> None:
    assert answers(tmp_path, test) is expected


@pytest.mark.parametrize(
    "test", ["celery -A shop status | grep $$HOSTNAME", "./check.sh", "celery -A shop status | ./reads-it"]
)
def test_what_is_made_of_the_answer_is_not_known(tmp_path: Path, test: str) -> None:
    assert isinstance(answers(tmp_path, test), Unknown)


def cluster(tmp_path: Path, *services: tuple[str, int, str]) -> dict[str, int]:
    compose = "services:" + "".join(
        SERVICE.format(name=name, replicas=replicas, broker=broker) for name, replicas, broker in services
    )
    found = project(tmp_path, compose, 'os.environ["BROKER"]').workers
    return {worker.name: worker.nodes.get() for worker in found}


def test_workers_at_one_broker_are_counted_together(tmp_path: Path) -> None:
    found = cluster(tmp_path, ("mail", 3, "redis://one"), ("web", 2, "redis://one"), ("other", 1, "redis://two"))
    assert found == {"mail": 5, "web": 5, "other": 1}


@pytest.mark.parametrize(
    ("option", "fixed"),
    [
        ("", False),
        ("-n mail@shop", True),
        ("-n mail", True),
        ("-n mail@", False),
        ("-n mail@%h", False),
        ("-n mail@%n", False),
        ("--hostname=mail.%d", True),
    ],
)
def test_which_names_all_replicas_share(tmp_path: Path, option: str, fixed: bool) -> None:
    """celery/utils/nodenames.py: a name without `@` is the host's."""
    assert service(tmp_path, option).fixed_node_name.value is fixed


@pytest.mark.parametrize(
    ("command", "more", "lasts"),
    [
        ("--statedb=/state/revoked", "    volumes: ['state:/state']\n", True),
        ("--statedb=/state/revoked", "    tmpfs: [/state]\n", False),
        ("--statedb=/tmp/revoked", "    volumes: ['state:/state']\n", False),
    ],
)
def test_which_state_outlives_a_container(tmp_path: Path, command: str, more: str, lasts: bool) -> None:
    found = service(tmp_path, command, more)
    assert found.state_file.value == command.partition("=")[2]
    assert found.state_file_lasts.value is lasts


def test_a_relative_state_file_may_stand_anywhere(tmp_path: Path) -> None:
    assert isinstance(service(tmp_path, "--statedb=revoked").state_file_lasts.value, Unknown)


EVENTS = "services:\n  mail:\n    image: shop\n    command: celery -A shop worker -E\n"


def test_nobody_reads_events(tmp_path: Path) -> None:
    assert project(tmp_path, EVENTS).events_read.value is False


@pytest.mark.parametrize(
    "service", ["image: shop\n    command: celery -A shop flower", "image: danihodovic/celery-exporter:0.10"]
)
def test_a_monitor_reads_events(tmp_path: Path, service: str) -> None:
    assert project(tmp_path, f"{EVENTS}  monitor:\n    {service}\n").events_read.value is True


def test_code_that_speaks_of_receivers_may_read_events(tmp_path: Path) -> None:
    (tmp_path / "watch.py").write_text("def watch(app):  # celery\n    return app.events.Receiver\n")
    assert isinstance(project(tmp_path, EVENTS).events_read.value, Unknown)
