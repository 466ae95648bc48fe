"""When Celery's beat would send: schedules as its entries hold them, and the first times at which they are due."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

PRELOADED = ("celery.beat", "celery.schedules")
FIELDS = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year")
START = datetime(2024, 1, 7, 12, 30, tzinfo=UTC)
MOST_TIMES = 40


def schedules(head: str, expressions: list[str]) -> list[dict[str, Any]]:
    """What each expression, behind the statements of its module, comes to as the schedule of an entry."""
    space: dict[str, Any] = {"__name__": "shop.schedules", "__package__": "shop"}
    exec(head, space)
    return [_told(space, text) for text in expressions]


def _told(space: dict[str, Any], text: str) -> dict[str, Any]:
    beat = import_module("celery.beat")
    try:
        entry = beat.ScheduleEntry(name="entry", task="add", schedule=eval(text, dict(space)), app=space["app"])
        when = entry.schedule
        if hasattr(when, "minute"):
            numbers = [sorted(map(int, getattr(when, name))) for name in FIELDS]
            return {"crontab": numbers, "times": _times(when, numbers)}
        when.is_due(START)
        return {"interval": when.run_every.total_seconds() if hasattr(when, "run_every") else None}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _times(when: Any, numbers: list[list[int]]) -> list[float]:
    """The times at which a crontab is due, one after the other, in seconds."""
    found: list[float] = []
    last = (
        START if numbers[FIELDS.index("day_of_week")] else START.replace(year=9990)
    )  # it looks as far as there is time
    while len(found) < MOST_TIMES:
        when.nowfun = lambda: last  # noqa: B023  up to 5.6 it is due within the hour only where that is now
        before, delta, _ = when.remaining_delta(last)
        last = before + delta
        found.append(last.timestamp())
    return found
