"""A Celery application and its broker."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.settings import Settings
from celerylint.model.units import Seconds
from celerylint.model.version import Versions
from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True, eq=False)
class Broker:
    """Where messages wait. The URL itself is never kept: it may hold a password."""

    transport: Value[str]  # kombu's name: redis, amqp, sqs, …; `rediss` counts as redis, `pyamqp` as amqp
    visibility_timeout: Value[Seconds | None]
    """How long Redis or SQS wait before they deliver an unacknowledged message again.

    None where the transport has none. Defaults: Redis 3600 s, SQS 1800 s (kombu/transport/redis.py and SQS.py, 5.7).
    """


@dataclass(frozen=True, slots=True, eq=False)
class ConfigurationSource:
    """What one `config_from_object` is given, and a later one for the same app replaces as a whole."""

    name: str  # as written: `"celeryconfig"`
    span: Span
    app: str
    replaced_by: Span  # the later call
    lost: Value[tuple[str, ...]]  # the names of the settings that it says and the later one does not


@dataclass(frozen=True, slots=True, eq=False)
class App:
    """A `Celery(...)` object. Its settings are those that hold wherever no worker's environment is known."""

    name: str  # what `Celery("name")` says, else the module
    module: str  # dotted
    variable: str
    span: Span
    settings: Settings
    broker: Broker
    versions: Versions
    replaced_sources: tuple[ConfigurationSource, ...] = ()
