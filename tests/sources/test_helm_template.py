"""Templates cut into parts: put together again they render the same, by Helm's own engine."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from celerylint.sources.helm.chart_copy import ChartCopy, ChartFile, Mode
from celerylint.sources.helm.engine import EngineError, Release
from celerylint.sources.helm.marks import Marks, marked, plain, same
from celerylint.sources.helm.sdk import Sdk
from celerylint.sources.helm.template import Part, TemplateError, closing, definitions, parts

needs_engine = pytest.mark.skipif(find_spec("helm_python") is None, reason="helm-python-sdk is not installed")
CHART = b"apiVersion: v2\nname: x\nversion: 1.0.0\n"


def cut(text: str) -> list[tuple[str, str]]:
    return [(part.keyword or "writes", part.body) for part in parts(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("a: b\n", [("text", "a: b\n")]),
        ("a {{ .x }} b", [("text", "a "), ("writes", ".x"), ("text", " b")]),
        ("a \n {{- .x -}} \n b", [("text", "a"), ("writes", ".x"), ("text", "b")]),
        ("{{-3}}", [("writes", "-3")]),
        ("{{- /* a }} */ -}} b", [("comment", ""), ("text", "b")]),
        ("{{/* a */}} b", [("comment", ""), ("text", " b")]),
        ('{{ "}}" }}', [("writes", '"}}"')]),
        ("{{ `}}\n}}` }}", [("writes", "`}}\n}}`")]),
        ('{{ "\\"}}" }}', [("writes", '"\\"}}"')]),
        (
            "{{ if .a }}x{{ else if .b }}y{{ else }}z{{ end }}",
            [
                ("if", "if .a"),
                ("text", "x"),
                ("else", "else if .b"),
                ("text", "y"),
                ("else", "else"),
                ("text", "z"),
                ("end", "end"),
            ],
        ),
        ("{{ $x := 1 }}{{ $x }}{{ $x = 2 }}", [("assign", "$x := 1"), ("writes", "$x"), ("assign", "$x = 2")]),
        ("{{ ifx }}{{ .if }}{{ template `a` }}", [("writes", "ifx"), ("writes", ".if"), ("writes", "template `a`")]),
    ],
)
def test_a_template_is_cut_into_text_and_actions(text: str, found: list[tuple[str, str]]) -> None:
    assert cut(text) == found


@pytest.mark.parametrize("text", ["{{", "{{ .x", '{{ "}}', "{{ `}}", "a {{ b }"])
def test_an_action_that_is_never_closed(text: str) -> None:
    with pytest.raises(TemplateError):
        parts(text)


def test_places_are_those_of_the_file() -> None:
    text = "a: {{ .x }}\n  {{- if .y -}}\n  b\n  {{- end }}\n"
    for part in parts(text):
        if part.text:
            assert text[part.start : part.end] == part.body
        else:
            assert text[part.start : part.end].startswith("{{") and text[part.start : part.end].endswith("}}")


def test_definitions_hold_their_blocks() -> None:
    found = parts("{{ define `a` }}{{ if 1 }}{{ range .x }}{{ end }}{{ end }}{{ end }}x{{ define `b` }}{{ end }}")
    assert definitions(found) == [(0, 5), (7, 8)]
    assert closing(found, 1) == 4
    with pytest.raises(TemplateError):
        definitions(parts("{{ define `a` }}{{ if 1 }}{{ end }}"))


PIECES = st.sampled_from(
    [
        "a: b\n", "  - x: {y}\n", "{", "}", " ", "\n", "\t", "# c\n", "é: ß\n", "---\n", '"', "'", "`", "-",
        "{{ .Values.a }}", "{{- .Values.b -}}", "{{ .Values.list | toYaml | nindent 4 }}", "{{- /* c */ -}}",
        "{{ include `n` . | nindent 2 }}", "{{ include `n` . | trim | quote }}", "{{ `{{` }}", "{{ .Values.gone }}",
        "{{ if .Values.a }}yes{{ else -}} no {{- end }}",
        "{{ range $k, $v := .Values.map }}{{ $k }}={{ $v }} {{ end }}",
        "{{ range .Values.list }}{{ . }},{{ end }}", "{{ with .Values.map }}{{ .k }}{{ end }}", "{{ $x := 3 }}{{ $x }}",
        "{{ range $v := .Values.list }}\n- {{ $v }}\n{{- end }}", "{{ define `n` }}k: v\n{{ .Values.a }}{{ end }}",
    ]
)  # fmt: skip
VALUES = "a: 1\nb: text\nlist: [x, 2]\nmap: {k: v, l: w}\n"


def rendered(engine: Sdk, folder: Path, copy: ChartCopy, marks: str) -> dict[str, str]:
    from celerylint.sources.helm.wrapper import unwrapped

    copy.write(folder / (marks or "plain"), Mode(marks=marks))
    output = engine.render(folder / (marks or "plain"), [], Release("r", "default"))
    return {each.name: each.text for each in unwrapped(output)}


@needs_engine
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, max_size=14).map("".join))
def test_the_parts_put_together_render_the_same_with_and_without_marks(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("chart")
    template = "{{ define `n` }}k: v{{ end }}" + text
    files = {"Chart.yaml": CHART, "values.yaml": VALUES.encode(), "templates/a.txt": template.encode()}
    engine = Sdk()
    try:
        for name, data in files.items():
            place = folder / "original" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        try:
            truth = engine.render(folder / "original", [], Release("r", "default"))
        except EngineError:
            return
        copy = ChartCopy({name: ChartFile(name, data) for name, data in files.items()})
        (found,) = rendered(engine, folder, copy, "").values()
        assert found == truth
        for marks in ("top", "all", "keys"):
            (with_marks,) = rendered(engine, folder, copy, marks).values()
            clean, runs = copy.marks.read(with_marks)
            if marks == "top":
                assert clean == truth
            if same(clean, truth):
                for run in runs:
                    if not run.mark.action:
                        assert template[run.mark.start] == clean[run.at]
    finally:
        engine.close()


def test_digests_of_marked_texts_may_differ() -> None:
    left, right = "sum: " + "a" * 64 + "\n", "sum: " + "b" * 64 + "\n"
    assert same(left, right)
    assert not same(left, right.upper())
    assert not same("sum: " + "a" * 10, "sum: " + "b" * 10)


def test_marks_stand_before_lines_and_actions() -> None:
    marks = Marks()
    found = parts("a: 1\n  b: {{ .x }}\n")

    def body(part: Part) -> str:
        return part.body

    text = "".join(marked("t", found, body, marks, "top"))
    clean, runs = marks.read(text)
    assert clean == "".join(plain(found, body))
    assert [(run.mark.start, run.mark.action) for run in runs] == [(0, False), (7, False), (10, True)]
