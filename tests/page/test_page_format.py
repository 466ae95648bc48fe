"""Values in words, and messages."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_factories import make

from celerylint.model import Call, Task, Worker
from celerylint.origin import Unknown, unknown
from celerylint.page import SCOPES, ExpressionError
from celerylint.page.format import duration, format_value, size
from celerylint.page.message import compile_message
from celerylint.page.types import ANY, BOOL, FLOAT, INT, STR, Type, tuple_of


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (1.5, "1.5 s"),
        (0.0001, "0 s"),
        (60, "1 min"),
        (1800, "30 min"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (90, "1 min 30 s"),
        (172800, "2 d"),
        (90061.5, "1 d 1 h 1 min 1.5 s"),
        (59.9999, "1 min"),
        (-90, "-1 min 30 s"),
    ],
)
def test_durations(seconds: float, expected: str) -> None:
    assert format_value(seconds, Type("Seconds")) == expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (100, "100 B"),
        (1024, "1 KiB"),
        (512 * 2**20, "512 MiB"),
        (2**30, "1 GiB"),
        (3 * 2**29, "1.5 GiB"),
        (5 * 2**28, "1.25 GiB"),
        (10**9, "953.67 MiB"),
        (2**30 - 1, "1 GiB"),
        (2**50, "1024 TiB"),
    ],
)
def test_sizes(count: int, expected: str) -> None:
    assert format_value(count, Type("Bytes")) == expected


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (150000, Type("KiB"), "150000 KiB"),
        (0.5, Type("Cpus"), "500m"),
        (2.0, Type("Cpus"), "2"),
        (1.5, Type("Cpus"), "1500m"),
        (4, INT, "4"),
        (2.50, FLOAT, "2.5"),
        (10.0, FLOAT, "10"),
        (1 / 3, FLOAT, "0.333"),
        (math.inf, Type("Seconds"), "without end"),
        (math.nan, Type("Seconds"), "nan"),
        (True, BOOL, "yes"),
        (False, BOOL, "no"),
        (None, Type("Seconds", absent=True), "none"),
        (Unknown("why"), INT, "?"),
        ("prefork", STR, "prefork"),
        ("two\nlines \x1b[31m", STR, "two lines [31m"),
        ("x" * 500, STR, "x" * 119 + "…"),
        ((), tuple_of(STR), "none"),
        (("a",), tuple_of(STR), "a"),
        (("a", "b"), tuple_of(STR), "a and b"),
        (("a", "b", "c"), tuple_of(STR), "a, b and c"),
        (tuple("abcde"), tuple_of(STR), "a, b, c, d and e"),
        (tuple("abcdefgh"), tuple_of(STR), "a, b, c, d, e and 3 more"),
        ((60, 1800), tuple_of(Type("Seconds")), "1 min and 30 min"),
        ([1, True, None], ANY, "1, yes and none"),
        ({"b", "a"}, ANY, "a and b"),
        ({"visibility_timeout": 3600}, ANY, "visibility_timeout = 3600"),
        (make(Call, name="requests.post"), ANY, "requests.post"),
    ],
)
def test_values(value: Any, type_: Type, expected: str) -> None:
    assert format_value(value, type_) == expected


@given(st.integers(0, 10**7))
def test_a_duration_says_exactly_how_long_it_is(seconds: int) -> None:
    lengths = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    words = duration(seconds).split()
    assert sum(int(count) * lengths[unit] for count, unit in zip(words[::2], words[1::2], strict=True)) == seconds


@given(st.integers(0, 2**50))
def test_a_size_is_right_to_two_decimals(count: int) -> None:
    amount, unit = size(count).split()
    factor = 1024 ** ["B", "KiB", "MiB", "GiB", "TiB"].index(unit)
    assert abs(float(amount) * factor - count) <= 0.005001 * factor  # half of the last decimal, and what floats lose


NAMES = SCOPES["task on worker"].variables


def render(text: str, **entities: Any) -> str:
    return compile_message(text, NAMES).render(entities)


def test_a_message_holds_expressions_and_says_their_units() -> None:
    task = make(Task, name="shop.build", longest_run=1800)
    assert render("{task.name} may run {task.longest_run}\n{task.longest_run * 2}", task=task) == (
        "shop.build may run 30 min 1 h"
    )


def test_braces_quotes_and_sets_are_told_apart() -> None:
    worker = make(Worker, pool="prefork")
    text = "{{x}} {'}' if worker.pool in {'prefork', '{'} else 'no'} {{"
    assert render(text, worker=worker) == "{x} } {"


def test_what_is_unknown_in_a_message_is_a_question_mark() -> None:
    assert render("{worker.pool}!", worker=make(Worker, pool=unknown("why"))) == "?!"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "runs {task.longestrun} long",
            'Task has no field `longestrun`; did you mean "longest_run"?\n'
            "runs {task.longestrun} long\n           ^^^^^^^^^^",
        ),
        ("a { b", "this brace is never closed; a brace itself is written `{{`\na { b\n  ^"),
        ("a } b", "this brace closes nothing; a brace itself is written `}}`\na } b\n  ^"),
        ("first\nand {task.nam}", 'Task has no field `nam`; did you mean "name"?\nand {task.nam}\n          ^^^'),
        ("{}", "this is not an expression: invalid syntax\n{}\n ^"),
    ],
)
def test_mistakes_in_messages_are_shown_with_a_caret(text: str, expected: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_message(text, NAMES)
    assert str(caught.value) == expected
