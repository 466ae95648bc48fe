"""Platforms that run a repository as it is: fly.io, Render, Railway, DigitalOcean, Cloud Foundry, AWS Copilot.

Times and defaults are those of their documentation: fly.io's kill_timeout is 5 s, Render's shutdown delay 30 s. Where
an operator or a dashboard decides, nobody knows it here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from celerylint.facts.launch import Word
from celerylint.facts.manifests.quantity import Amount, QuantityError, compose_bytes, compose_duration
from celerylint.facts.manifests.reading import Reader, entries, scalar_text, whole
from celerylint.facts.manifests.workloads import EnvironmentFact, WorkloadFact
from celerylint.facts.processes.ecs import STOP_TIMEOUT
from celerylint.facts.processes.program import ONE, ProcessFacts, Program
from celerylint.facts.processes.words import command_words, filled, why_filled
from celerylint.origin import Layer, Span, Value, known, unknown
from celerylint.sources.yaml import Mapping, Node, Scalar

FLY_GRACE = 5.0  # seconds: fly.io/docs/reference/configuration, kill_timeout
RENDER_GRACE = 30.0  # seconds: render.com/docs/blueprint-spec, maxShutdownDelaySeconds
_MIB = 1024 * 1024
_CF_MEMORY = re.compile(r"(\d{1,9})\s*(M|MB|G|GB|T|TB)", re.IGNORECASE)
_CF_VARIABLE = re.compile(r"\(\([^()]*\)\)")
_RENDER_KINDS = ("worker", "web", "pserv", "cron")
_DO_KINDS = ("workers", "services", "jobs")


@dataclass(frozen=True, slots=True)
class _Platform:
    """What holds for every program of a platform."""

    name: str
    kind: str
    elsewhere: str  # where variables and limits are that the file does not write

    def program(self, name: str, span: Span, words: tuple[Word, ...], grace: Value[float], **more: Any) -> WorkloadFact:
        """One program; what the file does not write is unknown."""
        own: dict[str, Any] = {
            "memory_limit": unknown(f"{self.elsewhere} decides how much memory it has", span),
            "cpu_limit": unknown(f"{self.elsewhere} decides how many CPUs it has", span),
            "environment_open": f"{self.elsewhere} has variables that are not in the repository",
        }
        return Program(self.name, self.kind, name, span, words, grace, **{**own, **more}).workload()


_FLY = _Platform("fly", "process", "fly.io")
_RENDER = _Platform("render", "service", "Render")
_RAILWAY = _Platform("railway", "service", "Railway")
_DIGITALOCEAN = _Platform("digitalocean", "component", "DigitalOcean")
_CLOUD_FOUNDRY = _Platform("cloudfoundry", "process", "Cloud Foundry")
_COPILOT = _Platform("copilot", "service", "AWS Copilot")


def fly_facts(root: Mapping) -> ProcessFacts:
    """The processes of fly.toml: each runs in machines of its own."""
    reader = Reader()
    grace = reader.value(root, "kill_timeout", _seconds, known(FLY_GRACE, Layer.DEFAULT))
    environment = tuple(_variables(reader, reader.child(root, "env")))
    signal = scalar_text(reader.child(root, "kill_signal"))
    found = []
    for name, node in entries(reader.mapping(root, "processes")):
        where = "fly scale decides how many machines run it"
        found.append(
            _FLY.program(
                name.value,
                name.span,
                command_words(node),
                grace,
                environment=environment,
                memory_limit=_fly_memory(reader, root, name.value, name.span),
                replicas=unknown(where, name.span),
                stop_signal=known(signal or "SIGINT", Layer.MANIFEST if signal else Layer.DEFAULT),
            )
        )
    return ProcessFacts(tuple(found), reader.problems)


def _fly_memory(reader: Reader, root: Mapping, name: str, span: Span) -> Value[Any]:
    """The memory of the machines (`[[vm]]`) that run a process; without `processes` it is for all of them."""
    for machine in reader.sequence(root, "vm"):
        names = [scalar_text(node) for node in reader.sequence(machine, "processes")]
        if names and name not in names:
            continue
        for key, convert in (("memory", _fly_bytes), ("memory_mb", _mebibytes)):
            if reader.child(machine, key) is not None:
                return reader.value(machine, key, convert, ONE)
    return unknown("the size of its machine is not written", span)


def render_facts(root: Node | None) -> ProcessFacts:
    """The services of render.yaml that have a command; a plan's memory is not known here."""
    reader = Reader()
    found = []
    for node in reader.sequence(root, "services"):
        kind = scalar_text(reader.child(node, "type")) or ""
        name = reader.child(node, "name")
        command = reader.child(node, "startCommand") or reader.child(node, "dockerCommand")
        if kind not in _RENDER_KINDS or command is None:
            continue
        grace = reader.value(node, "maxShutdownDelaySeconds", _seconds, known(RENDER_GRACE, Layer.DEFAULT))
        found.append(
            _RENDER.program(
                scalar_text(name) or kind,
                (name or command).span,
                command_words(command, shell=True),
                grace,
                environment=tuple(_listed(reader, node, "envVars", "key")),
                replicas=_render_replicas(reader, node),
                surges=known(kind != "cron", Layer.DEFAULT),
                stops_all=unknown("Render does not say whom it tells to stop", command.span),
                lives_long=kind != "cron",
            )
        )
    return ProcessFacts(tuple(found), reader.problems)


