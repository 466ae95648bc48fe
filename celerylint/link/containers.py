"""Containers with their environment, and the Celery processes that they start."""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from celerylint.facts.images import repository_of
from celerylint.facts.launch import Launch, Starter, Word, follow
from celerylint.facts.manifests import ConfigMapKey, ContainerFact, EnvironmentFact, WorkloadFact
from celerylint.link.environment import Environment
from celerylint.link.images import IMAGE, Images
from celerylint.link.manifests import Manifests
from celerylint.link.unread import Surroundings
from celerylint.model import Hop
from celerylint.origin import Layer, Origin, Span, Unknown, Value, known, unknown

_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)")
# apache/airflow, scripts/docker/entrypoint_prod.sh, and getsentry/sentry, self-hosted/docker-entrypoint.sh.
_ENTRY_POINTS = {
    "apache/airflow": ("airflow", ("celery", "worker", "flower")),
    "getsentry/sentry": ("sentry", ("run",)),
}
_FLOWER = "mher/flower"  # CMD ["celery", "flower"]
LARGEST_VALUE = 100_000  # characters; references to references could grow without end


@dataclass(frozen=True, slots=True)
class Started:
    """One Celery process of a container."""

    workload: WorkloadFact
    container: ContainerFact
    launch: Launch
    environment: Environment

    @property
    def name(self) -> str:
        """The workload's name, with what a manager inside calls the command, and the node of `celery multi`."""
        kept = self.launch.supervision
        parts = (self.workload.full_name, kept.name if kept else "", self.launch.node)
        return " ".join(part for part in parts if part)

    @property
    def via(self) -> tuple[Hop, ...]:
        """The lines that lead to the command, unless it stands in the file that they begin in."""
        steps = [(step.note, step.span) for step in self.launch.via if step.span]
        if steps and steps[0][1].path == self.launch.span.path:
            del steps[: 2 if [note for note, _ in steps[1:2]] == [IMAGE] else 1]  # its image has no part in it
        return tuple(Hop(note or posixpath.basename(span.path), span) for note, span in steps)

    @property
    def grace_period(self) -> Value[float]:
        """Seconds from the stop signal to the end: the shorter of what the platform and a manager inside give."""
        own, kept = self.workload.grace_period, self.launch.supervision
        inner = kept.grace_period if kept else None
        if inner is None or inner.value is None or not own.known:
            return own
        if isinstance(inner.value, Unknown):
            return unknown(inner.value.reason, inner.origin.span)
        shorter = Value(float(inner.value), inner.origin)
        return shorter.hiding(own) if shorter.get() < own.get() else own.hiding(shorter)


def started(
    manifests: Manifests, surroundings: Surroundings, images: Images, starters: Mapping[str, Starter]
) -> Iterator[Started]:
    """Every Celery process that a manifest starts, in the order of the manifests."""
    for workload in manifests.workloads:
        for container in workload.containers:
            environment = environment_of(container, workload, manifests, surroundings)
            followed = follow(
                (*_entry_point(container), *words_of(container)),
                images.inside(container, starters),
                environment=_texts(environment),
                kubernetes=workload.platform == "kubernetes",
            )
            for launch in followed.launches:
                yield Started(workload, container, launch, with_prefix(environment, launch))


def words_of(container: ContainerFact) -> tuple[Word, ...]:
    """The command line as far as the manifest writes it."""
    return (*(container.entrypoint or ()), *(container.arguments or ()))


def image_of(container: ContainerFact) -> str:
    """The repository of the image that a container runs, or of the one that it is built from; empty where unknown."""
    image = container.made.base.value if container.made else container.image.value
    return repository_of(image) if isinstance(image, str) else ""


def _entry_point(container: ContainerFact) -> tuple[Word, ...]:
    """The program that the entry point of a known image puts in front of its sub-commands."""
    words = words_of(container)
    if container.entrypoint is None and image_of(container) == _FLOWER:
        return _of_flower(container, words)
    if container.entrypoint is not None or not words:
        return ()
    program, subcommands = _ENTRY_POINTS.get(image_of(container), ("", ()))
    return (Word(program, words[0].span),) if words[0].text in subcommands else ()


