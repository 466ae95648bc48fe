"""pyproject.toml: PEP 621, PEP 735 and what poetry, pdm, uv and hatch keep in their own tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from celerylint.facts.dependencies.requirement import DependencyFacts, Kind, Requirement
from celerylint.facts.dependencies.specifier import from_poetry
from celerylint.facts.dependencies.tables import keyed, listed, parsed, table
from celerylint.sources.text import Text


def pyproject(text: Text) -> DependencyFacts:
    """The packages that a project asks for."""
    document = parsed(text)
    found = (*_standard(text, document), *_poetry(text, document), *_tools(text, document))
    return DependencyFacts(found, (), _python(document))


def _standard(text: Text, document: Mapping[str, Any]) -> Iterator[Requirement]:
    project = table(document, "project")
    yield from listed(text, project.get("dependencies"), "project")
    for group, items in table(project, "optional-dependencies").items():
        yield from listed(text, items, "project.optional-dependencies", group)
    for group, items in table(document, "dependency-groups").items():
        yield from listed(text, items, "dependency-groups", group)


def _poetry(text: Text, document: Mapping[str, Any]) -> Iterator[Requirement]:
    poetry = table(document, "tool", "poetry")
    yield from keyed(text, table(poetry, "dependencies"), "tool.poetry.dependencies")
    yield from keyed(text, table(poetry, "dev-dependencies"), "tool.poetry.dev-dependencies", "dev")
    for group in table(poetry, "group"):
        header = f"tool.poetry.group.{group}.dependencies"
        yield from keyed(text, table(poetry, "group", group, "dependencies"), header, group)


def _tools(text: Text, document: Mapping[str, Any]) -> Iterator[Requirement]:
    """uv's and pdm's own lists; uv's constraints and overrides bind what the project asks for."""
    uv = table(document, "tool", "uv")
    yield from listed(text, uv.get("constraint-dependencies"), "tool.uv", "", Kind.CONSTRAINED)
    yield from listed(text, uv.get("override-dependencies"), "tool.uv", "", Kind.OVERRIDDEN)
    yield from listed(text, uv.get("dev-dependencies"), "tool.uv", "dev")
    for group, items in table(document, "tool", "pdm", "dev-dependencies").items():
        yield from listed(text, items, "tool.pdm.dev-dependencies", group)


def _python(document: Mapping[str, Any]) -> str:
    """What the project needs of Python."""
    python = table(document, "project").get("requires-python")
    if isinstance(python, str):
        return python
    python = table(document, "tool", "poetry", "dependencies").get("python")
    try:
        return from_poetry(python) if isinstance(python, str) else ""
    except ValueError:
        return ""
