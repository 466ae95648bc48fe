"""`crontab(...)`: which minutes, hours and days its texts and numbers mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from celerylint.link.evaluate.objects import Raised
from celerylint.link.releases import Releases
from celerylint.model import Crontab
from celerylint.origin import Unknown

_NAMING = "5.5.3"  # the first catalogued release with crontab.from_string() and the names of months
LONGEST_TEXT = 1_000  # characters of one field; every field has at most 60 numbers

# celery/schedules.py:crontab.__init__, 4.4 to 5.7: the order of the arguments, and the least and greatest number.
FIELDS: Mapping[str, tuple[int, int]] = {
    "minute": (0, 59),
    "hour": (0, 23),
    "day_of_week": (0, 6),
    "day_of_month": (1, 31),
    "month_of_year": (1, 12),
}
# crontab.from_string takes the order of crontab(5).
_IN_A_LINE = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEK = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
# celery/schedules.py:crontab_parser looks at a part's beginning alone: what follows a match is not read.
_STEPPED_RANGE = re.compile(r"(\w+?)-(\w+)/(\w+)?")
_RANGE = re.compile(r"(\w+?)-(\w+)")
_STEPPED_STAR = re.compile(r"\*/(\w+)?")


class RefusedError(ValueError):
    """Celery raises an exception for this text."""


def crontab_of(positional: tuple[Any, ...], named: Mapping[str, Any], releases: Releases) -> Crontab | Unknown:
    """A crontab from the plain values of its arguments; `Raised` where Celery certainly refuses them.

    What is never due is refused when it is made, or when beat first asks when it is due (celery/schedules.py, 5.4 to
    5.7): beat ends by that.
    """
    given = dict(zip(FIELDS, positional, strict=False))
    strange = [name for name in named if name not in FIELDS and name not in ("nowfun", "app")]
    if len(positional) > len(FIELDS) or strange or given.keys() & named.keys():
        return Raised(
            f"crontab() has no argument {strange[0]}" if strange else "too many arguments", exception="TypeError"
        )
    given |= {name: value for name, value in named.items() if name in FIELDS}
    found: dict[str, frozenset[int]] = {}
    try:
        for name, bounds in FIELDS.items():
            numbers = _numbers(given.get(name, "*"), *bounds, releases)
            if isinstance(numbers, Unknown):
                return numbers
            found[name] = numbers
    except RefusedError as error:
        return Raised(f"crontab: {name} {given.get(name)!r}: {error}", exception="ValueError")
    days, months = found["day_of_month"], found["month_of_year"]
    empty = next((name for name, numbers in found.items() if not numbers), "")
    if empty:
        return Raised(f"crontab: {empty} is empty, so that it is never due", exception="ValueError")
    if not any(day <= _LONGEST_MONTHS[month - 1] for day in days for month in months):
        return Raised("crontab: none of its days of the month is ever in its months", exception="ValueError")
    return Crontab(**{name: tuple(sorted(numbers)) for name, numbers in found.items()})


def crontab_of_line(text: Any, releases: Releases) -> Crontab | Unknown:
    """`crontab.from_string("0 4 * * mon")`."""
    since = releases.since(_NAMING)
    if since is None:
        return Unknown(f"Celery has crontab.from_string() from 5.5 on, and it may be {releases.name}")
    if not since:
        return Raised(f"Celery {releases.name} has no crontab.from_string()", exception="AttributeError")
    if not isinstance(text, str):
        return Raised("crontab.from_string() is given no text", exception="AttributeError")
    words = text.split(" ")
    if len(words) != len(_IN_A_LINE):
        return Raised(f"crontab: {text!r} has {len(words)} fields and not 5", exception="ValueError")
    return crontab_of((), dict(zip(_IN_A_LINE, words, strict=True)), releases)


def _numbers(spec: Any, low: int, high: int, releases: Releases) -> frozenset[int] | Unknown:
    """The numbers of a field for all releases that count. Raises RefusedError."""
    since = releases.since(_NAMING)
    numbers = numbers_of(spec, low, high, months=since is not False)
    if since is None:
        try:
            numbers_of(spec, low, high, months=False)
        except RefusedError:
            return Unknown(f"Celery knows the names of months from 5.5 on, and it may be {releases.name}")
    return numbers


def numbers_of(spec: Any, low: int, high: int, months: bool = True) -> frozenset[int] | Unknown:
    """The numbers that a field means: a number, a text, or a collection of numbers. Raises RefusedError.

    `months`: whether the names of months are known.
    """
    if isinstance(spec, int):
        numbers = frozenset({int(spec)})
    elif isinstance(spec, str):
        if len(spec) > LONGEST_TEXT:
            return Unknown("a crontab's text is too long to be followed")
        numbers = frozenset().union(*(_part(part, low, high, months) for part in spec.split(",")))
    elif isinstance(spec, list | tuple | set | frozenset | dict):
        if not all(isinstance(each, int) for each in spec):
            return Unknown("a crontab's collection holds something else than numbers")
        numbers = frozenset(map(int, spec))
    else:
        raise RefusedError("it is no number, no text and no collection")
    strange = sorted(each for each in numbers if not low <= each <= high)
    if strange:
        raise RefusedError(f"{strange[0]} is not from {low} to {high}")
    return numbers


def _part(part: str, low: int, high: int, months: bool) -> list[int]:
    """What stands between two commas."""
    if not part:
        raise RefusedError("a part of it is empty")
    if found := _STEPPED_RANGE.match(part):
        return _stepped(_range(found[1], found[2], low, high, months), found[3])
    if found := _RANGE.match(part):
        return _range(found[1], found[2], low, high, months)
    if found := _STEPPED_STAR.match(part):
        return _stepped(list(range(low, high + 1)), found[1])
    return list(range(low, high + 1)) if part.removesuffix("\n") == "*" else [_number(part, low, high, months)]


def _range(first: str, last: str, low: int, high: int, months: bool) -> list[int]:
    """From a number to another; over the end and on from the beginning where the second is less."""
    start, end = _number(first, low, high, months), _number(last, low, high, months)
    if start <= end:
        return list(range(start, end + 1))
    return [*range(start, high + 1), *range(low, end + 1)]


def _stepped(numbers: list[int], step: str | None) -> list[int]:
    """Every so-manieth of them, beginning with the first."""
    if not step:
        raise RefusedError("there is no step behind /")
    try:
        return numbers[:: int(step)]
    except ValueError:
        raise RefusedError(f"{step} is no step") from None


def _number(word: str, low: int, high: int, months: bool) -> int:
    """A number, or the name of a month or of a weekday, of which three letters count."""
    if word.startswith("-"):
        raise RefusedError(f"{word} is negative")
    try:
        number = int(word)
    except ValueError:
        name = word[:3].lower()
        if months and name in _MONTHS:
            number = _MONTHS.index(name) + 1
        elif name in _WEEK:
            number = _WEEK.index(name)
        else:
            raise RefusedError(f"{word} is no number and no name") from None
    if not low <= number <= high:
        raise RefusedError(f"{word} is not from {low} to {high}")
    return number
