"""A queue as an app declares it at the broker."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.units import Seconds
from celerylint.origin import Layer, Value, known


@dataclass(frozen=True, slots=True, eq=False)
class DeclaredQueue:
    """What Celery asks RabbitMQ for, by `task_queues` and the defaults (celery/app/amqp.py:Queues, 5.7).

    With other brokers a queue is only a name: there every field is None.
    """

    type: Value[str | None]  # classic, quorum or stream
    exchange_type: Value[str | None]  # direct, topic, fanout or headers
    dead_letter_exchange: Value[str | None]  # None: what is rejected is deleted, unless a policy says otherwise
    holds_delays: Value[bool | None]
    """Whether the broker itself holds back messages that are to wait, so that no worker does: native delayed delivery,
    for exchanges that are not direct in apps with a quorum queue (celery/app/base.py:send_task, 5.5 and later)."""

    consumer_timeout: Value[Seconds | None]
    """How long a worker may keep one of its messages without acknowledging it: its x-consumer-timeout, else what
    RabbitMQ's configuration in the repository says, else 30 min. None: as long as it likes."""

    max_priority: Value[int | None]
    """x-max-priority of its declaration, or `task_queue_max_priority`. None: a queue that is not quorum has no
    priorities, and no policy can give it some (RabbitMQ, Priority Queues)."""


_NOTHING = known(None, Layer.DEFAULT)
NO_DECLARATION = DeclaredQueue(_NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING)
"""With a broker where nothing is declared."""
