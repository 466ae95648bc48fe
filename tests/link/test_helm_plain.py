"""Charts without an engine: what is plainly said is known, the same as the engine says it, and the rest is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from charts import CHART, FILES, VALUES, WORKER, line_of, needs_engine, project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celerylint.model import Project, Worker
from celerylint.origin import Unknown, Value
from celerylint.report.show.workers import values

TEMPLATE = "deploy/shop/templates/worker.yaml"
ASKED = "{{ .Values.worker.concurrency }}"


def only(found: Project) -> Worker:
    (worker,) = found.workers
    return worker


def changed(new: str, old: str = ASKED, more: str = "") -> dict[str, str]:
    assert old in FILES[TEMPLATE]
    return {
        **FILES,
        TEMPLATE: FILES[TEMPLATE].replace(old, new),
        "deploy/shop/values.yaml": VALUES + more,
    }


def test_a_plain_chart_is_read_as_helm_would_render_it(tmp_path: Path) -> None:
    worker = only(project(tmp_path, FILES, "none"))
    assert (worker.name, worker.command) == ("shop-worker", "celery -A shop worker --concurrency=8 -Q mail,reports")
    assert worker.workload is not None and worker.container is not None
    assert (worker.workload.replicas.value, worker.container.image.value) == (2, "shop:1")
    assert worker.container.memory_limit.value == 2 * 1024**3
    span = worker.concurrency.origin.span
    assert span is not None and (span.path, span.line) == line_of(FILES, TEMPLATE, "--concurrency")
    places = [(span.path, span.line) for span in worker.concurrency.origin.places()]
    assert places[1:] == [line_of(FILES, "deploy/shop/values.yaml", "concurrency")]


def test_values_files_in_use_count_without_an_engine_too(tmp_path: Path) -> None:
    files = {**FILES, "deploy/shop/values-prod.yaml": "worker: {concurrency: 3, resources: null}\n"}
    worker = only(project(tmp_path, files, "none"))
    assert worker.container is not None
    assert (worker.concurrency.value, worker.container.memory_limit.value) == (3, None)


@pytest.mark.parametrize(
    "written",
    [
        "{{ nosuchfunction }}",
        "{{ randNumeric 1 }}",
        "{{ .Capabilities.KubeVersion.Major }}",
        '{{ .Files.Get "width" }}',
        "{{ .Values.nothing.at.all }}",
        '{{ required "say it" .Values.width }}',
        "{{ include `other.width` . }}",
        "{{ if .Capabilities.APIVersions }}1{{ else }}2{{ end }}",
        "{{ semver `1.2.3` }}",
    ],
)
def test_what_only_an_engine_could_tell_is_unknown(tmp_path: Path, written: str) -> None:
    worker = only(project(tmp_path, changed(written), "none"))
    assert not worker.concurrency.known
    assert worker.queues.value == ("mail", "reports")
    assert worker.workload is not None and worker.workload.replicas.value == 2


def test_an_unknown_value_tells_how_to_get_the_full_answer(tmp_path: Path) -> None:
    worker = only(project(tmp_path, changed("{{ .Capabilities.KubeVersion.Major }}"), "none"))
    assert "install celerylint[helm], or helm" in worker.concurrency.reason


OPEN = "{{ if .Capabilities.APIVersions }}"


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("            - -Q\n", f"            {OPEN}- --pool=solo{{{{ end }}}}\n            - -Q\n", "pool"),
        (
            "          envFrom:\n",
            f"          {OPEN}\n          env: [{{name: A, value: b}}]\n          {{{{ end }}}}\n          envFrom:\n",
            "",
        ),
        ("  replicas: {{ .Values.worker.replicas }}\n", f"  {OPEN}\n  replicas: 3\n  {{{{ end }}}}\n", "replicas"),
        ("          {{- with .Values.worker.resources }}", f"          {OPEN}", "memory_limit_bytes"),
        ("      terminationGrace", "      {{- include `other.pod` . | nindent 6 }}\n      dns", "grace_seconds"),
        ("          envFrom:\n", "          {{- include `other.resources` . | nindent 10 }}\n          envFrom:\n", ""),
    ],
)
def test_what_may_stand_there_is_not_said_to_be_absent(tmp_path: Path, old: str, new: str, lost: str) -> None:
    worker = only(project(tmp_path, changed(new, old), "none"))
    if lost:
        assert not values(worker)[lost].known, lost


def test_a_worker_that_may_not_be_there_is_not_listed(tmp_path: Path) -> None:
    files = {**FILES, TEMPLATE: f"{OPEN}\n{WORKER}{{{{ end }}}}\n"}
    found = project(tmp_path, files, "none")
    assert [worker.kind for worker in found.workers] == ["app"]
    assert any("it depends on" in each.reason for each in found.unread)


def test_a_worker_that_is_switched_off_is_none(tmp_path: Path) -> None:
    files = {**FILES, TEMPLATE: f"{{{{ if .Values.worker.enabled }}}}\n{WORKER}{{{{ end }}}}\n"}
    found = project(tmp_path, files, "none")
    assert [worker.kind for worker in found.workers] == ["app"]
    assert found.unread == ()


@pytest.mark.parametrize(
    "text",
    [
        "{{ range until 100000 }}{{ range until 100000 }}celery{{ end }}{{ end }}",
        "{{ range $i, $x := list 1 2 3 }}{{ repeat 10000000 `celery` }}{{ end }}",
        '{{ define "celery" }}{{ include "celery" . }}{{ end }}{{ include "celery" . }}',
        "{{ define `a` }}{{ template `b` }}{{ end }}{{ define `b` }}celery{{ template `a` }}{{ end }}"
        "{{ include `a` . }}",
        "{{ " + "(" * 5000 + ".Values.celery" + ")" * 5000 + " }}",
        "{{ if true }}" * 3000 + "celery" + "{{ end }}" * 3000,
        "{{ .Values" + ".a" * 20000 + " }} celery",
        "{{ tpl `{{ tpl .Values.loop . }}` . }} celery",
        "{{ $x := dict }}{{ $_ := set $x `x` $x }}{{ toYaml $x }} celery",
    ],
)
def test_a_hostile_chart_is_only_unknown(tmp_path: Path, text: str) -> None:
    files = {
        "deploy/shop/Chart.yaml": CHART,
        "deploy/shop/values.yaml": "loop: '{{ tpl .Values.loop . }}'\n",
        "deploy/shop/templates/x.yaml": text,
    }
    assert [worker.kind for worker in project(tmp_path, files, "none").workers] == ["app"]


# The engine as the oracle: what is known without it is what it says.

PIPELINES = st.sampled_from(
    [
        ".Values.worker.concurrency",
        ".Values.count",
        ".Values.half",
        ".Values.big",
        ".Values.flag",
        ".Values.text",
        ".Values.nothing",
        ".Values.gone",
        ".Values.list",
        ".Values.map",
        ".Values.map.inner",
        "$.Values.count",
        "3",
        '"7"',
        "true",
        ".Chart.Name",
        ".Chart.AppVersion",
        ".Release.Name",
        ".Release.Revision",
        "(list 4 5)",
        '(dict "a" 1)',
        "nil",
    ]
)
FUNCTIONS = st.sampled_from(
    [
        "int",
        "toString",
        "quote",
        "squote",
        "default 9",
        'default "d"',
        "toYaml",
        "trim",
        "upper",
        "lower",
        "len",
        "not",
        "empty",
        "first",
        "last",
        'join "-"',
        "trunc 3",
        "trunc -2",
        'trimSuffix "x"',
        "add 1",
        "sub 5",
        "mul 2",
        "div 2",
        "max 4",
        "min 4",
        "b64enc",
        'printf "%s-%s" "a"',
        'printf "%v"',
        'printf "%d"',
        "print",
        'contains "e"',
        "hasKey",
        'kindIs "string"',
        "eq 3",
        'eq "7"',
        "ne true",
        "lt 2",
        "ge 3.5",
        "and 1",
        "or 0",
        "coalesce nil",
        'ternary "y" "n"',
        "toJson",
        'replace "e" "3"',
        "indent 2",
        "nindent 2",
        "merge (dict)",
        "index",
        "get",
        'required "m"',
    ]
)
MORE = (
    'count: 3\nhalf: 0.5\nbig: 12345678\nflag: true\ntext: "some text"\nnothing: ""\nlist: [b, a, 3]\n'
    "map: {inner: yes, other: 007, third: 1e3}\n"
)


@st.composite
def actions(draw: Any) -> str:
    """An action as a chart's author may write it, or not."""
    parts = [draw(PIPELINES), *draw(st.lists(FUNCTIONS, max_size=3))]
    body = " | ".join(parts)
    shape = draw(st.sampled_from(["{}", "if {} then", "with {} then", "var {}", "range {}"]))
    if shape == "if {} then":
        return f"{{{{ if {body} }}}}1{{{{ else }}}}2{{{{ end }}}}"
    if shape == "with {} then":
        return f"{{{{ with {body} }}}}{{{{ . }}}}{{{{ else }}}}0{{{{ end }}}}"
    if shape == "var {}":
        return f"{{{{ $x := {body} }}}}{{{{ $x }}}}"
    if shape == "range {}":
        return f"{{{{ range $k, $v := {body} }}}}{{{{ $k }}}}{{{{ $v }}}}{{{{ end }}}}"
    return f"{{{{ {body} }}}}"


