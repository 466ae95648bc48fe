"""Conda's environment.yml."""

from __future__ import annotations

import re

from celerylint.facts.dependencies.requirement import DependencyFacts, Requirement, package, required, shortened
from celerylint.facts.dependencies.specifier import from_conda
from celerylint.sources import yaml
from celerylint.sources.text import Text

# `channel::name version build` or `name=version=build` (conda's documentation, Package match specifications).
_SPEC = re.compile(r"(?:[^\s:]+::)?(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?P<rest>.*)")
_BUILD = re.compile(r"(?<=[\w*])=[^=<>!~,|\s]*$|(?<=[\w*])\s+[^\s<>=!~,|]*_\w*$")
_OTHER_NAMES = {"redis-py": "redis", "redis": "redis-server"}  # conda's `redis` is the server


def environment(text: Text) -> DependencyFacts:
    """The packages of an environment, also those that it has pip install."""
    documents, _ = yaml.read(text)
    root = yaml.mapping(documents[0].root) if documents else None
    dependencies = yaml.sequence(root.get("dependencies")) if root else None
    found: list[Requirement] = []
    for item in dependencies.items if dependencies else ():
        if isinstance(item, yaml.Scalar):
            found.extend(filter(None, [_conda(item)]))
        elif isinstance(item, yaml.Mapping):
            inner = yaml.sequence(item.get("pip"))
            scalars = (each for each in (inner.items if inner else ()) if isinstance(each, yaml.Scalar))
            found.extend(filter(None, (required(each.value, each.span) for each in scalars)))
    return DependencyFacts(tuple(found))


def _conda(item: yaml.Scalar) -> Requirement | None:
    match = _SPEC.fullmatch(item.value.strip())
    name = package(_OTHER_NAMES.get(match["name"].lower(), match["name"])) if match else None
    if match is None or name is None:
        return None
    try:
        return Requirement(name, from_conda(_BUILD.sub("", match["rest"])), item.span)
    except ValueError:
        return Requirement(name, "", item.span, unclear=f"`{shortened(item.value)}` names no version to read")
