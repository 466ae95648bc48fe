"""A crontab is due when Celery's own is, and is refused where Celery refuses it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from celerylint.link.crontab import FIELDS, LONGEST_TEXT, RefusedError, crontab_of, crontab_of_line, numbers_of
from celerylint.link.evaluate.objects import Raised
from celerylint.link.releases import UNNAMED, Releases
from celerylint.model import Crontab
from celerylint.origin import Unknown

crontab = import_module("celery.schedules").crontab
APP = import_module("celery").Celery("crontabs", set_as_current=False)

RELEASES = Releases(("5.7.0",), ("5.7.0",), "5.7.0")
WORDS = st.sampled_from(["0", "1", "5", "12", "23", "31", "59", "60", "99", "mon", "Friday", "sun", "jan", "MAR", "x"])
STEPS = st.sampled_from(["", "/1", "/2", "/15", "/0", "/", "/x", "/2/3", "/3 "])
PARTS = st.one_of(
    WORDS,
    st.tuples(WORDS, WORDS).map("-".join),
    st.just("*"),
    st.sampled_from(["", " ", "-1", "*\n", " 5", "1_0", "1-", "-", "**", "5;"]),
)
TEXTS = st.lists(st.tuples(PARTS, STEPS).map("".join), min_size=1, max_size=3).map(",".join)
SPECS = st.one_of(
    TEXTS,
    st.text(alphabet="0123456789*-/, monjanu", max_size=12),
    st.integers(-2, 70),
    st.lists(st.integers(-1, 61), max_size=4),
    st.sets(st.integers(0, 12), min_size=1, max_size=4),
    st.sampled_from([None, 1.5, True, object(), {}, {3: "x"}]),
)


def real(**fields: Any) -> dict[str, list[int]] | None:
    """The sets that Celery comes to; None where it raises, at the latest when it looks for the next run."""
    late = datetime(9990, 1, 1, tzinfo=UTC)
    try:
        made = crontab(**fields, nowfun=lambda: late, app=APP)
        made.remaining_delta(late)
    except Exception:
        return None
    return {name: sorted(map(int, getattr(made, name))) for name in FIELDS}


def ours(**fields: Any) -> dict[str, list[int]] | None:
    found = crontab_of((), fields, RELEASES)
    if isinstance(found, Unknown):
        assert isinstance(found, Raised), found.reason
        return None
    return {name: list(getattr(found, name)) for name in FIELDS}


@settings(max_examples=1500, deadline=None)
@given(name=st.sampled_from(list(FIELDS)), spec=SPECS)
def test_a_field_is_what_celery_makes_of_it(name: str, spec: Any) -> None:
    assert ours(**{name: spec}) == real(**{name: spec})


@settings(max_examples=200, deadline=None)
@given(fields=st.dictionaries(st.sampled_from(list(FIELDS)), TEXTS, max_size=3))
def test_fields_together_are_what_celery_makes_of_them(fields: dict[str, str]) -> None:
    assert ours(**fields) == real(**fields)


@pytest.mark.parametrize(
    ("spec", "numbers"),
    [
        ("*/15", {0, 15, 30, 45}),
        ("1-5/2", {1, 3, 5}),
        ("50-10/10", {50, 0, 10}),
        ("3,7-9", {3, 7, 8, 9}),
        (7, {7}),
        ([1, 2], {1, 2}),
    ],
)
def test_minutes(spec: Any, numbers: set[int]) -> None:
    found = numbers_of(spec, 0, 59)
    assert not isinstance(found, Unknown)
    assert set(found) == numbers


@pytest.mark.parametrize("spec", ["-0", "-0/2", "-5", "--1"])
def test_negative_numbers_are_refused(spec: str) -> None:
    assert real(minute=spec) is None
    assert ours(minute=spec) is None


@pytest.mark.parametrize(
    ("line", "name", "numbers"),
    [
        ("0 4 * * mon-fri", "day_of_week", [1, 2, 3, 4, 5]),
        ("0 4 1,15 * *", "day_of_month", [1, 15]),
        ("*/20 22-1 * dec-feb *", "month_of_year", [1, 2, 12]),
        ("*/20 22-1 * dec-feb *", "hour", [0, 1, 22, 23]),
    ],
)
def test_a_line(line: str, name: str, numbers: list[int]) -> None:
    found = crontab_of_line(line, RELEASES)
    assert isinstance(found, Crontab)
    assert list(getattr(found, name)) == numbers == sorted(getattr(crontab.from_string(line), name))


@pytest.mark.parametrize("line", ["0 4 * *", "0  4 * * *", "@daily", 5, "61 * * * *"])
def test_a_line_that_celery_refuses(line: Any) -> None:
    with pytest.raises((ValueError, AttributeError)):
        crontab.from_string(line)
    assert isinstance(crontab_of_line(line, RELEASES), Raised)


def test_arguments_that_celery_refuses_are_told_by_their_names() -> None:
    assert "minutes" in getattr(crontab_of((), {"minutes": 5}, RELEASES), "reason", "")
    assert "day_of_week '8'" in getattr(crontab_of((0, 0, "8"), {}, RELEASES), "reason", "")
    assert isinstance(crontab_of((0,), {"minute": 5}, RELEASES), Raised)
    assert isinstance(crontab_of(("0",) * 6, {}, RELEASES), Raised)
    assert isinstance(crontab_of((), {"minute": 5, "nowfun": None}, RELEASES), Crontab)


OLD, SOME = Releases(("5.4.0",), ("5.4.0",), "5.4.0"), UNNAMED


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("nothing", [{}, (), [], set()])
@pytest.mark.parametrize("releases", [RELEASES, OLD, SOME])
def test_a_field_without_numbers_is_never_due(name: str, nothing: Any, releases: Releases) -> None:
    assert real(**{name: nothing}) is None
    assert isinstance(crontab_of((), {name: nothing}, releases), Raised)


def test_days_that_never_come_end_beat_in_every_release() -> None:
    for releases in (RELEASES, OLD, SOME):
        assert isinstance(crontab_of((), {"day_of_month": [31], "month_of_year": {9}}, releases), Raised)


@pytest.mark.parametrize(("fields", "old"), [({"month_of_year": "jan-3"}, False), ({"day_of_week": "mon"}, True)])
def test_the_names_of_months_came_with_a_release(fields: dict[str, Any], old: bool) -> None:
    assert isinstance(crontab_of((), fields, RELEASES), Crontab)
    assert isinstance(crontab_of((), fields, OLD), Crontab if old else Raised)
    assert isinstance(crontab_of((), fields, SOME), Crontab if old else Unknown)
    assert not isinstance(crontab_of((), fields, SOME), Raised)


def test_a_line_came_with_a_release() -> None:
    line = "0 4 * * *"
    assert isinstance(crontab_of_line(line, OLD), Raised)
    assert isinstance(crontab_of_line(line, SOME), Unknown)
    assert not isinstance(crontab_of_line(line, SOME), Raised)


def test_what_is_too_long_or_strange_is_unknown() -> None:
    for spec in ("1," * LONGEST_TEXT + "1", [1.5], ["1"]):
        found = crontab_of((), {"minute": spec}, RELEASES)
        assert isinstance(found, Unknown) and not isinstance(found, Raised)
    with pytest.raises(RefusedError):
        numbers_of("1,,2", 0, 59)


def gap_of(**fields: Any) -> Any:
    found = crontab_of((), fields, RELEASES)
    assert isinstance(found, Crontab)
    return found.shortest_gap


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({}, 60),
        ({"minute": "*/15"}, 900),
        ({"minute": "0,50"}, 600),
        ({"minute": 0, "hour": 3}, 86400),
        ({"minute": 30, "hour": "0,23"}, 3600),
        ({"minute": 30, "hour": "0,23", "day_of_week": "mon"}, 82800),
        ({"minute": 0, "hour": 0, "day_of_week": "mon"}, 7 * 86400),
        ({"minute": 0, "hour": 0, "day_of_week": "mon,thu"}, 3 * 86400),
        ({"minute": 0, "hour": 0, "day_of_month": 1}, 28 * 86400),
        ({"minute": 0, "hour": 0, "day_of_month": "31,1"}, 86400),
        ({"minute": 0, "hour": 0, "day_of_month": 29, "month_of_year": 2}, 1461 * 86400),
        ({"minute": 0, "hour": 0, "day_of_month": 1, "month_of_year": 1}, 365 * 86400),
    ],
)
def test_the_shortest_gap(fields: dict[str, Any], seconds: int | None) -> None:
    assert gap_of(**fields) == seconds


@settings(max_examples=60, deadline=None)
@given(
    minute=st.sets(st.integers(0, 59), min_size=1, max_size=3),
    hour=st.sets(st.integers(0, 23), min_size=1, max_size=3),
    week=st.sets(st.integers(0, 6), min_size=1, max_size=7),
)
def test_no_two_runs_of_celerys_are_closer(minute: set[int], hour: set[int], week: set[int]) -> None:
    fields = {"minute": sorted(minute), "hour": sorted(hour), "day_of_week": sorted(week)}
    made = crontab(**fields)
    start = datetime(2024, 1, 7)
    due = [
        start + timedelta(days=day, hours=at, minutes=past)
        for day in range(15)
        if (start + timedelta(days=day)).isoweekday() % 7 in made.day_of_week
        for at in sorted(made.hour)
        for past in sorted(made.minute)
    ]
    apart = min((later - earlier for earlier, later in itertools.pairwise(due)))
    assert gap_of(**fields) == apart.total_seconds()
