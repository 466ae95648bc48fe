"""The queue that a message reaches: by its name, or by the routing key that comes with it.

celery/app/amqp.py:AMQP._create_task_sender, 5.2 to 5.7: where a queue's exchange is direct, the message goes to the
queue by its name, whatever its routing key is; an exchange and a routing key together go there and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from celerylint.link.evaluate import ExternalCall, plain
from celerylint.link.routes import queue_name, target_options
from celerylint.link.task_options import TaskOptions
from celerylint.origin import Layer, Unknown, Value, known, unknown

_NAMES = ("queue", "exchange", "routing_key")
_ARGUMENTS = ("name", "exchange", "routing_key")  # kombu.Queue, in order


def destination(option: TaskOptions, target: Value[Any] | None, settings: Mapping[str, Value[Any]]) -> Value[str]:
    """The queue of a task: its own options go before those of the route that matches it, then the default queue."""
    routed = target_options(target) if target is not None else {}
    if isinstance(routed, Value):
        return routed
    own = {name: option.own(name) for name in _NAMES}
    if own["queue"] is not None and own["queue"].value == "":
        own["queue"] = None
    given = {name: _first(own[name], routed.get(name)) for name in _NAMES}
    queue = queue_name(given["queue"])
    if isinstance(queue.value, Unknown):
        return queue
    exchange, key = given["exchange"], given["routing_key"]
    if exchange.value is not None:
        return unknown("an exchange and its routing key say where it goes", exchange.origin.span)
    found = queue if queue.value else queue_name(settings["task_default_queue"])
    if settings["task_default_exchange"].value == "" and settings["task_default_exchange_type"].value != "direct":
        return unknown("the broker's own exchange takes a routing key for a queue's name", found.origin.span)
    if key.value in (None, "") or not isinstance(found.value, str):
        return found
    reached = _takes(found.value, given["queue"], key, settings)
    return found if reached else unknown("its routing key says where it goes", key.origin.span)


def _first(own: Value[Any] | None, routed: Value[Any] | None) -> Value[Any]:
    if own is not None and own.value is not None:
        return own
    return routed if routed is not None else known(None, Layer.DEFAULT)


def _takes(name: str, given: Value[Any], key: Value[Any], settings: Mapping[str, Value[Any]]) -> bool:
    """Whether a message with this routing key, sent to the queue's exchange, certainly reaches the queue."""
    own = given.value if isinstance(given.value, ExternalCall) else None
    declaration = _arguments(own) if own else _declared(name, settings["task_queues"])
    if isinstance(declaration, Unknown):
        return False
    default = _text(settings["task_default_exchange_type"])
    if declaration is None:  # made when it is missing; only the default queue has the default exchange
        made = settings.get("task_create_missing_queue_exchange_type")
        return default == "direct" and _text(made) in (None, "direct")
    kind = _kind(declaration.get("exchange"), default)
    binding, sent = _text(declaration.get("routing_key")), _text(key)
    if kind in ("direct", "fanout"):
        return True
    return kind == "topic" and isinstance(binding, str) and isinstance(sent, str) and _matches(binding, sent)


def _arguments(queue: ExternalCall) -> Mapping[str, Value[Any]]:
    return {**dict(zip(_ARGUMENTS, queue.arguments, strict=False)), **queue.keywords}


def _declared(name: str, queues: Value[Any]) -> Mapping[str, Value[Any]] | Unknown | None:
    """The arguments of the `Queue` of that name in `task_queues`; None where it is not declared."""
    if queues.value is None:
        return None
    if not isinstance(queues.value, list | tuple | dict):
        return Unknown("task_queues is not followed")
    items = queues.value.values() if isinstance(queues.value, dict) else queues.value
    found: Mapping[str, Value[Any]] | None = None
    for item in items:
        value = item if isinstance(item, Value) else Value(item, queues.origin)
        if not isinstance(value.value, ExternalCall):
            return Unknown("task_queues holds something else than queues")
        if queue_name(value).value == name:
            found = _arguments(value.value)
    return found


def _kind(exchange: Value[Any] | None, default: str | Unknown | None) -> str | Unknown | None:
    """The type of a queue's exchange."""
    if exchange is None or exchange.value is None:
        return default
    call = exchange.value
    if not isinstance(call, ExternalCall) or call.name.rpartition(".")[2] != "Exchange":
        return Unknown("an exchange is not followed")
    given = call.keywords.get("type", call.arguments[1] if len(call.arguments) > 1 else None)
    return "direct" if given is None else _text(given)


def _text(value: Value[Any] | None) -> str | Unknown | None:
    found = plain(value) if value is not None else None
    return found if found is None or isinstance(found, str | Unknown) else Unknown("it is no text")


def _matches(binding: str, key: str) -> bool:
    """How every topic exchange compares: `*` is one word, `#` several; whether it is none differs by the transport."""
    words = {"*": r"[^.]+", "#": r".+"}
    return re.fullmatch(r"\.".join(words.get(word, re.escape(word)) for word in binding.split(".")), key) is not None
