"""Celery's settings that the programs set: what each takes, its old name, and values for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from oracle.draw import Draw


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting; `old` is its upper-case name, as celery/app/defaults.py has it in 5.4 to 5.7."""

    name: str
    kind: str
    old: str


_KNOBS = """
worker_concurrency count CELERYD_CONCURRENCY
worker_prefetch_multiplier count CELERYD_PREFETCH_MULTIPLIER
worker_max_tasks_per_child count CELERYD_MAX_TASKS_PER_CHILD
worker_max_memory_per_child count CELERYD_MAX_MEMORY_PER_CHILD
worker_pool word CELERYD_POOL
worker_send_task_events flag CELERY_SEND_EVENTS
worker_disable_rate_limits flag CELERY_DISABLE_RATE_LIMITS
worker_hijack_root_logger flag CELERYD_HIJACK_ROOT_LOGGER
worker_lost_wait seconds CELERYD_WORKER_LOST_WAIT
worker_proc_alive_timeout seconds CELERYD_PROC_ALIVE_TIMEOUT
worker_state_db word CELERYD_STATE_DB
worker_cancel_long_running_tasks_on_connection_loss flag CELERYD_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS
task_time_limit seconds CELERYD_TASK_TIME_LIMIT
task_soft_time_limit seconds CELERYD_TASK_SOFT_TIME_LIMIT
task_acks_late flag CELERY_ACKS_LATE
task_acks_on_failure_or_timeout flag CELERY_ACKS_ON_FAILURE_OR_TIMEOUT
task_reject_on_worker_lost flag CELERY_REJECT_ON_WORKER_LOST
task_always_eager flag CELERY_ALWAYS_EAGER
task_eager_propagates flag CELERY_EAGER_PROPAGATES_EXCEPTIONS
task_ignore_result flag CELERY_IGNORE_RESULT
task_track_started flag CELERY_TRACK_STARTED
task_create_missing_queues flag CELERY_CREATE_MISSING_QUEUES
task_default_queue word CELERY_DEFAULT_QUEUE
task_default_exchange word CELERY_DEFAULT_EXCHANGE
task_default_exchange_type word CELERY_DEFAULT_EXCHANGE_TYPE
task_default_routing_key word CELERY_DEFAULT_ROUTING_KEY
task_default_rate_limit word CELERY_DEFAULT_RATE_LIMIT
task_default_priority count CELERY_DEFAULT_PRIORITY
task_queue_max_priority count CELERY_QUEUE_MAX_PRIORITY
task_serializer word CELERY_TASK_SERIALIZER
task_compression word CELERY_MESSAGE_COMPRESSION
task_publish_retry flag CELERY_TASK_PUBLISH_RETRY
task_publish_retry_policy options CELERY_TASK_PUBLISH_RETRY_POLICY
task_send_sent_event flag CELERY_SEND_TASK_SENT_EVENT
task_routes routes CELERY_ROUTES
task_annotations options CELERY_ANNOTATIONS
result_backend url CELERY_RESULT_BACKEND
result_backend_transport_options options CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS
result_expires seconds CELERY_TASK_RESULT_EXPIRES
result_serializer word CELERY_RESULT_SERIALIZER
result_extended flag CELERY_RESULT_EXTENDED
result_persistent flag CELERY_RESULT_PERSISTENT
accept_content words CELERY_ACCEPT_CONTENT
imports words CELERY_IMPORTS
include words CELERY_INCLUDE
timezone zone CELERY_TIMEZONE
enable_utc flag CELERY_ENABLE_UTC
broker_url url BROKER_URL
broker_read_url url BROKER_READ_URL
broker_pool_limit count BROKER_POOL_LIMIT
broker_heartbeat seconds BROKER_HEARTBEAT
broker_connection_timeout seconds BROKER_CONNECTION_TIMEOUT
broker_connection_retry flag BROKER_CONNECTION_RETRY
broker_connection_retry_on_startup flag BROKER_CONNECTION_RETRY_ON_STARTUP
broker_connection_max_retries count BROKER_CONNECTION_MAX_RETRIES
broker_transport_options options BROKER_TRANSPORT_OPTIONS
broker_use_ssl flag BROKER_USE_SSL
beat_schedule options CELERYBEAT_SCHEDULE
beat_scheduler word CELERYBEAT_SCHEDULER
beat_max_loop_interval seconds CELERYBEAT_MAX_LOOP_INTERVAL
redis_max_connections count CELERY_REDIS_MAX_CONNECTIONS
redis_socket_timeout seconds CELERY_REDIS_SOCKET_TIMEOUT
redis_socket_keepalive flag CELERY_REDIS_SOCKET_KEEPALIVE
redis_retry_on_timeout flag CELERY_REDIS_RETRY_ON_TIMEOUT
event_queue_expires seconds CELERY_EVENT_QUEUE_EXPIRES
database_short_lived_sessions flag CELERY_RESULT_DB_SHORT_LIVED_SESSIONS
"""

