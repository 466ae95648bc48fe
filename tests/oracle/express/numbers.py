"""Numbers, truth values, times and nothing, worked out from others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from oracle.express.conditions import condition
from oracle.express.ways import deeper, expression, literal, way
from oracle.sources import Place


@way(int, often=2)
def calculated(place: Place, value: int, depth: int) -> str:
    """The result of an operator."""
    draw = place.draw
    part = draw.pick((1, 2, 3, 5, 10, 60))
    texts = {
        "+": (value - part, part),
        "-": (value + part, part),
        "//": (value * part, part),
        "%": (value % 1000 + 1000 * part, 1000),
        "<<": (value, 0),
        "|": (value, 0),
        "^": (value ^ part, part),
    }
    if value % part == 0:
        texts["*"] = (value // part, part)
    if value > 0 and value & (value - 1) == 0:
        texts["**"] = (2, value.bit_length() - 1)
    if not 0 <= value < 1000:
        del texts["%"]
    sign = draw.pick(sorted(texts))
    left, right = texts[sign]
    return f"({expression(place, left, deeper(place, depth))} {sign} {expression(place, right, deeper(place, depth))})"


@way(int)
def built_in(place: Place, value: int, depth: int) -> str:
    """What a built-in function gives."""
    draw = place.draw
    text = expression(place, value, depth)
    less, more = literal(place, value - draw.number(1, 9)), literal(place, value + draw.number(1, 9))
    forms = [
        f"max({less}, {text})",
        f"min([{more}, {text}, {more}])",
        f"sum([{less}, {expression(place, 0, 0)}]) + ({text} - {less})",
        f"int({text})",
        f"int({expression(place, str(value), depth)})",
        f"round({float(value)!r})",
        f"-({expression(place, -value, depth)})",
        f"int(float({str(float(value))!r}))",
        f"abs({expression(place, abs(value), depth)})" if value >= 0 else f"(-abs({text}))",
        f"divmod({text}, {10**7})[1]" if value >= 0 else f"min({text}, {more})",
    ]
    if 0 <= value <= 5:
        forms.append(f"len({expression(place, ['a'] * value, depth)})")
        forms.append(f"len({literal(place, 'x' * value)})")
    return draw.pick(forms)


@way(int)
def augmented(place: Place, value: int, depth: int) -> str:
    """`N = …`, then `N += …`."""
    draw = place.draw
    name, part = place.fresh("TOTAL", "COUNT"), draw.pick((1, 2, 5))
    place.write(f"{name} = {expression(place, value - part, depth)}")
    if draw.chance(30):
        place.write(f"for _ in range({part}):", f"    {name} += 1")
    else:
        place.write(f"{name} += {literal(place, part)}")
    return name


@way(float, often=2)
def fraction(place: Place, value: float, depth: int) -> str:
    """A number with a fraction."""
    text = expression(place, value, deeper(place, depth))
    forms = [
        f"float({str(value)!r})",
        f"({expression(place, value * 2, depth)} / 2)",
        f"({text} * 1.0)",
        f"float({text})",
        f"({literal(place, value + 1)} - 1)",
        f"max({text}, {literal(place, value)})",
        f"round({value}, 3)",
    ]
    return place.draw.pick(forms)


@way(bool, often=2)
def decided(place: Place, value: bool, depth: int) -> str:
    """A truth value from a condition."""
    draw = place.draw
    text = condition(place, value, depth)
    forms = [
        f"bool({text})",
        f"(not not ({text}))",
        f"(True if {text} else False)",
        f"(False if {condition(place, not value, depth)} else True)",
        f"({literal(place, 3)} {'==' if value else '!='} 3)",
        f"isinstance({literal(place, 'a' if value else 1)}, str)",
        f"any([{text}, {text}])" if value else f"all(({text}, True))",
    ]
    return draw.pick(forms)


@way(bool)
def compared(place: Place, value: bool, depth: int) -> str:
    """A comparison of what the environment says."""
    draw = place.draw
    place.imported("import os")
    text = draw.pick(("true", "1", "yes") if value else ("false", "0", "no", ""))
    name = place.project.variable(text, draw.shuffled(("LATE", "EAGER", "EVENTS", "TRACK", "RETRY")))
    read = f"os.environ[{name!r}]" if draw.chance(50) else f"os.environ.get({name!r}, 'no')"
    forms = (f"({read}.lower() in ('true', '1', 'yes'))", f"({read} in {{'true', '1', 'yes'}})", f"(len({read}) != 0)")
    return forms[draw.number(0, 1)] if text or value else draw.pick(forms)


@way(timedelta, often=3)
def delta(place: Place, value: timedelta, depth: int) -> str:
    """A time, of its parts."""
    draw = place.draw
    place.imported("from datetime import timedelta")
    place.imported("import datetime as dt")
    seconds = value.total_seconds()
    forms = [
        f"dt.timedelta(seconds={expression(place, seconds, depth)})",
        f"timedelta(0, {seconds})",
        f"timedelta(minutes={seconds / 60!r})" if seconds % 30 == 0 else f"timedelta(milliseconds={seconds * 1000})",
        f"(timedelta(seconds={seconds}) + timedelta(0))",
        f"(timedelta(seconds={seconds / 2}) * 2)",
    ]
    return draw.pick(forms)


@way(int, float)
def seconds_of(place: Place, value: Any, depth: int) -> str | None:
    """The seconds of a time."""
    if value < 0:
        return None
    text = expression(place, timedelta(seconds=value), depth)
    if isinstance(value, int):
        return place.draw.pick((f"int({text}.total_seconds())", f"int(({text}) / timedelta(seconds=1))"))
    return f"{text}.total_seconds()"


@way(type(None))
def nothing(place: Place, value: None, depth: int) -> str:
    """Nothing at all."""
    draw = place.draw
    name = place.fresh("nothing", "missing")
    if draw.chance(40):
        place.block(f"def {name}():", draw.pick(("pass", "return", "return None")))
        return f"{name}()"
    place.imported("import os")
    variable = place.project.variable(None, ("ABSENT", "UNSET", "NOT_THERE"))
    return draw.pick((f"os.environ.get({variable!r})", "{}.get('a')", "[].append(1)", "print", "(None)")).replace(
        "print", "dict(a=None)['a']"
    )
