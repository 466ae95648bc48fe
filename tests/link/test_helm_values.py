"""Which line of which values file a value of a chart comes from, and which values no template reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from charts import CHART, FILES, VALUES, changed, line_of, needs_engine, only, project

from celerylint.model import Project
from celerylint.origin import Value


def sources(value: Value[Any]) -> list[tuple[str, int]]:
    """The places of a value behind the first."""
    return [(span.path, span.line) for span in value.origin.places()[1:]]


@needs_engine
def test_a_value_leads_to_its_line_in_the_values_file(tmp_path: Path) -> None:
    values = "deploy/shop/values.yaml"
    worker = only(project(tmp_path, FILES))
    assert worker.workload is not None and worker.container is not None
    assert sources(worker.workload.replicas) == [line_of(FILES, values, "replicas")]
    assert sources(worker.container.memory_limit) == [line_of(FILES, values, "memory")]
    assert sources(worker.concurrency) == [line_of(FILES, values, "concurrency")]
    assert sources(worker.container.image) == [line_of(FILES, values, "repository"), line_of(FILES, values, "tag")]
    assert sources(worker.workload.grace_period) == []


@needs_engine
def test_the_strongest_values_file_is_named(tmp_path: Path) -> None:
    prod = "deploy/shop/values-prod.yaml"
    files = {**FILES, prod: "# live\nworker:\n  concurrency: 4\n  resources: {limits: {memory: 3Gi}}\n"}
    worker = only(project(tmp_path, files))
    assert worker.workload is not None and worker.container is not None
    assert sources(worker.concurrency) == [(prod, 3)]
    assert sources(worker.container.memory_limit) == [(prod, 4)]
    assert sources(worker.workload.replicas) == [line_of(FILES, "deploy/shop/values.yaml", "replicas")]


LIST = """\
{{- range $name, $each := .Values.workers }}
{{- with $each }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ $name }}}
spec:
  replicas: {{ .replicas }}
  template:
    spec:
      containers:
        {{- range .containers }}
        - name: {{ .name }}
          image: shop
          command: ["sh", "-c", "exec celery -A shop worker -c {{ .width }}"]
        {{- end }}
{{- end }}
{{- end }}
"""


@needs_engine
def test_a_range_knows_which_of_the_values_it_took(tmp_path: Path) -> None:
    values = (
        "workers:\n  mail:\n    replicas: 2\n    containers:\n    - {name: a, width: 3}\n    - {name: b, width: 4}\n"
        "  print:\n    replicas: 2\n    containers: [{name: c, width: 3}]\n"
    )
    files = {
        "deploy/shop/Chart.yaml": CHART,
        "deploy/shop/values.yaml": values,
        "deploy/shop/templates/workers.yaml": LIST,
    }
    found = [
        (worker.name, worker.concurrency.value, sources(worker.concurrency), sources(worker.workload.replicas))
        for worker in project(tmp_path, files).workers
        if worker.workload
    ]
    path = "deploy/shop/values.yaml"
    assert sorted(found) == [
        ("mail", 3, [(path, 5)], [(path, 3)]),
        ("mail", 4, [(path, 6)], [(path, 3)]),
        ("print", 3, [(path, 9)], [(path, 8)]),
    ]


@needs_engine
def test_an_environment_that_a_range_writes_leads_to_each_value(tmp_path: Path) -> None:
    files = changed("--concurrency={{ .Values.worker.concurrency }}", "--concurrency=$(WIDTH)")
    files["deploy/shop/values.yaml"] = VALUES.replace("LEVEL: info", 'DEPTH: 3\n  WIDTH: 3\n  LEVEL: "3"')
    worker = only(project(tmp_path, files))
    assert line_of(files, "deploy/shop/values.yaml", "WIDTH") in sources(worker.concurrency)
    assert line_of(files, "deploy/shop/values.yaml", "DEPTH") not in sources(worker.concurrency)


@needs_engine
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{{ add .Values.worker.concurrency 0 }}", 8),  # a function that computes
        ("{{ if true }}{{ 8 }}{{ end }}", 8),
        ("{{ .Values.worker.width | default 8 }}", 8),
        ("{{ $x := 8 }}{{ $x }}", 8),
    ],
)
def test_what_is_computed_leads_to_no_values_file(tmp_path: Path, written: str, value: int) -> None:
    worker = only(project(tmp_path, changed("{{ .Values.worker.concurrency }}", written)))
    assert (worker.concurrency.value, sources(worker.concurrency)) == (value, [])


@needs_engine
@pytest.mark.parametrize(
    "written",
    [
        "{{ .Values.worker.width | default .Values.worker.concurrency }}",
        "{{ default 3 .Values.worker.concurrency | int }}",
        "{{ $.Values.worker.concurrency | toString }}",
        "{{ with .Values.worker }}{{ .concurrency }}{{ end }}",
        "{{ $w := .Values.worker }}{{ $w.concurrency }}",
        '{{ required "how many" .Values.worker.concurrency }}',
    ],
)
def test_what_is_passed_on_leads_to_the_values_file(tmp_path: Path, written: str) -> None:
    worker = only(project(tmp_path, changed("{{ .Values.worker.concurrency }}", written)))
    assert worker.concurrency.value == 8
    assert sources(worker.concurrency) == [line_of(FILES, "deploy/shop/values.yaml", "concurrency")]


def unused(found: Project) -> list[tuple[str, str, int]]:
    return [(each.key, each.span.path, each.span.line) for chart in found.charts for each in chart.unused_values]


UNUSED = VALUES + "gone: 1\n"


def test_a_value_that_no_template_reads(tmp_path: Path) -> None:
    path, live = "deploy/shop/values.yaml", "deploy/shop/values-prod.yaml"
    values = (
        VALUES.replace("  replicas: 2", "  replicas: 2\n  maxReplicas: 9") + "nameOverride: ''\nold: {a: 1, b: 2}\n"
    )
    files = {**FILES, path: values, live: "worker: {concurency: 3}\n"}
    found = project(tmp_path, files, "none")
    assert unused(found) == [
        ("worker.maxReplicas", *line_of(files, path, "maxReplicas")),
        ("old", *line_of(files, path, "old:")),
        ("worker.concurency", live, 1),
    ]


@pytest.mark.parametrize(
    "more",
    [
        "{{ toYaml .Values }}",
        "{{ range $k, $v := .Values }}{{ end }}",
        '{{ index .Values "gone" }}',
        "{{ $all := .Values }}",
        '{{ include "common.all" . }}',
        '{{ include (printf "shop.%s" "x") . }}',
        "{{ .Values.gone }}",
        "{{ toJson $ }}",
        "{{ toYaml . | quote }}",
        "{{ with .Values }}{{ .gone }}{{ end }}",
        '{{ tpl "{{ .Values.gone }}" . }}',
    ],
)
def test_a_value_that_some_template_may_read_is_not_said_to_be_unused(tmp_path: Path, more: str) -> None:
    files = {**FILES, "deploy/shop/values.yaml": UNUSED, "deploy/shop/templates/more.yaml": f"# {more}\n"}
    assert "gone" not in [key for key, _, _ in unused(project(tmp_path, files, "none"))]


@pytest.mark.parametrize(
    "dependency",
    ["{name: gone, version: 1.0.0}", "{name: x, alias: gone, version: 1.0.0}", "{name: x, condition: gone}"],
)
def test_what_a_subchart_is_given_is_not_unused(tmp_path: Path, dependency: str) -> None:
    chart = CHART + f"dependencies: [{dependency}]\n"
    files = {**FILES, "deploy/shop/values.yaml": UNUSED, "deploy/shop/Chart.yaml": chart}
    assert unused(project(tmp_path, files, "none")) == []


def test_a_text_that_tpl_executes_reads_values(tmp_path: Path) -> None:
    values = UNUSED.replace("LEVEL: info", "LEVEL: '{{ .Values.gone }}'")
    more = "{{ tpl .Values.env.LEVEL . }}"
    files = {**FILES, "deploy/shop/values.yaml": values, "deploy/shop/templates/more.yaml": f"# {more}\n"}
    assert unused(project(tmp_path, files, "none")) == []


@needs_engine
def test_a_value_that_is_nowhere_writes_nothing(tmp_path: Path) -> None:
    worker = only(project(tmp_path, changed("{{ .Values.worker.concurrency }}", "{{ .Values.worker.gone }}8")))
    assert worker.command == "celery -A shop worker --concurrency=8 -Q mail,reports"
