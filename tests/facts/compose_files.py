"""Compose files for tests, and what stands at a span of them."""

from __future__ import annotations

from textwrap import dedent

from celerylint.facts.manifests import ComposeFacts, ContainerFact, WorkloadFact, compose_facts
from celerylint.origin import Span
from celerylint.sources.text import Text
from celerylint.sources.yaml import read

Files = dict[str, str]


def facts(files: Files, path: str = "docker-compose.yml") -> ComposeFacts:
    """What the file at `path` of a small repository says."""

    def text(name: str) -> Text | None:
        return Text(name, files[name]) if name in files else None

    return compose_facts(read(Text(path, files[path]))[0], path, text)


def service(lines: str, path: str = "docker-compose.yml", name: str = "worker", **others: str) -> WorkloadFact:
    """The one service that has an image and these lines."""
    source = f"services:\n  {name}:\n    image: shop\n" + "".join(
        f"    {line}\n" for line in dedent(lines).splitlines()
    )
    (workload,) = facts({path: source, **others}, path).workloads
    return workload


def container(lines: str, **others: str) -> ContainerFact:
    return service(lines, **others).containers[0]


def named(found: ComposeFacts) -> dict[str, WorkloadFact]:
    return {workload.name: workload for workload in found.workloads}


def at(files: Files, span: Span | None) -> str:
    """What stands at a span."""
    assert span is not None
    source = files[span.path]
    text = Text(span.path, source)
    return source[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


def words(fact: ContainerFact) -> list[str]:
    return [word.text for word in fact.arguments or ()]


def environment(fact: ContainerFact) -> dict[str, str | None]:
    return {item.name: item.value.otherwise(None) for item in fact.environment}
