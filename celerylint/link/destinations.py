"""The queue that a message reaches: by its name, or by the exchange and the routing key that come with it.

celery/app/amqp.py:AMQP._create_task_sender, 5.2 to 5.7: where a queue's exchange is direct, the message goes to the
queue by its name, whatever its routing key is; an exchange and a routing key together go there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from celerylint.link.evaluate import ExternalCall
from celerylint.link.routes import queue_name, target_options
from celerylint.link.task_options import TaskOptions
from celerylint.link.task_queues import BoundQueue, TaskQueues, bound, exchange_of
from celerylint.origin import Layer, Unknown, Value, known, unknown

_NAMES = ("queue", "exchange", "routing_key")
_NOTHING: Value[Any] = known(None, Layer.DEFAULT)
LONGEST_KEY = 255  # characters, by AMQP


def destination(option: TaskOptions, target: Value[Any] | None, queues: TaskQueues) -> Value[str]:
    """The queue of a task: its own options go before those of the route that matches it, then the default queue."""
    routed = target_options(target) if target is not None else {}
    if isinstance(routed, Value):
        return routed
    own = {name: option.own(name) for name in _NAMES}
    if own["queue"] is not None and own["queue"].value == "":
        own["queue"] = None
    given = {name: _first(own[name], routed.get(name)) for name in _NAMES}
    named = queue_name(given["queue"])
    if isinstance(named.value, Unknown):
        return named
    exchange, key = given["exchange"], given["routing_key"]
    queue: BoundQueue | None = None
    if named.value:
        queue = bound(given["queue"]) if isinstance(given["queue"].value, ExternalCall) else queues.of(named)
    elif exchange.value is None or not routed:
        queue = queues.of(queue_name(queues.settings["task_default_queue"]))
    kind = routed.get("exchange_type", _NOTHING)
    if kind.value is None:
        kind = queue.exchange_type if queue is not None else known("direct", Layer.DEFAULT)
    return _sent(queue, kind, exchange, key, queues)


def _first(own: Value[Any] | None, routed: Value[Any] | None) -> Value[Any]:
    if own is not None and own.value is not None:
        return own
    return routed if routed is not None else _NOTHING


def _sent(
    queue: BoundQueue | None, kind: Value[Any], exchange: Value[Any], key: Value[Any], queues: TaskQueues
) -> Value[str]:
    """Where a message goes; `kind` is the type of the exchange as far as Celery asks for it."""
    both = exchange.value not in (None, "") and key.value not in (None, "")
    if not both and kind.value == "direct":
        return queue.name if queue is not None else unknown("it names an exchange and no queue", exchange.origin.span)
    if exchange.value is not None:
        name, _ = exchange_of(exchange)
        return _reached(name, key, queue, queues)
    assert queue is not None  # without an exchange there is one
    own_name = queue.exchange if queue.exchange.value != "" else queues.default_exchange[0]
    if key.value in (None, ""):
        if own_name.value != "" and kind.value != "headers":  # a queue's own key is one that its binding matches
            return queue.name
        key = queue.routing_key
    if isinstance(kind.value, Unknown):
        return unknown(f"its routing key may say where it goes: {kind.reason}", key.origin.span)
    return _reached(own_name, key, queue, queues)


def _reached(name: Value[str], key: Value[Any], queue: BoundQueue | None, queues: TaskQueues) -> Value[str]:
    """The queue that an exchange puts a message in: the one that Celery takes it for, else the only one."""
    listed = queues.every()
    for each in (name.value, key.value, listed):
        if isinstance(each, Unknown):
            return unknown(f"an exchange and a routing key say where it goes: {each.reason}", name.origin.span)
    assert not isinstance(listed, Unknown)
    own = () if queue is None or any(each.name.value == queue.name.value for each in listed) else (queue,)
    found = {each.name.value: _gets(each, name.value, key.value) for each in (*own, *listed)}
    certain = [each for each, gets in found.items() if gets is True]
    if queue is not None and found.get(queue.name.value) is True:
        return queue.name
    if len(certain) == 1 and set(found.values()) <= {True, False} and _agree((*own, *listed), name.value):
        return Value(certain[0], key.origin if name.origin.span is None else name.origin)
    said = " and ".join(map(str, certain))
    reason = f"{said} get it" if len(certain) > 1 else "no queue that is declared certainly gets what is sent there"
    return unknown(f"an exchange and a routing key say where it goes: {reason}", name.origin.span)


def _agree(queues: Iterable[BoundQueue], exchange: Any) -> bool:
    """Whether an exchange is declared with one type: the broker refuses another."""
    return len({each.exchange_type.value for each in queues if each.exchange.value == exchange}) <= 1


def _gets(queue: BoundQueue, exchange: Any, key: Any) -> bool | None:
    """Whether a queue gets what is sent to an exchange with a routing key; None where that is not known."""
    if exchange == "":
        return bool(queue.name.value == key)
    if isinstance(queue.exchange.value, Unknown):
        return None
    if queue.exchange.value != exchange:
        return False
    own, kind = queue.routing_key.value, queue.exchange_type.value
    if kind == "fanout":
        return True
    if isinstance(own, Unknown) or kind not in _MATCHING or not isinstance(key, str):
        return None
    return _MATCHING[kind](own, key)


def _topic(binding: str, key: str) -> bool | None:
    """How a topic exchange compares: `*` is one word, `#` several; whether it is none differs by the transport."""
    if max(len(binding), len(key)) > LONGEST_KEY:
        return None
    pattern, words = binding.split("."), key.split(".")
    if _matches(pattern, words, 1):
        return True
    return None if _matches(pattern, words, 0) else False


def _matches(pattern: list[str], words: list[str], least: int) -> bool:
    """Whether the words are the pattern's; `least` is how many of them a `#` takes at least."""
    ends = {0}  # how many words the pattern so far may take
    for part in pattern:
        if part == "#":
            ends = {later for end in ends for later in range(end + least, len(words) + 1)}
        else:
            ends = {
                end + 1 for end in ends if end < len(words) and (part == words[end] or (part == "*" and words[end]))
            }
    return len(words) in ends


def _direct(binding: str, key: str) -> bool:
    return binding == key


_MATCHING: Mapping[Any, Callable[[str, str], bool | None]] = {"direct": _direct, "topic": _topic}
