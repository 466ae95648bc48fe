"""How an app declares its queues at RabbitMQ: celery/app/amqp.py, 5.7, and what RabbitMQ makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celerylint.link.releases import Releases
from celerylint.link.settings import broker_of
from celerylint.link.task_queues import BoundQueue, TaskQueues
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
        self.queues = TaskQueues(settings)

    def of(self, name: Value[str]) -> DeclaredQueue:
        """A queue by its name; nothing of it is known where the name is not."""
        if self.transport.known and self.transport.value != "amqp":
            return NO_DECLARATION
        if isinstance(name.value, Unknown):
            return _unknown(name.value.reason, name)
        written = self.queues.written
        if isinstance(written, Unknown):
            return _unknown(written.reason, self.settings["task_queues"])
        queue = self.queues.of(name)
        kind = self._type(queue, written)
        return DeclaredQueue(
            type=kind,
            exchange_type=queue.exchange_type,
            dead_letter_exchange=_argument(queue.arguments, "x-dead-letter-exchange"),
            holds_delays=self._holds_delays(queue.exchange_type, written),
            consumer_timeout=self._timeout(queue.arguments, kind),
            max_priority=self._max_priority(queue),
        )

    def _max_priority(self, queue: BoundQueue) -> Value[int | None]:
        """x-max-priority: an argument, `Queue(max_priority=…)`, or the setting for all queues that say none."""
        argument = _argument(queue.arguments, "x-max-priority")
        own = queue.max_priority if argument.value is None else argument
        return own if own.value is not None else self.settings["task_queue_max_priority"]

    def _type(self, queue: BoundQueue, written: Mapping[str, BoundQueue]) -> Value[str | None]:
        said = _argument(queue.arguments, "x-queue-type")
        if said.value is not None:
            return said
        if queue.name.value in written:
            return self._without_type()
        is_default = not written and self.settings["task_default_queue"].value == queue.name.value
        setting = "task_default_queue_type" if is_default else "task_create_missing_queue_type"
        chosen = self.settings[setting]
        return self._without_type() if chosen.value in (None, "classic") else chosen

    def _without_type(self) -> Value[str | None]:
        """RabbitMQ's default, unless a virtual host has another; for a broker that is not known there may be none."""
        if isinstance(self.transport.value, Unknown):
            return unknown(self.transport.value.reason, self.transport.origin.span)
        return known("classic", Layer.DEFAULT)

    def _holds_delays(self, exchange: Value[str], written: Mapping[str, BoundQueue]) -> Value[bool | None]:
        quorum = self._has_quorum(written)
        found: Value[bool | None] = derive(lambda quorum, kind: quorum and kind != "direct", quorum, exchange)
        since = self.releases.since(_NATIVE)
        if found.value is False or since:
            return found
        if since is None:
            return unknown(f"it depends on the release of Celery, which may be {self.releases.name}")
        return known(False, Layer.DEFAULT)

    def _has_quorum(self, written: Mapping[str, BoundQueue]) -> Value[bool]:
        """Whether Celery sees a quorum queue among those that are declared (celery/utils/quorum_queues.py)."""
        queues = self.queues.every()
        assert not isinstance(queues, Unknown)  # they are written
        types = [self._type(queue, written) for queue in queues]
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
