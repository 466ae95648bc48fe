"""A command line that no shell reads is cut into the words that the program receives, each at its place."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celerylint.facts.launch import Word, split
from celerylint.origin import Span
from celerylint.sources.text import Text


def cut(line: str) -> list[Word]:
    return split(line, Text("compose.yaml", line).span)


def written(line: str, span: Span) -> str:
    """What stands at a span."""
    text = Text("compose.yaml", line)
    return line[text.offset(span.line, span.column) : text.offset(span.end_line, span.end_column)]


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("celery -A shop worker", ["celery", "-A", "shop", "worker"]),
        ("  celery\t-A \n shop ", ["celery", "-A", "shop"]),
        ("""sh -c "celery -A 'x y' worker" ''""", ["sh", "-c", "celery -A 'x y' worker", ""]),
        (r'a\ b "c\"d\\e\f" \'g', ["a b", 'c"d\\e\\f', "'g"]),
        ("--queues='a',\"b\",c", ["--queues=a,b,c"]),
        ("celery \\\n  -A shop \\\n  worker", ["celery", "-A", "shop", "worker"]),
        ("$X ${Y} $(Z) # no comment", ["$X", "${Y}", "$(Z)", "#", "no", "comment"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_words_are_cut_as_posix_quotes_say(line: str, texts: list[str]) -> None:
    words = cut(line)

    assert [word.text for word in words] == texts
    assert not any(word.expansions for word in words)


@pytest.mark.parametrize(
    "line", ['celery -A shop "worker', "celery -A shop 'worker", 'celery -A shop "worker\\"', "celery -A shop w\\"]
)
def test_a_quote_that_is_never_closed_leaves_one_opaque_word(line: str) -> None:
    *before, last = cut(line)

    assert [word.text for word in before] == ["celery", "-A", "shop"]
    assert last.expansions and last.splits
    assert "never closed" in last.unresolved
    assert written(line, last.span) == last.text == line[15:]


def test_words_over_several_lines_keep_their_places() -> None:
    line = 'celery -A shop\n  worker -c 4\n  -n "w@%h"'

    places = {word.text: (word.span.line, word.span.column, word.span.end_column) for word in cut(line)}

    assert places["worker"] == (2, 3, 9)
    assert places["4"] == (2, 13, 14)
    assert places["w@%h"] == (3, 6, 12)


def test_a_part_of_a_quoted_word_is_found_behind_quotes_and_escapes() -> None:
    line = r'sh -c "echo \"hi\" && celery -A shop worker"'
    script = cut(line)[2]
    at = script.text.index("celery")

    assert written(line, script.locate(at, at + 6)) == "celery"
    assert written(line, script.locate(at, len(script.text))) == "celery -A shop worker"
    assert written(line, script.locate(0, len(script.text))) == line[6:]


def test_a_part_of_a_word_over_several_lines_is_found() -> None:
    line = "sh -c 'migrate\nexec celery -A shop worker\n'"
    script = cut(line)[2]
    at = script.text.index("celery")

    span = script.locate(at, at + 6)

    assert (span.line, span.column, span.end_column) == (2, 6, 12)


def test_a_word_whose_place_is_coarse_answers_with_all_of_it() -> None:
    span = Span("values.yaml", 3, 5, 4, 9)

    assert Word("celery worker", span).locate(0, 6) == span


def test_a_quoted_scalar_is_counted_from_behind_its_quote() -> None:
    word = Word("-EB", Span("deploy.yaml", 3, 5, 3, 10))

    assert word.locate(2, 3) == Span("deploy.yaml", 3, 8, 3, 9)


CONTINUED = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\\n|\\.""", re.DOTALL)  # what a backslash may continue, or not


@given(st.text(alphabet="ab '\"\\$#=-\n\t é", max_size=40))
def test_any_line_is_cut_as_the_standard_library_cuts_it(line: str) -> None:
    words = cut(line)
    try:
        expected = shlex.split(CONTINUED.sub(lambda match: "" if match[0] == "\\\n" else match[0], line))
    except ValueError:
        assert words[-1].expansions
        return
    assert [word.text for word in words] == expected


@given(st.text(max_size=60))
def test_every_plain_word_stands_where_its_span_says(line: str) -> None:
    for word in cut(line):
        assert word.text in written(line, word.span) or set(line) & set("'\"\\\r")


@given(st.text(alphabet="ab'\"\\ \n", max_size=40), st.integers(0, 40))
def test_each_character_of_a_word_is_found_where_it_is_written(line: str, at: int) -> None:
    for word in cut(line):
        if at + 1 < len(word.text) and not word.expansions:
            assert written(line, word.locate(at, at + 1))[-1:] == word.text[at]