KNOBS = tuple(Knob(*line.split()) for line in _KNOBS.split("\n") if line)
BY_NAME = {knob.name: knob for knob in KNOBS}

COUNTS = (0, 1, 2, 3, 4, 5, 7, 8, 10, 12, 16, 32, 60, 100, 128, 250, 500, 1000, 1024, 3600, 200_000, 262144, -1)
SECONDS = (0, 0.5, 1, 1.5, 2.5, 5, 10, 30, 45.0, 60, 90, 120, 300, 600, 900, 1800, 3600, 7200, 43200, 86400)
WORDS = ("default", "high", "low", "mail", "reports", "celery", "json", "pickle", "yaml", "msgpack", "topic", "direct")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Europe/London")
URLS = (
    "redis://redis:6379/0",
    "redis://:secret@cache:6379/1",
    "amqp://guest:guest@rabbit:5672//",
    "memory://",
    "sqs://",
)


def value_of(draw: Draw, knob: Knob) -> Any:
    """A value for the setting; now and then one of another kind, for code may write anything."""
    if draw.chance(6) and knob.kind not in ("zone", "url"):
        kind = draw.pick(("count", "seconds", "flag", "word", "words", "options", "none", "digits"))
        return _KINDS[kind](draw)
    return _KINDS[knob.kind](draw)


def any_value(draw: Draw) -> Any:
    """Any plain value."""
    return _KINDS[draw.pick(("count", "seconds", "flag", "word", "words", "options", "none", "digits", "url"))](draw)


def like(draw: Draw, value: Any) -> Any:
    """Another value of the same type, as a decoy: mostly not the same."""
    for kind, types in _TYPES.items():
        if type(value) in types:
            return _KINDS[kind](draw)
    return any_value(draw)


def _seconds(draw: Draw) -> Any:
    number = draw.pick(SECONDS)
    return timedelta(seconds=number) if draw.chance(8) else number


def _options(draw: Draw, depth: int = 2) -> dict[str, Any]:
    names = ("visibility_timeout", "max_retries", "interval_start", "fanout", "region", "queue", "policy", "sep")
    kinds = ["count", "flag", "word", "seconds", "words", "none"] + ["options"] * (depth > 0)
    found: dict[str, Any] = {}
    for name in draw.some(names, 0, 4):
        kind = draw.pick(kinds)
        found[name] = _options(draw, depth - 1) if kind == "options" else _KINDS[kind](draw)
    return found


def _routes(draw: Draw) -> dict[str, Any]:
    names = ("shop.tasks.mail", "shop.*", "*.report", "feeds.tasks.fetch", "tasks.add", "*")
    found: dict[str, Any] = {}
    for name in draw.some(names, 1, 4):
        queue = draw.pick(WORDS[:5])
        found[name] = queue if draw.chance(30) else {"queue": queue, **({"priority": 5} if draw.chance(20) else {})}
    return found


def _words(draw: Draw) -> list[str] | tuple[str, ...]:
    words = draw.some(WORDS, 0, 4)
    return tuple(words) if draw.chance(25) else words


_KINDS: Mapping[str, Callable[[Draw], Any]] = {
    "count": lambda draw: draw.pick(COUNTS) if draw.chance(85) else draw.number(1, 5000),
    "seconds": _seconds,
    "flag": lambda draw: draw.chance(50),
    "word": lambda draw: draw.pick(WORDS),
    "words": _words,
    "zone": lambda draw: draw.pick(ZONES),
    "url": lambda draw: draw.pick(URLS),
    "options": _options,
    "routes": _routes,
    "none": lambda draw: None,
    "digits": lambda draw: str(draw.pick(COUNTS)),
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "flag": (bool,),
    "count": (int,),
    "seconds": (float, timedelta),
    "word": (str,),
    "words": (list, tuple),
    "options": (dict,),
}