def _of_flower(container: ContainerFact, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Flower's own image starts Flower where nobody gives it a command; before 1.0 it took the options alone."""
    if not words:
        place = container.image.origin.span or container.span
        return (Word("celery", place), Word("flower", place))
    return (Word("flower", words[0].span),) if words[0].text.startswith("-") else ()


def fills_of(container: ContainerFact) -> tuple[tuple[Span, Origin], ...]:
    """What a chart fills in on the command line, with the values that it comes from; what is ambiguous is left out."""
    found: dict[Span, set[Origin]] = {}
    for word in words_of(container):
        for span, origin in word.fills:
            found.setdefault(span, set()).add(origin)
    return tuple((span, origin) for span, (origin, *others) in found.items() if not others)


def _texts(environment: Environment) -> Callable[[str], str | Unknown | None]:
    return lambda name: environment.get(name).value


def command_of(process: Started) -> str:
    """The command line that starts a process, as written."""
    return " ".join(word.text for word in words_of(process.container) if _written(word))


def _written(word: Word) -> bool:
    """Whether a word stands in the file; the shell that a platform puts in front of a line does not."""
    return (word.span.line, word.span.column) != (word.span.end_line, word.span.end_column)


def with_prefix(environment: Environment, launch: Launch) -> Environment:
    """The environment with the variables that the command line itself sets."""
    if not launch.environment:
        return environment
    more: dict[str, Value[Any]] = {}
    for name, use in launch.environment.items():
        if use.unresolved:
            more[name] = unknown(use.unresolved, use.span)
        else:
            more[name] = Value(use.value, Origin(Layer.ENVIRONMENT, use.span, (), f"{name}="))
    return Environment({**environment.variables, **more}, environment.open_reason)


def environment_of(
    container: ContainerFact, workload: WorkloadFact, manifests: Manifests, surroundings: Surroundings
) -> Environment:
    """What is known of a container's environment; later entries win, `environment` over `envFrom`."""
    variables = _of_image(container, surroundings)
    reason = workload.incomplete or container.environment_open
    for source in container.environment_from:
        entries = source.entries
        if entries is not None:
            variables |= {entry.name: entry.value for entry in entries}
            continue
        config_map = manifests.config_map(source.kind, source.name, workload)
        for key, value in config_map.data.items() if config_map else ():
            variables[source.prefix + key] = _through(value, source.span)
        lost = config_map.incomplete if config_map else f"{source.kind} {source.name} is not in the repository"
        reason = reason or lost
    for fact in container.environment:
        variables[fact.name] = _expanded(variable_value(fact, container, workload, manifests), variables, workload)
    return Environment(variables, reason)


def _of_image(container: ContainerFact, surroundings: Surroundings) -> dict[str, Value[Any]]:
    """What the image sets: known where the repository says how it is built."""
    if container.made is not None:
        return dict(container.made.environment)
    return {
        name: unknown(f"the image may set it ({span.path}:{span.line})", span)
        for name, span in surroundings.image_variables.items()
    }


def variable_value(
    fact: EnvironmentFact, container: ContainerFact, workload: WorkloadFact, manifests: Manifests
) -> Value[Any]:
    """What a variable of a manifest holds, before those in it are put in."""
    if fact.reference is not None:
        return _referred(fact, fact.reference, workload, manifests)
    if fact.resource is not None:
        return _resource(fact, container, workload)
    return fact.value


def _referred(
    fact: EnvironmentFact, reference: ConfigMapKey, workload: WorkloadFact, manifests: Manifests
) -> Value[Any]:
    """A key of a ConfigMap, or of a Secret that a build generates."""
    config_map = manifests.config_map(reference.kind, reference.name, workload)
    value = config_map.data.get(reference.key) if config_map else None
    if value is not None:
        return _through(value, fact.span)
    if reference.kind == "Secret" and config_map is None:
        return fact.value
    reason = config_map.incomplete if config_map else ""
    if config_map is not None and reference.optional and not reason:
        return known(None, Layer.MANIFEST, fact.span)
    return unknown(reason or f"{reference.kind} {reference.name} has no key {reference.key} here", fact.span)


def _through(value: Value[Any], span: Span) -> Value[Any]:
    """A value that is read by way of another place."""
    return replace(value, origin=replace(value.origin, via=(Origin(Layer.MANIFEST, span), *value.origin.via)))


def limit_of(fact: EnvironmentFact, container: ContainerFact, workload: WorkloadFact) -> Value[Any] | None:
    """The limit or request that the downward API puts into a variable; None where it is of another kind."""
    assert fact.resource is not None  # the caller asked for it
    named = fact.resource.container
    owner = next((each for each in workload.containers if each.name == named), None) if named else container
    if owner is None:
        return None
    values: dict[str, Value[Any]] = {
        "limits.cpu": owner.cpu_limit,
        "limits.memory": owner.memory_limit,
        "requests.cpu": owner.cpu_request,
        "requests.memory": owner.memory_request,
    }
    return values.get(fact.resource.resource)


def _resource(fact: EnvironmentFact, container: ContainerFact, workload: WorkloadFact) -> Value[Any]:
    """The downward API: a limit or request divided by the divisor, rounded up."""
    assert fact.resource is not None  # the caller asked for it
    value = limit_of(fact, container, workload)
    if not value or value.value is None:
        return unknown(f"{fact.resource.resource} is not set, so the node decides", fact.span)
    if isinstance(value.value, Unknown):
        return unknown(value.value.reason, fact.span)
    count = math.ceil(value.value / float(fact.resource.divisor or 1))
    return Value(str(count), Origin(Layer.MANIFEST, fact.span, (value.origin,)))


def _expanded(value: Value[Any], variables: dict[str, Value[Any]], workload: WorkloadFact) -> Value[Any]:
    """Kubernetes expands `$(VAR)` in a value by the variables before it."""
    text = value.value
    if workload.platform != "kubernetes" or not isinstance(text, str) or "$" not in text:
        return value
    via: list[Origin] = []
    parts: list[str] = []
    at = 0
    for match in _REFERENCE.finditer(text):
        parts.append(text[at : match.start()])
        at = match.end()
        other = variables.get(match[1]) if match[1] else None
        if match[0] == "$$":
            parts.append("$")
        elif other is None:
            parts.append(match[0])
        elif isinstance(other.value, str):
            parts.append(other.value)
            via.append(other.origin)
        else:
            begins = "".join(parts) + (other.value.begins if isinstance(other.value, Unknown) else "")
            why = Unknown(other.reason or f"{match[1]} is not known", begins)
            return Value(why, Origin(Layer.UNKNOWN, value.origin.span, (other.origin,)))
    whole = "".join(parts) + text[at:]
    if len(whole) > LARGEST_VALUE:
        return unknown("its value grows too long", value.origin.span)
    return Value(whole, Origin(value.origin.layer, value.origin.span, (*value.origin.via, *via)))
