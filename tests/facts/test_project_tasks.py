"""Scripts of projects: pyproject's tasks, package.json, Taskfiles, justfiles."""

from __future__ import annotations

import pytest
from process_files import at, environment, words

from celerylint.facts.launch import read_launches
from celerylint.facts.manifests import WorkloadFact
from celerylint.facts.processes import justfile_facts, package_facts, pyproject_facts, taskfile_facts
from celerylint.sources.text import Text
from celerylint.sources.toml import read_toml
from celerylint.sources.yaml import read

PYPROJECT = """\
[project]
dependencies = ["celery worker"]

[tool.poe.tasks]
worker = "celery --app shop worker -E -c ${PROCESSES}"
beat.cmd = "celery --app shop beat"
prod-worker = {shell = "cd src && celery -A shop worker -c 4", env = {LEVEL = "info"}}
both = ["worker", {cmd = "celery -A shop worker -Q mail"}]
lint = "ruff check"

[tool.pdm.scripts]
worker = {cmd = ["celery", "-A", "shop", "worker"]}
[tool.hatch.envs.default.scripts]
worker = ["celery -A shop worker {args}", "celery flower"]
[tool.hatch.envs.prod.scripts]
worker = "celery -A shop worker"
[tool.taskipy.tasks]
worker = { cmd = "celery -A shop worker && true", help = "celery worker" }
[tool.rye.scripts]
worker = ["celery", "-A", "shop", "worker"]
"""


def pyproject(source: str) -> tuple[WorkloadFact, ...]:
    root = read_toml(Text("pyproject.toml", source))
    assert root is not None
    return pyproject_facts(root).workloads


def shown(workload: WorkloadFact) -> tuple[str, str, str]:
    return workload.platform, workload.name, " ".join(words(workload))


def test_the_tasks_of_a_project_are_read_with_their_places() -> None:
    found = pyproject(PYPROJECT)
    assert [shown(each) for each in found] == [
        ("poe", "worker", "celery --app shop worker -E -c ${PROCESSES}"),
        ("poe", "beat", "celery --app shop beat"),
        ("poe", "prod-worker", "sh -c cd src && celery -A shop worker -c 4"),
        ("poe", "both", "celery -A shop worker -Q mail"),
        ("pdm", "worker", "celery -A shop worker"),
        ("taskipy", "worker", "sh -c celery -A shop worker && true"),
        ("rye", "worker", "celery -A shop worker"),
        ("hatch", "worker", "sh -c celery -A shop worker {args}"),
        ("hatch", "worker", "sh -c celery flower"),
        ("hatch", "prod:worker", "sh -c celery -A shop worker"),
    ]
    worker, _, production, *_ = found
    arguments = worker.containers[0].arguments or ()
    assert at(PYPROJECT, arguments[3].span) == "worker"
    assert [word.unresolved for word in arguments if word.expansions] == ["the task's own environment decides"]
    assert environment(production) == {"LEVEL": "info"}
    assert [each.development for each in found[:4]] == [True, True, False, True]


def test_the_scripts_of_a_package_are_lines_for_a_shell() -> None:
    source = '{"name": "celery worker", "scripts": {"worker": "celery -A shop worker -c ${N:-2}", "test": "jest"}}'
    (worker,) = package_facts(read(Text("package.json", source))[0][0].root).workloads
    assert shown(worker) == ("npm", "worker", "sh -c celery -A shop worker -c ${N:-2}")
    (launch,) = read_launches(worker.containers[0].arguments or (), environment=lambda _: None)
    assert (launch.options["concurrency"].value, at(source, launch.span)) == ("2", "worker")


def test_a_taskfile_has_parts_that_are_filled_in_later() -> None:
    source = """\
version: '3'
tasks:
  worker:
    cmds:
      - echo celery
      - celery -A shop worker -c {{.N}} -Q mail
      - cmd: celery -A shop beat
  one: celery -A shop worker
"""
    worker, beat, one = taskfile_facts(read(Text("Taskfile.yml", source))[0][0].root).workloads
    (launch,) = read_launches(worker.containers[0].arguments or ())
    assert launch.options["concurrency"].unresolved
    assert launch.options["queues"].value == "mail"
    assert at(source, launch.options["queues"].value_span) == "mail"
    assert [shown(each)[:2] for each in (beat, one)] == [("task", "worker"), ("task", "one")]


def test_a_justfile_has_recipes() -> None:
    source = """\
app := "shop"
set shell := ["bash", "-c"]

# the worker
@worker queue='mail': install
    echo celery worker
    -celery -A {{app}} worker -Q {{queue}} -l info

beat:
\tcelery -A shop beat
"""
    echo, worker, beat = justfile_facts(source, Text("justfile", source).span).workloads
    assert read_launches(echo.containers[0].arguments or ()) == []
    (launch,) = read_launches(worker.containers[0].arguments or ())
    assert (worker.name, launch.options["loglevel"].value) == ("worker", "info")
    assert launch.options["queues"].unresolved
    assert launch.global_options["app"].unresolved
    assert at(source, launch.span) == "worker"
    assert shown(beat) == ("just", "beat", "sh -c celery -A shop beat")


@pytest.mark.parametrize(
    "source", ["", "tool = 1", "[tool.poe]\ntasks = 1", "[tool.poe.tasks]\na = [1, [{}], {cmd = 2}]"]
)
def test_odd_tables_are_no_crash(source: str) -> None:
    assert pyproject(source) == ()
    documents = read(Text("Taskfile.yml", source))[0]
    root = documents[0].root if documents else None
    assert taskfile_facts(root).workloads == package_facts(root).workloads == ()
    justfile_facts(source, Text("justfile", source).span)
