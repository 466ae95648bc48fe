"""Versions in expressions: true or false where all that it may be agree, else unknown."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_factories import make, project, version
from packaging.specifiers import SpecifierSet

from celerylint.engine import Outcome, run
from celerylint.finding import Confidence
from celerylint.model import App, Versions, Worker
from celerylint.model.version import numbers
from celerylint.origin import Unknown, unknown
from celerylint.page import SCOPES, ExpressionError, compile_expression
from page.page_texts import page

TYPES = {**SCOPES["app"].variables, **SCOPES["worker"].variables}


def asked(text: str, celery: Any) -> Any:
    """The answer of an expression for an app whose Celery may be these versions."""
    versions = make(Versions, celery=celery)
    names = {"app": make(App, versions=versions), "worker": make(Worker, versions=versions)}
    answer = compile_expression(text, TYPES).evaluate(names).value
    return "unknown" if isinstance(answer, Unknown) else answer


@pytest.mark.parametrize(
    ("celery", "text", "expected"),
    [
        ("==5.4.0", 'app.versions.celery >= "5.4"', True),
        ("==5.4.0", 'app.versions.celery < "5.4"', False),
        ("==5.4.0", 'app.versions.celery == "5.4"', True),
        ("==5.4.0", 'app.versions.celery == "5.4.0.0"', True),
        ("==5.4.1", 'app.versions.celery == "5.4"', False),
        ("==5.4.1", 'app.versions.celery > "5.4"', True),
        ("==5.10.0", 'app.versions.celery > "5.9"', True),
        ("==5.6.0rc1", 'app.versions.celery >= "5.6"', True),
        ("==5.4.0", '"5.2" <= app.versions.celery < "5.5"', True),
        ("==5.4.0", '"5.5" > worker.versions.celery', True),
        (">=5.3,<5.6", 'app.versions.celery < "5.6"', True),
        (">=5.3,<5.6", 'app.versions.celery <= "5.6"', True),
        (">=5.3,<5.6", 'app.versions.celery >= "5.3"', True),
        (">=5.3,<5.6", 'app.versions.celery > "5.3"', "unknown"),
        (">=5.3,<5.6", 'app.versions.celery < "5.5"', "unknown"),
        (">=5.3,<5.6", 'app.versions.celery >= "5.6"', False),
        (">=5.3,<5.6", 'app.versions.celery == "5.6"', False),
        (">=5.3,<5.6", 'app.versions.celery == "5.4"', "unknown"),
        (">=5.3,<5.6", 'app.versions.celery != "5.6"', True),
        (">=5.3", 'app.versions.celery >= "5"', True),
        (">=5.3", 'app.versions.celery < "6"', "unknown"),
        (">=5.3,!=5.5.*", 'app.versions.celery == "5.5.2"', False),
        ("==5.3.6 || ==5.4.0", 'app.versions.celery < "5.5"', True),
        ("==5.3.6 || ==5.4.0", 'app.versions.celery >= "5.4"', "unknown"),
    ],
)
def test_a_version_is_compared_with_a_text(celery: str, text: str, expected: Any) -> None:
    assert asked(text, version(celery)) == expected


def test_a_version_that_nobody_knows_leaves_everything_open() -> None:
    for symbol in ("<", "<=", ">", ">=", "==", "!="):
        assert asked(f'app.versions.celery {symbol} "5.4"', unknown("no file names it")) == "unknown"


SERIES = [f"{major}.{minor}.{patch}" for major, minor, patch in itertools.product((4, 5), (0, 3, 4, 7), (0, 1, 9))]
clauses = st.builds(
    lambda sign, text: f"{sign}{text}",
    st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "~="]),
    st.sampled_from(SERIES),
)
prefixes = st.builds(lambda sign, text: f"{sign}{text[:3]}.*", st.sampled_from(["==", "!="]), st.sampled_from(SERIES))


@given(st.lists(clauses | prefixes, min_size=1, max_size=3), st.sampled_from(SERIES))
def test_what_is_said_of_all_versions_holds_for_each_that_packaging_lets_in(parts: list[str], other: str) -> None:
    specifiers = SpecifierSet(",".join(parts))
    inside = [found for text in SERIES if specifiers.contains(text) and (found := numbers(text))]
    said_of, wanted = version(",".join(parts)).get(), numbers(other)
    assert wanted
    for symbol, holds in (("<", operator.lt), ("<=", operator.le), (">", operator.gt), ("==", operator.eq)):
        said = said_of.compared(symbol, other)
        answers = {holds(each, wanted) for each in inside}
        if isinstance(said, Unknown):
            assert not said_of.exact  # versions that SERIES leaves out may make the difference
        elif said_of.stretches:
            assert answers <= {said}
        else:
            assert not inside


def outcome(celery: Any) -> Outcome:
    """What a page says of an app's worker with this Celery."""
    model = project(workers=(make(Worker, name="w", versions=make(Versions, celery=celery)),))
    asks = page(
        when='worker.versions.celery < "5.6"',
        message='"{worker.name} runs on Celery {worker.versions.celery}"',
        at="worker.versions.celery",
    )
    return run([asks], model)


def test_a_finding_points_at_the_line_that_names_the_version() -> None:
    (found,) = outcome(version("==5.4.0", "uv.lock", 7)).findings
    assert (found.message, str(found.place.span)) == ("w runs on Celery 5.4.0", "uv.lock:7:1")
    assert found.confidence is Confidence.CERTAIN
    assert outcome(version(">=5.6", "uv.lock", 7)) == Outcome((), ())


def test_a_range_on_both_sides_is_undecided_and_says_why() -> None:
    result = outcome(version(">=5.4", "pyproject.toml", 4))
    (open_,) = result.undecided
    assert result.findings == ()
    assert open_.reason == "the version may be >=5.4"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("app.versions.celery >= 5.4", "`>=` has no meaning between Version and float"),
        ('app.versions.celery >= "five"', 'a version is compared with a text such as "5.5"'),
        ("app.versions.celery >= app.name", "a version is compared with a text"),
        ("app.versions.celery == app.versions.kombu", "`==` has no meaning"),
        ('app.versions.celery in {"5.4.0"}', "`in` has no meaning for it"),
        ('app.versions.celry >= "5"', 'did you mean "celery"?'),
    ],
)
def test_mistakes_are_told(text: str, part: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, TYPES)
    assert part in str(caught.value)
