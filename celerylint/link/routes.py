"""Which queue a task goes to by `task_routes`, as celery/app/routes.py decides it (4.4 to 5.7)."""

from __future__ import annotations

import re
import string
from typing import Any

from celerylint.link.evaluate import ExternalCall, plain
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown

_QUOTED = string.punctuation.replace("*", "")
_NESTED_REPETITION = re.compile(r"[+*}]\)+[+*{?]|\([^)]*\|[^)]*\)[+*{]")
LONGEST_PATTERN = 200  # characters; longer ones are not tried


def route(routes: Value[Any], name: str) -> Value[Any] | None:
    """The queue that the routes give a task; None where no route matches, unknown where that cannot be told."""
    if isinstance(routes.value, Unknown):
        return unknown(routes.value.reason, routes.origin.span)
    routers = routes.value if isinstance(routes.value, list | tuple) else [routes]
    for router in routers:
        found = _router(router if isinstance(router, Value) else Value(router, routes.origin), name)
        if found is not None:
            return found
    return None


def _router(router: Value[Any], name: str) -> Value[Any] | None:
    """One router: a mapping, a list of pairs, or something callable, which nobody can follow here."""
    if router.value is None:
        return None
    items = _pairs(router)
    if items is None:
        return unknown("a router in task_routes is no mapping that can be followed", router.origin.span)
    exact = [target for key, target in items if key == name]
    if exact:
        return _queue(exact[-1])
    for key, target in items:
        matches = _matches(key, name)
        if matches is None:
            return unknown("a pattern in task_routes is not followed", router.origin.span)
        if matches:
            return _queue(target)
    return None


def _pairs(router: Value[Any]) -> list[tuple[Any, Value[Any]]] | None:
    if isinstance(router.value, dict):
        return [(key, _value(target, router)) for key, target in router.value.items()]
    if not isinstance(router.value, list | tuple):
        return None
    pairs: list[tuple[Any, Value[Any]]] = []
    for item in router.value:
        pair = item.value if isinstance(item, Value) else item
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return None
        key = pair[0].value if isinstance(pair[0], Value) else pair[0]
        pairs.append((key, _value(pair[1], router)))
    return pairs


def _value(target: Any, router: Value[Any]) -> Value[Any]:
    return target if isinstance(target, Value) else Value(target, router.origin)


def _matches(key: Any, name: str) -> bool | None:
    if isinstance(key, ExternalCall) and key.name == "re.compile" and key.arguments:
        return _regex(plain(key.arguments[0]), name)
    if not isinstance(key, str):
        return None
    if "*" not in key:
        return False
    escaped = "".join("\\" + each if each in _QUOTED else each for each in key)
    return bool(re.match(escaped.replace("*", ".+?"), name))


def _regex(pattern: Any, name: str) -> bool | None:
    """A project's own pattern; one that might never end is not tried."""
    if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN or _NESTED_REPETITION.search(pattern):
        return None
    try:
        return bool(re.match(pattern, name))
    except re.error:
        return None


def _queue(target: Value[Any]) -> Value[Any]:
    """A route's value: a queue's name, or a mapping of options."""
    if isinstance(target.value, dict):
        if "queue" in target.value:
            return _named(_value(target.value["queue"], target))
        keys = {"routing_key", "exchange"} & target.value.keys()
        if keys:
            return unknown("a route gives a routing key and no queue", target.origin.span)
        return known(None, Layer.DEFAULT)
    return _named(target)


def _named(value: Value[Any]) -> Value[Any]:
    name = queue_name(value)
    return name if name.known else unknown(name.reason, value.origin.span)


def queue_name(value: Value[Any]) -> Value[Any]:
    """The name of a queue given as text or as `kombu.Queue(...)`."""
    if isinstance(value.value, ExternalCall) and value.value.name.rpartition(".")[2] == "Queue":
        call = value.value
        given = call.keywords.get("name", call.arguments[0] if call.arguments else None)
        if given is not None and isinstance(plain(given), str):
            return Value(plain(given), given.origin)
        return unknown("a queue's name is not known", value.origin.span)
    name = plain(value)
    if isinstance(name, Unknown):
        return unknown(name.reason, value.origin.span)
    return Value(name, value.origin)


def declared_queues(value: Value[Any]) -> Value[Any]:
    """The names in `task_queues` as {name: span}; None where it is not set."""
    if value.value is None or isinstance(value.value, Unknown):
        return value
    items: list[Any] = list(value.value) if isinstance(value.value, list | tuple | dict) else []
    if not isinstance(value.value, list | tuple | dict):
        return unknown("task_queues is not followed", value.origin.span)
    names: dict[str, Span | None] = {}
    for item in items:
        name = queue_name(item if isinstance(item, Value) else Value(item, value.origin))
        if not isinstance(name.value, str):
            return unknown("a queue in task_queues is not followed", name.origin.span)
        names[name.value] = name.origin.span
    return Value(names, value.origin)
