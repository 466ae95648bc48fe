"""A program that something other than Kubernetes or Compose starts, as the workload that it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from celerylint.facts.launch import Word
from celerylint.facts.manifests.development import is_development
from celerylint.facts.manifests.workloads import (
    ContainerFact,
    EnvironmentFact,
    EnvironmentSource,
    ManifestProblem,
    WorkloadFact,
)
from celerylint.origin import Layer, Span, Value, known, unknown

NOTHING: Value[Any] = known(None, Layer.DEFAULT)
ONE: Value[int] = known(1, Layer.DEFAULT)
NO: Value[bool] = known(False, Layer.DEFAULT)


@dataclass(frozen=True, slots=True)
class UnreadFact:
    """A place that starts Celery in a way that cannot be taken apart; `reason` is in the reader's words."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """What one file says about the programs that it starts, in its order."""

    workloads: tuple[WorkloadFact, ...] = ()
    problems: tuple[ManifestProblem, ...] = ()
    unread: tuple[UnreadFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """One program, with what its platform says about it; a limit of None is none at all, else it is unknown.

    `environment_open` says why variables that are not written here may be set all the same.
    """

    platform: str
    kind: str
    name: str
    span: Span  # of the name
    words: tuple[Word, ...]
    grace_period: Value[float]
    memory_limit: Value[int | None]
    cpu_limit: Value[float | None] = NOTHING
    memory_request: Value[int | None] = NOTHING
    cpu_request: Value[float | None] = NOTHING
    replicas: Value[int] = ONE
    image: Value[str | None] = NOTHING
    environment: tuple[EnvironmentFact, ...] = ()
    environment_from: tuple[EnvironmentSource, ...] = ()
    environment_open: str = ""
    stops_all: Value[bool] = NO
    stop_signal: Value[str | None] | None = None
    restart: str = ""
    working_directory: str = ""
    surges: Value[bool] = NO
    lives_long: bool = True
    development: bool | None = None  # None: by the words in the path and the name
    scopes: tuple[str, ...] = field(default=())  # more words that may speak of development

    def workload(self) -> WorkloadFact:
        """The workload with its only container."""
        own = is_development(self.span.path, self.scopes, self.name)
        return WorkloadFact(
            platform=self.platform,
            kind=self.kind,
            name=self.name,
            namespace="",
            span=self.span,
            replicas=self.replicas,
            grace_period=self.grace_period,
            strategy=NOTHING,
            surges=self.surges,
            spot=NOTHING,
            lives_long=self.lives_long,
            containers=(self._container(),),
            init_containers=(),
            share_process_namespace=False,
            host_network=False,
            labels=(),
            template_labels=(),
            annotations=(),
            profiles=(),
            development=own if self.development is None else self.development,
            fragment=False,
        )

    def _container(self) -> ContainerFact:
        return ContainerFact(
            name=self.name,
            span=self.span,
            image=self.image,
            entrypoint=None,
            arguments=self.words,
            environment=self.environment,
            environment_from=self.environment_from,
            environment_open=self.environment_open,
            memory_limit=self.memory_limit,
            memory_request=self.memory_request,
            cpu_limit=self.cpu_limit,
            cpu_request=self.cpu_request,
            stops_all=self.stops_all,
            stop_signal=self.stop_signal,
            restart=self.restart,
            working_directory=self.working_directory,
        )


def written_nowhere(span: Span) -> Span:
    """The place of a word that the platform adds: in front of what is written, and without a length."""
    return Span(span.path, span.line, span.column, span.line, span.column)


def under_shell(script: Word, shell: str = "sh") -> tuple[Word, ...]:
    """The words of a line that the platform hands to a shell."""
    place = written_nowhere(script.span)
    return (Word(shell, place), Word("-c", place), script)


def machine(what: str, span: Span) -> Value[Any]:
    """A limit that a platform cannot set: whatever runs it may."""
    return unknown(f"{what} limits no memory itself; the machine or container that runs it may", span)
