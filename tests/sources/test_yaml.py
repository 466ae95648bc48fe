"""What YAML files mean: merges, duplicates, plain scalars, comments, templates."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml_texts import (
    DEPLOYMENT,
    at,
    root,
    roots,
    text_of,
)

from celerylint.sources.yaml import (
    Document,
    comments,
    integer,
    looks_like_template,
    mapping,
    path,
    python,
    read,
    scalar,
    sequence,
    string,
)


def test_a_manifest_is_read_with_the_values_of_pyyaml() -> None:
    deployment, plain, complex_key = roots(DEPLOYMENT)
    expected = next(iter(yaml.safe_load_all(DEPLOYMENT)))
    assert python(deployment) == expected
    assert string(plain) == "plain over two lines"
    assert python(complex_key) == {"complex key": [["nested"]]}
    name = path(deployment, "spec", "template", "spec", "containers", 1, "name")
    assert string(name) == "beat"
    assert name is not None
    assert str(name.span) == "deploy/worker.yaml:20:15"


MERGES = {
    "one": "base: &b {a: 1, b: 2}\nuse: {<<: *b, b: 3, c: 4}\n",
    "the key before the merge": "base: &b {a: 1}\nuse: {a: 9, <<: *b}\n",
    "a list, the earlier wins": "x: &x {a: 1, b: 1}\ny: &y {a: 2, c: 2}\nuse: {<<: [*x, *y], d: 4}\n",
    "merges of merges": "x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nz: &z {<<: *y, a: 3}\nuse: {<<: [*z, *x]}\n",
    "written in place": "use: {<<: {a: 1}, <<: {a: 2, b: 3}}\n",
    "a quoted key is no merge": "use: {'<<': {a: 1}}\n",
    "an empty list": "use: {<<: [], a: 1}\n",
}


@pytest.mark.parametrize("name", MERGES)
def test_merges_give_what_pyyaml_gives(name: str) -> None:
    found, _ = read(text_of(MERGES[name]))
    assert python(found[0].root) == yaml.safe_load(MERGES[name])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 5), max_size=3), st.dictionaries(st.sampled_from("abcd"), st.integers())),
        min_size=1,
        max_size=6,
    )
)
def test_any_merges_give_what_pyyaml_gives(layers: list[tuple[list[int], dict[str, int]]]) -> None:
    lines = []
    for number, (bases, own) in enumerate(layers):
        used = [f"*m{base}" for base in bases if base < number]
        merge = f"<<: [{', '.join(used)}], " if used else ""
        lines.append(f"m{number}: &m{number} {{{merge}{', '.join(f'{k}: {v}' for k, v in own.items())}}}")
    source = "\n".join(lines)
    assert python(root(source)) == yaml.safe_load(source)


def test_a_merged_value_keeps_its_place_and_a_wrong_merge_brings_nothing() -> None:
    document = root("base: &b\n  a: 1\nuse:\n  <<: *b\n  c: 2\nwrong:\n  <<: 5\n  d: 3\n")
    use = document.get("use")
    assert use.get("a").span.line == 2
    assert use.key("a").span.line == 2
    assert [key.value for key, _ in use.items()] == ["c", "a"]
    assert use.get("missing") is use.key("missing") is None
    assert python(document.get("wrong")) == {"d": 3}


def test_a_duplicate_key_is_reported_once_for_its_mapping_and_the_last_one_wins() -> None:
    source = "a: 1\nb: {x: 1, x: 2}\na: 2\na: 3\n"
    found, said = read(text_of(source))
    assert [at(problem) for problem in said] == [("duplicate-key", 2, 11), ("duplicate-key", 3, 1)]
    assert "`a`" in said[1].message and "line 1" in said[1].message
    document = mapping(found[0].root)
    assert document is not None
    assert python(document) == {"a": 3, "b": {"x": 2}}
    assert [key.span.line for key in document.duplicates] == [3, 4]
    assert len(document.pairs) == 4


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("5", 5), ("-5", -5), ("+5", 5), ("0", 0), ("017", 15), ("0o17", 15), ("0x1F", 31), ("0b101", 5),
        ("1_000", 1000), ("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1E-2", -0.01),
        ("08", 8.0), (".inf", float("inf")), ("-.INF", float("-inf")), ("true", True), ("FALSE", False),
        ("~", None), ("null", None), ("NULL", None),
        ("yes", "yes"), ("off", "off"), ("y", "y"), ("1:30", "1:30"), ("2001-01-01", "2001-01-01"),
        ("500m", "500m"), ("1Gi", "1Gi"), ("1.2.3", "1.2.3"), ("-", "-"), ("+", "+"), (".", "."), ("_1", "_1"),
        ("tRue", "tRue"), ("0x", "0x"), ("9" * 5000, "9" * 5000), ("٣", "٣"),
        ("'5'", "5"), ('"true"', "true"), ("''", ""), ("!!str 5", "5"), ("!!int '5'", 5), ("!!float 5", 5.0),
        ("!!bool 'true'", True), ("!!null ''", None), ("!!int x", "x"), ("!secret 5", "5"), ("! 5", "5"),
        ("!!float 0x" + "f" * 290, int("f" * 290, 16)),
    ],
)  # fmt: skip
def test_a_scalar_means_what_kubernetes_and_compose_see(source: str, value: object) -> None:
    node = root(f"- {source}\n").items[0]
    if source == "-":
        assert python(node) == [None]  # a dash is a list
        return
    assert node.python() == value
    assert type(node.python()) is type(value)


def test_not_a_number_is_one() -> None:
    assert str(root("- .nan").items[0].python()) == "nan"


def test_nothing_is_written_behind_a_colon() -> None:
    node = root("a:\nb: 1\n").get("a")
    assert node.python() is None
    assert node.plain
    assert (node.start, node.end) == (2, 2)


def test_comments_are_found_and_hashes_in_scalars_are_none() -> None:
    source = (
        "# top\n"
        "a: b#c # 1   \n"
        "b: 'x # no' # 2\n"
        'c: "x\n'
        '  # no" # 4\n'
        "d: | # 5\n"
        "  # no\n"
        "  x\n"
        "# 8\n"
        "e: &x # 9\n"
        "  y\n"
        "f: [1,# 11\n"
        "  2] # 12\n"
        "g: >-\n"
        "  a # no\n"
        "\n"
        "  # no\n"
        "\n"
        "#18\n"
        "---\n"
        "h: 'v'# 21"
    )
    lines = {1: "# top", 2: "# 1", 3: "# 2", 5: "# 4", 6: "# 5", 9: "# 8", 10: "# 9", 12: "# 11", 13: "# 12"}
    expected = {**lines, 19: "#18", 21: "# 21"}
    assert comments(text_of(source)) == expected
    windows = comments(text_of(source.replace("\n", "\r\n")))
    assert windows == expected


def test_comments_stand_around_a_broken_document_too() -> None:
    assert comments(text_of("# a\nb: 1 # c\n---\nd: [ # ?\n---\ne: f # g\n")) == {1: "# a", 2: "# c", 6: "# g"}
    assert comments(text_of("a: 1\n")) == {}


@pytest.mark.parametrize(
    ("source", "template"),
    [
        ("a: {{ .Values.replicas }}\n", True),
        ("{{- if .Values.worker }}\na: 1\n{{- end }}\n", True),
        ("{% for q in queues %}\n- {{ q }}\n{% endfor %}\n", True),
        ("a:\n  {{- toYaml .Values.a | nindent 2 }}\n", True),
        ("- {{ a }}: b\n", True),
        ("a: '{{ .Values.name }}'\n", False),
        ("a: |\n  {{ range .x }}\nb: 1\n", False),
        ("a: foo-{{ x }}\n", False),
        ("on: push\nif: ${{ github.ref == 'x' }}\n", False),
        ("a: {b: {c: 1}}\n", False),
        ("a: [\n", False),
        ("", False),
    ],
)
def test_templates_are_told_from_yaml(source: str, template: bool) -> None:
    assert looks_like_template(source) is template


def test_typed_getters_give_nothing_for_another_type() -> None:
    document = root("text: a\nnumber: 5\ntruth: true\nlist: [1]\nmap: {a: 1}\nnothing:\n")
    get = document.get
    assert (string(get("text")), string(get("number")), string(get("nothing")), string(None)) == ("a", None, None, None)
    assert (integer(get("number")), integer(get("truth")), integer(get("text"))) == (5, None, None)
    assert sequence(get("list")) is get("list") and sequence(get("map")) is None
    assert mapping(get("map")) is get("map") and mapping(get("list")) is None
    assert scalar(get("text")) is get("text") and scalar(get("list")) is None
    assert path(document, "list", 0) is get("list").items[0]
    for steps in (("list", 1), ("list", -1), ("list", "a"), ("map", 0), ("text", "a"), ("missing", "a")):
        assert path(document, *steps) is None


def test_documents_and_problems_are_plain_values() -> None:
    (document,), _ = read(text_of("a: 1"))
    assert document == Document(document.root, document.span)
    assert document.root is not None and document.root.tag is None
    assert repr(document.root) == "Mapping(a)"
    assert root("!reset [1]").tag == "!reset"
