"""The broker behind a URL, without its password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celerylint.link.evaluate import plain
from celerylint.model import Broker, Seconds
from celerylint.origin import Layer, Unknown, Value, derive, known, unknown

# kombu/transport/__init__.py, 5.7: TRANSPORT_ALIASES, and schemes that are a transport with TLS.
_TRANSPORTS = {
    "amqp": "amqp",
    "amqps": "amqp",
    "pyamqp": "amqp",
    "librabbitmq": "amqp",
    "rabbitmq": "amqp",
    "confluentkafka": "kafka",
    "kafka": "kafka",
    "redis": "redis",
    "rediss": "redis",
    "sentinel": "redis",
    "valkey": "redis",
    "valkeys": "redis",
    "sqs": "sqs",
}
# kombu/transport/redis.py:Channel.visibility_timeout; SQS.py, pgmq.py, SLMQ.py: default_visibility_timeout (5.7).
_VISIBILITY = {"redis": 3600, "sqs": 1800, "pgmq": 1800, "slmq": 1800}


def broker_of(settings: Mapping[str, Value[Any]]) -> Broker:
    """The transport and its visibility timeout (seconds)."""
    transport = _transport(settings["broker_url"])
    return Broker(transport, _visibility(transport, settings["broker_transport_options"]))


def same_broker(url: object) -> tuple[str, str, str, str]:
    """What two URLs of one broker have in common: transport, host, port and database or virtual host."""
    text = str(url)
    scheme, _, rest = text.rpartition("://")
    transport = _TRANSPORTS.get(scheme.lower(), scheme.lower())
    address, _, path = rest.rpartition("@")[2].partition("?")[0].partition("/")
    host, _, port = address.partition(":")
    default = {"redis": "6379", "amqp": "5672"}.get(transport, "")
    return transport, host, port or default, path.strip("/") or ("0" if transport == "redis" else "")


def _transport(url: Value[Any]) -> Value[str]:
    value = plain(url)
    if isinstance(value, list | tuple) and value:
        value = value[0]
    if value is None:
        return known("amqp", Layer.DEFAULT)  # celery/app/defaults.py: amqp://guest@localhost where nothing is set
    if isinstance(value, Unknown) and "://" not in value.begins:
        return unknown(value.reason, url.origin.span, url.origin.via)
    text = value.begins if isinstance(value, Unknown) else str(value)
    # Without a scheme it is the name of a host (kombu/connection.py:Connection.__init__).
    scheme = text.partition("://")[0].lower() if "://" in text else "amqp"
    scheme = scheme.partition("+")[0]
    return Value(_TRANSPORTS.get(scheme, scheme), url.origin)


def _visibility(transport: Value[str], options: Value[Any]) -> Value[Seconds | None]:
    if transport.known and transport.get() not in _VISIBILITY:
        return known(None, Layer.DEFAULT)
    if isinstance(options.value, Unknown):
        return unknown(options.value.reason, options.origin.span)
    data = options.value if isinstance(options.value, dict) else {}
    if "visibility_timeout" not in data:
        return derive(lambda kind: None, transport) if not transport.known else _default(transport.get())
    item = data["visibility_timeout"]
    value = item if isinstance(item, Value) else Value(item, options.origin)
    found = plain(value)
    if isinstance(found, int | float):
        return Value(Seconds(found), value.origin)
    reason = found.reason if isinstance(found, Unknown) else f"{found!r} is no number of seconds"
    return unknown(reason, value.origin.span)


def _default(transport: str) -> Value[Seconds | None]:
    return known(Seconds(_VISIBILITY[transport]), Layer.DEFAULT)
