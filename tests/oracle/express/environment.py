"""What the process's environment says, through the standard library and the readers that people use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oracle.express.ways import deeper, expression, literal, way
from oracle.knobs import like
from oracle.sources import Place, as_json

WORDS = (
    "CONCURRENCY",
    "TIME_LIMIT",
    "BROKER",
    "QUEUE",
    "OPTIONS",
    "SERIALIZER",
    "SHOP_NUMBER",
    "PREFETCH",
    "LOG_LEVEL",
)


def _variable(place: Place, text: str | None) -> str:
    return place.project.variable(text, place.draw.shuffled(WORDS))


def _given(place: Place, value: Any, text: str, depth: int) -> tuple[str, str]:
    """A variable that holds the value, with a decoy as default; or an unset one, with the value as default."""
    draw = place.draw
    if draw.chance(60):
        return _variable(place, text), literal(place, like(draw, value))
    return _variable(place, None), expression(place, value, deeper(place, depth))


@way(str, often=3)
def text_of(place: Place, value: str, depth: int) -> str:
    """A variable's text."""
    draw = place.draw
    form = draw.pick(("[]", "get", "getenv", "or", "from", "pop", "environ alias", "membership", "setdefault"))
    place.imported("import os")
    if form == "[]":
        return f"os.environ[{_variable(place, value)!r}]"
    name, default = _given(place, value, value, depth)
    if form == "from":
        place.imported("from os import environ, getenv as read_variable")
        return draw.pick((f"environ.get({name!r}, {default})", f"read_variable({name!r}, {default})"))
    if form == "environ alias":
        alias = place.fresh("E", "environment")
        place.write(f"{alias} = os.environ")
        return f"{alias}.get({name!r}, {default})"
    if form == "membership":
        return f"(os.environ[{name!r}] if {name!r} in os.environ else {default})"
    if form == "or" and (value or name in place.project.unset):
        return f"(os.environ.get({name!r}) or {default})"
    if form == "setdefault":
        place.write(f"os.environ.setdefault({name!r}, {default})")
        return f"os.environ[{name!r}]"
    return f"os.getenv({name!r}, {default})" if form == "getenv" else f"os.environ.get({name!r}, default={default})"


@way(int, often=2)
def number_of(place: Place, value: int, depth: int) -> str:
    """A variable's text as a number."""
    draw = place.draw
    place.imported("import os")
    name, default = _given(place, value, draw.pick((str(value), f" {value} ", f"{value}")), depth)
    forms = [
        f"int(os.environ.get({name!r}, {default}))",
        f"int(os.getenv({name!r}, str({default})))",
        f"int(os.environ.get({name!r}) or {default})" if name in place.project.env else f"int({default})",
        f"(int(os.environ[{name!r}]) if {name!r} in os.environ else {default})",
    ]
    if draw.chance(25):
        result = place.fresh("parsed")
        place.block("try:", f"{result} = int(os.environ[{name!r}])")
        place.block(
            f"except {draw.pick(('KeyError', '(KeyError, ValueError)', 'Exception'))}:", f"{result} = {default}"
        )
        return result
    return draw.pick(forms)


@way(float)
def fraction_of(place: Place, value: float, depth: int) -> str:
    """A variable's text as a number with a fraction."""
    place.imported("import os")
    name, default = _given(place, value, str(value), depth)
    return f"float(os.environ.get({name!r}, {default}))"


@way(dict, list, int, bool, float)
def from_json(place: Place, value: Any, depth: int) -> str:
    """JSON in a variable."""
    draw = place.draw
    place.imported("import os, json")
    name = _variable(place, as_json(value)) if draw.chance(70) else _variable(place, None)
    default = as_json(value if name in place.project.unset else like(draw, value))
    if "'" in default:
        return literal(place, value)
    return f"json.loads(os.environ.get({name!r}, {default!r}))"


@way(list)
def words_of(place: Place, value: list[Any], depth: int) -> str | None:
    """Words in a variable."""
    if not value or not all(isinstance(each, str) and each and "," not in each for each in value):
        return None
    place.imported("import os")
    name = _variable(place, ",".join(value))
    return place.draw.pick(
        (f"os.environ[{name!r}].split(',')", f"[x for x in os.getenv({name!r}, '').split(',') if x]")
    )


def _reader(place: Place, library: str) -> str:
    """The name under which the module has its reader."""
    draw = place.draw
    if library == "decouple":
        place.imported("from decouple import config")
        return "config"
    name = "env" if library == "environ" else "environment"
    form = draw.pick(("import", "from")) if library == "environ" else "from"
    made = {"import": "environ.Env()", "from": "Environ()"}[form]
    place.imported("import environ" if form == "import" else "from environ import Env as Environ")
    if library == "environs":
        place.imported("from environs import Env as Environs")
        made = "Environs()"
    place.imported(f"{name} = {made}")
    return name


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    return as_json(value) if isinstance(value, dict) else str(value)


def _suits(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, str) and each and not set(each) & {",", " "} for each in value)
    return not (isinstance(value, str) and (value == "" or value.startswith("$")))


@way(str, int, float, bool, list, dict, often=2)
def by_library(place: Place, value: Any, depth: int) -> str | None:
    """django-environ, environs or decouple."""
    if not _suits(value):
        return None
    library = place.draw.pick(("environ", "environs", "decouple"))
    return _LIBRARIES[library](place, value, depth)


def _environ(place: Place, value: Any, depth: int) -> str:
    env = _reader(place, "environ")
    kind = {"float": "float", "dict": "json"}.get(type(value).__name__, type(value).__name__)
    name, default = _given(place, value, _as_text(value), depth)
    short = f"{env}.{kind}({name!r}, {default})" if kind != "json" else f"{env}.json({name!r}, default={default})"
    forms = [f"{env}.{kind}({name!r}, default={default})", short]
    if kind in ("int", "bool", "str", "float"):
        forms += [f"{env}({name!r}, {kind}, {default})", f"{env}({name!r}, cast={kind}, default={default})"]
    if name in place.project.env:
        forms.append(f"{env}.{kind}({name!r})")
    return place.draw.pick(forms)


def _environs(place: Place, value: Any, depth: int) -> str:
    env = _reader(place, "environs")
    kind = {"dict": "json"}.get(type(value).__name__, type(value).__name__)
    name, default = _given(place, value, _as_text(value), depth)
    forms = [f"{env}.{kind}({name!r}, default={default})", f"{env}.{kind}({name!r}, {default})"]
    if name in place.project.env:
        forms.append(f"{env}.{kind}({name!r})")
    if kind == "str":
        forms.append(f"{env}({name!r}, default={default})")
    return place.draw.pick(forms)


def _decouple(place: Place, value: Any, depth: int) -> str | None:
    config = _reader(place, "decouple")
    name, default = _given(place, value, _as_text(value), depth)
    kind = type(value).__name__
    if isinstance(value, str):
        return f"{config}({name!r}, default={default})"
    if isinstance(value, list):
        place.imported("from decouple import Csv")
        if name in place.project.unset:
            return f"{config}({name!r}, default={','.join(value)!r}, cast=Csv())"
        return f"{config}({name!r}, cast=Csv())"
    if isinstance(value, dict):
        place.imported("import json")
        return f"{config}({name!r}, cast=json.loads)" if name in place.project.env else literal(place, value)
    return f"{config}({name!r}, default={default}, cast={kind})"


_LIBRARIES: dict[str, Callable[[Place, Any, int], str | None]] = {
    "environ": _environ,
    "environs": _environs,
    "decouple": _decouple,
}
