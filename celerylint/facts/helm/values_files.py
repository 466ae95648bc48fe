"""Values files beside a chart, and what their names say about their use."""

from __future__ import annotations

import re
from enum import StrEnum

from celerylint.facts.manifests.development import is_development

_NAMED = re.compile(r"values[-_.][^/]+\.ya?ml|[^/]+[-_.]values\.ya?ml")
_CHOICES = re.compile(r"(?:ci|values)/(?:[^/]+/)?[^/]+\.ya?ml")
_ENVIRONMENTS = re.compile(r"(?:env|envs|environments?|overlays)/(?:[^/]+/)?[^/]+\.ya?ml")
_NO_VALUES = re.compile(r"values[-_.]schema\.|kustomization\.ya?ml$")
_WORD = re.compile(r"[a-z0-9]+")
_TESTS = frozenset({"ci", "ct", "e2e", "kind", "lint", "linter", "test", "testing", "tests"})
_DEPLOYED = frozenset(
    {"canary", "live", "preprod", "preproduction", "prd", "prod", "production", "qa", "stable", "stage", "staging"}
    | {"stg", "uat"}
)


class Role(StrEnum):
    """What a set of values is for."""

    DEFAULT = "default"  # the chart's own
    DEPLOYMENT = "deployment"  # somebody runs the chart with it
    CHOICE = "choice"  # a user of the chart may run it so, such as `values-lite.yaml`
    DEVELOPMENT = "development"
    TEST = "test"  # of the chart itself


def values_role(name: str) -> Role | None:
    """The use of a file, by its path within the chart's folder; None where it holds no values."""
    named = _NAMED.fullmatch(name) or _CHOICES.fullmatch(name)
    environment = _ENVIRONMENTS.fullmatch(name)
    if name == "values.yaml" or _NO_VALUES.search(name) or not (named or environment):
        return None
    words = _WORD.findall(name.lower())
    if not _TESTS.isdisjoint(words):
        return Role.TEST
    if is_development(name):
        return Role.DEVELOPMENT
    return Role.DEPLOYMENT if environment or not _DEPLOYED.isdisjoint(words) else Role.CHOICE
