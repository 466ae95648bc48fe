"""Helm: what charts and their values files say of themselves."""

from celerylint.facts.helm.charts import CHART_FILE, ChartFact, DependencyFact, chart_fact, chart_text
from celerylint.facts.helm.values_files import Role, values_role

__all__ = [
    "CHART_FILE",
    "ChartFact",
    "DependencyFact",
    "Role",
    "chart_fact",
    "chart_text",
    "values_role",
]
