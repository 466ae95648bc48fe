"""Schedules: Celery makes beat's entries of them, and celerylint says the same numbers, times and refusals."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from celerylint.model import Crontab, ScheduleEntry
from celerylint.origin import Value
from oracle.asking import RealCelery
from oracle.case import Case
from oracle.crontab_process import FIELDS, MOST_TIMES
from oracle.draw import Draw
from oracle.judging import Tally
from oracle.reading import schedule_of_app
from oracle.sources import Place, Project
from oracle.styles.schedules import schedule_text

CASES = int(os.environ.get("ORACLE_CASES") or 2000)
ENTRIES = 20  # of one schedule
MOST_UNKNOWN = 0.05
_DAY = 24 * 3600
_HEAD = (
    *(
        "import celery.schedules",
        "from celery import Celery, schedules",
        "from celery.schedules import crontab, schedule",
    ),
    *("from datetime import timedelta", "app = Celery('shop')"),
)


def repository(number: int, version: str) -> tuple[Case, str, list[str]]:
    """A repository with a schedule: the statements in front of it, and the expressions of its entries."""
    project = Project(Draw.numbered("schedules", number))
    place = Place(project, project.module("shop.schedules"))
    for line in _HEAD:
        place.imported(line)
    texts = [schedule_text(place) for _ in range(ENTRIES)]
    head = place.module.text()
    entries = [f"    'entry{index}': {{'task': 'add', 'schedule': {text}}}," for index, text in enumerate(texts)]
    place.write("app.conf.beat_schedule = {", *entries, "}")
    project.files["requirements.txt"] = f"celery=={version}\n"
    return Case(project.written(), project.env, "shop.schedules:app"), head, texts


def judged(real: RealCelery, numbers: range, base: Path) -> Tally:
    """Every entry of these schedules."""
    tally = Tally()
    cases: dict[int, Case] = {}

    def questions() -> Iterator[dict[str, Any]]:
        for number in numbers:
            case, head, texts = repository(number, real.version)
            cases[number] = case
            root = str(case.written(base / str(number)))
            yield {"kind": "schedules", "root": root, "env": dict(case.env), "head": head, "expressions": texts}

    for number, answer in zip(numbers, real.answers(questions()), strict=True):
        ours = schedule_of_app(base / str(number), cases.pop(number))
        if "error" in answer:  # what the expressions rest on fails already
            tally.refuse(answer["error"])
        for index, theirs in enumerate(answer.get("answer", ())):
            _judge(tally, number * ENTRIES + index, ours.get(f"entry{index}"), theirs)
        shutil.rmtree(base / str(number))
    return tally


def _judge(tally: Tally, number: int, entry: ScheduleEntry | None, theirs: Mapping[str, Any]) -> None:
    if "error" in theirs:
        tally.refuse(theirs["error"])
        if entry is not None and (entry.crontab.otherwise(None) or entry.interval.otherwise(None) is not None):
            tally.wrong[number] = {"refused": (str(entry.schedule.value), theirs["error"])}
        return
    if entry is None:
        tally.wrong[number] = {"entry": (None, theirs)}
        return
    if entry.refused:
        tally.wrong[number] = {"refused": (entry.refused, theirs)}
        return
    if "crontab" in theirs:
        value: Value[Any] = entry.crontab.map(_numbers)
        tally.judge(number, {"crontab": value}, {"crontab": theirs["crontab"]}, {"crontab": None})
        if isinstance(entry.crontab.value, Crontab) and (wrong := _wrong_times(entry.crontab.value, theirs["times"])):
            tally.wrong.setdefault(number, {})["times"] = (wrong, str(entry.schedule.value))
    else:
        tally.judge(number, {"interval": entry.interval}, {"interval": theirs["interval"]}, {"interval": "none"})


def _numbers(crontab: Crontab | None) -> list[list[int]] | None:
    return [list(getattr(crontab, name)) for name in FIELDS] if crontab else None


def _wrong_times(crontab: Crontab, times: list[float]) -> str:
    """What is wrong with the times at which Celery is due, by the numbers and the shortest gap that celerylint has."""
    for each in times:
        moment = datetime.fromtimestamp(each, UTC)
        if moment.minute not in crontab.minute or moment.hour not in crontab.hour or not crontab._is_due(moment.date()):
            return f"Celery is due at {moment}"
    gaps = [later - earlier for earlier, later in pairwise(times)]
    shortest = crontab.shortest_gap
    if gaps and (shortest is None or min(gaps) < shortest):
        return f"{min(gaps)} s between two runs, and not {shortest}"
    daily = len(crontab.day_of_week) == 7 and len(crontab.day_of_month) == 31 and len(crontab.month_of_year) == 12
    if gaps and daily and len(crontab.minute) * len(crontab.hour) < MOST_TIMES - 2 and shortest != min(gaps):
        return f"{min(gaps)} s between two runs, and not {shortest}"
    return ""


def test_a_schedule_is_what_beat_makes_of_it_or_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RealCelery() as real:
        tally = judged(real, range(CASES // ENTRIES), tmp_path)
    with capsys.disabled():
        print(f"\nschedules of Celery {real.version}: {tally.summary()}")
    assert not tally.wrong
    assert tally.share < MOST_UNKNOWN
    assert tally.refused.total() < tally.cases * 0.3
