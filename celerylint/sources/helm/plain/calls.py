"""The functions of templates that are computed here, as sprig 3 and Helm 4 have them; all others are not known.

Each takes its arguments in the order of the template and gives a value. What a function is not given as it expects
is not known: the engine may convert it, or refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from celerylint.sources.helm.plain import data, logic, maps, texts
from celerylint.sources.helm.plain.values import Unknowable, doubtful

LONGEST = 1_000_000  # characters that a function may make


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


_LENIENT: Mapping[str, Callable[..., Any]] = {
    "default": logic.default,
    "required": logic.required,
    "fail": logic.fail,
    "and": logic.and_,
    "or": logic.or_,
    "not": logic.not_,
    "empty": logic.empty,
    "coalesce": logic.coalesce,
    "ternary": logic.ternary,
    "toYaml": data.to_yaml,
    "nindent": texts.indented("\n"),
    "indent": texts.indented(""),
    "quote": texts.quoted('"'),
    "squote": texts.quoted("'"),
    "dict": data.map_of,
    "list": lambda *items: list(items),
    "hasKey": data.has_key,
    "index": data.index,
    "set": maps.set_key,
    "unset": maps.unset,
    "deepCopy": maps.fresh,
    "mustDeepCopy": maps.fresh,
    "toJson": maps.to_json,
    "mustToJson": maps.to_json,
}
_STRICT: Mapping[str, Callable[..., Any]] = {
    "toString": texts.to_string,
    "printf": texts.printf,
    "print": texts.print_,
    "eq": logic.equal,
    "ne": lambda left, right: not logic.equal(left, right),
    "lt": logic.ordered(lambda left, right: left < right),
    "le": logic.ordered(lambda left, right: left <= right),
    "gt": logic.ordered(lambda left, right: left > right),
    "ge": logic.ordered(lambda left, right: left >= right),
    "int": data.int_,
    "int64": data.int_,
    "add": data.folded(lambda left, right: left + right),
    "add1": lambda value: data.int_(value) + 1,
    "sub": data.folded(lambda left, right: left - right),
    "mul": data.folded(lambda left, right: left * right),
    "div": data.folded(data.divide),
    "max": data.folded(max),
    "min": data.folded(min),
    "join": texts.join,
    "trunc": texts.truncated,
    "get": data.get,
    "len": data.length,
    "first": data.first,
    "last": data.last,
    "has": data.has,
    "keys": lambda of: Unknowable("the order of a map's keys"),
    "b64enc": texts.texts(texts.encoded),
    "trim": texts.texts(texts.trimmed),
    "trimSuffix": texts.texts(texts.suffix),
    "trimPrefix": texts.texts(lambda prefix, text: text.removeprefix(prefix)),
    "lower": texts.texts(texts.ascii_only(str.lower)),
    "upper": texts.texts(texts.ascii_only(str.upper)),
    "replace": texts.texts(lambda old, new, text: text.replace(old, new)),
    "contains": texts.texts(lambda part, text: part in text),
    "hasPrefix": texts.texts(lambda part, text: text.startswith(part)),
    "hasSuffix": texts.texts(lambda part, text: text.endswith(part)),
    "splitList": texts.texts(lambda separator, text: text.split(separator)),
    "kindIs": lambda kind, value: _KINDS[logic.kind(value)] == kind,
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