def _render_replicas(reader: Reader, node: Node) -> Value[int]:
    scaling = reader.mapping(node, "scaling")
    if scaling is not None:
        return reader.value(scaling, "maxInstances", whole, unknown("Render scales it", scaling.span))
    return reader.value(node, "numInstances", whole, ONE)


def railway_facts(root: Node | None, name: str) -> ProcessFacts:
    """The start command of railway.json or railway.toml."""
    reader = Reader()
    deploy = reader.mapping(root, "deploy")
    command = reader.child(deploy, "startCommand")
    if command is None:
        return ProcessFacts()
    nobody: Value[float] = unknown("Railway's settings decide how long it waits", command.span)
    grace = reader.value(deploy, "drainingSeconds", _seconds, nobody)
    replicas = reader.value(deploy, "numReplicas", whole, ONE)
    words = command_words(command, shell=True)
    stops: Value[bool] = unknown("Railway does not say whom it tells to stop", command.span)
    program = _RAILWAY.program(name, command.span, words, grace, replicas=replicas, stops_all=stops)
    return ProcessFacts((program,), reader.problems)


def digitalocean_facts(root: Node | None) -> ProcessFacts:
    """The components of an App Platform spec (`.do/app.yaml`) that have a run command."""
    reader = Reader()
    found = []
    spec = reader.child(root, "spec") or root
    for kind in _DO_KINDS:
        for node in reader.sequence(spec, kind):
            name, command = reader.child(node, "name"), reader.child(node, "run_command")
            if command is None:
                continue
            nobody: Value[float] = unknown("DigitalOcean decides how long it waits", command.span)
            grace = reader.value(node, ("termination", "grace_period_seconds"), _seconds, nobody)
            found.append(
                _DIGITALOCEAN.program(
                    scalar_text(name) or kind,
                    (name or command).span,
                    command_words(command, shell=True),
                    grace,
                    environment=tuple(_listed(reader, node, "envs", "key")),
                    replicas=reader.value(node, "instance_count", whole, ONE),
                    stops_all=unknown("DigitalOcean does not say whom it tells to stop", command.span),
                    lives_long=kind != "jobs",
                )
            )
    return ProcessFacts(tuple(found), reader.problems)


def cloud_foundry_facts(root: Node | None) -> ProcessFacts:
    """The processes of manifest.yml: an application's own command, and those of `processes` and `sidecars`."""
    reader = Reader()
    found: list[WorkloadFact] = []
    for application in reader.sequence(root, "applications"):
        name = scalar_text(reader.child(application, "name")) or "application"
        environment = tuple(_variables(reader, reader.child(application, "env")))
        nodes = [application, *reader.sequence(application, "processes")]
        for node in nodes:
            command = reader.child(node, "command")
            if command is None or (node is not application and not isinstance(node, Mapping)):
                continue
            own = scalar_text(reader.child(node, "type")) if node is not application else ""
            found.append(_cloud_foundry(reader, node, command, f"{name} {own}".strip(), environment))
    return ProcessFacts(tuple(found), reader.problems)


