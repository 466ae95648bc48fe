"""Lists, tuples, sets, dictionaries and texts as they are written, and the elements of those."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.enums import family_of, member
from celerylint.link.evaluate.frame import Frame, place
from celerylint.link.evaluate.objects import ClassObject, ExternalCall, ExternalObject, Members, Once, Raised, plain
from celerylint.link.evaluate.operations import LARGEST_SIZE, is_tame, prints_alike
from celerylint.link.evaluate.origins import at, begun, failed, written
from celerylint.link.evaluate.readers import from_environ
from celerylint.origin import Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator


def sequence(evaluator: Evaluator, node: ast.List | ast.Tuple | ast.Set, frame: Frame) -> Value[Any]:
    """A list, tuple or set; its elements keep their own places."""
    items: list[Value[Any]] = []
    span = place(frame, node)
    for element in node.elts:
        if isinstance(element, ast.Starred):
            inner = evaluator.expression(element.value, frame)
            parts = elements(inner)
            if isinstance(parts, Unknown):
                return unknown(f"an unpacked part is not known: {parts.reason}", span, (inner.origin,))
            items.extend(parts)
        else:
            items.append(evaluator.expression(element, frame))
    if isinstance(node, ast.Set):
        return members(items, span)
    return written(tuple(items) if isinstance(node, ast.Tuple) else items, span)


def members(items: list[Value[Any]], span: Span) -> Value[Any]:
    """A set: which of its elements are the same must be known."""
    seen: list[Any] = []
    kept: list[Value[Any]] = []
    for item in items:
        data = plain(item)
        if isinstance(data, Unknown) and len(items) > 1:
            return failed(data, span, item)
        if not any(data == each for each in seen):
            seen.append(data)
            kept.append(item)
    return written(Members(kept), span)


def elements(value: Value[Any]) -> list[Value[Any]] | Unknown:
    """What iterating gives: the elements of a list, tuple or set, the keys of a dictionary."""
    data = value.value
    if isinstance(data, list | tuple):
        return [each if isinstance(each, Value) else Value(each, value.origin) for each in data]
    if isinstance(data, dict) and not any(isinstance(key, ExternalCall) for key in data):
        return [Value(key, value.origin) for key in data]
    return data if isinstance(data, Unknown) else Unknown("what it is made of is not known")


def dictionary(evaluator: Evaluator, node: ast.Dict, frame: Frame) -> Value[Any]:
    """A dictionary by its keys, which must be known; its values need not be."""
    data: dict[Any, Value[Any]] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            inner = evaluator.expression(value_node, frame)
            if not isinstance(inner.value, dict):
                why = f": {inner.reason}" if inner.reason else ""
                return unknown(f"an unpacked part is not known{why}", place(frame, node), (inner.origin,))
            data.update(inner.value)
            continue
        found = evaluator.expression(key_node, frame)
        key = found.value if isinstance(found.value, ExternalCall) else plain(found)
        if isinstance(key, Unknown) or not is_hashable(key):
            why = key.reason if isinstance(key, Unknown) else "it cannot be a key"
            return unknown(f"a key is not known: {why}", place(frame, key_node))
        data[key] = evaluator.expression(value_node, frame)
    return written(data, place(frame, node))


def is_hashable(key: Any) -> bool:
    """Whether Python takes it as a key."""
    try:
        hash(key)
    except TypeError:
        return False
    return True


def subscript(evaluator: Evaluator, node: ast.Subscript, frame: Frame) -> Value[Any]:
    """`holder[key]`."""
    holder = evaluator.expression(node.value, frame)
    span = place(frame, node)
    if isinstance(holder.value, Unknown):
        return failed(holder.value, span, holder) if holder.value.begins else holder
    if isinstance(node.slice, ast.Slice):
        return _slice(evaluator, holder, node.slice, frame, span)
    found = evaluator.expression(node.slice, frame)
    if isinstance(holder.value, ExternalObject) and holder.value.name == "os.environ":
        return from_environ(evaluator, found, span)
    key = plain(found)
    if isinstance(key, Unknown):
        return failed(key, span, found)
    of = holder.value
    if isinstance(of, ExternalCall) and isinstance(key, str):
        from celerylint.link.evaluate.dynaconf import dynaconf_value, is_dynaconf

        return dynaconf_value(evaluator, of, key, span) if is_dynaconf(of) else element(holder, key, span)
    if isinstance(of, ClassObject) and isinstance(key, str) and family_of(evaluator, of) is not None:
        return member(evaluator, of, key, span) or unknown(f"there is no member {key}", span)
    return element(holder, key, span)


def element(holder: Value[Any], key: Any, span: Span) -> Value[Any]:
    """The element of a container or text at a key that is known."""
    data = holder.value
    if isinstance(data, Members | Once) or not isinstance(data, dict | list | tuple | str) or not is_hashable(key):
        return unknown("this element is not known", span)
    if isinstance(data, dict) and any(isinstance(each, ExternalCall) for each in data):
        return unknown("this element is not known", span)
    try:
        item = data[key]
    except KeyError:
        return failed(Raised(f"it has no key {key!r}", exception="KeyError"), span, holder)
    except IndexError:
        return failed(Raised(f"it has no element {key!r}", exception="IndexError"), span, holder)
    except TypeError:
        return unknown("this element is not known", span)
    return item if isinstance(item, Value) else Value(item, at(span, holder))


def _slice(evaluator: Evaluator, holder: Value[Any], node: ast.Slice, frame: Frame, span: Span) -> Value[Any]:
    bounds = [
        None if each is None else plain(evaluator.expression(each, frame))
        for each in (node.lower, node.upper, node.step)
    ]
    whole = all(each is None or type(each) is int for each in bounds) and bounds[2] != 0
    if not whole or isinstance(holder.value, Members | Once) or not isinstance(holder.value, list | tuple | str):
        return unknown("this part is not known", span)
    return Value(holder.value[slice(*bounds)], at(span, holder))


def formatted(evaluator: Evaluator, node: ast.JoinedStr, frame: Frame) -> Value[Any]:
    """An f-string."""
    parts: list[str] = []
    sources: list[Value[Any]] = []
    span = place(frame, node)
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            value = evaluator.expression(part.value, frame)
            text = _formatted(evaluator, part, value, frame)
            if isinstance(text, Unknown):
                plainly = part.format_spec is None and part.conversion == -1
                return begun(text, "".join(parts) + (text.begins if plainly else ""), span, *sources, value)
            parts.append(text)
            sources.append(value)
        else:
            return unknown("a part of the text is not followed", span)
    whole = "".join(parts)
    origin: Origin = at(span, *sources)
    return Value(whole, origin) if len(whole) <= LARGEST_SIZE else unknown("the text is too long", span)


_CONVERSIONS: dict[int, Callable[[Any], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}


def _formatted(evaluator: Evaluator, part: ast.FormattedValue, value: Value[Any], frame: Frame) -> str | Unknown:
    data = plain(value)
    if isinstance(data, Unknown):
        return data
    spec = "" if part.format_spec is None else plain(evaluator.expression(part.format_spec, frame))
    if not isinstance(spec, str) or not is_tame(spec) or not prints_alike(value) or isinstance(data, set):
        return Unknown("a formatted part of the text is not followed")
    convert: Callable[[Any], Any] = _CONVERSIONS.get(part.conversion, lambda same: same)
    try:
        return format(convert(data), spec)
    except (TypeError, ValueError) as error:
        return Unknown(f"this formatting fails: {error}")
