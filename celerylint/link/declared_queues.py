"""How an app declares its queues at RabbitMQ: celery/app/amqp.py, 5.7, and what RabbitMQ makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celerylint.link.evaluate import ExternalCall, plain
from celerylint.link.releases import Releases
from celerylint.link.routes import queue_name
from celerylint.link.settings import broker_of
from celerylint.model import DeclaredQueue, RabbitMQ, Seconds
from celerylint.model.declared_queue import NO_DECLARATION
from celerylint.origin import Layer, Unknown, Value, derive, known, unknown

_Arguments = Value[Any]  # a queue's arguments as a dictionary; None: it has none
_NATIVE = "5.5.3"  # the first catalogued release with native delayed delivery, which came with 5.5.0


class DeclaredQueues:
    """The queues of one app in one environment."""

    def __init__(self, settings: Mapping[str, Value[Any]], releases: Releases, rabbitmq: RabbitMQ) -> None:
        self.settings = settings
        self.releases = releases
        self.rabbitmq = rabbitmq
        self.transport = broker_of(settings).transport
        self._written = self._by_name()

    def of(self, name: Value[str]) -> DeclaredQueue:
        """A queue by its name; nothing of it is known where the name is not."""
        if self.transport.known and self.transport.value != "amqp":
            return NO_DECLARATION
        if isinstance(name.value, Unknown):
            return _unknown(name.value.reason, name)
        if isinstance(self._written, Unknown):
            return _unknown(self._written.reason, self.settings["task_queues"])
        arguments, exchange = self._parts(name.value)
        kind = self._type(name.value, arguments)
        return DeclaredQueue(
            type=kind,
            exchange_type=exchange,
            dead_letter_exchange=_argument(arguments, "x-dead-letter-exchange"),
            holds_delays=self._holds_delays(exchange),
            consumer_timeout=self._timeout(arguments, kind),
            max_priority=self._max_priority(name.value, arguments),
        )

    def _by_name(self) -> Mapping[str, Value[Any]] | Unknown:
        """What `task_queues` says of each; empty where it is not set."""
        value = self.settings["task_queues"]
        if isinstance(value.value, Unknown):
            return value.value
        if not value.value:
            return {}
        if not isinstance(value.value, list | tuple | dict):
            return Unknown("task_queues is not followed")
        found: dict[str, Value[Any]] = {}
        items = value.value.items() if isinstance(value.value, dict) else ((None, each) for each in value.value)
        for key, each in items:
            item = each if isinstance(each, Value) else Value(each, value.origin)
            name = known(key, Layer.CODE) if isinstance(item.value, dict) else queue_name(item)
            if not isinstance(name.value, str):
                return Unknown("a queue in task_queues is not followed")
            found[name.value] = item
        return found

    def _parts(self, name: str) -> tuple[_Arguments, Value[str | None]]:
        """The arguments and the type of the exchange: as written, else by the defaults for queues that are not."""
        assert not isinstance(self._written, Unknown)
        item = self._written.get(name)
        if item is not None:
            return self._written_parts(item)
        nothing: _Arguments = known(None, Layer.DEFAULT)
        if not self._written and self.settings["task_default_queue"].value == name:
            return nothing, self.settings["task_default_exchange_type"]
        missing = self.settings["task_create_missing_queue_exchange_type"]
        return nothing, missing if missing.value is not None else known("direct", Layer.DEFAULT)

    def _written_parts(self, item: Value[Any]) -> tuple[_Arguments, Value[str | None]]:
        if isinstance(item.value, ExternalCall):
            options: Mapping[Any, Any] = item.value.keywords
            second = item.value.arguments[1] if len(item.value.arguments) > 1 else None
            exchange = options.get("exchange", second)
            return _data(options.get("queue_arguments")), self._exchange_type(exchange)
        if not isinstance(item.value, dict):
            lost = unknown("this queue is not followed", item.origin.span)
            return lost, lost
        given = item.value.get("exchange_type")
        typed = _data(given) if given is not None else self._exchange_type(item.value.get("exchange"))
        return _data(item.value.get("queue_arguments")), typed

    def _max_priority(self, name: str, arguments: _Arguments) -> Value[int | None]:
        """x-max-priority: an argument, `Queue(max_priority=…)`, or the setting for all queues that say none."""
        own = _argument(arguments, "x-max-priority")
        assert not isinstance(self._written, Unknown)
        item = self._written.get(name)
        if own.value is None and item is not None:
            options = item.value.keywords if isinstance(item.value, ExternalCall) else item.value
            own = _data(options.get("max_priority")) if isinstance(options, dict) else own
        return own if own.value is not None else self.settings["task_queue_max_priority"]

    def _exchange_type(self, exchange: Value[Any] | None) -> Value[str | None]:
        """Without an exchange of its own a queue gets the default one; an exchange is direct unless it says more."""
        if exchange is None or exchange.value in (None, ""):
            return self.settings["task_default_exchange_type"]
        if isinstance(exchange.value, str):
            return known("direct", Layer.DEFAULT)
        call = exchange.value
        if not isinstance(call, ExternalCall) or call.name.rpartition(".")[2] != "Exchange":
            return unknown(exchange.reason or "this exchange is not followed", exchange.origin.span)
        given = call.keywords.get("type", call.arguments[1] if len(call.arguments) > 1 else None)
        return _data(given) if given is not None else known("direct", Layer.DEFAULT)

    def _type(self, name: str, arguments: _Arguments) -> Value[str | None]:
        said = _argument(arguments, "x-queue-type")
        if said.value is not None:
            return said
        assert not isinstance(self._written, Unknown)
        if name in self._written:
            return self._without_type()
        is_default = not self._written and self.settings["task_default_queue"].value == name
        setting = "task_default_queue_type" if is_default else "task_create_missing_queue_type"
        chosen = self.settings[setting]
        return self._without_type() if chosen.value in (None, "classic") else chosen

    def _without_type(self) -> Value[str | None]:
        """RabbitMQ's default, unless a virtual host has another; for a broker that is not known there may be none."""
        if isinstance(self.transport.value, Unknown):
            return unknown(self.transport.value.reason, self.transport.origin.span)
        return known("classic", Layer.DEFAULT)

    def _holds_delays(self, exchange: Value[str | None]) -> Value[bool | None]:
        found: Value[bool | None] = derive(
            lambda quorum, kind: quorum and kind != "direct", self._has_quorum(), exchange
        )
        since = self.releases.since(_NATIVE)
        if found.value is False or since:
            return found
        if since is None:
            return unknown(f"it depends on the release of Celery, which may be {self.releases.name}")
        return known(False, Layer.DEFAULT)

    def _has_quorum(self) -> Value[bool]:
        """Whether Celery sees a quorum queue among those that are declared (celery/utils/quorum_queues.py)."""
        assert not isinstance(self._written, Unknown)
        names = [*self._written] or [self.settings["task_default_queue"].otherwise("")]
        types = [self._type(name, self._parts(name)[0]) for name in names]
        found = next((each for each in types if each.value == "quorum"), None)
        if found is not None:
            return found.map(lambda _: True)
        return derive(lambda *_: False, *types)

    def _timeout(self, arguments: _Arguments, kind: Value[str | None]) -> Value[Seconds | None]:
        own = _argument(arguments, "x-consumer-timeout")
        if own.value is not None:
            return own.map(lambda milliseconds: _seconds(milliseconds))
        if isinstance(kind.value, Unknown):
            return unknown(kind.value.reason, kind.origin.span)
        if kind.value == "classic" and self._without_timeouts() is True:
            return known(None, Layer.DEFAULT)
        return self.rabbitmq.consumer_timeout

    def _without_timeouts(self) -> bool | Unknown:
        """RabbitMQ 4.3 took the timeout away from classic queues (rabbitmq-server/consumer_timeouts.md)."""
        version = self.rabbitmq.version.value
        return version if isinstance(version, Unknown) else version.compared(">=", "4.3")


def _data(value: Value[Any] | None) -> Value[Any]:
    if value is None:
        return known(None, Layer.DEFAULT)
    data = plain(value)
    return unknown(data.reason, value.origin.span) if isinstance(data, Unknown) else Value(data, value.origin)


def _argument(arguments: _Arguments, name: str) -> Value[Any]:
    """One of a queue's arguments; None where it is not among them."""
    if isinstance(arguments.value, Unknown):
        return arguments
    if not isinstance(arguments.value, dict) or name not in arguments.value:
        return known(None, Layer.DEFAULT)
    return Value(arguments.value[name], arguments.origin)


def _seconds(milliseconds: Any) -> Any:
    return Seconds(milliseconds / 1000) if isinstance(milliseconds, int | float) else Unknown("it is no number")


def _unknown(reason: str, at: Value[Any]) -> DeclaredQueue:
    lost: Value[Any] = unknown(reason, at.origin.span)
    return DeclaredQueue(lost, lost, lost, lost, lost, lost)
