"""Terraform's ECS task definitions and Nomad's jobs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from process_files import at, environment, told, words

from celerylint.facts.processes import ProcessFacts, nomad_facts, terraform_facts
from celerylint.sources.hcl import Block, read_hcl
from celerylint.sources.text import Text

MIB = 2**20
TASKS = """\
variable "processes" { default = 4 }
resource "aws_ecs_task_definition" "worker" {
  family                   = "shop-worker"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 512
  memory                   = var.memory
  container_definitions = jsonencode([
    {
      name        = "worker"
      image       = "shop"
      command     = ["celery", "-A", "shop", "worker", "-c", "${var.processes}", "-Q", "mail"]
      memory      = 768 # MiB
      stopTimeout = 90
      environment = [{ name = "LEVEL", value = "info" }, { name = "BROKER", value = aws_x.y.url }]
    }
  ])
}
resource "aws_ecs_task_definition" "beat" {
  family = "${var.prefix}-beat"
  container_definitions = <<-JSON
    [{"name": "beat", "command": ["celery", "-A", "shop", "beat"]}]
    JSON
}
resource "aws_ecs_task_definition" "file" {
  container_definitions = file("${path.module}/tasks.json")
}
resource "aws_ecs_task_definition" "made" {
  container_definitions = module.x.json
}
resource "aws_ecs_service" "worker" {
  task_definition = aws_ecs_task_definition.worker.arn
  desired_count   = 3
}
"""
JOB = """\
job "shop" {
  group "workers" {
    count = 2
    task "mail" {
      driver = "docker"
      kill_timeout = "2m"
      config {
        image   = "shop:1"
        command = "celery"
        args    = ["-A", "shop", "worker", "-c", "4", "-n", "${NOMAD_ALLOC_ID}"]
      }
      env { LEVEL = "info" }
      resources {
        cpu    = 500
        memory = 256
      }
    }
    task "other" {
      config { command = "celery" }
    }
  }
}
"""


def blocks(source: str, path: str = "main.tf") -> tuple[Block, ...]:
    found = read_hcl(Text(path, source))
    assert found is not None
    return found


def tasks(source: str, **files: str) -> ProcessFacts:
    return terraform_facts(blocks(source), {name: Text(name, text) for name, text in files.items()}.get)


def test_task_definitions_are_read_with_their_places() -> None:
    source = '[{"name": "filed", "command": ["celery", "worker"]}]'
    facts = terraform_facts(blocks(TASKS), {"tasks.json": Text("tasks.json", source)}.get)
    worker, beat, filed = facts.workloads
    container = worker.containers[0]
    assert (worker.platform, worker.name, told(worker.replicas)) == ("ecs", "shop-worker", 3)
    found = container.arguments or ()
    assert words(worker) == ["celery", "-A", "shop", "worker", "-c", "${var.processes}", "-Q", "mail"]
    assert at(TASKS, found[3].span) == "worker"
    reason = "`${var.processes}` is worked out by the tool that reads the file"
    assert [word.unresolved for word in found if word.expansions] == [reason]
    assert (told(container.memory_limit), told(container.cpu_limit)) == (768 * MIB, 0.5)
    assert (told(worker.grace_period), at(TASKS, worker.grace_period.origin.span)) == (90.0, "90")
    shown = environment(worker)
    assert (shown["LEVEL"], shown["BROKER"].startswith("`${aws_x.y.url}`")) == ("info", True)
    assert (beat.name, words(beat)) == ("beat", ["celery", "-A", "shop", "beat"])
    assert at(TASKS, (beat.containers[0].arguments or ())[3].span) == "beat"
    assert ((filed.containers[0].arguments or ())[0].span.path, filed.name) == ("tasks.json", "file")
    (unread,) = facts.unread
    assert unread.reason == "the containers of made are put together by Terraform"


def test_the_tasks_limit_is_worked_out_elsewhere() -> None:
    source = TASKS.replace("memory      = 768 # MiB\n", "")
    worker = tasks(source).workloads[0]
    assert told(worker.containers[0].memory_limit).startswith("`${var.memory}`")


def test_jobs_of_nomad() -> None:
    mail, other = nomad_facts(blocks(JOB, "shop.nomad")).workloads
    container = mail.containers[0]
    assert (mail.platform, mail.kind, mail.name, told(mail.replicas)) == ("nomad", "task", "mail", 2)
    assert words(mail) == ["celery", "-A", "shop", "worker", "-c", "4", "-n", "${NOMAD_ALLOC_ID}"]
    assert (told(mail.grace_period), told(other.grace_period)) == (120.0, 5.0)
    assert (told(container.memory_limit), told(other.containers[0].memory_limit)) == (256 * MIB, 300 * MIB)
    assert (environment(mail), told(container.image)) == ({"LEVEL": "info"}, "shop:1")
    assert (mail.lives_long, at(JOB, mail.span)) == (True, '"mail"')


@pytest.mark.parametrize("source", ["{", 'resource "a" {', "a = ", "\0", "a = [" * 500])
def test_what_is_no_hcl_is_nothing(source: str) -> None:
    assert read_hcl(Text("main.tf", source)) is None


PIECES = ["a = 1\n", 'b = "x${y}z"\n', "c = [1, {d = 2}]\n", 'e "f" {\n', "}\n", "#\n", "h = <<X\nq\nX\n", "i = j(k)\n"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_any_mixture_is_read_or_not(source: str) -> None:
    found = read_hcl(Text("main.tf", source))
    if found is not None:
        terraform_facts(found, lambda path: None)
        nomad_facts(found)
