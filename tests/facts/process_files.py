"""Files of process managers for tests, and what stands at a span of them."""

from __future__ import annotations

from typing import Any

from celerylint.facts.manifests import WorkloadFact
from celerylint.origin import Span, Value


def at(source: str, span: Span | None) -> str:
    """The text at a span of one file."""
    assert span is not None
    lines = source.split("\n")
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    inner = lines[span.line : span.end_line - 1]
    return "\n".join([lines[span.line - 1][span.column - 1 :], *inner, lines[span.end_line - 1][: span.end_column - 1]])


def words(workload: WorkloadFact) -> list[str]:
    """The command's words."""
    return [word.text for word in workload.containers[0].arguments or ()]


def told(value: Value[Any]) -> Any:
    """A value, or the reason why it is unknown."""
    return value.value if value.known else value.reason


def environment(workload: WorkloadFact) -> dict[str, Any]:
    """The variables that are written."""
    return {fact.name: told(fact.value) for fact in workload.containers[0].environment}
