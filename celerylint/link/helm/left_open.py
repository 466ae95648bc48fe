"""What a chart leaves to whoever installs it: resources that its own values do not give."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from celerylint.facts.manifests import ContainerFact, KubernetesFacts
from celerylint.origin import Value, unknown
from celerylint.sources.text import Text

# `toYaml .Values.worker.resources`, `with $config.resources`
_ASKED = re.compile(r"\{\{[^{}]*\.resources\b[^{}]*\}\}")
_FIELDS = ("memory_limit", "memory_request", "cpu_limit", "cpu_request")


def left_open(facts: KubernetesFacts, template: Text | None) -> KubernetesFacts:
    """A manifest that a chart makes of its own values: where its template asks a value for the resources and gets none,
    they are not known. Such a chart's value is `{}`, to be set by each installation."""
    if template is None or _ASKED.search(template.text) is None:
        return facts
    workloads = (replace(each, containers=tuple(map(_container, each.containers))) for each in facts.workloads)
    return replace(facts, workloads=tuple(workloads))


def _container(container: ContainerFact) -> ContainerFact:
    if any(getattr(container, name).value is not None for name in _FIELDS):
        return container
    open_value: Value[Any] = unknown("the chart leaves the resources to whoever installs it", container.span)
    return replace(
        container, memory_limit=open_value, memory_request=open_value, cpu_limit=open_value, cpu_request=open_value
    )
