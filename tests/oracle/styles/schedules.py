"""Schedules of entries: crontabs in all their spellings, intervals, and what Celery refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from oracle.express import expression, literal
from oracle.sources import Place

_BOUNDS = {"minute": (0, 59), "hour": (0, 23), "day_of_week": (0, 6), "day_of_month": (1, 31), "month_of_year": (1, 12)}
_WEEK = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "Monday", "FRIDAY", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "dec", "January", "sept")
_STRANGE = (
    "",
    "60",
    "24",
    "*/0",
    "1-",
    "x",
    "-1",
    "1,,2",
    "*/x",
    "**",
    "7",
    "0",
    " 5",
    "1 ",
    "5/2",
    "@daily",
    "99",
)
_SECONDS = (0, 0.5, 1, 10, 30.0, 60, 90, 300, 3600, 86400, -5, True)


def schedule_text(place: Place) -> str:
    """The expression of a schedule."""
    draw = place.draw
    form = draw.pick(
        ("crontab",) * 12 + ("line",) * 3 + ("number", "number", "delta", "delta", "schedule", "odd", "shared")
    )
    depth = draw.pick((0, 0, 0, 1, 2))
    if form == "crontab":
        return _crontab(place, depth)
    if form == "line":
        order = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
        words = [_text(place, name) for name in order]
        words = words[: draw.pick((5,) * 12 + (4,))]
        return f"crontab.from_string({expression(place, draw.pick((' ',) * 12 + ('  ',)).join(words), depth)})"
    if form == "number":
        return expression(place, draw.pick(_SECONDS), depth)
    if form == "delta":
        return expression(place, timedelta(seconds=draw.pick(_SECONDS[:-1])), depth)
    if form == "schedule":
        inner = expression(place, draw.pick((timedelta(minutes=5), 30, 2.5)), depth)
        return draw.pick((f"schedule({inner})", f"schedule(run_every={inner})", f"schedule({inner}, relative=True)"))
    if form == "shared":
        name = place.fresh("NIGHTLY", "EVERY_HOUR")
        place.write(f"{name} = {literal(place, draw.pick((60, 3600.0)))}")
        return draw.pick((name, f"{name} * 2", f"timedelta(seconds={name})"))
    return draw.pick(("None", "'60'", "'* * * * *'", "[60]", "crontab(0, 1, 2, 3, 4, 5)", "crontab(minutes=5)"))


def _crontab(place: Place, depth: int) -> str:
    draw = place.draw
    names = [name for name in _BOUNDS if draw.chance(55)]
    values = {name: expression(place, _value(place, name), depth) for name in names}
    if draw.chance(15):
        given = list(values)[: draw.number(0, 3)]
        if given == list(_BOUNDS)[: len(given)]:
            words = [values[name] for name in given] + [f"{name}={values[name]}" for name in names[len(given) :]]
            return f"crontab({', '.join(words)})"
    if values and draw.chance(10):
        return "crontab(**{" + ", ".join(f"{name!r}: {text}" for name, text in values.items()) + "})"
    called = draw.pick(("crontab",) * 6 + ("celery.schedules.crontab", "schedules.crontab"))
    return f"{called}({', '.join(f'{name}={values[name]}' for name in draw.shuffled(names))})"


def _value(place: Place, name: str) -> Any:
    """What a field is given: text, a number, or a collection of numbers."""
    draw = place.draw
    low, high = _BOUNDS[name]
    form = draw.pick(("text",) * 10 + ("number",) * 4 + ("list", "set", "tuple", "odd"))
    numbers = [draw.number(low, high + draw.chance(3)) for _ in range(draw.number(1, 4))]
    if form == "number":
        return numbers[0]
    if form == "odd":
        return draw.pick((None, 2.5, True, -1, ["1"], (), [], {}))
    if form in ("list", "tuple"):
        return numbers if form == "list" else tuple(numbers)
    return set(numbers) if form == "set" else _text(place, name)


def _text(place: Place, name: str) -> str:
    draw = place.draw
    if draw.chance(3):
        return draw.pick(_STRANGE)
    return ",".join(_part(place, name) for _ in range(draw.pick((1, 1, 1, 1, 2, 3))))


def _part(place: Place, name: str) -> str:
    draw = place.draw
    low, high = _BOUNDS[name]
    form = draw.pick(
        ("star", "star", "step", "step", "number", "number", "number", "range", "range", "range step", "word")
    )
    one, two = draw.number(low, high), draw.number(low, high)
    step = draw.pick((1, 2, 3, 5, 7, 10, 15, 20, 30, 70))
    if form == "word" and name in ("day_of_week", "month_of_year"):
        words = _WEEK if name == "day_of_week" else _MONTHS
        return draw.pick((draw.pick(words), f"{draw.pick(words)}-{draw.pick(words)}"))
    texts = {"star": "*", "step": f"*/{step}", "range": f"{one}-{two}", "range step": f"{one}-{two}/{step}"}
    return texts.get(form, f"{one:02}" if draw.chance(20) else str(one))
