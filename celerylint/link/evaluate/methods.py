"""Methods of texts, dictionaries, lists and times that read and change nothing."""

from __future__ import annotations

import datetime
from typing import Any

from celerylint.link.evaluate.displays import elements
from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import ExternalCall, MatchObject, Members, plain
from celerylint.link.evaluate.operations import LARGEST_SIZE, is_tame, prints_alike
from celerylint.link.evaluate.origins import at, begun, failed
from celerylint.link.evaluate.patterns import group
from celerylint.origin import Span, Unknown, Value, unknown

_OF_TEXT = frozenset({"split", "rsplit", "splitlines", "strip", "lstrip", "rstrip", "lower", "upper", "title"})
_OF_TEXT |= {"replace", "startswith", "endswith", "join", "format", "removeprefix", "removesuffix", "capitalize"}
_OF_TEXT |= {"partition", "rpartition", "isdigit", "isnumeric", "casefold", "count", "find", "encode"}


def method(holder: Value[Any], name: str, arguments: Arguments, span: Span) -> Value[Any]:
    """What a method of plain data gives."""
    data = holder.value
    if isinstance(data, str) and name in _OF_TEXT:
        return _of_text(holder, name, arguments, span)
    if isinstance(data, bytes) and name == "decode":
        return _decoded(holder, arguments, span)
    if isinstance(data, dict):
        return _of_dictionary(holder, name, arguments, span)
    if isinstance(data, datetime.timedelta) and name == "total_seconds":
        return Value(data.total_seconds(), at(span, holder))
    if isinstance(data, list) and name == "copy":
        return holder
    if isinstance(data, MatchObject):
        return group(data, name, arguments, span)
    return unknown(f".{name}() is not followed", span)


def _decoded(holder: Value[Any], arguments: Arguments, span: Span) -> Value[Any]:
    """`bytes.decode()`, of the encodings in which a text stays the same."""
    given = [plain(each) for each in (*arguments[0], *arguments[1].values())]
    data: Any = holder.value
    try:
        if all(each in ("utf-8", "utf8", "ascii") for each in given):
            return Value(data.decode(*given[:1]), at(span, holder))
    except UnicodeDecodeError:
        pass
    return unknown("this decoding is not followed", span)


def _of_text(holder: Value[Any], name: str, arguments: Arguments, span: Span) -> Value[Any]:
    text: Any = holder.value
    positional, named = arguments
    values = (*positional, *named.values())
    data = [plain(each) for each in values]
    for value, source in zip(data, values, strict=True):
        if isinstance(value, Unknown):
            return begun(value, text.partition("{")[0] if name == "format" else "", span, source)
    if name == "format" and not is_tame(text, *values):
        return unknown("this formatting is not followed", span)
    if name == "join" and (any(isinstance(each, set) for each in data) or not all(map(prints_alike, values))):
        return unknown("the order of what is joined is not known", span)
    if _makes(text, name, data) > LARGEST_SIZE:
        return unknown("the text is too long to be followed", span)
    try:
        keywords = dict(zip(named, data[len(positional) :], strict=True))
        result = getattr(text, name)(*data[: len(positional)], **keywords)
    except Exception as error:  # what the project's code would raise: it is never ours
        return unknown(f".{name}() fails: {error}", span)
    return Value(result, at(span, holder, *values))


def _makes(text: str, name: str, data: list[Any]) -> int:
    """At most how long the result is, in characters."""
    longest = max((len(str(each)) for each in data), default=0)
    if name == "replace" and len(data) > 1 and isinstance(data[0], str) and isinstance(data[1], str):
        return len(text) + text.count(data[0]) * len(data[1])
    if name == "join":
        return longest + len(text) * (len(data[0]) if data and isinstance(data[0], list | tuple | str) else 0)
    return len(text) + longest * (max(text.count("{"), 1) if name == "format" else 1)


def _of_dictionary(holder: Value[Any], name: str, arguments: Arguments, span: Span) -> Value[Any]:
    data: Any = holder.value
    positional, named = arguments
    if any(isinstance(key, ExternalCall) for key in data) and name != "copy":
        return unknown(f".{name}() is not followed", span)
    if name in ("get", "pop", "setdefault") and positional and not named:
        key = plain(positional[0])
        if not isinstance(key, str | int | float | tuple | None):
            return failed(key, span) if isinstance(key, Unknown) else unknown("this element is not known", span)
        if key in data:
            return data[key] if isinstance(data[key], Value) else Value(data[key], at(span, holder))
        if len(positional) > 1:
            return positional[1]
        return unknown(f"it has no key {key!r}", span) if name == "pop" else Value(None, at(span, holder))
    if name == "copy" and not positional:
        return holder
    if name == "items" and not positional:
        pairs = [(Value(key, holder.origin), item) for key, item in data.items()]
        return Value([Value(pair, holder.origin) for pair in pairs], at(span, holder))
    if name == "values" and not positional:
        return Value(list(data.values()), at(span, holder))
    if name == "keys" and not positional:
        keys = elements(holder)
        return failed(keys, span, holder) if isinstance(keys, Unknown) else Value(Members(keys), at(span, holder))
    return unknown(f".{name}() is not followed", span)
