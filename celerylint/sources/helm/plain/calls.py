"""The functions of templates that are computed here, as sprig 3 and Helm 4 have them; all others are not known.

Each takes its arguments in the order of the template and gives a value. What a function is not given as it expects
is not known: the engine may convert it, or refuse.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from celerylint.sources.helm.plain import maps
from celerylint.sources.helm.plain.values import Unknowable, doubtful, shown, truth, yaml

LONGEST = 1_000_000  # characters that a function may make


class RefusedError(Exception):
    """The chart itself refuses to be rendered."""


def call(name: str, arguments: list[Any]) -> Any:
    """A function's value. Raises RefusedError."""
    function = _LENIENT.get(name)
    if function is None:
        function = _STRICT.get(name)
        unknown = next((each for each in arguments if isinstance(each, Unknowable)), None)
        if function is None or unknown is not None or any(map(doubtful, arguments)):
            return unknown or Unknowable(f"`{name}` is not followed")
    try:
        value = function(*arguments)  # SharedError goes on: it concerns the whole chart
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError):
        return Unknowable(f"`{name}` is given what it does not expect")
    if isinstance(value, str) and len(value) > LONGEST:
        return Unknowable(f"`{name}` makes too much text")
    return value


def _text(value: Any) -> str:
    found = shown(value)
    if isinstance(found, Unknowable):
        raise ValueError
    return found


