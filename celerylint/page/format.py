"""Values as text, by their unit: 30 min, 1.5 GiB, 500m."""

from __future__ import annotations

import math
from typing import Any

from celerylint.origin import Unknown
from celerylint.page.types import ANY, Type

SHOWN = 5  # items of a tuple, before `and 3 more`
LONGEST = 120  # characters of a text


def format_value(value: Any, type_: Type) -> str:
    """The value in the reader's words; `?` where it is unknown, `none` where it is absent or empty."""
    if isinstance(value, Unknown):
        return "?"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value, type_.kind)
    if isinstance(value, (tuple, list, set, frozenset)):
        return _items(value, type_.item or ANY)
    if isinstance(value, dict):
        return _joined([f"{_text(str(key))} = {format_value(item, ANY)}" for key, item in value.items()])
    return _text(value if isinstance(value, str) else entity_name(value))


def entity_name(entity: object) -> str:
    """What an entity of the model is called."""
    return str(getattr(entity, "name", None) or getattr(entity, "kind", None) or entity)


def _number(number: float, kind: str) -> str:
    if not math.isfinite(number):
        return "without end" if number == math.inf else str(number)
    if kind == "Seconds":
        return duration(number)
    if kind == "Bytes":
        return size(number)
    if kind == "KiB":
        return f"{plain(number)} KiB"
    if kind == "Cpus" and number != int(number):
        return f"{plain(number * 1000)}m"
    return plain(number)


def plain(number: float) -> str:
    """A number without needless digits: at most three decimals."""
    return str(number) if isinstance(number, int) else f"{number:.3f}".rstrip("0").rstrip(".")


def duration(seconds: float) -> str:
    """Seconds as days, hours, minutes and seconds, without the parts that are zero: `1 h 30 min`."""
    rest, sign = round(abs(seconds), 3), "-" if seconds < 0 else ""
    parts = []
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        count = int(rest // length)
        rest -= count * length
        if count:
            parts.append(f"{count} {unit}")
    if not parts or plain(rest) != "0":
        parts.append(f"{plain(rest)} s")
    return sign + " ".join(parts)


def size(count: float) -> str:
    """Bytes in the greatest binary unit that leaves at least 1, with at most two decimals: `1.5 GiB`."""
    amount, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if abs(round(amount, 2)) < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.2f}".rstrip("0").rstrip(".") + f" {unit}"


def _items(values: Any, type_: Type) -> str:
    ordered = sorted(values, key=str) if isinstance(values, (set, frozenset)) else values
    return _joined([format_value(value, type_) for value in ordered])


def _joined(texts: list[str]) -> str:
    if len(texts) > SHOWN:
        return f"{', '.join(texts[:SHOWN])} and {len(texts) - SHOWN} more"
    if len(texts) < 2:
        return texts[0] if texts else "none"
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def _text(text: str) -> str:
    """One line without control characters: what stands in a repository may hold anything."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
