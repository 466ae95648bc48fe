"""The ways in which projects read their environment: os, django-environ, environs, python-decouple."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.objects import plain
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

# Each library's own words for true; what is not among them is false (django-environ, environs: they differ).
_TRUE = frozenset({"true", "on", "ok", "y", "yes", "1", "t"})
_FALSE = frozenset({"false", "off", "n", "no", "0", "f", ""})
_OS = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"})
_ENV_OBJECTS = ("environ.Env()", "environ.FileAwareEnv()", "environs.Env()", "environs.env", "environ.Env")
_DECOUPLE = frozenset({"decouple.config", "decouple.Config()", "decouple.AutoConfig()", "starlette.config.Config()"})


def read_environment(
    evaluator: Evaluator, name: str, positional: list[Value[Any]], named: Mapping[str, Value[Any]], span: Span
) -> Value[Any] | None:
    """The value of a call that reads an environment variable; None where the call is something else."""
    cast = _cast_of(name, positional, named)
    if cast is None:
        return None
    if not positional:
        return unknown("the name of an environment variable is not known", span)
    variable = plain(positional[0])
    if not isinstance(variable, str):
        return unknown("the name of an environment variable is not known", span)
    value = evaluator.variable(variable)
    default = named.get("default", positional[1] if len(positional) > 1 and name not in _ENV_CALLS else None)
    if value.value is None:
        return _defaulted(name, variable, default, cast, span)
    if isinstance(value.value, Unknown):
        return unknown(value.value.reason, span, (value.origin,))
    try:
        return Value(cast(value.value), Origin(Layer.ENVIRONMENT, span, (value.origin,), variable))
    except (TypeError, ValueError):
        return unknown(f"{variable}={value.value!r} cannot be converted", span, (value.origin,))


def _defaulted(
    name: str, variable: str, default: Value[Any] | None, cast: Callable[[Any], Any], span: Span
) -> Value[Any]:
    if default is None:
        if name in ("os.environ.get", "os.getenv"):
            return Value(None, Origin(Layer.CODE, span, (), f"{variable} is not set"))
        return unknown(f"the environment variable {variable} is not set", span)
    data = default.value
    if isinstance(data, str) and name not in _OS:
        try:
            data = cast(data)
        except (TypeError, ValueError):
            return unknown(f"the default of {variable} cannot be converted", span)
    return Value(data, Origin(default.origin.layer, span, (default.origin,), f"{variable} is not set"))


def _cast_of(name: str, positional: list[Value[Any]], named: Mapping[str, Value[Any]]) -> Callable[[Any], Any] | None:
    """How the call turns text into a value; None where it reads no environment."""
    if name in _OS:
        return _same
    holder, _, method = name.rpartition(".")
    if holder in _ENV_OBJECTS:
        return _METHODS.get(method)
    if name in _ENV_CALLS or name in _DECOUPLE:
        given = named.get("cast", positional[1] if name in _ENV_CALLS and len(positional) > 1 else None)
        return _converter(given)
    return None


def _converter(cast: Value[Any] | None) -> Callable[[Any], Any]:
    if cast is None:
        return _same
    target = getattr(cast.value, "name", "")
    return _METHODS.get(target.rpartition(".")[2], _refuse) if isinstance(target, str) else _refuse


def _same(text: Any) -> Any:
    return text


def _refuse(text: Any) -> Any:
    raise ValueError(text)


def _boolean(text: Any) -> bool:
    if isinstance(text, bool):
        return text
    word = str(text).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError(text)


def _list(text: Any) -> list[str]:
    return [part.strip() for part in str(text).split(",") if part.strip()]


def _seconds(text: Any) -> datetime.timedelta:
    return datetime.timedelta(seconds=int(text))


_METHODS: Mapping[str, Callable[[Any], Any]] = {
    "int": int,
    "integer": int,
    "float": float,
    "str": str,
    "string": str,
    "bool": _boolean,
    "list": _list,
    "timedelta": _seconds,
    "url": str,
}
_ENV_CALLS = frozenset({"environ.Env()", "environ.FileAwareEnv()", "environs.Env()"})