def _texts(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of texts alone: the engine refuses all else."""

    def checked(*arguments: Any) -> Any:
        if not all(isinstance(each, str) for each in arguments):
            raise TypeError
        return function(*arguments)

    return checked


def _quoted(mark: str) -> Callable[..., Any]:
    def quote(*values: Any) -> Any:
        texts = []
        for value in values:
            if value is None:
                continue
            text = shown(value)
            if isinstance(text, Unknowable):
                return text
            if mark in text or "\\" in text or not text.isprintable():
                return Unknowable("a text that is escaped")
            texts.append(f"{mark}{text}{mark}")
        return " ".join(texts)

    return quote


def _default(instead: Any, *value: Any) -> Any:
    if not value:
        return instead
    known = truth(value[0])
    if isinstance(known, Unknowable):
        return known
    return value[0] if known else instead


def _indented(newline: str) -> Callable[[Any, Any], Any]:
    def indent(count: Any, text: Any) -> Any:
        if isinstance(text, Unknowable):
            return text
        if not isinstance(text, str) or not isinstance(count, int) or not 0 <= count <= 200:
            raise TypeError
        pad = " " * count
        return newline + pad + text.replace("\n", "\n" + pad)

    return indent


def _to_yaml(value: Any) -> Any:
    return yaml(value)


def _to_string(value: Any) -> Any:
    return shown(value) if value is not None else Unknowable("Go's own form of nothing")


def _printf(form: Any, *values: Any) -> Any:
    if not isinstance(form, str):
        raise TypeError
    pieces = re.split(r"(%[a-z%])", form)
    left = list(values)
    written = ""
    for piece in pieces:
        if piece == "%%":
            written += "%"
        elif re.fullmatch("%[a-z]", piece):
            written += _verb(piece[1], left.pop(0))
        elif "%" in piece:
            raise ValueError
        else:
            written += piece
    if left:
        raise ValueError
    return written


def _verb(verb: str, value: Any) -> str:
    fits = {"s": isinstance(value, str), "d": isinstance(value, int) and not isinstance(value, bool), "v": True}
    if not fits.get(verb, False) or value is None:
        raise ValueError
    return _text(value)


def _print(*values: Any) -> Any:
    """Go's Sprint puts a space between two operands when neither is a text."""
    written = ""
    for index, value in enumerate(values):
        if index and not isinstance(value, str) and not isinstance(values[index - 1], str):
            written += " "
        written += _text(value)
    return written


def _required(message: Any, value: Any) -> Any:
    if isinstance(value, Unknowable):
        return value
    if value is None or value == "":
        return Unknowable(f"the chart asks its user for it: {message}")
    return value


def _fail(message: Any) -> Any:
    raise RefusedError(str(message))


def _equal(first: Any, *others: Any) -> bool:
    """Go compares values of one kind alone."""
    kinds = {_kind(each) for each in (first, *others)}
    if len(kinds) != 1 or kinds & {"dict", "list", "NoneType"}:
        raise TypeError
    return first in others


def _kind(value: Any) -> str:
    return type(value).__name__


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def ordered(left: Any, right: Any) -> bool:
        if _kind(left) != _kind(right) or _kind(left) not in ("int", "float", "str"):
            raise TypeError
        return compare(left, right)

    return ordered


def _and(*values: Any) -> Any:
    for value in values:
        known = truth(value)
        if isinstance(known, Unknowable) or not known:
            return known if isinstance(known, Unknowable) else value
    return values[-1]


def _or(*values: Any) -> Any:
    for value in values:
        known = truth(value)
        if isinstance(known, Unknowable) or known:
            return known if isinstance(known, Unknowable) else value
    return values[-1]


def _not(value: Any) -> Any:
    known = truth(value)
    return known if isinstance(known, Unknowable) else not known


def _empty(value: Any = None) -> Any:
    known = truth(value)
    return known if isinstance(known, Unknowable) else not known


def _coalesce(*values: Any) -> Any:
    return _or(*values, None)


def _ternary(first: Any, second: Any, condition: Any) -> Any:
    known = truth(condition) if isinstance(condition, bool | Unknowable) else Unknowable("`ternary` wants a truth")
    return known if isinstance(known, Unknowable) else (first if known else second)


def _int(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return int(bool(value))
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"-?(?:0|[1-9][0-9]{0,15})", value) else Unknowable("`int` of a text")
    if isinstance(value, int | float):
        return int(value)
    raise TypeError


def _sum(operate: Callable[[int, int], int]) -> Callable[..., Any]:
    def compute(first: Any, *others: Any) -> Any:
        result = _int(first)
        for each in others:
            result = operate(result, _int(each))
        return result

    return compute


def _divide(left: int, right: int) -> int:
    """Go cuts towards zero."""
    return int(left / right) if abs(left) < 2**50 else _refuse()


def _refuse() -> int:
    raise OverflowError


def _join(separator: Any, values: Any) -> Any:
    if not isinstance(separator, str):
        raise TypeError
    items = values if isinstance(values, list) else [values]
    return separator.join(_text(each) for each in items if each is not None)


def _truncated(count: Any, text: Any) -> Any:
    if not isinstance(text, str) or not isinstance(count, int):
        raise TypeError
    if len(text) > abs(count) and not text.isascii():
        raise ValueError
    return text[:count] if count >= 0 else text[count:] if len(text) >= -count else text


def _dict(*pairs: Any) -> Any:
    keys, values = pairs[::2], pairs[1::2]
    if len(keys) != len(values) or not all(isinstance(key, str) for key in keys):
        raise TypeError
    return dict(zip(keys, values, strict=True))


def _get(of: Any, key: Any) -> Any:
    if not isinstance(of, dict) or not isinstance(key, str):
        raise TypeError
    return of.get(key, "")


def _has_key(of: Any, key: Any) -> Any:
    if isinstance(of, Unknowable):
        return of
    if not isinstance(of, dict):
        raise TypeError
    return key in of


def _index(of: Any, *keys: Any) -> Any:
    for key in keys:
        if isinstance(of, Unknowable):
            return of
        if isinstance(of, dict) and isinstance(key, str):
            of = of.get(key)
        elif isinstance(of, list) and isinstance(key, int) and not isinstance(key, bool) and key >= 0:
            of = of[key]
        else:
            raise TypeError
    return of


def _length(of: Any) -> Any:
    if isinstance(of, str):
        return len(of.encode())
    if not isinstance(of, dict | list):
        raise TypeError
    return len(of)


def _first(of: Any) -> Any:
    if not isinstance(of, list):
        raise TypeError
    return of[0] if of else None


def _last(of: Any) -> Any:
    if not isinstance(of, list):
        raise TypeError
    return of[-1] if of else None


def _has(item: Any, of: Any) -> Any:
    if not isinstance(of, list) or any(_kind(each) != _kind(item) for each in of):
        raise TypeError
    return item in of


def _encoded(text: Any) -> Any:
    return base64.b64encode(text.encode()).decode()


def _suffix(suffix: str, text: str) -> str:
    return text.removesuffix(suffix)


def _trimmed(text: str) -> str:
    return text.strip()


_LENIENT: Mapping[str, Callable[..., Any]] = {
    "default": _default,
    "required": _required,
    "fail": _fail,
    "and": _and,
    "or": _or,
    "not": _not,
    "empty": _empty,
    "coalesce": _coalesce,
    "ternary": _ternary,
    "toYaml": _to_yaml,
    "nindent": _indented("\n"),
    "indent": _indented(""),
    "quote": _quoted('"'),
    "squote": _quoted("'"),
    "dict": _dict,
    "list": lambda *items: list(items),
    "hasKey": _has_key,
    "index": _index,
    "set": maps.set_key,
    "unset": maps.unset,
    "deepCopy": maps.fresh,
    "mustDeepCopy": maps.fresh,
    "toJson": maps.to_json,
    "mustToJson": maps.to_json,
}
_STRICT: Mapping[str, Callable[..., Any]] = {
    "toString": _to_string,
    "printf": _printf,
    "print": _print,
    "eq": _equal,
    "ne": lambda left, right: not _equal(left, right),
    "lt": _ordered(lambda left, right: left < right),
    "le": _ordered(lambda left, right: left <= right),
    "gt": _ordered(lambda left, right: left > right),
    "ge": _ordered(lambda left, right: left >= right),
    "int": _int,
    "int64": _int,
    "add": _sum(lambda left, right: left + right),
    "add1": lambda value: _int(value) + 1,
    "sub": _sum(lambda left, right: left - right),
    "mul": _sum(lambda left, right: left * right),
    "div": _sum(_divide),
    "max": _sum(max),
    "min": _sum(min),
    "join": _join,
    "trunc": _truncated,
    "get": _get,
    "len": _length,
    "first": _first,
    "last": _last,
    "has": _has,
    "keys": lambda of: Unknowable("the order of a map's keys"),
    "b64enc": _texts(_encoded),
    "trim": _texts(_trimmed),
    "trimSuffix": _texts(_suffix),
    "trimPrefix": _texts(lambda prefix, text: text.removeprefix(prefix)),
    "lower": _texts(str.lower),
    "upper": _texts(str.upper),
    "replace": _texts(lambda old, new, text: text.replace(old, new)),
    "contains": _texts(lambda part, text: part in text),
    "hasPrefix": _texts(lambda part, text: text.startswith(part)),
    "hasSuffix": _texts(lambda part, text: text.endswith(part)),
    "splitList": _texts(lambda separator, text: text.split(separator)),
    "kindIs": lambda kind, value: _KINDS[_kind(value)] == kind,
    "lookup": lambda *_: {},
    "merge": maps.merge,
    "mustMerge": maps.merge,
    "mergeOverwrite": maps.merge_over,
    "mustMergeOverwrite": maps.merge_over,
    "fromJson": maps.from_json,
    "mustFromJson": maps.from_json,
}
_KINDS: Mapping[str, str] = {
    "str": "string",
    "bool": "bool",
    "dict": "map",
    "list": "slice",
    "float": "float64",
    "NoneType": "invalid",
}
