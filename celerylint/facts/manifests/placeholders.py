"""Placeholders that another tool fills in before Kubernetes reads the manifest."""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(
    r"\{\{.*?\}\}"  # Helm, Jinja, gomplate
    r"|\$\{[^}]*\}"  # envsubst, Flux
    r"|\$\([A-Za-z_][A-Za-z0-9_.-]*\)"  # Kustomize vars, Azure DevOps
    r"|<<?[A-Za-z_][A-Za-z0-9_. -]*>>?"  # to be filled in by hand
    r"|#\{[^}]*\}#?"  # Octopus, replace-tokens
    r"|\$[A-Z_][A-Z0-9_]*"
    r"|__[A-Z][A-Z0-9_]*__"
    r"|%[A-Z][A-Z0-9_]*%",
    re.DOTALL,
)


def placeholder(text: str) -> str:
    """The first placeholder in a text, or nothing."""
    match = _PLACEHOLDER.search(text)
    return match[0] if match else ""


def why_unknown(found: str) -> str:
    """Why a value with this placeholder is unknown."""
    return f"`{found}` is filled in outside the repository's manifests"
