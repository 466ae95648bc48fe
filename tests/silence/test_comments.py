"""Which comments a file has, and which lines they speak of."""

from __future__ import annotations

import io
import re
import time
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celerylint.sources import discover
from celerylint.sources.comments import Comment, comments, merged
from celerylint.sources.text import Text

ANY = re.compile("#")


def of(source: str, path: str = "a.py", wanted: re.Pattern[str] = ANY) -> tuple[Comment, ...]:
    return comments(Text(path, source), wanted)


def about(source: str, path: str = "a.py") -> list[tuple[int, ...]]:
    """The lines of each comment that say `here`."""
    found = of(source, path, re.compile("here"))
    return [tuple(line for first, last in each.about for line in range(first, last + 1)) for each in found]


def test_a_comment_is_told_with_its_place() -> None:
    (comment,) = of("x = 1\ny = '#'  # why  \nz = 2\n")
    assert (comment.text, str(comment.span), comment.span.end_column) == ("# why", "a.py:2:10", 15)
    assert (comment.alone, comment.at_top) == (False, False)


def test_only_those_that_hold_the_pattern() -> None:
    assert [each.text for each in of("# one\n# two\n", wanted=re.compile("two"))] == ["# two"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert about(end.join(["# here", "x = 1", "y = 2  # here"])) == [(1, 2), (3,)]


def test_the_last_line_needs_no_end() -> None:
    assert [each.text for each in of("x = 1  # here")] == ["# here"]
    assert about("# here") == [(1,)]


@pytest.mark.parametrize(
    "source",
    [
        'x = "# no"\n',
        "x = '''\n# no\n'''\n",
        'x = r"\\"# no"\n',
        'x = f"{y} # no"\n',
        "x = f'''\n{y}\n# no\n'''\n",
        'x = b"# no" f"# {y!r:>{z}} # no"\n',
        "x = '\\\n# no'\n",
    ],
)
def test_a_hash_in_a_string_is_no_comment(source: str) -> None:
    assert [each.text for each in of(f"{source}# yes\n")] == ["# yes"]


def test_an_f_string_with_quotes_like_its_own_hides_no_later_comment() -> None:
    source = 'x = f"{y["a"]} {z["b # c"]}"\nw = 1  # yes\n'
    assert [each.text for each in of(source)][-1] == "# yes"


def test_the_same_comments_as_python_finds() -> None:
    files = sorted(Path(discover.__file__).parent.rglob("*.py")) + sorted(Path(tokenize.__file__).parent.glob("*.py"))
    for file in files[::4]:
        source = file.read_text(encoding="utf-8", errors="replace").replace("\x0c", " ")
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
        except (tokenize.TokenError, SyntaxError):
            continue
        expected = [(each.start[0], each.string.rstrip()) for each in tokens if each.type == tokenize.COMMENT]
        assert [(each.span.line, each.text) for each in of(source)] == expected, file


@pytest.mark.parametrize(
    "broken",
    ["def f(:\n", "x = 'abc\n", "x = )\n", "  y = 1\n x = 2\n", "x = [\n", "x = \\ 1\n", "?\n"],
)
def test_a_file_that_is_no_python_has_comments_too(broken: str) -> None:
    assert about(f"{broken}z = 1  # here\n") == [(broken.count("\n") + 1,)]


def test_a_comment_on_the_line_of_a_syntax_error() -> None:
    assert about("x = 'abc  # here\n") == [(1,)]


def test_alone_above_other_comments() -> None:
    assert about("# here\n# more\n  # and more\nx = 1\n") == [(1, 4)]


def test_an_empty_line_ends_it() -> None:
    assert about("# here\n\nx = 1\n") == [(1,)]


def test_above_decorators() -> None:
    source = (
        "# here\n@app.task(\n    a={'x': f((1, [2]))},  # (\n)\n# more\n@other\nasync def f(\n    a,\n):\n    pass\n"
    )
    assert about(source) == [(1, 2, 3, 4, 5, 6, 7)]


def test_between_decorators_and_below_them() -> None:
    assert about("@a\n# here\n@b\ndef f(): ...\n") == [(2, 3, 4)]
    assert about("@a\n# here\ndef f(): ...\n") == [(2, 3)]
    assert about("class A:\n    # here\n    @a\n    def f(self): ...\n\n    @b\n    def g(self): ...\n") == [(2, 3, 4)]


def test_decorators_of_nothing() -> None:
    assert about("# here\n@a\n") == [(1, 2)]


def test_a_matrix_product_is_no_decorator() -> None:
    assert about("x = (a\n# here\n@ b\n)\ny = 1\n") == [(2, 3)]


def test_lines_that_no_comment_can_come_between_count_as_one() -> None:
    assert about('f("""a\nb\n""", 1)  # here\n') == [(1, 2, 3)]
    assert about("# here\nx = '''\na\n''' + '''\nb\n'''\ny = 1\n") == [(1, 2, 3, 4, 5, 6)]
    assert about("x = 1 + \\\n  2  # here\n") == [(1, 2)]
    assert about("f(\n    1,  # here\n    2,\n)\n") == [(2,)]


def test_the_top_of_a_file() -> None:
    def at_top(source: str, path: str = "a.py") -> list[bool]:
        return [each.at_top for each in of(source, path)]

    assert at_top("#!/usr/bin/python\n# -*- coding: utf-8 -*-\n\n# c\nx = 1  # d\n# e\n") == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert at_top('"""Docs."""\n# c\n') == [False]
    assert at_top("# a\n---\n# b\nc: 1\n# d\n", "a.yaml") == [True, True, False]


@pytest.mark.parametrize("path", ["a.yaml", "a.yml"])
def test_yaml(path: str) -> None:
    source = "# here\na: 1\nb: 'x # here'\nc: x#here\nd: 2  # here\ne: |\n  # here\n  y\n"
    assert about(source, path) == [(1, 2), (5,)]


def test_a_scalar_of_several_lines_counts_as_one() -> None:
    command = "command: >-  # here\n  celery -A shop worker\n  --concurrency=2\n\nother: 1\n"
    assert about(command, "a.yaml") == [(1, 2, 3)]
    assert about("# here\ncommand: celery -A shop\n  worker\nother: 1\n", "a.yaml") == [(1, 2, 3)]
    assert about('command: "celery\n  worker"  # here\n', "a.yaml") == [(1, 2)]
    assert about("a:\n- |\n  x\n  y\n# here\n- z\n", "a.yaml") == [(5, 6)]


def test_a_document_that_is_no_yaml_has_comments_too() -> None:
    assert about("a: 1\n---\n# here\nb: [1\nc: 'x'  # here\n", "a.yaml") == [(3, 4), (5,)]


def test_other_files_have_comments_of_their_own_line() -> None:
    source = "FROM python\n  # here\nCMD celery -A shop worker  # here\n"
    assert about(source, "Dockerfile") == [(2, 3)]
    assert about('{"a": "# here"}\n# here\n', "a.json") == []


def test_lines_that_belong_together_are_merged() -> None:
    assert merged([(5, 6), (1, 2), (2, 4), (8, 8), (4, 4)]) == ((1, 4), (5, 6))


@given(
    st.text(alphabet="#'\"\\\n\r ()[]{}@:|>-abf=\u3000é", max_size=60), st.sampled_from(["a.py", "a.yaml", "run.sh"])
)
def test_any_text_is_read(source: str, path: str) -> None:
    text = Text(path, source)
    for comment in comments(text, ANY):
        assert text.line(comment.span.line)[comment.span.column - 1 :].rstrip() == comment.text
        assert comment.about[0][0] <= comment.span.line <= comment.about[0][1]


@pytest.mark.parametrize("line", ["'''", "'", '"\\', "f'{", "f'{x['", "(", "@a", "# here", "x = '''", "x = (\\"])
def test_the_time_grows_with_the_file_and_no_faster(line: str) -> None:
    start = time.perf_counter()
    of(f"{line}\n" * 20_000 + "# here", wanted=ANY)
    assert time.perf_counter() - start < 10  # some 50 ms; squared it would be minutes
