"""Everything that YAML files do wrong: told at its place, in bounded time, never with a crash."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml_texts import (
    VARIED,
    at,
    every_scalar,
    problems,
    root,
    roots,
    text_of,
)

from celerylint.sources.text import decode
from celerylint.sources.yaml import (
    SIZE,
    TooLargeError,
    comments,
    documents,
    looks_like_template,
    mapping,
    python,
    read,
)


@pytest.mark.parametrize(
    ("source", "line", "column", "words"),
    [
        ("a:\n\tb: 1\n", 2, 1, "tab"),
        ("\ta: 1\n", 1, 1, "tab"),
        ("a: @b\n", 1, 4, "`@`"),
        ("a: %b\n", 1, 4, "`%`"),
        ("😀: x: y\n", 1, 5, "quote the value"),
        ("a:\n  b: 1\n c: 2\n", 3, 2, "indentation"),
        ("- a\nb: 1\n", 2, 1, "list"),
        ("a: [1, 2\nb: 3\n", 1, 4, "`[`"),
        ("a: {b: 1\n", 1, 4, "`{`"),
        ("x: 1\na: 'b\n", 2, 4, "never closed"),
        ('a: "b\\q"\n', 1, 6, "escape"),
        ("a: *b\n", 1, 4, "`&b`"),
        ("a: &b [*b]\n", 1, 8, "hold itself"),
        ("%YAML 3.0\n---\na: 1\n", 1, 1, "%YAML"),
        ("a: !x!y z\n", 1, 4, "%TAG"),
        ("é: \x07\n", 1, 4, "U+0007"),
        ("a: \udcff\n", 1, 4, "U+DCFF"),
        ("# \x00\n", 1, 3, "U+0000"),
        ("a: b\nc\n", 3, 1, ":"),
        ('a: "\\U00110000"\n', 1, 4, ""),
    ],
)
def test_a_syntax_error_is_told_in_the_users_words_at_its_place(
    source: str, line: int, column: int, words: str
) -> None:
    found, (problem,) = read(text_of(source))
    assert all(document.line > line for document in found)
    assert problem.kind == "syntax"
    assert problem.span.line == line
    assert words in problem.message
    if words:
        assert problem.span.column == column


def test_documents_around_a_broken_one_are_kept() -> None:
    source = "a: 1\n---\nb: [1\n---\nc: 3\n--- x: y: z\n---\nd: \x01\n---\ne: 5\n"
    found, said = read(text_of(source))
    assert [python(document.root) for document in found] == [{"a": 1}, {"c": 3}, {"e": 5}]
    assert [document.line for document in found] == [1, 5, 10]
    assert [problem.span.line for problem in said] == [3, 6, 8]


def test_a_file_of_nothing_but_broken_documents_ends() -> None:
    started = time.perf_counter()
    found, said = read(text_of("---\n{\n" * 50_000))
    assert found == []
    assert 1 < len(said) < 200
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(("source", "count"), [("", 0), ("\n# only a comment\n", 0), ("---\n", 1), ("---\n---\n", 2)])
def test_empty_files_and_documents(source: str, count: int) -> None:
    found = roots(source)
    assert found == [None] * count


def test_a_byte_order_mark_a_directive_and_carriage_returns_are_no_problem() -> None:
    text = decode(b"\xef\xbb\xbf%YAML 1.2\r\n---\r\na: 1\r\n", "a.yaml")
    (document,), said = read(text)
    assert said == [] and python(document.root) == {"a": 1}
    assert document.line == 3
    (document,), _ = read(text_of("\ufeffa: 1\n"))
    assert mapping(document.root) is not None
    assert document.span.column == 2, "a mark that is part of the text counts as a character"


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=9), x, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from([None, 2, "\t"]),
    st.booleans(),
)
def test_json_is_yaml(data: Any, indent: int | str | None, ascii_only: bool) -> None:
    """Pairs of surrogate escapes and tabs too, which libyaml alone does not read everywhere."""
    source = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    try:
        source.encode()
    except UnicodeEncodeError:
        return
    if any(ord(char) < 0xA0 and char not in "\t\n" and not " " <= char <= "~" for char in source):
        return  # JSON allows DEL, YAML does not
    expected = json.loads(source.encode("utf-8", "replace"))
    if "\\ud" not in source.lower() or max(json.dumps(expected, ensure_ascii=False)) < "\ud800":
        assert python(root(source)) == expected


@pytest.mark.parametrize("level", ["[", "- ", "{a: ", "? ", "a:\n ", "[{a: "])
def test_endless_depth_is_a_problem_within_milliseconds(level: str) -> None:
    source = level * 200_000 if "\n" not in level else "".join(" " * n + "a:\n" for n in range(2000))
    started = time.perf_counter()
    found, (problem,) = read(text_of("a: 1\n---\n" + source))
    assert time.perf_counter() - started < 1
    assert problem.kind == "depth" and "200 levels" in problem.message
    assert [python(document.root) for document in found] == [{"a": 1}]


def test_200_levels_are_read() -> None:
    assert problems("[" * 200 + "]" * 200) == []
    assert [p.kind for p in problems("[" * 201 + "]" * 201)] == ["depth"]


def bomb(levels: int, value: str) -> str:
    lines = ["a0: &a0 {x: 1, y: 2, z: 3}"]
    for level in range(1, levels):
        aliases = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} " + value.replace("ALIASES", aliases))
    return "\n".join(lines)


@pytest.mark.parametrize("value", ["[ALIASES]", "{<<: [ALIASES]}", "{k: [ALIASES]}"])
def test_an_alias_bomb_is_a_problem_within_milliseconds(value: str) -> None:
    started = time.perf_counter()
    found, (problem,) = read(text_of(bomb(9, value) + "\n---\nb: 1\n"))
    assert time.perf_counter() - started < 1
    assert problem.kind == "alias-bomb" and "100,000" in problem.message
    assert [python(document.root) for document in found] == [{"b": 1}]


def test_aliases_that_are_no_bomb_are_read() -> None:
    lines = ["base: &b {a: 1, b: 2, c: 3}", *(f"s{n}: {{<<: *b, n: {n}}}" for n in range(2000))]
    document = root("\n".join(lines))
    assert python(document.get("s1999")) == {"a": 1, "b": 2, "c": 3, "n": 1999}


def test_a_chain_of_aliases_is_no_way_around_the_depth() -> None:
    chain = "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: *a{n - 1}}}\n" for n in range(1, 1000))
    assert [problem.kind for problem in problems(chain)] == ["depth"]


def test_a_file_too_large_is_not_read() -> None:
    found, (problem,) = read(text_of("x" * (SIZE + 1)))
    assert found == [] and problem.kind == "too-large"


def test_too_many_values_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("celerylint.sources.yaml.compose.NODES", 100)
    found, (problem,) = read(text_of("a: 1\n---\n" + "- x\n" * 200))
    assert len(found) == 1 and problem.kind == "too-large"
    assert problem.span.line == 99


def test_plain_data_is_bounded() -> None:
    with pytest.raises(TooLargeError):
        python(root("[1, 2, 3]"), limit=3)
    assert python(root("[1, 2, 3]"), limit=4) == [1, 2, 3]
    assert python(None) is None


PIECES = ["a", "b: ", "- ", "\n", "\n  ", " ", "'", '"', "\\n", "|", ">", "#", "[", "]", "{", "}", ", ", ": ", "? "]
PIECES += ["&x ", "*x", "!t ", "---", "...", "\t", "é", "😀", "\r\n", "<<: *x", "%YAML 1.1\n", "\u2028", "\0", "{{ "]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_nothing_that_is_written_crashes(source: str) -> None:
    text = text_of(source)
    found, said = read(text)
    for document in found:
        python(document.root)
        for node in every_scalar(document.root):
            span = node.locate(0, len(node.value))
            assert node.span.line <= span.line
    assert all(problem.message and problem.span.line >= 1 for problem in said)
    comments(text)
    looks_like_template(source)


def test_without_libyaml_the_result_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything() -> list[tuple[list[Any], list[tuple[str, int, int]]]]:
        answers = []
        for source in (*VARIED.values(), "a: 1\n---\nb: [1\n---\nc: 3\n", "a: 'b", "a: @b", "[" * 500, "a: *b"):
            found, said = read(text_of(source.replace("\t", " ")))
            answers.append(([(d.span, python(d.root)) for d in found], [at(problem) for problem in said]))
        return answers

    fast = everything()
    monkeypatch.setattr(documents, "_FAST", yaml.SafeLoader)
    assert everything() == fast
