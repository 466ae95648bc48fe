"""The pure functions of the language. Of None they give None, of Unknown unknown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from celerylint.origin import Unknown
from celerylint.page.types import BOOL, FLOAT, INT, STR, Type

Accepts = Callable[[Type], bool]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what its arguments must be (in words and as checks), its type and what it does."""

    arguments: tuple[tuple[str, Accepts], ...]
    result: Callable[[Type], Type]  # from the first argument's type
    call: Callable[..., Any]

    def __call__(self, *values: Any) -> Any:
        """The result; Unknown where an argument is unknown or has no such result."""
        if any(value is None for value in values):
            return None
        for value in values:
            if isinstance(value, Unknown):
                return value
        try:
            return self.call(*values)
        except (TypeError, ValueError, ArithmeticError, AttributeError):
            return Unknown("it has another type than the catalogue says")


def _text(type_: Type) -> bool:
    return type_.kind in ("str", "any", "none")


def _texts(type_: Type) -> bool:
    return type_.kind in ("any", "none") or (type_.kind == "tuple" and (type_.item is None or _text(type_.item)))


def _number(type_: Type) -> bool:
    return type_.number or type_.kind in ("any", "none")


def _plain(type_: Type) -> bool:
    return type_.plain_number or type_.kind in ("any", "none")


def _plain_or_kib(type_: Type) -> bool:
    return _plain(type_) or type_.kind == "KiB"


def _whole(type_: Type) -> Type:
    return type_.present() if type_.unit else Type("int", literal=type_.literal)


def _bare(type_: Type) -> Type:
    return INT if type_.kind in ("Bytes", "KiB", "int") else FLOAT


def _join(values: Any) -> Any:
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    return ", ".join(values) if unknown is None else unknown


def _identity(value: Any) -> Any:
    return value if isinstance(value, (int, float)) else Unknown("it is not a number")


_TEXT = ("a text", _text)
_NUMBER = ("a number", _number)

FUNCTIONS: dict[str, Function] = {
    "lower": Function((_TEXT,), lambda _: STR, lambda text: text.lower()),
    "startswith": Function((_TEXT, _TEXT), lambda _: BOOL, lambda text, start: text.startswith(start)),
    "endswith": Function((_TEXT, _TEXT), lambda _: BOOL, lambda text, end: text.endswith(end)),
    "glob": Function((_TEXT, _TEXT), lambda _: BOOL, lambda pattern, text: fnmatchcase(text, pattern)),
    "join": Function((("a tuple of texts", _texts),), lambda _: STR, _join),
    "ceil": Function((_NUMBER,), _whole, math.ceil),
    "floor": Function((_NUMBER,), _whole, math.floor),
    "round": Function((_NUMBER,), _whole, lambda number: round(number)),
    "number": Function((_NUMBER,), _bare, _identity),
    "seconds": Function((("a plain number", _plain),), lambda _: Type("Seconds"), _identity),
    "cpus": Function((("a plain number", _plain),), lambda _: Type("Cpus"), _identity),
}
KIB = Function((("KiB", _plain_or_kib),), lambda _: Type("Bytes"), lambda kib: _identity(kib) * 1024)
BYTES = Function((("KiB or a plain number", _plain_or_kib),), lambda _: Type("Bytes"), _identity)
