"""The queues of an app with the exchanges that they are bound to: `task_queues`, and what Celery adds by itself.

celery/app/amqp.py:Queues and kombu/entity.py:Queue, 5.4 to 5.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from celerylint.link.evaluate import ExternalCall, plain
from celerylint.link.routes import queue_name
from celerylint.origin import Layer, Unknown, Value, known, unknown

_OF_QUEUE = ("name", "exchange", "routing_key")  # kombu.Queue, in order
_OF_EXCHANGE = ("name", "type")  # kombu.Exchange
_NOTHING: Value[Any] = known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True)
class BoundQueue:
    """A queue as an app declares it, and its binding to an exchange."""

    name: Value[str]
    exchange: Value[str]  # empty: the broker's own, which takes a routing key for a queue's name
    exchange_type: Value[str]  # direct, topic, fanout or headers
    routing_key: Value[str]
    arguments: Value[dict[str, Any] | None] = _NOTHING
    max_priority: Value[int | None] = _NOTHING


class TaskQueues:
    """The queues of one app in one environment."""

    def __init__(self, settings: Mapping[str, Value[Any]]) -> None:
        self.settings = settings
        self.written = self._by_name()

    @property
    def names(self) -> Value[Any]:
        """The names in `task_queues` as {name: span}; None where it is not set."""
        value = self.settings["task_queues"]
        if value.value is None or isinstance(value.value, Unknown):
            return value
        if isinstance(self.written, Unknown):
            return unknown(self.written.reason, value.origin.span)
        places = {name: queue.name.origin.span for name, queue in self.written.items()}
        return Value(places, value.origin)

    @property
    def default_exchange(self) -> tuple[Value[str], Value[str]]:
        """Its name and its type."""
        return self.settings["task_default_exchange"], self.settings["task_default_exchange_type"]

    def every(self) -> tuple[BoundQueue, ...] | Unknown:
        """Those of `task_queues`; without these the default queue alone."""
        if isinstance(self.written, Unknown):
            return self.written
        default = queue_name(self.settings["task_default_queue"])
        return tuple(self.written.values()) or ((self._default(default),) if default.value not in (None, "") else ())

    def of(self, name: Value[str]) -> BoundQueue:
        """The queue that a name stands for: as it is written, else as Celery makes what is missing."""
        if isinstance(name.value, Unknown):
            return _lost(name, name.value.reason)
        if isinstance(self.written, Unknown):
            return _lost(name, self.written.reason)
        if name.value in self.written:
            return replace(self.written[name.value], name=name)
        if not self.written and self.settings["task_default_queue"].value == name.value:
            return self._default(name)
        missing = self.settings["task_create_missing_queue_exchange_type"]
        direct: Value[str] = known("direct", Layer.DEFAULT)
        return BoundQueue(name, name, direct if missing.value is None else missing, name)

    def _default(self, name: Value[str]) -> BoundQueue:
        return BoundQueue(name, *self.default_exchange, self.settings["task_default_routing_key"])

    def _by_name(self) -> Mapping[str, BoundQueue] | Unknown:
        """What `task_queues` says of each; empty where it is not set."""
        value = self.settings["task_queues"]
        if isinstance(value.value, Unknown):
            return value.value
        if not value.value:
            return {}
        if not isinstance(value.value, list | tuple | dict):
            return Unknown("task_queues is not followed")
        found: dict[str, BoundQueue] = {}
        items = value.value.items() if isinstance(value.value, dict) else ((None, each) for each in value.value)
        for key, each in items:
            item = each if isinstance(each, Value) else Value(each, value.origin)
            name = Value(key, item.origin) if isinstance(item.value, dict) else queue_name(item)
            if not isinstance(name.value, str):
                return Unknown("a queue in task_queues is not followed")
            found[name.value] = self._filled(_of_options(name, item) if isinstance(item.value, dict) else bound(item))
        return found

    def _filled(self, queue: BoundQueue) -> BoundQueue:
        """With the default exchange and the default routing key where it names none."""
        if queue.exchange.value == "":
            exchange, kind = self.default_exchange
            queue = replace(queue, exchange=exchange, exchange_type=kind)
        if queue.routing_key.value == "":
            queue = replace(queue, routing_key=self.settings["task_default_routing_key"])
        return queue


def bound(value: Value[Any]) -> BoundQueue:
    """A `kombu.Queue(...)` as kombu makes it, before an app's defaults."""
    name, call = queue_name(value), value.value
    if not isinstance(call, ExternalCall) or isinstance(name.value, Unknown):
        return _lost(name, "this queue is not followed")
    given = {**dict(zip(_OF_QUEUE, call.arguments, strict=False)), **call.keywords}
    exchange, kind = exchange_of(given.get("exchange"))
    if given.get("bindings", _NOTHING).value not in (None, [], ()):
        exchange = kind = unknown("the bindings of a queue are not followed", value.origin.span)
    key, arguments = _text(given.get("routing_key")), data_of(given.get("queue_arguments"))
    return BoundQueue(name, exchange, kind, key, arguments, data_of(given.get("max_priority")))


def _of_options(name: Value[str], value: Value[Any]) -> BoundQueue:
    """A dictionary of options, as Celery's add_compat and kombu's from_dict take it."""
    items: Mapping[Any, Any] = value.value if isinstance(value.value, dict) else {}
    given = {key: each if isinstance(each, Value) else Value(each, value.origin) for key, each in items.items()}
    exchange, kind = _text(given.get("exchange")), _text(given.get("exchange_type"))
    if kind.value == "":
        kind = known("direct", Layer.DEFAULT)
    key = given.get("routing_key", given.get("binding_key", _NOTHING))
    first = given.get("binding_key", _NOTHING)
    key = name if key.value is None else _text(first if first.value else key)
    arguments = data_of(given.get("queue_arguments"))
    return BoundQueue(name, exchange, kind, key, arguments, data_of(given.get("max_priority")))


def exchange_of(value: Value[Any] | None) -> tuple[Value[str], Value[str]]:
    """The name and the type of an exchange that is given as text or as `kombu.Exchange(...)`; empty for none."""
    direct: Value[str] = known("direct", Layer.DEFAULT)
    if value is None or value.value is None or isinstance(value.value, str):
        return _text(value), direct
    call = value.value
    if not isinstance(call, ExternalCall) or call.name.rpartition(".")[2] != "Exchange":
        lost: Value[Any] = unknown(value.reason or "this exchange is not followed", value.origin.span)
        return lost, lost
    given = {**dict(zip(_OF_EXCHANGE, call.arguments, strict=False)), **call.keywords}
    kind = _text(given.get("type"))
    return _text(given.get("name")), direct if kind.value == "" else kind


def data_of(value: Value[Any] | None) -> Value[Any]:
    """Plain data; None where nothing is given."""
    if value is None:
        return _NOTHING
    data = plain(value)
    return unknown(data.reason, value.origin.span) if isinstance(data, Unknown) else Value(data, value.origin)


def _text(value: Value[Any] | None) -> Value[str]:
    """A text; empty where nothing is given."""
    data = data_of(value)
    if data.value is None:
        return known("", Layer.DEFAULT)
    return data if isinstance(data.value, str | Unknown) else unknown("it is no text", data.origin.span)


def _lost(name: Value[str], reason: str) -> BoundQueue:
    lost: Value[Any] = unknown(reason, name.origin.span)
    return BoundQueue(name, lost, lost, lost, lost, lost)
