"""Conditions of which it is known how they come out, and which a reader can work out too."""

from __future__ import annotations

from collections.abc import Callable

from oracle.express.ways import expression, literal
from oracle.knobs import COUNTS, WORDS
from oracle.sources import Place

SWITCHES = ("DEBUG", "PRODUCTION", "USE_REDIS", "CI", "ENABLE_LIMITS", "TESTING", "IS_WORKER")
NAMES = ("ENV", "APP_ENV", "ENVIRONMENT", "STAGE", "DEPLOY_ENV", "DJANGO_ENV")
STAGES = ("production", "staging", "dev", "test")


def condition(place: Place, holds: bool, depth: int = 0) -> str:
    """An expression whose truth is `holds`; not always a bool."""
    draw = place.draw
    if depth > 0 and draw.chance(40):
        return _composed(place, holds, depth)
    return draw.pick(_FORMS)(place, holds)


def _composed(place: Place, holds: bool, depth: int) -> str:
    draw = place.draw
    other = draw.chance(50)
    kind = draw.pick(("not", "and", "or", "name", "parentheses"))
    if kind == "not":
        return f"not ({condition(place, not holds, depth - 1)})"
    if kind == "name":
        name = place.fresh("IS_PRODUCTION", "ENABLED", "USE_LIMITS", "HAS_CACHE")
        place.write(f"{name} = {condition(place, holds, depth - 1)}")
        return name
    if kind == "parentheses":
        return f"({condition(place, holds, depth - 1)})"
    sides = (True, True) if kind == "and" else (False, False)
    if holds != (kind == "and"):
        sides = (other, not other) if draw.chance(60) else (holds, holds)
    left, right = (condition(place, side, depth - 1) for side in sides)
    return f"({left}) {kind} ({right})"


def _stage(place: Place, holds: bool) -> str:
    """`os.environ.get("ENV") == "production"`, by what the variable holds."""
    draw = place.draw
    place.imported("import os")
    here, there = draw.shuffled(STAGES)[:2]
    known = draw.chance(60)
    text = here if known else None
    default = draw.pick(STAGES)
    name = place.project.variable(text, draw.shuffled(NAMES))
    read = f"os.environ.get({name!r}, {default!r})" if draw.chance(70) else f"(os.getenv({name!r}) or {default!r})"
    found = here if known else default
    other = there if there != found else next(each for each in STAGES if each != found)
    form = draw.pick(("==", "!=", "in", "not in"))
    if form == "==":
        return f"{read} == {found if holds else other!r}" if not holds else f"{read} == {found!r}"
    if form == "!=":
        return f"{read} != {(other if holds else found)!r}"
    listed = (found, other) if holds == (form == "in") else tuple(each for each in STAGES if each != found)[:2]
    return f"{read} {form} {literal(place, listed)}"


def _switch(place: Place, holds: bool) -> str:
    """`os.environ.get("DEBUG", "0") == "1"` and its relatives."""
    draw = place.draw
    place.imported("import os")
    yes, no = draw.pick((("1", "0"), ("true", "false"), ("yes", "no"), ("on", "off")))
    text = draw.pick((yes if holds else no, None))
    name = place.project.variable(text, draw.shuffled(SWITCHES))
    default = yes if holds else no
    read = f"os.environ.get({name!r}, {default!r})"
    return draw.pick(
        (
            f"{read} == {yes!r}",
            f"{read}.lower() in ({yes!r}, 'y')",
            f"{read} in [{yes!r}]",
            f"{read} != {no!r}",
            f"not {read} == {no!r}",
        )
    )


def _present(place: Place, holds: bool) -> str:
    """Whether a variable is set."""
    draw = place.draw
    place.imported("import os")
    name = place.project.variable(draw.pick(("1", "x", "0")) if holds else None, draw.shuffled(SWITCHES))
    return draw.pick((f"{name!r} in os.environ", f"os.environ.get({name!r})", f"os.getenv({name!r}) is not None"))


def _compared(place: Place, holds: bool) -> str:
    draw = place.draw
    low, high = sorted(draw.some(COUNTS, 2, 2))
    one, other = expression(place, low, 1), literal(place, high)
    true = draw.pick((f"{one} < {other}", f"{other} >= {one}", f"{one} != {other}", f"0 <= ({other}) - ({one})"))
    false = draw.pick((f"{one} > {other}", f"{other} <= {one}", f"{one} == {other}", f"{other} < {one} < {other}"))
    return true if holds else false


def _membership(place: Place, holds: bool) -> str:
    draw = place.draw
    first, *rest = draw.some(WORDS, 3, 4)
    held = [first, *rest] if holds else rest
    return f"{literal(place, first)} in {expression(place, held, 1)}"


def _truthy(place: Place, holds: bool) -> str:
    draw = place.draw
    values = (1, "x", [0], {"a": 1}, 0.5) if holds else (0, "", [], {}, None, 0.0)
    return expression(place, draw.pick(values), 1)


def _constant(place: Place, holds: bool) -> str:
    draw = place.draw
    if draw.chance(60):
        return repr(holds)
    return draw.pick(("1", "'x'", "not False", "None is None") if holds else ("0", "''", "not True", "None"))


_FORMS: tuple[Callable[[Place, bool], str], ...] = (
    *(_stage, _stage, _switch, _switch, _present),
    *(_compared, _membership, _truthy, _constant),
)
