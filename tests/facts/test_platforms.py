"""fly.toml, render.yaml, railway.json, DigitalOcean's and Cloud Foundry's manifests, Copilot's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from process_files import at, environment, told, words

from celerylint.facts.manifests import WorkloadFact
from celerylint.facts.processes import (
    ProcessFacts,
    cloud_foundry_facts,
    copilot_facts,
    digitalocean_facts,
    fly_facts,
    railway_facts,
    render_facts,
)
from celerylint.sources.text import Text
from celerylint.sources.toml import read_toml
from celerylint.sources.yaml import Node, read

MIB = 2**20
FLY = """\
app = "shop"
kill_timeout = "2m"
kill_signal = "SIGTERM"
[env]
LEVEL = "info"
[processes]
web = "gunicorn shop.wsgi"
worker = "celery -A shop worker -c 4"
beat = "celery -A shop beat"
[[vm]]
processes = ["worker"]
memory = "1gb"
[[vm]]
size = "shared-cpu-1x"
memory_mb = 256
processes = ["web"]
"""
RENDER = """\
services:
  - type: worker
    name: mail
    startCommand: celery -A shop worker -c 2
    maxShutdownDelaySeconds: 120
    numInstances: 3
    envVars:
      - key: LEVEL
        value: info
      - key: BROKER
        fromService: {name: redis}
      - key: TOKEN
        sync: false
      - fromGroup: more
  - type: cron
    name: nightly
    startCommand: celery call x
  - type: worker
    name: scaled
    dockerCommand: celery worker
    scaling: {minInstances: 1, maxInstances: 5}
  - type: redis
"""


def root(source: str) -> Node | None:
    documents = read(Text("x.yaml", source))[0]
    return documents[0].root if documents else None


def table(source: str) -> Any:
    return read_toml(Text("x.toml", source))


def shown(workload: WorkloadFact) -> tuple[str, str, str]:
    return workload.platform, workload.name, " ".join(words(workload))


def test_fly() -> None:
    web, worker, beat = fly_facts(table(FLY)).workloads
    assert shown(worker) == ("fly", "worker", "celery -A shop worker -c 4")
    assert (told(worker.grace_period), at(FLY, worker.grace_period.origin.span)) == (120.0, '"2m"')
    assert environment(worker) == {"LEVEL": "info"}
    assert [told(each.containers[0].memory_limit) for each in (web, worker, beat)] == [
        256 * MIB,
        1024 * MIB,
        "the size of its machine is not written",
    ]
    assert told(worker.replicas) == "fly scale decides how many machines run it"
    signal = worker.containers[0].stop_signal
    assert signal is not None
    assert told(signal) == "SIGTERM"
    (plain,) = fly_facts(table('processes = {w = "celery worker"}')).workloads
    assert told(plain.grace_period) == 5.0


def test_render() -> None:
    mail, nightly, scaled = render_facts(root(RENDER)).workloads
    assert shown(mail) == ("render", "mail", "sh -c celery -A shop worker -c 2")
    assert (told(mail.grace_period), told(mail.replicas), told(scaled.grace_period)) == (120.0, 3, 30.0)
    assert (told(scaled.replicas), nightly.lives_long, mail.lives_long) == (5, False, True)
    assert environment(mail) == {
        "LEVEL": "info",
        "BROKER": "BROKER is set outside of the repository",
        "TOKEN": "TOKEN is set outside of the repository",
    }
    assert at(RENDER, mail.span) == "mail"


def test_railway() -> None:
    source = '{"deploy": {"startCommand": "celery worker", "numReplicas": 2, "drainingSeconds": 60}}'
    (worker,) = railway_facts(root(source), "shop").workloads
    assert shown(worker) == ("railway", "shop", "sh -c celery worker")
    assert (told(worker.replicas), told(worker.grace_period)) == (2, 60.0)
    (other,) = railway_facts(table('[deploy]\nstartCommand = "celery worker"'), "shop").workloads
    assert told(other.grace_period) == "Railway's settings decide how long it waits"
    assert railway_facts(root("{}"), "shop").workloads == ()


def test_digitalocean() -> None:
    source = """\
workers:
  - name: mail
    run_command: celery -A shop worker
    instance_count: 2
    termination: {grace_period_seconds: 300}
    envs: [{key: LEVEL, value: info}, {key: KEY, type: SECRET}]
jobs:
  - {name: migrate, run_command: celery migrate}
"""
    mail, job = digitalocean_facts(root(source)).workloads
    assert shown(mail) == ("digitalocean", "mail", "sh -c celery -A shop worker")
    assert (told(mail.replicas), told(mail.grace_period), job.lives_long) == (2, 300.0, False)
    assert environment(mail) == {"LEVEL": "info", "KEY": "KEY is set outside of the repository"}
    assert [each.name for each in digitalocean_facts(root("spec:\n  workers: [{run_command: a}]")).workloads] == [
        "workers"
    ]


def test_cloud_foundry() -> None:
    source = """\
applications:
  - name: shop
    env: {LEVEL: info, NAME: ((name))}
    processes:
      - type: web
        command: ./web.sh
      - type: worker
        command: newrelic-admin run-program celery -A shop worker
        memory: 512M
        instances: ((count))
  - name: beat
    command: celery -A shop beat -l ((level))
    memory: 1GB
"""
    assert cloud_foundry_facts(root(source)).problems == ()
    web, worker, beat = cloud_foundry_facts(root(source)).workloads
    assert shown(worker) == ("cloudfoundry", "shop worker", "sh -c newrelic-admin run-program celery -A shop worker")
    assert told(worker.containers[0].memory_limit) == 512 * MIB
    assert told(beat.containers[0].memory_limit) == 1024 * MIB
    assert environment(web) == {"LEVEL": "info", "NAME": "NAME is filled in when it is deployed"}
    assert (told(beat.replicas), worker.replicas.known) == (1, False)
    assert told(beat.grace_period) == "Cloud Foundry's operator decides how long it waits"


def test_copilot() -> None:
    source = (
        "name: mail\ntype: Worker Service\nentrypoint: /run.sh\ncommand: celery -A shop worker\nmemory: 512\ncount: 2\n"
    )
    (mail,) = copilot_facts(root(source)).workloads
    assert shown(mail) == ("copilot", "mail", "/run.sh celery -A shop worker")
    assert (told(mail.containers[0].memory_limit), told(mail.replicas), told(mail.grace_period)) == (512 * MIB, 2, 30.0)
    (scaled,) = copilot_facts(root("command: [celery]\ncount: {range: 1-5}")).workloads
    assert told(scaled.replicas) == "Copilot scales it"


READERS: list[Callable[[Any], ProcessFacts]] = [
    *(render_facts, digitalocean_facts, cloud_foundry_facts, copilot_facts, fly_facts),
    lambda node: railway_facts(node, "x"),
]
BAD = """[]
a
services: 1
services: [1, {type: worker, startCommand: [1, {}]}]
deploy: []
deploy: {startCommand: {}}
workers: [{run_command: [], termination: x}]
applications: [1, {processes: 2}]
applications: [{command: 1, memory: x, env: []}]
{command: {}, count: x, memory: []}
{processes: {a: {}}, vm: [1]}
{processes: {a: b}, kill_timeout: {}, env: [1], vm: [{memory: x}]}
"""


@pytest.mark.parametrize("source", BAD.split("\n"))
def test_bad_files_are_no_crash(source: str) -> None:
    for reader in READERS:
        reader(root(source))
