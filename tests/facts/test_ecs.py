"""ECS task definitions: JSON as the API takes it, and CloudFormation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from process_files import at, environment, told, words

from celerylint.facts.manifests import ContainerFact, WorkloadFact
from celerylint.facts.processes import ProcessFacts, ecs_facts
from celerylint.sources.text import Text
from celerylint.sources.yaml import read

MIB = 1024 * 1024
TASK = {
    "family": "shop-worker",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "1024",
    "memory": "2 GB",
    "containerDefinitions": [
        {
            "name": "worker",
            "image": "registry/shop:1",
            "entryPoint": ["/entrypoint.sh"],
            "command": ["celery", "-A", "shop", "worker", "-c", "4"],
            "environment": [{"name": "LEVEL", "value": "info"}],
            "secrets": [{"name": "BROKER", "valueFrom": "arn:x"}],
            "memory": 1024,
            "memoryReservation": 512,
            "cpu": 256,
            "stopTimeout": 90,
            "linuxParameters": {"initProcessEnabled": True},
        }
    ],
}

TEMPLATE = """\
Resources:
  Worker:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Cpu: !Ref Cpu
      Memory: "1024"
      ContainerDefinitions:
        - Name: worker
          Image: !Sub "${AWS::AccountId}/shop"
          Command: [celery, -A, shop, worker, -c, !Ref Processes, !Sub "--queues=${Queue}"]
          Environment:
            - {Name: LEVEL, Value: !Ref Level}
            - {Name: MODE, Value: fast}
  Service:
    Type: AWS::ECS::Service
    Properties: {TaskDefinition: !Ref Worker, DesiredCount: 3}
  Other: {Type: "AWS::S3::Bucket"}
"""


def facts(source: str) -> ProcessFacts:
    return ecs_facts(read(Text("task.json", source))[0])


def task(**changes: Any) -> tuple[WorkloadFact, ContainerFact]:
    (workload,) = facts(json.dumps({**TASK, **changes})).workloads
    return workload, workload.containers[0]


def test_a_task_definition_is_read_with_its_places() -> None:
    source = json.dumps(TASK, indent=1)
    (workload,) = facts(source).workloads
    container = workload.containers[0]
    assert (workload.platform, workload.kind, workload.name) == ("ecs", "task definition", "shop-worker")
    assert [word.text for word in container.entrypoint or ()] == ["/entrypoint.sh"]
    assert words(workload) == ["celery", "-A", "shop", "worker", "-c", "4"]
    assert at(source, (container.arguments or ())[3].span) == "worker"
    assert environment(workload) == {"LEVEL": "info", "BROKER": "BROKER comes from a secret"}
    assert (told(container.memory_limit), told(container.memory_request)) == (1024 * MIB, 512 * MIB)
    assert (told(container.cpu_limit), told(container.cpu_request)) == (1.0, 0.25)
    assert at(source, container.memory_limit.origin.span) == "1024"
    assert (told(workload.grace_period), container.init and told(container.init)) == (90.0, True)
    assert told(workload.replicas) == "the ECS service decides how many tasks run"


def test_what_is_not_written_is_as_ecs_has_it() -> None:
    plain = {"name": "worker", "command": ["celery", "worker"]}
    workload, container = task(containerDefinitions=[plain])
    assert told(workload.grace_period) == 30.0
    assert told(container.memory_limit) == 2048 * MIB
    _, container = task(containerDefinitions=[plain], memory="", cpu="0")
    assert (told(container.memory_limit), told(container.cpu_limit)) == (None, None)
    both = facts(json.dumps({**TASK, "containerDefinitions": [plain, {**plain, "memory": 300}]})).workloads
    assert [told(each.containers[0].memory_limit) for each in both] == [
        "the task limits the memory of all its containers together",
        300 * MIB,
    ]
    assert workload.lives_long


def test_fargate_does_not_wait_longer_than_two_minutes() -> None:
    longer = [{**TASK["containerDefinitions"][0], "stopTimeout": 300}]  # type: ignore[dict-item]
    source = json.dumps({**TASK, "containerDefinitions": longer})
    (problem,) = facts(source).problems
    assert (at(source, problem.span), problem.message) == ("300", "stopTimeout: Fargate waits 120 seconds at most")
    assert (
        facts(json.dumps({**TASK, "containerDefinitions": longer, "requiresCompatibilities": ["EC2"]})).problems == ()
    )


def test_cloudformation_fills_parts_in() -> None:
    (workload,) = facts(TEMPLATE).workloads
    container = workload.containers[0]
    assert (workload.name, told(workload.replicas)) == ("Worker", 3)
    found = container.arguments or ()
    assert [word.text for word in found] == [
        *["celery", "-A", "shop", "worker", "-c"],
        "${Processes}",
        "--queues=${Queue}",
    ]
    assert [word.unresolved for word in found if word.expansions] == [
        "`!Ref` is filled in by CloudFormation",
        "`!Sub` is filled in by CloudFormation",
    ]
    assert environment(workload) == {"LEVEL": "`!Ref` is filled in by CloudFormation", "MODE": "fast"}
    assert (told(container.cpu_limit), told(container.memory_limit)) == (
        "`!Ref` is filled in by CloudFormation",
        1024 * MIB,
    )
    json_style = facts(
        '{"Resources": {"T": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": '
        '[{"Name": "a", "Command": [{"Fn::Sub": "x"}, "worker"], "Memory": {"Ref": "M"}}]}}}}'
    )
    (other,) = json_style.workloads
    assert told(other.containers[0].memory_limit) == "`Ref` is filled in by CloudFormation"
    assert [word.expansions for word in other.containers[0].arguments or ()] == [True, False]


BAD = """
[]
[1, {}]
{"containerDefinitions": 1}
{"containerDefinitions": [1, {"command": "a b", "memory": "x"}]}
{"Resources": []}
{"Resources": {"a": 1, "b": {"Type": "AWS::ECS::TaskDefinition"}}}
{"taskDefinition": []}
{"containerDefinitions": [{"environment": {}, "secrets": [1], "stopTimeout": [], "linuxParameters": 1}]}
"""


@pytest.mark.parametrize("source", BAD.split("\n"))
def test_bad_files_are_no_crash(source: str) -> None:
    facts(source)