def told(found: Project) -> Iterator[tuple[str, Value[Any]]]:
    for worker in found.workers:
        if worker.workload is not None and worker.container is not None:
            yield f"{worker.name} command", Value(worker.command, worker.concurrency.origin)
            yield f"{worker.name} image", worker.container.image
            for name, value in values(worker).items():
                yield f"{worker.name} {name}", value


@needs_engine
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(actions(), min_size=12, max_size=12))
def test_what_is_known_without_an_engine_is_what_it_says(
    tmp_path_factory: pytest.TempPathFactory, written: list[str]
) -> None:
    root = tmp_path_factory.mktemp("chart")
    worker = WORKER.replace("shop.fullname", "shop.name")
    files = {"deploy/shop/Chart.yaml": CHART + "appVersion: 1.10\n", "deploy/shop/values.yaml": VALUES + MORE}
    files["deploy/shop/templates/_name.tpl"] = '{{ define "shop.name" }}shop-{{ .Release.Name }}{{ end }}\n'
    for number, action in enumerate(written):
        text = worker.replace("-worker\n", f"-worker-{number}\n", 1)
        text = text.replace('"{{ .Values.image.repository }}', f'"{action}{{{{ .Values.image.repository }}}}')
        files[f"deploy/shop/templates/worker-{number}.yaml"] = text
    sure = dict(told(project(root, files, "none")))
    engine = dict(told(project(root, files, "sdk")))
    for name, value in sure.items():
        if name.endswith("command") or isinstance(value.value, Unknown):
            continue
        there = engine.get(name)
        assert there is None or not there.known or there.value == value.value, (name, value, there, written)
