"""How libraries turn a variable's text, or the default that stands in for it, into a value.

What their releases do differently, or what a value's form leaves open, is refused.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from celerylint.link.evaluate.objects import ExternalCall, ExternalObject, plain
from celerylint.origin import Unknown, Value


class UnclearError(Exception):
    """The value cannot be told from the repository."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What becomes of a text from the environment, and of a default. Both raise UnclearError, TypeError or ValueError.

    `reads_files`: whether the library looks into `.env` files by itself.
    """

    text: Callable[[str], Any]
    default: Callable[[Any], Any]
    reads_files: bool = False


def _refuse(data: Any) -> Any:
    raise UnclearError


def _same(data: Any) -> Any:
    return data


# environ/environ.py:Env.BOOLEAN_TRUE_STRINGS; a number is true where it is not 0, and all else is false.
_ENVIRON_TRUE = frozenset({"true", "on", "ok", "y", "yes", "1"})
# marshmallow/fields.py:Boolean.truthy and falsy, those that releases 3 and 4 share.
_MARSHMALLOW = {
    **dict.fromkeys(("t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1"), True),
    **dict.fromkeys(("f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0"), False),
}
# decouple.py:TRUE_VALUES and FALSE_VALUES.
_DECOUPLE = {
    **dict.fromkeys(("y", "yes", "t", "true", "on", "1"), True),
    **dict.fromkeys(("n", "no", "f", "false", "off", "0"), False),
}
_NUMBER = re.compile(r"[+-]?\d{1,300}(?:\.\d{1,300})?")


def _environ_boolean(text: str) -> bool:
    try:
        return int(text) != 0
    except ValueError:
        return text.lower().strip() in _ENVIRON_TRUE


def _float(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise UnclearError
    return float(text)


def _parts(text: str) -> list[str]:
    """A comma list without blanks or empty parts, about which the libraries differ."""
    parts = text.split(",")
    if any(not part or part != part.strip() for part in parts):
        raise UnclearError
    return parts


_ENVIRON_CASTS: dict[str, Callable[[str], Any]] = {
    "str": _same,
    "int": int,
    "float": _float,
    "bool": _environ_boolean,
    "list": lambda text: [part for part in text.split(",") if part],
    "tuple": lambda text: tuple(part for part in text.strip("(").strip(")").split(",") if part),
    "json": json.loads,
}


def of_environ(method: str, cast: Value[Any] | None, default: Value[Any] | None) -> Conversion:
    """django-environ: `env.int(…)`, `env(…, cast=int)`; without either, the type of the default decides."""
    given = None if default is None else plain(default)
    wanted = method or _cast_name(cast)
    if not wanted:
        wanted = "str" if given is None else type(given).__name__
    convert = _ENVIRON_CASTS.get(wanted, _refuse) if not method or cast is None else _refuse
    if isinstance(given, Unknown):
        convert = _refuse  # a value that equals the default is given as it is, and its type may decide

    def text(value: str) -> Any:
        if value.startswith("$"):
            raise UnclearError  # the name of another variable
        if default is not None and given is None and value == "":
            return None
        return value if default is not None and value == given else convert(value)

    def unset(value: Any) -> Any:
        # The default is given as it is; a text that names another variable is followed by the library.
        if wanted not in _ENVIRON_CASTS or (isinstance(value, str) and value.startswith("$")):
            raise UnclearError
        return None if value == "" and given is None else value

    return Conversion(text, unset)


def _cast_name(cast: Value[Any] | None) -> str:
    """The builtin that is given as a cast; `?` for anything else."""
    if cast is None or cast.value is None:
        return ""
    thing = cast.value
    if isinstance(thing, ExternalObject) and thing.name.startswith("builtins."):
        return thing.name.removeprefix("builtins.")
    return "?"


def _marshmallow_boolean(text: str) -> bool:
    if text not in _MARSHMALLOW:
        raise UnclearError
    return _MARSHMALLOW[text]


def _environs_seconds(text: str) -> datetime.timedelta:
    if not text.isdigit():
        raise UnclearError
    return datetime.timedelta(seconds=int(text))


_ENVIRONS_CASTS: dict[str, Callable[[str], Any]] = {
    "": _same,
    "str": _same,
    "int": int,
    "float": _float,
    "bool": _marshmallow_boolean,
    "list": _parts,
    "json": json.loads,
    "timedelta": _environs_seconds,
}
_ENVIRONS_TYPES: dict[str, tuple[type, ...]] = {
    "": (object,),
    "str": (str,),
    "int": (int,),
    "float": (float,),
    "bool": (bool,),
    "list": (list,),
    "json": (list, dict),
    "timedelta": (datetime.timedelta,),
}


def of_environs(method: str, default: Value[Any] | None) -> Conversion:
    """environs: older releases convert the default too, so only one of the right type is certain."""

    def text(value: str) -> Any:
        if "{{" in value or "${" in value:
            raise UnclearError  # older releases put other variables in
        convert: Callable[[str], Any] = _ENVIRONS_CASTS.get(method, _refuse)
        return convert(value)

    def unset(value: Any) -> Any:
        flat = value if default is None else plain(default)
        if flat is not None and not isinstance(flat, _ENVIRONS_TYPES.get(method, ())):
            raise UnclearError
        if isinstance(flat, bool) and method == "int":
            raise UnclearError
        return value

    return Conversion(text, unset)


def decoupled(cast: Value[Any] | None) -> Conversion:
    """python-decouple: the cast is applied to the text and to the default alike."""
    name = _cast_name(cast)
    if cast is not None and isinstance(cast.value, ExternalCall) and cast.value.name == "decouple.Csv":
        plain_csv = not cast.value.arguments and not cast.value.keywords
        return Conversion(_csv, _csv, True) if plain_csv else Conversion(_refuse, _refuse, True)
    casts: dict[str, Callable[[Any], Any]] = {
        "": _same,
        "str": str,
        "int": int,
        "float": float,
        "bool": _decouple_boolean,
    }
    convert = casts.get(name, _refuse)
    if cast is not None and getattr(cast.value, "name", "") == "json.loads":
        convert = json.loads
    return Conversion(convert, convert, True)


def _decouple_boolean(data: Any) -> bool:
    word = str(data)
    if word == "":
        return False
    if word.lower() not in _DECOUPLE:
        raise UnclearError
    return _DECOUPLE[word.lower()]


def _csv(data: Any) -> list[str]:
    """decouple.Csv splits as a shell does; without quotes and escapes that is a split at commas."""
    if data is None:
        return []
    if not isinstance(data, str) or any(each in data for each in "\"'\\#"):
        raise UnclearError
    return [part.strip() for part in data.split(",") if part] if data else []
