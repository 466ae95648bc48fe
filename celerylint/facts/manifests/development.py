"""Manifests that say of themselves that they are not production: by the words in their paths and names."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Of a path any part counts (`docker-compose.dev.yml`, `compose/local/web.yml`, `.devcontainer/`), and so does a
# namespace or a profile.
_WORDS = frozenset(
    {
        "ci",
        "demo",
        "demos",
        "dev",
        "devcontainer",
        "devel",
        "develop",
        "development",
        "e2e",
        "example",
        "examples",
        "fixtures",
        "local",
        "localhost",
        "minikube",
        "playground",
        "sample",
        "samples",
        "sandbox",
        "test",
        "testing",
        "tests",
        "tutorial",
        "tutorials",
    }
)
# Of a service's own name fewer: a worker named `ci` or `sample` may well serve production.
_NAME_WORDS = frozenset({"dev", "development", "test", "tests"})
_BREAK = re.compile(r"[^A-Za-z0-9]+")


def is_development(path: str, scopes: Iterable[str] = (), name: str = "") -> bool:
    """Whether a path, a namespace or profile (`scopes`) or a service's name speaks of development or tests."""
    said = {word.lower() for text in (path, *scopes) for word in _BREAK.split(text)}
    return not said.isdisjoint(_WORDS) or not _NAME_WORDS.isdisjoint(_BREAK.split(name.lower()))
