"""Charts are rendered as they are used, and what is said of them stands in their templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from charts import (
    CHART,
    ENGINES,
    FILES,
    TEMPLATE,
    VALUES,
    WORKER,
    at,
    changed,
    line_of,
    needs_engine,
    only,
    project,
)

from celerylint.origin import Layer, Value


@pytest.mark.parametrize("engine", ENGINES)
def test_a_worker_of_a_chart_is_what_helm_makes_of_it(tmp_path: Path, engine: str) -> None:
    worker = only(project(tmp_path, FILES, engine))
    assert (worker.name, worker.kind) == ("shop-worker", "Deployment")
    assert worker.command == "celery -A shop worker --concurrency=8 -Q mail,reports"
    assert worker.workload is not None and worker.container is not None
    assert at(worker.concurrency) == (8, *line_of(FILES, TEMPLATE, "--concurrency"))
    assert at(worker.queues) == (("mail", "reports"), *line_of(FILES, TEMPLATE, "- -Q"))
    assert at(worker.workload.replicas) == (2, *line_of(FILES, TEMPLATE, "replicas:"))
    assert at(worker.workload.grace_period) == (30, *line_of(FILES, TEMPLATE, "terminationGrace"))
    assert at(worker.container.memory_limit) == (2 * 1024**3, *line_of(FILES, TEMPLATE, "toYaml ."))
    assert at(worker.container.image) == ("shop:1", *line_of(FILES, TEMPLATE, "image:"))
    assert worker.app is not None and worker.app.name == "shop"


@needs_engine
def test_places_are_exact_to_the_column(tmp_path: Path) -> None:
    worker = only(project(tmp_path, FILES))
    lines = FILES[TEMPLATE].split("\n")

    def text(value: Value[Any]) -> str:
        span = value.origin.span
        assert span is not None and span.line == span.end_line
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]

    assert worker.workload is not None and worker.container is not None
    assert text(worker.workload.replicas) == "{{ .Values.worker.replicas }}"
    assert text(worker.workload.grace_period) == "{{ .Values.worker.grace | default 30 }}"
    assert text(worker.concurrency) == "--concurrency={{ .Values.worker.concurrency }}"
    assert text(worker.container.image).startswith('"{{ .Values.image.repository }}')
    assert lines[worker.span.line - 1][worker.span.column - 1 : worker.span.end_column - 1].strip('"') == "worker"


@needs_engine
def test_a_config_map_of_the_chart_is_the_environment(tmp_path: Path) -> None:
    files = changed("--concurrency={{ .Values.worker.concurrency }}", "--concurrency=$(WIDTH)")
    files["deploy/shop/values.yaml"] = VALUES.replace("LEVEL: info", "WIDTH: 3")
    worker = only(project(tmp_path, files))
    assert worker.concurrency.value == 3
    assert at(worker.concurrency)[1:] == line_of(files, TEMPLATE, "$(WIDTH)")
    places = [span.path for span in worker.concurrency.origin.places()]
    assert "deploy/shop/templates/config.yaml" in places


@needs_engine
def test_what_the_environment_values_mend_is_not_what_runs(tmp_path: Path) -> None:
    files = {**FILES, "deploy/shop/values-prod.yaml": "worker: {concurrency: 2, replicas: 5}\n"}
    worker = only(project(tmp_path, files))
    assert (worker.name, worker.concurrency.value) == ("shop-worker", 2)
    assert worker.workload is not None
    assert worker.workload.values == ("deploy/shop/values-prod.yaml",)
    assert worker.workload.replicas.value == 5


@needs_engine
def test_environments_that_differ_are_workers_of_their_own(tmp_path: Path) -> None:
    files = {
        **FILES,
        "deploy/shop/values-prod.yaml": "worker: {concurrency: 4}\n",
        "deploy/shop/values-staging.yaml": "worker: {concurrency: 2}\n",
        "deploy/shop/values-dev.yaml": "worker: {concurrency: 1}\n",
    }
    found = {worker.name: worker for worker in project(tmp_path, files).workers}
    assert {name: worker.concurrency.value for name, worker in found.items()} == {
        "shop-worker (values-prod.yaml)": 4,
        "shop-worker (values-staging.yaml)": 2,
        "shop-worker (values-dev.yaml)": 1,
    }
    workloads = {name: worker.workload for name, worker in found.items()}
    assert [name for name, each in workloads.items() if each and each.development] == ["shop-worker (values-dev.yaml)"]


@needs_engine
def test_environments_that_render_the_same_are_one_worker(tmp_path: Path) -> None:
    files = {
        **FILES,
        "deploy/shop/values-prod.yaml": "worker: {concurrency: 4}\n",
        "deploy/shop/values-staging.yaml": "worker:\n  concurrency: 4\n",
    }
    worker = only(project(tmp_path, files))
    assert worker.name == "shop-worker"
    assert worker.workload is not None
    assert worker.workload.values == ("deploy/shop/values-prod.yaml", "deploy/shop/values-staging.yaml")


@needs_engine
def test_a_choice_that_the_chart_offers_stands_beside_its_own_values(tmp_path: Path) -> None:
    files = {**FILES, "deploy/shop/values-small.yaml": "worker: {concurrency: 1}\n"}
    names = [(worker.name, worker.concurrency.value) for worker in project(tmp_path, files).workers]
    assert names == [("shop-worker", 8), ("shop-worker (values-small.yaml)", 1)]


@needs_engine
def test_values_that_the_configuration_names(tmp_path: Path) -> None:
    files = {**FILES, "live/a.yaml": "worker: {concurrency: 5}\n", "live/b.yaml": "worker: {replicas: 3}\n"}
    worker = only(project(tmp_path, files, values={"deploy/shop": ("live/a.yaml", "live/b.yaml")}))
    assert worker.workload is not None
    assert (worker.concurrency.value, worker.workload.replicas.value) == (5, 3)
    assert worker.workload.values == ("live/a.yaml", "live/b.yaml")


@needs_engine
def test_the_chart_s_tests_count_where_nothing_else_renders(tmp_path: Path) -> None:
    files = changed(".Values.worker.concurrency }}", ".Values.broker.size.width }}")
    files = {**files, "deploy/shop/ci/full-values.yaml": "broker: {size: {width: 7}}\n"}
    worker = only(project(tmp_path, {**files, TEMPLATE: "{{- $x := .Values.broker.size }}\n" + files[TEMPLATE]}))
    assert (worker.name, worker.concurrency.value) == ("shop-worker (ci/full-values.yaml)", 7)
    assert worker.workload is not None and worker.workload.development


@needs_engine
def test_what_a_chart_requires_of_its_user_is_unknown(tmp_path: Path) -> None:
    files = changed(
        "--concurrency={{ .Values.worker.concurrency }}",
        '--concurrency={{ required "Say how many" .Values.worker.width }}',
    )
    worker = only(project(tmp_path, files))
    assert not worker.concurrency.known
    assert 'required "Say how many"' in worker.concurrency.reason
    assert worker.queues.value == ("mail", "reports")


@needs_engine
def test_what_a_value_that_is_nowhere_would_be_asked_for_is_unknown(tmp_path: Path) -> None:
    files = changed("{{ .Values.worker.concurrency }}", "{{ .Values.redis.master.width }}")
    worker = only(project(tmp_path, files))
    assert not worker.concurrency.known
    assert worker.workload is not None and worker.workload.replicas.value == 2


@needs_engine
def test_a_random_value_is_unknown_and_two_runs_say_the_same(tmp_path: Path) -> None:
    files = changed("-Q\n", "-n\n            - w{{ randAlphaNum 5 }}@%h\n            - -Q\n")
    files["deploy/shop/templates/tls.yaml"] = (
        '{{- $ca := genCA "shop" 3650 }}\nkind: Secret\napiVersion: v1\nmetadata: {name: tls}\n'
        'data: {ca: {{ $ca.Cert | b64enc }}, at: {{ now | date "2006" | quote }}, id: {{ uuidv4 | quote }}}\n'
    )
    first, second = project(tmp_path / "a", files), project(tmp_path / "b", files)
    assert only(first).command == only(second).command
    assert "randAlphaNum 5" in only(first).command


@needs_engine
def test_a_template_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    files = {**FILES, "deploy/shop/templates/job.yaml": "{{- range .Values.jobs.list }}\nx: celery\n{{- end }}\n"}
    found = project(tmp_path, files)
    assert only(found).concurrency.value == 8
    (unread,) = found.unread
    assert unread.span.path == "deploy/shop/templates/job.yaml"
    assert "nil pointer" in unread.reason


@needs_engine
@pytest.mark.parametrize("broken", ["{{ .Values.worker", "{{ if }}", "{{ end }}", "{{- define }}", "\0{{", "a: {{"])
def test_a_broken_template_is_said_and_takes_no_other_with_it(tmp_path: Path, broken: str) -> None:
    files = {**FILES, "deploy/shop/templates/broken.yaml": f"# celery\n{broken}\n"}
    found = project(tmp_path, files)
    assert [worker.name for worker in found.workers if worker.workload] in (["shop-worker"], [])
    assert found.unread


@needs_engine
def test_dependencies_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    chart = CHART + (
        "kubeVersion: '>=1.99'\n"
        "dependencies:\n- name: redis\n  version: 1.0\n  repository: https://charts.example.com\n"
        "  condition: redis.enabled\n- {name: common, version: '1', repository: 'oci://x/y'}\nappVersion: 1.10\n"
    )
    files = changed("{{ .Values.worker.concurrency }}", '{{ include "common.width" . }}')
    worker = only(project(tmp_path, {**files, "deploy/shop/Chart.yaml": chart}))
    assert worker.queues.value == ("mail", "reports")
    assert 'include "common.width"' in worker.concurrency.reason


@needs_engine
def test_a_function_that_helm_does_not_know_is_said(tmp_path: Path) -> None:
    found = project(tmp_path, changed("{{ .Values.worker.concurrency }}", "{{ width .Values.worker }}"))
    assert [worker.kind for worker in found.workers] == ["app"]
    assert any('function "width" not defined' in each.reason for each in found.unread)


@needs_engine
def test_a_subchart_with_an_alias_has_the_parent_s_values(tmp_path: Path) -> None:
    chart = CHART + (
        "dependencies:\n- {name: base, version: 1.0.0, alias: mailer, condition: mailer.enabled}\n"
        "- {name: base, version: 1.0.0, alias: printer, condition: printer.enabled}\n"
    )
    inner = FILES[TEMPLATE].replace("shop.fullname", "base.name")
    files = {
        "deploy/shop/Chart.yaml": chart,
        "deploy/shop/values.yaml": "mailer: {enabled: true, worker: {concurrency: 3}}\nprinter: {enabled: false}\n",
        "deploy/shop/charts/base/Chart.yaml": CHART.replace("shop", "base"),
        "deploy/shop/charts/base/values.yaml": VALUES,
        "deploy/shop/charts/base/templates/_helpers.tpl": '{{ define "base.name" }}{{ .Chart.Name }}{{ end }}',
        "deploy/shop/charts/base/templates/worker.yaml": inner,
    }
    worker = only(project(tmp_path, files))
    assert (worker.name, worker.concurrency.value) == ("mailer-worker", 3)
    assert at(worker.concurrency)[1] == "deploy/shop/charts/base/templates/worker.yaml"


@needs_engine
def test_a_library_chart_beside_it_is_found(tmp_path: Path) -> None:
    chart = CHART + "dependencies:\n- {name: lib, version: 1.0.0, repository: 'file://../lib'}\n"
    library = '{{- define "lib.worker" -}}\n' + WORKER.replace("shop.fullname", "lib.name") + "{{- end -}}\n"
    files = {
        "deploy/shop/Chart.yaml": chart,
        "deploy/shop/values.yaml": VALUES,
        "deploy/shop/templates/worker.yaml": '{{ include "lib.worker" . }}\n',
        "deploy/lib/Chart.yaml": CHART.replace("shop", "lib") + "type: library\n",
        "deploy/lib/templates/_worker.tpl": library + '{{ define "lib.name" }}{{ .Release.Name }}{{ end }}\n',
    }
    worker = only(project(tmp_path, files))
    assert (worker.name, worker.concurrency.value) == ("shop-worker", 8)
    place = line_of(files, "deploy/lib/templates/_worker.tpl", "--concurrency")
    assert at(worker.concurrency)[1:] == place


@needs_engine
def test_a_pod_from_a_named_template_keeps_the_lines_of_that_template(tmp_path: Path) -> None:
    head, _, pod = WORKER.partition("      terminationGrace")
    files = {
        **FILES,
        TEMPLATE: head + '      {{- include "shop.pod" . | nindent 6 }}\n',
        "deploy/shop/templates/_pod.tpl": '{{- define "shop.pod" -}}\nterminationGrace'
        + pod.replace("\n      ", "\n")
        + "{{- end -}}\n",
    }
    worker = only(project(tmp_path, files))
    assert worker.container is not None
    assert at(worker.concurrency) == (8, *line_of(files, "deploy/shop/templates/_pod.tpl", "--concurrency"))
    assert at(worker.container.image)[1:] == line_of(files, "deploy/shop/templates/_pod.tpl", "image:")


@needs_engine
def test_a_checksum_of_another_template_does_no_harm(tmp_path: Path) -> None:
    sum_of = '{{ include (print $.Template.BasePath "/config.yaml") . | sha256sum }}'
    files = changed("  template:\n", f"  template:\n    metadata:\n      annotations: {{sum: {sum_of}}}\n")
    worker = only(project(tmp_path, files))
    assert at(worker.concurrency) == (8, *line_of(files, TEMPLATE, "--concurrency"))


@needs_engine
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("endless", "{{ range until 100000 }}{{ range until 100000 }}{{ repeat 1000 `celery` }}{{ end }}{{ end }}"),
        ("deep", '{{ define "celery" }}{{ include "celery" . }}{{ end }}{{ include "celery" . }}'),
        ("template", '{{ define "celery" }}{{ template "celery" . }}{{ end }}{{ template "celery" . }}'),
    ],
)
def test_a_chart_that_never_ends_is_ended(tmp_path: Path, name: str, text: str) -> None:
    found = project(tmp_path, {"deploy/shop/Chart.yaml": CHART, f"deploy/shop/templates/{name}.yaml": text})
    assert [worker.kind for worker in found.workers] == ["app"]
    assert found.unread


@needs_engine
def test_a_chart_reads_nothing_but_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("9")
    files = changed(
        "--concurrency={{ .Values.worker.concurrency }}",
        '--concurrency={{ .Files.Get "../../secret" }}{{ .Files.Get "link" }}{{ .Files.Get "/etc/hostname" }}2'
        '{{ range (lookup "v1" "Secret" "" "").items }}9{{ end }}',
    )
    (tmp_path / "deploy" / "shop").mkdir(parents=True)
    (tmp_path / "deploy" / "shop" / "link").symlink_to(tmp_path / "secret")
    assert only(project(tmp_path, files)).concurrency.value == 2


@needs_engine
def test_a_schema_is_not_asked_for(tmp_path: Path) -> None:
    schema = '{"$schema": "http://json-schema.org/schema#", "$ref": "http://127.0.0.1:9/x.json"}'
    assert only(project(tmp_path, {**FILES, "deploy/shop/values.schema.json": schema})).concurrency.value == 8


@needs_engine
def test_nothing_is_written_into_the_repository(tmp_path: Path) -> None:
    project(tmp_path, FILES)
    left = sorted(path.relative_to(tmp_path / "deploy").as_posix() for path in (tmp_path / "deploy").rglob("*"))
    assert left == sorted(
        ["shop", "shop/templates", *(name.removeprefix("deploy/") for name in FILES if name.startswith("deploy/"))]
    )


@needs_engine
def test_a_chart_without_celery_is_not_rendered(tmp_path: Path) -> None:
    files = {**FILES, TEMPLATE: WORKER.replace("celery", "gunicorn")}
    found = project(tmp_path, files)
    assert [worker.kind for worker in found.workers] == ["app"]
    assert found.workloads == ()


@needs_engine
def test_a_value_of_helm_is_a_manifest_s(tmp_path: Path) -> None:
    worker = only(project(tmp_path, FILES))
    assert worker.workload is not None
    assert worker.workload.replicas.origin.layer is Layer.MANIFEST
