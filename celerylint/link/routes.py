"""Which queue a task goes to by `task_routes`, as celery/app/routes.py decides it (5.2 to 5.7)."""

from __future__ import annotations

import fnmatch
import re
from typing import Any

from celerylint.link.evaluate import Evaluator, ExternalCall, plain
from celerylint.link.evaluate.calls import as_dictionary
from celerylint.link.evaluate.patterns import LONGEST_PATTERN, Pattern, compiled
from celerylint.link.routers import answer
from celerylint.origin import Layer, Unknown, Value, known, unknown


def matched(evaluator: Evaluator, routes: Value[Any], name: str) -> Value[Any] | None:
    """What the first router that takes a task gives; None where none does, unknown where that cannot be told.

    A value without a queue: a route matches and names none, so that the default queue is taken.
    """
    if isinstance(routes.value, Unknown):
        return unknown(routes.value.reason, routes.origin.span)
    for router in routers_of(routes):
        found = _router(evaluator, router, name)
        if found is not None:
            return found
    return None


def routers_of(routes: Value[Any]) -> list[Value[Any]]:
    """The routers that Celery asks one after the other (celery/app/routes.py:prepare)."""
    routers = routes.value if isinstance(routes.value, list | tuple) else [routes]
    return [each if isinstance(each, Value) else Value(each, routes.origin) for each in routers]


def _router(evaluator: Evaluator, router: Value[Any], name: str) -> Value[Any] | None:
    """One router: a mapping, a list of pairs, or something that is called."""
    if router.value is None:
        return None
    items = routes_in(router)
    if items is None:
        return answer(evaluator, router, name)
    exact: dict[str, Value[Any]] = {}
    patterns: dict[Pattern, Value[Any]] = {}  # the same pattern again keeps its place and takes the later value
    for key, target in items:
        if isinstance(key, str) and "*" not in key:
            exact[key] = target
        else:
            patterns[pattern_of(key)] = target
    if name in exact:
        return exact[name]
    for pattern, target in patterns.items():
        if pattern is None:
            return unknown("a pattern in task_routes is not followed", router.origin.span)
        if re.match(pattern[0], name, pattern[1]):
            return target
    return None


def routes_in(router: Value[Any]) -> list[tuple[Any, Value[Any]]] | None:
    """The keys of a router with what they give; None where it is no mapping and no list of pairs."""
    if isinstance(router.value, dict):
        return [(key, _value(target, router)) for key, target in router.value.items()]
    if not isinstance(router.value, list | tuple):
        return None
    pairs: list[tuple[Any, Value[Any]]] = []
    for item in router.value:
        pair = item.value if isinstance(item, Value) else item
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return None
        first = pair[0] if isinstance(pair[0], Value) else Value(pair[0], router.origin)
        key = first.value if isinstance(first.value, ExternalCall) else plain(first)
        if isinstance(key, Unknown):
            return None
        pairs.append((key, _value(pair[1], router)))
    return pairs


def _value(target: Any, router: Value[Any]) -> Value[Any]:
    return target if isinstance(target, Value) else Value(target, router.origin)


def pattern_of(key: Any) -> Pattern:
    """What Celery matches a key as: a glob, or a compiled pattern."""
    if isinstance(key, str):
        return (fnmatch.translate(key), 0) if len(key) <= LONGEST_PATTERN else None
    return compiled(key)


def queue_of(target: Value[Any]) -> Value[Any]:
    """The queue of a route's value; None where it names none."""
    options = target_options(target)
    if isinstance(options, Value):
        return options
    given = options.get("queue", known(None, Layer.DEFAULT))
    if given.value not in (None, ""):
        return _named(given)
    if {"routing_key", "exchange"} & options.keys():
        return unknown("a route gives a routing key and no queue", target.origin.span)
    return known(None, Layer.DEFAULT)


def target_options(target: Value[Any]) -> dict[str, Value[Any]] | Value[Any]:
    """A route's value as options: a queue's name stands for the queue; unknown where it is not followed."""
    if isinstance(target.value, ExternalCall):
        return unknown("a route gives no name and no mapping", target.origin.span)
    if isinstance(target.value, list | tuple) and target.origin.span:
        target = as_dictionary(target, target.origin.span)
    if isinstance(target.value, dict):
        return {str(key): _value(item, target) for key, item in target.value.items()}
    name = _named(target)
    if not name.known:
        return name
    return {"queue": name} if name.value else {}


def _named(value: Value[Any]) -> Value[Any]:
    name = queue_name(value)
    if isinstance(name.value, str):
        return name if name.value else known(None, Layer.DEFAULT)
    return unknown(name.reason or "a route names no queue that can be followed", value.origin.span)


def queue_name(value: Value[Any]) -> Value[Any]:
    """The name of a queue given as text or as `kombu.Queue(...)`; None for None."""
    if isinstance(value.value, ExternalCall) and value.value.name.rpartition(".")[2] == "Queue":
        call = value.value
        given = call.keywords.get("name", call.arguments[0] if call.arguments else None)
        if given is not None and isinstance(plain(given), str):
            return Value(plain(given), given.origin)
        return unknown("a queue's name is not known", value.origin.span)
    name = plain(value)
    if isinstance(name, Unknown):
        return unknown(name.reason, value.origin.span)
    if name is not None and not isinstance(name, str):
        return unknown("it is no name of a queue", value.origin.span)
    return Value(name, value.origin)
