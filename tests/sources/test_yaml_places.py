"""Where YAML values stand: compared with PyYAML's own marks, down to single characters of a scalar."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml_texts import (
    DEPLOYMENT,
    VARIED,
    check_locate,
    every_scalar,
    located,
    root,
    roots,
    written,
)

from celerylint.sources.yaml import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    path,
    python,
)


def same(mine: Node | None, theirs: yaml.Node) -> int:
    """Compares places and values with PyYAML's composer in pure Python; gives back how many nodes there were."""
    if mine is None:
        assert theirs is None or theirs.value == ""
        return 0
    if mine.used_at is None:
        assert mine.start == theirs.start_mark.index
        if not any(end in mine.text.text for end in "\x85\u2028\u2029"):  # line ends to YAML 1.1 alone
            assert (mine.span.line, mine.span.column) == (
                theirs.start_mark.line + 1,
                theirs.start_mark.column + 1,
            )
    if isinstance(mine, Scalar):
        assert mine.value == theirs.value
        if mine.style not in ("|", ">") and mine.used_at is None:
            assert mine.end == theirs.end_mark.index
        return 1
    if isinstance(mine, Sequence):
        assert len(mine.items) == len(theirs.value)
        return 1 + sum(map(same, mine.items, theirs.value))
    assert isinstance(mine, Mapping)
    assert len(mine.pairs) == len(theirs.value)
    return 1 + sum(same(k, k2) + same(v, v2) for (k, v), (k2, v2) in zip(mine.pairs, theirs.value, strict=True))


@pytest.mark.parametrize("name", [name for name in VARIED if name != "odd line ends"])
def test_places_are_those_of_pyyaml(name: str) -> None:
    mine = roots(VARIED[name])
    theirs = list(yaml.compose_all(VARIED[name].replace("\t", " "), Loader=yaml.SafeLoader))
    assert len(mine) == len(theirs)
    assert sum(map(same, mine, theirs)) > 0


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=30)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(values, min_size=1, max_size=3),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.booleans(),
)
def test_any_dumped_document_has_the_places_of_pyyaml(
    data: list[Any], flow: bool | None, style: str | None, unicode: bool
) -> None:
    source = yaml.safe_dump_all(
        data, default_flow_style=flow, default_style=style, allow_unicode=unicode, explicit_start=True, width=40
    )
    mine = roots(source)
    for node, theirs in zip(mine, yaml.compose_all(source, Loader=yaml.SafeLoader), strict=True):
        same(node, theirs)
        for one in every_scalar(node):
            check_locate(source, one)


def test_a_block_ends_with_its_last_value() -> None:
    containers = path(roots(DEPLOYMENT)[0], "spec", "template", "spec", "containers")
    first, second = containers.items if isinstance(containers, Sequence) else ()
    assert written(DEPLOYMENT, first).endswith("value:")
    assert written(DEPLOYMENT, second).endswith("more: *args")
    block = path(second, "args", 0)
    assert block is not None
    assert written(DEPLOYMENT, block) == "|\n            exec celery\n              beat"


def test_an_alias_knows_where_it_is_used_and_where_its_value_is_written() -> None:
    source = "a: &x {b: 1}\nc: *x\n"
    document = root(source)
    original, use = document.get("a"), document.get("c")
    assert original.used_at is None
    assert written(source, use) == "&x {b: 1}"
    assert (use.used_at.line, use.used_at.column, use.used_at.end_column) == (2, 4, 6)
    assert python(use) == {"b": 1}
    (number,) = root("- &n 5\n").items
    assert number.used_at is None


LOCATE = {
    "plain": ("a: &x celery -A shop worker # c\n", "worker", "worker"),
    "plain over lines": ("a: celery -A\n    shop\n\n    worker -Q 日本\n", "-Q 日", "-Q 日"),
    "plain, across the fold": ("a: celery -A\n    shop\n", "-A shop", "-A\n    shop"),
    "single-quoted": ("a: !!str 'it''s 😀 the worker'\n", "worker", "worker"),
    "single-quoted, the quote": ("a: 'it''s'\n", "'s", "''s"),
    "single-quoted over lines": ("a: '  it\n  goes   \n\n  on'\n", "on", "on"),
    "double-quoted": ('a: "tab\\t \\u00e9\\x41 \\U0001F600 worker"\n', "worker", "worker"),
    "double-quoted, escapes": ('a: "tab\\t \\u00e9\\x41"\n', "éA", "\\u00e9\\x41"),
    "double-quoted, broken by a backslash": ('a: "cel\\\n    ery   \\\n\n   worker"\n', "worker", "worker"),
    "double-quoted over lines": ('a: "one  \n\n   two \\\n   three"\n', "three", "three"),
    "literal": ("a: |  # c\n\n    exec celery\n      -A shop\n\n    worker\n", "-A shop", "-A shop"),
    "literal with carriage returns": ("a: |\r\n  one\r\n  two\r\n", "one\ntwo", "one\r\n  two"),
    "literal, indentation told": ("a: |2-\n   one\n  two\n", " one", " one"),
    "literal at the end of the file": ("a: |\n  one\n  two", "two", "two"),
    "folded": ("a: >-\n  one\n  two\n\n  three\n    more\n  four\n", "four", "four"),
    "folded, across a line": ("a: >-\n  one\n  two\n\n  three\n", "one two", "one\n  two"),
    "folded, more indented": ("a: >\n  one\n    more\n\n  two\n", "more\n\ntwo", "more\n\n  two"),
    "folded, indentation told": ("a: >1\n  x\n y\n z\n", "y z", "y\n z"),
    "folded behind an empty line": ("a: >\n\n  one\n  two\n", "two", "two"),
    "properties on lines of their own": ("a: &x # c\n  !!str # d\n  worker\n", "worker", "worker"),
}


@pytest.mark.parametrize("name", LOCATE)
def test_a_piece_of_a_scalar_is_found_in_the_source(name: str) -> None:
    source, piece, place = LOCATE[name]
    node = root(source).get("a")
    assert node.value == yaml.safe_load(source)["a"]
    start = node.value.rindex(piece)
    assert located(source, node, start, start + len(piece)) == place


@pytest.mark.parametrize("name", LOCATE)
def test_every_character_of_a_scalar_is_found(name: str) -> None:
    source = LOCATE[name][0]
    node = root(source).get("a")
    for index, char in enumerate(node.value):
        if char.isalnum() and char.isascii() and "\\" not in source:
            assert located(source, node, index, index + 1) == char
    check_locate(source, node)
    assert located(source, node, 0, 0) == ""


def test_what_cannot_be_located_is_the_whole_scalar() -> None:
    node = root("a: worker\n").get("a")
    assert node.locate(0, 99) == node.locate(5, 2) == node.locate(-1, 2) == node.span
    assert root("a: ''\n").get("a").locate(0, 0).line == 1


def test_a_surrogate_pair_of_json_is_one_character_with_its_place() -> None:
    source = '{"a": "x\\ud83d\\ude00worker", "b": 1}'
    document = root(source)
    node = document.get("a")
    assert node.value == "x😀worker"
    assert located(source, node, 1, 2) == "\\ud83d\\ude00"
    assert located(source, node, 2, 8) == "worker"
    assert root('{"a": "\\ud83d"}').get("a").value == "\ufffd"
