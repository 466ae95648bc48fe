"""What pydantic makes of a value for a type. Where its releases differ, or what it does is unclear, it is refused."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import order_of
from celerylint.link.evaluate.conversions import UnclearError
from celerylint.link.evaluate.displays import elements, is_hashable, members
from celerylint.link.evaluate.enums import by_value
from celerylint.link.evaluate.objects import EnumMember, ExternalCall, InstanceObject, Members, plain
from celerylint.link.evaluate.pydantic.kinds import Kind
from celerylint.origin import Span, Unknown, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

Validate = Callable[["Evaluator", Kind, Value[Any]], Any]

_INTEGER = re.compile(r"[+-]?\d{1,300}")
_NUMBER = re.compile(r"[+-]?\d{1,300}(?:\.\d{1,300})?")
_CLOCK = re.compile(r"(\d\d):([0-5]\d):([0-5]\d)")
# pydantic-core/src/input/shared.rs:str_as_bool; pydantic/v1/validators.py:BOOL_TRUE and BOOL_FALSE.
_BOOLEANS = {
    **dict.fromkeys(("1", "on", "t", "true", "y", "yes"), True),
    **dict.fromkeys(("0", "off", "f", "false", "n", "no"), False),
}
# A URL that has all of its parts is written as it was given; where one is missing, pydantic 2 may put it in.
_WHOLE_URL = re.compile(
    r"(?:redis|rediss|amqp|amqps)://(?:[\w.%~-]*(?::[\w.%~-]+)?@)?[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*:\d{1,5}/[\w/-]*"
)
SECRET = "pydantic.SecretStr"
URL = "pydantic.AnyUrl"


def validated(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Value[Any]:
    """The value as the field holds it; an unknown stays one. Raises UnclearError."""
    if isinstance(value.value, Unknown):
        return value
    validate = _VALIDATE.get(kind.name)
    if validate is None:
        raise UnclearError
    data = validate(evaluator, kind, value)
    return Value(data, value.origin) if data is not value.value else value


def _data(value: Value[Any]) -> Any:
    data = plain(value)
    if isinstance(data, Unknown):
        raise UnclearError
    return data


def _any(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    return value.value


def _none(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    if value.value is not None:
        raise UnclearError
    return None


def _int(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    data = _data(value)
    if isinstance(data, str) and _INTEGER.fullmatch(data):
        return int(data)
    if isinstance(data, int) or (isinstance(data, float) and data.is_integer()):
        return int(data)
    raise UnclearError


def _float(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    data = _data(value)
    if isinstance(data, str) and _NUMBER.fullmatch(data):
        return float(data)
    if isinstance(data, int | float) and not isinstance(data, bool):
        return float(data)
    raise UnclearError


def _bool(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    data = _data(value)
    if isinstance(data, bool):
        return data
    if type(data) is int and data in (0, 1):
        return bool(data)
    if isinstance(data, str) and data.lower() in _BOOLEANS:
        return _BOOLEANS[data.lower()]
    raise UnclearError


def _str(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    if not isinstance(value.value, str):
        raise UnclearError
    return value.value


def _timedelta(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    data = _data(value)
    if isinstance(data, datetime.timedelta):
        return data
    if type(data) in (int, float) and abs(data) < 1_000_000_000:
        return datetime.timedelta(seconds=data)
    found = _CLOCK.fullmatch(data) if isinstance(data, str) else None
    if found is None or int(found[1]) > 23:
        raise UnclearError
    hours, minutes, seconds = (int(each) for each in found.groups())
    return datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _secret(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    if isinstance(value.value, ExternalCall) and value.value.name.endswith(".SecretStr"):
        return value.value
    return ExternalCall(SECRET, (Value(_str(evaluator, kind, value), value.origin),))


def _url(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    text = _str(evaluator, kind, value)
    if not _WHOLE_URL.fullmatch(text):
        raise UnclearError
    return ExternalCall(URL, (value,))


def _literal(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    data = _data(value)
    if not any(type(data) is type(each) and data == each for each in kind.of):
        raise UnclearError
    return data


def _enum(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    """A member, or the member of that text; a number given as text is converted by some releases only."""
    member = by_value(evaluator, kind.of, value, _place(value)).value
    if not isinstance(member, EnumMember) or not isinstance(value.value, EnumMember | str):
        raise UnclearError
    return member


def _place(value: Value[Any]) -> Span:
    return value.origin.span or Span.of_line("")


def _union(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    """One type besides None; of several, the first that the value is of already, which every release takes."""
    if value.value is None and any(each.name == "none" for each in kind.parts):
        return None
    others = [each for each in kind.parts if each.name != "none"]
    if len(others) > 1 and _is_exactly(others[0], value.value):
        return value.value
    if len(others) != 1:
        raise UnclearError
    return validated(evaluator, others[0], value).value


def _is_exactly(kind: Kind, data: Any) -> bool:
    types = {"int": int, "str": str, "float": float, "bool": bool, "any": object}
    return kind.name in types and type(data) is types[kind.name]


def _items(value: Value[Any]) -> list[Value[Any]]:
    items = elements(value)
    if isinstance(items, Unknown) or isinstance(value.value, dict):
        raise UnclearError
    return items


def _each(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> list[Value[Any]]:
    part = kind.parts[0] if kind.parts else Kind("any")
    return [validated(evaluator, part, each) for each in _items(value)]


def _list(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    if not isinstance(value.value, list | tuple) or isinstance(value.value, Members):
        raise UnclearError
    return _each(evaluator, kind, value)


def _sequence(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    found = _list(evaluator, kind, value)
    return tuple(found) if isinstance(value.value, tuple) else found


def _tuple(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    if len(kind.parts) < 2 or kind.parts[1].name == "...":
        return tuple(_list(evaluator, kind, value))
    items = _items(value)
    if len(items) != len(kind.parts):
        raise UnclearError
    return tuple(validated(evaluator, part, each) for part, each in zip(kind.parts, items, strict=True))


def _set(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    found = members(_each(evaluator, kind, value), _place(value)).value
    if isinstance(found, Unknown):
        raise UnclearError
    return found


def _dict(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    given = value.value
    if not isinstance(given, dict):
        raise UnclearError
    keys, values = kind.parts if len(kind.parts) == 2 else (Kind("any"), Kind("any"))
    found: dict[Any, Value[Any]] = {}
    for key, item in given.items():
        name = plain(validated(evaluator, keys, Value(key, value.origin)))
        if isinstance(name, Unknown) or not is_hashable(name):
            raise UnclearError
        found[name] = validated(evaluator, values, item if isinstance(item, Value) else Value(item, value.origin))
    return found


def _model(evaluator: Evaluator, kind: Kind, value: Value[Any]) -> Any:
    """A nested model: an instance of its class, or the dictionary that one is made from."""
    given = value.value
    if isinstance(given, InstanceObject):
        order = order_of(evaluator, given.of)
        if isinstance(order, Unknown) or not any(getattr(each, "node", None) is kind.of.node for each in order):
            raise UnclearError
        return given
    if kind.name == "settings":
        raise UnclearError  # it would read the environment beside the dictionary
    if not isinstance(given, dict) or not all(isinstance(key, str) for key in given):
        raise UnclearError
    return InstanceObject(
        kind.of,
        (),
        {key: item if isinstance(item, Value) else Value(item, value.origin) for key, item in given.items()},
    )


_VALIDATE: dict[str, Validate] = {
    "any": _any,
    "none": _none,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "str": _str,
    "timedelta": _timedelta,
    "secret": _secret,
    "url": _url,
    "literal": _literal,
    "enum": _enum,
    "union": _union,
    "list": _list,
    "sequence": _sequence,
    "tuple": _tuple,
    "set": _set,
    "dict": _dict,
    "model": _model,
    "settings": _model,
}