def _cloud_foundry(
    reader: Reader, node: Node, command: Node, name: str, environment: tuple[EnvironmentFact, ...]
) -> WorkloadFact:
    nobody = unknown("Cloud Foundry's default for memory is not in the repository", command.span)
    return _CLOUD_FOUNDRY.program(
        name,
        command.span,
        _cf_words(command),
        unknown("Cloud Foundry's operator decides how long it waits", command.span),
        environment=environment,
        memory_limit=_cf_value(reader, node, "memory", _cf_bytes, nobody),
        replicas=_cf_value(reader, node, "instances", whole, ONE),
        stops_all=unknown("Cloud Foundry does not say whom it tells to stop", command.span),
    )


def _cf_words(command: Node) -> tuple[Word, ...]:
    """A command for a shell, whose `((variables))` are parts that the shell cannot resolve either."""
    words = command_words(command, shell=True)
    return (*words[:-1], filled(words[-1], _CF_VARIABLE)) if words else ()


def _cf_value(reader: Reader, node: Node, key: str, convert: Callable[[Amount], Any], absent: Value[Any]) -> Value[Any]:
    """An amount; unknown where a `((variable))` stands in its place."""
    found = reader.child(node, key)
    if isinstance(found, Scalar) and _CF_VARIABLE.search(found.value):
        return unknown(f"{key} is filled in when it is deployed", found.span)
    return reader.value(node, key, convert, absent)


def copilot_facts(root: Node | None) -> ProcessFacts:
    """The service of a Copilot manifest (`copilot/*/manifest.yml`), which runs on Fargate."""
    reader = Reader()
    name, command = reader.child(root, "name"), reader.child(root, "command")
    if command is None or root is None:
        return ProcessFacts()
    count = reader.child(root, "count")
    scaled = unknown("Copilot scales it", count.span) if isinstance(count, Mapping) else None
    program = _COPILOT.program(
        scalar_text(name) or "service",
        (name or command).span,
        (*command_words(reader.child(root, "entrypoint")), *command_words(command)),
        known(STOP_TIMEOUT, Layer.DEFAULT),
        environment=tuple(_variables(reader, reader.child(root, "variables"))),
        memory_limit=reader.value(root, "memory", _mebibytes, unknown("Copilot's default decides", command.span)),
        replicas=scaled or reader.value(root, "count", whole, ONE),
    )
    return ProcessFacts((program,), reader.problems)


def _variables(reader: Reader, node: Node | None) -> Iterator[EnvironmentFact]:
    """The variables of a mapping."""
    for name, value in entries(node if isinstance(node, Mapping) else None):
        yield EnvironmentFact(name.value, _text(value, name.value), name.span)


def _listed(reader: Reader, node: Node, key: str, label: str) -> Iterator[EnvironmentFact]:
    """The variables of a list of `{key, value}`; one without a value comes from somewhere else."""
    for item in reader.sequence(node, key):
        name = item.get(label) if isinstance(item, Mapping) else None
        if isinstance(item, Mapping) and isinstance(name, Scalar):
            yield EnvironmentFact(name.value, _text(item.get("value"), name.value, name.span), name.span)


def _text(node: Node | None, name: str, beside: Span | None = None) -> Value[Any]:
    if not isinstance(node, Scalar):
        return unknown(f"{name} is set outside of the repository", node.span if node else beside)
    why = why_filled(node) or (f"{name} is filled in when it is deployed" if node.value.startswith("((") else "")
    return unknown(why, node.span) if why else known(node.value, Layer.MANIFEST, node.span)


def _seconds(written: Amount) -> float:
    """Seconds of `30`, or of a duration such as `1m30s`. Raises QuantityError."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        return float(written)
    text = str(written)
    return float(text) if re.fullmatch(r"\d{1,9}", text) else compose_duration(written)


def _fly_bytes(written: Amount) -> int:
    """Bytes of `512mb`, `1gb` or a number of MiB. Raises QuantityError."""
    return compose_bytes(written) if not str(written).isdigit() else _mebibytes(written)


def _mebibytes(written: Amount) -> int:
    """Bytes of a number of MiB. Raises QuantityError."""
    count: int = whole(int(written) if isinstance(written, str) and written.isdigit() else written)
    return count * _MIB


def _cf_bytes(written: Amount) -> int:
    """Bytes of `512M` or `1G`, 1024-based. Raises QuantityError."""
    match = _CF_MEMORY.fullmatch(str(written))
    if match is None:
        raise QuantityError(f"`{str(written)[:40]}` is no amount of memory, such as 512M or 1G")
    return int(match[1]) << {"M": 20, "G": 30, "T": 40}[match[2][0].upper()]
