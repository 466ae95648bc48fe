"""Texts, put together from others."""

from __future__ import annotations

from oracle.express.ways import deeper, expression, literal, quoted, way
from oracle.sources import Place


@way(str, often=2)
def formatted(place: Place, value: str, depth: int) -> str:
    """f-strings and their elders."""
    draw = place.draw
    cut = draw.number(0, len(value))
    first, second = value[:cut], value[cut:]
    one, two = expression(place, first, depth), expression(place, second, deeper(place, depth))
    name = place.fresh("PREFIX", "HOST", "SCHEME")
    place.write(f"{name} = {one}")
    tail = second.replace("%", "%%")
    forms = [
        f"f'{{{name}}}{second}'",
        f'f"{{{name}!s}}{second}"',
        f"f'{{{name}:s}}{second}'",
        f"('{{}}{second}'.format({name}))",
        f"('{{0}}{{1}}'.format({name}, {two}))",
        f"('{{head}}{second}'.format(head={name}))",
        f"('%s{tail}' % {name})",
        f"('%s%s' % ({name}, {two}))",
        f"('%(head)s{tail}' % {{'head': {name}}})",
        f"({name} + {two})",
    ]
    return draw.pick(forms)


@way(str)
def methods(place: Place, value: str, depth: int) -> str:
    """What a method of a text gives."""
    draw = place.draw
    text = expression(place, value, depth)
    forms = [f"str({text})", f"{quoted(place, f' {value} ')}.strip()", f"''.join({literal(place, list(value))})"]
    forms += [f"{literal(place, [value, 'x'])}[0]", f"({text} * 1)", f"{text}.encode().decode()"]
    forms += [f"{value + ',x'!r}.split(',')[0]", f"{'x=' + value!r}.partition('=')[2]", f"{value + '!'!r}[:-1]"]
    forms += [f"{'pre-' + value!r}.removeprefix('pre-')", f"{value + '/'!r}.rstrip('/')"] * (not value.endswith("/"))
    forms += [f"{value.upper()!r}.lower()"] * (value == value.lower())
    forms += [f"{value.replace('e', '_')!r}.replace('_', 'e')"] * ("_" not in value)
    return draw.pick(forms)


@way(str)
def joined(place: Place, value: str, depth: int) -> str | None:
    """The parts of a URL or a name, joined."""
    for mark in ("/", ":", ".", "-"):
        if mark in value:
            return f"{mark!r}.join({expression(place, value.split(mark), depth)})"
    return None


@way(str)
def number_as_text(place: Place, value: str, depth: int) -> str | None:
    """A number, as text."""
    if not value.isdecimal() or str(int(value)) != value:
        return None
    text = expression(place, int(value), depth)
    return place.draw.pick(
        (f"str({text})", f"f'{{{text}}}'" if "'" not in text and '"' not in text else f"str({text})")
    )
