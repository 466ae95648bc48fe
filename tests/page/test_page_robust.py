"""Whatever a user's page holds, the answer is a page or a PageError, never a crash."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from model_factories import default, make, project, settings

from celerylint.model import Task, Worker
from celerylint.origin import unknown
from celerylint.page import SCOPES, ExpressionError, PageError, check, compile_expression
from celerylint.page.format import format_value
from celerylint.page.message import compile_message
from celerylint.page.read import parse_page
from celerylint.page.source import split
from page.page_texts import FRONT, page_text

NAMES = SCOPES["task on worker"].variables
_MODEL = "worker task project . .name .pool .processes .tasks .settings .task_acks_late .time_limit .memory .demand"
_SIGNS = "( ) { } [ ] , == < > + - * / // % . \\ # : = é"
_PYTHON = (
    "and or not in is None True if else for t any( all( len( max( sum( join( bytes( ceil( glob( sorted( 1 0 2.5 'a'"
)
WORDS = st.sampled_from([*f"{_MODEL} {_SIGNS} {_PYTHON}".split(), "\n", "\x00"])
TASK = make(Task, name="t", time_limit=5)
ENTITIES: dict[str, Any] = {
    "project": project(),
    "task": TASK,
    "worker": make(Worker, pool="solo", processes=unknown("why"), tasks=default((TASK,)), settings=settings(x=3)),
}


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_an_expression_or_an_error_with_a_caret(text: str) -> None:
    try:
        expression = compile_expression(text, NAMES)
    except ExpressionError as error:
        assert "^" in str(error)
    else:
        assert format_value(expression.evaluate(ENTITIES).value, expression.type)


@given(st.lists(WORDS | st.text(max_size=5), max_size=14).map("".join))
def test_any_text_is_a_message_or_an_error_with_a_caret(text: str) -> None:
    try:
        message = compile_message(text, NAMES)
    except ExpressionError as error:
        assert "^" in str(error)
    else:
        assert "\n" not in message.render(ENTITIES)


KEYS = st.sampled_from([*FRONT, "because", "parameters", "fix", "error_when"])


@given(st.dictionaries(KEYS, st.text(max_size=30) | st.lists(WORDS, max_size=6).map(" ".join), max_size=3))
def test_any_front_matter_is_a_page_or_an_error_in_its_file(changes: dict[str, str]) -> None:
    text = page_text(**changes)
    try:
        check(parse_page(split("p.md", text), "too-many-processes"))
    except PageError as error:
        assert 1 <= error.line <= text.count("\n") + 1
        assert error.column >= 1
        assert str(error).startswith(f"p.md:{error.line}:{error.column}: ")
