"""Helm: what charts, their values files and their releases say of themselves."""

from celerylint.facts.helm.charts import CHART_FILE, ChartFact, DependencyFact, chart_fact, chart_text
from celerylint.facts.helm.helmfile import HelmfileRelease, helmfile_releases, is_helmfile
from celerylint.facts.helm.releases import ReleaseFact, ReleaseValues, release_facts
from celerylint.facts.helm.values_files import Role, values_role

__all__ = [
    "CHART_FILE",
    "ChartFact",
    "DependencyFact",
    "HelmfileRelease",
    "ReleaseFact",
    "ReleaseValues",
    "Role",
    "chart_fact",
    "chart_text",
    "helmfile_releases",
    "is_helmfile",
    "release_facts",
    "values_role",
]
