"""Amazon ECS: task definitions as the API takes them, and as CloudFormation writes them.

Source: docs.aws.amazon.com, Amazon ECS task definition parameters; stopTimeout is 30 s by default and 120 s at most on
Fargate, a CPU has 1024 units, memory is in MiB.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from celerylint.facts.launch import Word
from celerylint.facts.manifests.development import is_development
from celerylint.facts.manifests.placeholders import placeholder
from celerylint.facts.manifests.reading import Reader, scalar_text
from celerylint.facts.manifests.workloads import ContainerFact, EnvironmentFact, WorkloadFact
from celerylint.facts.processes.program import NO, NOTHING, ONE, ProcessFacts, Program
from celerylint.facts.processes.words import command_words, why_filled
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources import yaml
from celerylint.sources.yaml import Document, Node, Scalar, Sequence

STOP_TIMEOUT = 30.0  # seconds
LONGEST_ON_FARGATE = 120.0
_CPU_UNITS = 1024
_MIB = 1024 * 1024
_MEMORY = re.compile(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*(gb)?\s*", re.IGNORECASE)
_CPU = re.compile(r"\s*(\d{0,9}(?:\.\d{1,3})?)\s*(vcpu)?\s*", re.IGNORECASE)
_TASK, _SERVICE = "AWS::ECS::TaskDefinition", "AWS::ECS::Service"


def ecs_facts(documents: Iterable[Document]) -> ProcessFacts:
    """The task definitions of a JSON or YAML file: the whole file, or the resources of a CloudFormation template."""
    reader = Reader()
    found: list[WorkloadFact] = []
    for document in documents:
        root = document.root
        for node in root.items if isinstance(root, Sequence) else (root,):
            found += _definitions(reader, node)
    return ProcessFacts(tuple(found), reader.problems)


def _definitions(reader: Reader, root: Node | None) -> Iterator[WorkloadFact]:
    if not isinstance(root, yaml.Mapping):
        return
    whole = root.get("taskDefinition") if root.get("containerDefinitions") is None else root
    if isinstance(whole, yaml.Mapping):
        yield from task_definition(reader, whole, text(whole, "family") or "task", whole.span, {})
    resources = root.get("Resources")
    counts = _counts(resources)
    for name, resource in resources.items() if isinstance(resources, yaml.Mapping) else ():
        if text(resource, "Type") != _TASK:
            continue
        properties = resource.get("Properties") if isinstance(resource, yaml.Mapping) else None
        if isinstance(properties, yaml.Mapping):
            yield from task_definition(reader, properties, name.value, name.span, counts)


def _counts(resources: Node | None) -> dict[str, Value[int]]:
    """How many tasks the services of a template want, by the name of the task definition."""
    found: dict[str, Value[int]] = {}
    for _, resource in resources.items() if isinstance(resources, yaml.Mapping) else ():
        if text(resource, "Type") != _SERVICE or not isinstance(resource, yaml.Mapping):
            continue
        properties = resource.get("Properties")
        definition, count = get(properties, "taskDefinition"), get(properties, "desiredCount")
        name = definition.value if isinstance(definition, Scalar) else text(definition, "Ref")
        if name and count is not None:
            found[name] = _amount(properties, "desiredCount", int, ONE)
    return found


def task_definition(
    reader: Reader, task: yaml.Mapping, name: str, span: Span, counts: Mapping[str, Value[int]]
) -> Iterator[WorkloadFact]:
    """One task definition with its containers; `counts` says how many of it services want."""
    nodes = get(task, "containerDefinitions")
    items = [node for node in nodes.items if isinstance(node, yaml.Mapping)] if isinstance(nodes, Sequence) else []
    if not items:
        return
    containers = tuple(_container(reader, node, task, alone=len(items) == 1) for node in items)
    graces = [_grace(reader, node, task) for node in items]
    where = unknown("the ECS service decides how many tasks run", span)
    program = Program(
        platform="ecs",
        kind="task definition",
        name=name,
        span=span,
        words=(),
        grace_period=graces[0],
        memory_limit=NOTHING,
        replicas=counts.get(name, where),
        surges=unknown("the ECS service decides whether old and new tasks run side by side", span),
        development=is_development(span.path, (), name),
    )
    whole = program.workload()
    # Each container has a time to stop of its own, and so each is shown as a workload of its own.
    for container, grace in zip(containers, graces, strict=True):
        yield replace(whole, grace_period=grace, containers=(container,))


def _container(reader: Reader, node: yaml.Mapping, task: yaml.Mapping, *, alone: bool) -> ContainerFact:
    name = get(node, "name")
    image = get(node, "image")
    return ContainerFact(
        name=scalar_text(name) or "",
        span=name.span if name else node.span,
        image=_text(image, node),
        entrypoint=_words(get(node, "entryPoint")),
        arguments=_words(get(node, "command")),
        environment=tuple(_environment(node)),
        environment_from=(),
        environment_open="environmentFiles are not in the repository" if get(node, "environmentFiles") else "",
        memory_limit=_memory(node, task, alone),
        memory_request=_amount(node, "memoryReservation", _mebibytes, NOTHING),
        cpu_limit=_amount(task, "cpu", _vcpus, NOTHING),
        cpu_request=_amount(node, "cpu", _vcpus, NOTHING),
        init=_init(node),
        stop_signal=NOTHING,
        working_directory=text(node, "workingDirectory") or "",
    )


def _text(node: Node | None, beside: Node) -> Value[Any]:
    """A text, unknown where another tool fills it in."""
    if not isinstance(node, Scalar) or why_filled(node) or placeholder(node.value):
        why = why_filled(node) or "it is filled in outside of the task definition"
        return unknown(why, (node or beside).span)
    return known(node.value, Layer.MANIFEST, node.span)


def _init(node: yaml.Mapping) -> Value[bool]:
    flag = get(get(node, "linuxParameters"), "initProcessEnabled")
    return known(True, Layer.MANIFEST, flag.span) if isinstance(flag, Scalar) and flag.value.lower() == "true" else NO


def _memory(node: yaml.Mapping, task: yaml.Mapping, alone: bool) -> Value[Any]:
    """The hard limit: the container's own, else the task's, which all its containers share."""
    own = _amount(node, "memory", _mebibytes, NOTHING)
    if own.value is not None:
        return own
    shared = _amount(task, "memory", _mebibytes, NOTHING)
    if alone or shared.value is None:
        return shared
    return unknown("the task limits the memory of all its containers together", shared.origin.span)


def _grace(reader: Reader, node: yaml.Mapping, task: yaml.Mapping) -> Value[float]:
    value = _amount(node, "stopTimeout", float, known(STOP_TIMEOUT, Layer.DEFAULT))
    span = value.origin.span
    if value.known and span is not None and value.get() > LONGEST_ON_FARGATE and _on_fargate(task):
        reader.problem(span, "stopTimeout: Fargate waits 120 seconds at most")
    return value


def _on_fargate(task: yaml.Mapping) -> bool:
    node = get(task, "requiresCompatibilities")
    return isinstance(node, Sequence) and any(scalar_text(item) == "FARGATE" for item in node.items)


def _environment(node: yaml.Mapping) -> Iterator[EnvironmentFact]:
    for key, secret in (("environment", False), ("secrets", True)):
        items = get(node, key)
        for item in items.items if isinstance(items, Sequence) else ():
            name, value = get(item, "name"), get(item, "value")
            shown = scalar_text(name)
            if name is None or shown is None:
                continue
            if secret:
                where: Value[Any] = unknown(f"{shown} comes from a secret", name.span)
            else:
                where = _text(value, name)
            yield EnvironmentFact(shown, where, name.span)


def _words(node: Node | None) -> tuple[Word, ...] | None:
    return command_words(node) if node is not None else None


def _amount(node: Node | None, name: str, convert: Callable[[str], Any], absent: Value[Any]) -> Value[Any]:
    """An amount by its name; what another tool fills in, and what is no amount, is unknown."""
    found = get(node, name)
    if found is None or (isinstance(found, Scalar) and found.value == ""):
        return absent
    why = why_filled(found) or (placeholder(found.value) if isinstance(found, Scalar) else "")
    if why or not isinstance(found, Scalar):
        return unknown(why or f"{name} cannot be read", found.span)
    try:
        return known(convert(found.value), Layer.MANIFEST, found.span)
    except ValueError:
        return unknown(f"{name} cannot be read: `{found.value[:40]}`", found.span)


def _mebibytes(written: str) -> int | None:
    """Bytes of `512` (MiB) or `1 GB`; 0 is no limit. Raises ValueError."""
    match = _MEMORY.fullmatch(written)
    if match is None:
        raise ValueError(written)
    return int(float(match[1]) * (1024 if match[2] else 1) * _MIB) or None


def _vcpus(written: str) -> float | None:
    """CPUs of `256` (units of 1/1024) or `.25 vCPU`; 0 is no limit. Raises ValueError."""
    match = _CPU.fullmatch(written)
    if match is None or not match[1]:
        raise ValueError(written)
    return float(match[1]) / (1 if match[2] else _CPU_UNITS) or None


def get(node: Node | None, name: str) -> Node | None:
    """A value by the API's name, or by CloudFormation's, which begins with a capital."""
    if not isinstance(node, yaml.Mapping):
        return None
    found = node.get(name)
    return node.get(name[0].upper() + name[1:]) if found is None else found


def text(node: Node | None, name: str) -> str:
    """A text by its name; empty where there is none."""
    return scalar_text(get(node, name)) or ""
