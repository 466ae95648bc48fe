"""Terraform's ECS task definitions, and Nomad's jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from celerylint.facts.launch import Word
from celerylint.facts.manifests.development import is_development
from celerylint.facts.manifests.quantity import Amount, QuantityError, compose_duration
from celerylint.facts.manifests.reading import Reader, entries, scalar_text, whole
from celerylint.facts.manifests.workloads import EnvironmentFact, WorkloadFact
from celerylint.facts.processes.ecs import task_definition
from celerylint.facts.processes.program import ONE, ProcessFacts, Program, UnreadFact
from celerylint.facts.processes.words import command_words, why_filled
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources import yaml
from celerylint.sources.hcl import Block
from celerylint.sources.text import Text
from celerylint.sources.yaml import Mapping, Node, Scalar

KILL_TIMEOUT = 5.0  # seconds: developer.hashicorp.com/nomad, kill_timeout of a task
_TASK, _SERVICE = "aws_ecs_task_definition", "aws_ecs_service"
# What a container definition calls what Terraform writes at the task.
_KEYS = {
    "container_definitions": "containerDefinitions",
    "requires_compatibilities": "requiresCompatibilities",
    "cpu": "cpu",
    "memory": "memory",
    "family": "family",
}
_MIB = 1024 * 1024

Open = Callable[[str], Text | None]


def terraform_facts(blocks: Sequence[Block], read: Open) -> ProcessFacts:
    """The task definitions of a file; `read` gives a file by its path from the module's folder."""
    reader = Reader()
    found: list[WorkloadFact] = []
    unread: list[UnreadFact] = []
    counts = _counts(reader, blocks)
    for block in blocks:
        if block.kind != "resource" or len(block.labels) != 2 or block.labels[0].value != _TASK:
            continue
        task = _task(block, read)
        if task is None:
            place = block.attributes.get("container_definitions")
            span = place.span if place is not None else block.span
            unread.append(UnreadFact(span, f"the containers of {block.name} are put together by Terraform"))
            continue
        family = scalar_text(task.get("family")) or ""
        name = block.name if not family or why_filled(task.get("family")) else family
        count = {name: counts[block.name]} if block.name in counts else {}
        found += task_definition(reader, task, name, block.span, count)
    return ProcessFacts(tuple(found), reader.problems, tuple(unread))


def _task(block: Block, read: Open) -> Mapping | None:
    """The task as the API has it; None where its containers are not written."""
    pairs: list[tuple[Node, Node]] = []
    for key, value in block.attributes.items():
        name = _KEYS.get(key.value)
        if name is None:
            continue
        node = _definitions(value, read) if name == "containerDefinitions" else value
        if node is None:
            return None
        own = Scalar(key.text, key.start, key.end, None, name, "", True)
        pairs.append((own, node))
    whole_block = block.attributes
    task = Mapping(whole_block.text, whole_block.start, whole_block.end, None, tuple(pairs))
    return task if task.get("containerDefinitions") is not None else None


def _definitions(node: Node, read: Open) -> Node | None:
    """A list, or the JSON of a text or of a file."""
    if isinstance(node, yaml.Sequence):
        return node
    if not isinstance(node, Scalar) or node.tag == "!hcl":
        return None
    text = read(node.value) if node.tag == "!file" else _alone(node)
    documents = yaml.read(text)[0] if text is not None else []
    root = documents[0].root if documents else None
    return root if isinstance(root, yaml.Sequence) else None


def _alone(node: Scalar) -> Text:
    """The file with nothing but this text in it, so that its places stay what they are."""
    source = node.text.text
    before = "".join(letter if letter in "\r\n" else " " for letter in source[: node.start])
    return Text(node.text.path, before + source[node.start : node.end])


def _counts(reader: Reader, blocks: Sequence[Block]) -> dict[str, Value[int]]:
    """How many tasks services want, by the resource's name of the task definition."""
    found: dict[str, Value[int]] = {}
    for block in blocks:
        if block.kind != "resource" or not block.labels or block.labels[0].value != _SERVICE:
            continue
        definition = scalar_text(block.attributes.get("task_definition")) or ""
        parts = definition.removeprefix("${").split(".")
        if len(parts) > 1 and parts[0] == _TASK and block.attributes.get("desired_count") is not None:
            found[parts[1].rstrip("}")] = _amount(reader, block.attributes, "desired_count", whole, ONE)
    return found


def nomad_facts(blocks: Sequence[Block]) -> ProcessFacts:
    """The tasks of a file's jobs."""
    reader = Reader()
    found = [
        _nomad(reader, job, group, task)
        for job in blocks
        if job.kind == "job"
        for group in job.inner("group")
        for task in group.inner("task")
    ]
    return ProcessFacts(tuple(each for each in found if each), reader.problems)


def _nomad(reader: Reader, job: Block, group: Block, task: Block) -> WorkloadFact | None:
    config = next(iter(task.inner("config")), None)
    if config is None:
        return None
    resources = next(iter(task.inner("resources")), None)
    words = (
        *command_words(config.attributes.get("entrypoint")),
        *command_words(config.attributes.get("command")),
        *command_words(config.attributes.get("args")),
    )
    image = config.attributes.get("image")
    span = task.span
    program = Program(
        platform="nomad",
        kind="task",
        name=task.name,
        span=span,
        words=_single(words),
        grace_period=_amount(reader, task.attributes, "kill_timeout", _duration, known(KILL_TIMEOUT, Layer.DEFAULT)),
        memory_limit=_memory(reader, resources, span),
        cpu_limit=unknown("Nomad's cpu is a share of the machine's", span),
        replicas=_amount(reader, group.attributes, "count", whole, ONE),
        image=_text(image, span),
        environment=tuple(_environment(task)),
        environment_open="Nomad's templates may set variables" if task.inner("template") else "",
        lives_long=scalar_text(job.attributes.get("type")) not in ("batch", "sysbatch"),
        development=is_development(span.path, (), task.name),
    )
    return program.workload()


def _single(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(word for word in words if word.text)


def _memory(reader: Reader, resources: Block | None, span: Span) -> Value[Any]:
    """`memory_max` where it is written, else `memory`, in MiB; 300 by default."""
    if resources is None:
        return known(300 * _MIB, Layer.DEFAULT)
    for key in ("memory_max", "memory"):
        if resources.attributes.get(key) is not None:
            return _amount(reader, resources.attributes, key, lambda count: whole(count) * _MIB, ONE)
    return known(300 * _MIB, Layer.DEFAULT)


def _environment(task: Block) -> Iterator[EnvironmentFact]:
    for block in task.inner("env"):
        for name, value in entries(block.attributes):
            yield EnvironmentFact(name.value, _text(value, name.span), name.span)


def _text(node: Node | None, beside: Span) -> Value[Any]:
    if node is None:
        return known(None, Layer.DEFAULT)
    why = why_filled(node) or ("" if isinstance(node, Scalar) else "it is no text")
    return unknown(why, node.span) if why else known(scalar_text(node) or "", Layer.MANIFEST, node.span)


def _amount(
    reader: Reader, node: Mapping, key: str, convert: Callable[[Amount], Any], absent: Value[Any]
) -> Value[Any]:
    """An amount; unknown where another tool works it out."""
    found = node.get(key)
    why = why_filled(found)
    if why and found is not None:
        return unknown(why, found.span)
    return reader.value(node, key, convert, absent)


def _duration(written: Amount) -> float:
    """Raises QuantityError."""
    if isinstance(written, bool) or written is None:
        raise QuantityError("it is no duration, such as 30s")
    return compose_duration(str(written))
