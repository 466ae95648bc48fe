"""What a comment says, as somebody writes it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celerylint.silence import SPOKEN, Ignore, Misread, directives
from celerylint.sources.comments import comments
from celerylint.sources.text import Text


def said(comment: str, path: str = "a.py") -> list[Ignore | Misread]:
    """What a comment at the end of the second line says."""
    text = Text(path, f"# top\nx: 1  {comment}\n")
    return [each for found in comments(text, SPOKEN) for each in directives(found)]


def words(comment: str) -> list[str]:
    found = said(comment)
    assert all(isinstance(each, Ignore) for each in found), found
    return [each.word for each in found if isinstance(each, Ignore)]


def misread(comment: str, path: str = "a.py") -> str:
    (found,) = said(comment, path)
    assert isinstance(found, Misread), found
    return found.message


@pytest.mark.parametrize(
    "comment",
    [
        "# celerylint: ignore[mega-pod, CLY2]",
        "#celerylint:ignore[mega-pod,CLY2]",
        "#   celerylint :  ignore  [ mega-pod ,, CLY2 , ]",
        "# Celerylint: IGNORE[mega-pod CLY2] as agreed",
        "# type: ignore  # celerylint: ignore[mega-pod,\tCLY2]",
        "# celerylint: ignore[mega-pod]  # celerylint: ignore[CLY2]",
    ],
)
def test_the_forms_of_an_ignore(comment: str) -> None:
    assert words(comment) == ["mega-pod", "CLY2"]


def test_each_word_has_its_own_place() -> None:
    first, second = said("# celerylint: ignore[mega-pod, CLY2]")
    assert (str(first.span), first.span.end_column) == ("a.py:2:28", 36)
    assert (str(second.span), second.span.end_column) == ("a.py:2:38", 42)


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# celerylint: ignore[a-b]", ""),
        ("# celerylint: ignore[a-b] the broker is ours, see #12", "the broker is ours, see #12"),
        ("# celerylint: ignore[a-b]: it is late [1]  # noqa: E501", "it is late [1]"),
        ("# celerylint: ignore[a-b] — später", "später"),
        ("# celerylint: ignore all of it", "all of it"),
    ],
)
def test_the_reason(comment: str, reason: str) -> None:
    first = said(comment)[0]
    assert isinstance(first, Ignore)
    assert first.reason == reason


def test_without_brackets_it_means_every_rule() -> None:
    for comment in ("# celerylint: ignore", "# celerylint: ignore CLY101", "# celerylint: ignore # it is old"):
        assert words(comment) == [""]


@pytest.mark.parametrize("comment", ["# celerylint: cpu slow", "# celerylint:20m", "# celerylint: IO, 1.5h why", "# x"])
def test_tags_silence_nothing(comment: str) -> None:
    assert said(comment) == []


def test_an_ignore_behind_tags() -> None:
    assert words("# celerylint: cpu, 20m ignore[mega-pod]") == ["mega-pod"]


def test_only_what_is_addressed_to_celerylint() -> None:
    for comment in ("# see celerylint: ignore", "# celerylint ignore[x]", "# my-celerylint: ignore[x]"):
        assert said(comment) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# celerylint: ignor[mega-pod]", 'the word "ignor"; did you mean "ignore"?'),
        ("# celerylint: ignorefile[mega-pod]", 'did you mean "ignore-file"?'),
        ("# celerylint: slwo", 'the word "slwo"; did you mean "slow"?'),
        ("# celerylint: disable=all", 'the word "disable"'),
        ("# celerylint: ígnore[mega-pod]", 'the word "ígnore"; did you mean "ignore"?'),
        ("# celerylint:", "tells celerylint nothing"),
        ("# celerylint: [mega-pod]", "tells celerylint nothing"),
        ("# celerylint: ignore[mega-pod, CLY2", "never closes"),
        ("# celerylint: ignore[mega-pod  # celerylint: cpu", "never closes"),
        ("# celerylint: ignore[]", "are empty"),
        ("# celerylint: ignore[ , ] it is old", "are empty"),
        ("# celerylint: ignore=CLY101", "the rules stand in brackets"),
        ("# celerylint: ignore(mega-pod)", "the rules stand in brackets"),
        ("# celerylint: ignore-file[mega-pod]", "only in the comments at the top"),
        (f"# celerylint: {'x' * 100_000}", f"{'x' * 60}…"),
    ],
)
def test_what_cannot_be_understood(comment: str, message: str) -> None:
    assert message in misread(comment)


def test_a_whole_file_from_its_top() -> None:
    text = Text("a.yaml", "# celerylint: ignore-file[mega-pod] it is small\nx: 1\n")
    (found,) = (each for comment in comments(text, SPOKEN) for each in directives(comment))
    assert isinstance(found, Ignore)
    assert (found.word, found.about, found.reason) == ("mega-pod", None, "it is small")


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# noqa: CLY101", ["CLY101"]),
        ("# noqa:CLY101,E501 , CLY2", ["CLY101", "E501", "CLY2"]),
        ("# NoQA: cly101 CLY2 because", ["CLY101", "CLY2"]),
        ("# noqa", [""]),
        ("# noqa: because", [""]),
        ("# type: ignore # noqa : CLY101", [""]),
        ("# noqa-file", []),
        ("# noqart", []),
    ],
)
def test_noqa_as_flake8_reads_it(comment: str, codes: list[str]) -> None:
    assert words(comment) == codes


def test_noqa_is_for_python() -> None:
    assert said("# noqa: CLY101", "a.yaml") == []


@given(st.text(alphabet="# celryintgo-f[],:CLY1é\t", max_size=80).map(lambda tail: f"# celerylint: ignore{tail}"))
def test_any_comment_is_read(comment: str) -> None:
    for each in said(comment):
        assert re.fullmatch(r"a\.py:2:\d+", str(each.span))
