"""The pool of a worker: its class, how many processes, how many messages ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.link.environment import Environment
from celerylint.link.options import Options
from celerylint.link.settings import flattened
from celerylint.origin import Layer, Origin, Unknown, Value, derive, known, unknown

# celery/concurrency/__init__.py:ALIASES, 4.4 to 5.7; a class may also be named with a dot (kombu's symbol_by_name).
_MODULES = {"prefork": "prefork", "thread": "threads", "solo": "solo", "gevent": "gevent", "eventlet": "eventlet"}
_ALIASES = {"processes": "prefork"} | {
    f"celery.concurrency.{module}{mark}TaskPool": name for module, name in _MODULES.items() for mark in ":."
}
_FROM_CPUS = "nobody sets the concurrency: one process per CPU of the machine"


@dataclass(frozen=True, slots=True)
class Pool:
    """How a worker runs its tasks."""

    name: Value[str]
    concurrency: Value[int]
    from_cpus: Value[bool]
    autoscale_max: Value[int | None]
    autoscale_min: Value[int | None]
    processes: Value[int]
    prefetch_multiplier: Value[int]
    prefetch_count: Value[int]


def pool_of(options: Options, environment: Environment, settings: Mapping[str, Value[Any]]) -> Pool:
    """The pool as celery/worker/worker.py and components.py set it up."""
    name = _name(options, settings)
    written = options.get("concurrency")
    scale = options.get("autoscale")
    from_cpus = _from_cpus(written, scale, name, environment)
    concurrency = _concurrency(written, from_cpus)
    most, least = scale.map(lambda pair: pair and pair[0]), scale.map(lambda pair: pair and pair[1])
    processes = _processes(name, concurrency, most)
    multiplier = options.get("prefetch_multiplier")
    count = derive(lambda one, each: one * each, _slots(concurrency, most.map(lambda high: high or None)), multiplier)
    return Pool(name, concurrency, from_cpus, most, least, processes, multiplier, count)


def _name(options: Options, settings: Mapping[str, Value[Any]]) -> Value[str]:
    """`-P prefork` is the option's default and cannot override `worker_pool` (celery/bin/worker.py:WorkersPool)."""
    given = options.get("pool")
    if given.value == "custom":
        return unknown("CELERY_CUSTOM_WORKER_POOL says which pool that is", given.origin.span)
    if given.value == "prefork" and given.origin.layer is not Layer.DEFAULT:
        setting = flattened(settings["worker_pool"]).map(_alias)
        if setting.value != "prefork":
            return setting
    return given.map(_alias)


def _alias(name: Any) -> str:
    return _ALIASES.get(str(name), str(name))


def _from_cpus(written: Value[Any], scale: Value[Any], name: Value[str], environment: Environment) -> Value[bool]:
    if written.value not in (None, 0) and not isinstance(written.value, Unknown):
        return known(False, written.origin.layer, written.origin.span)
    if isinstance(written.value, Unknown):
        return unknown(written.value.reason, written.origin.span, written.origin.via)
    if isinstance(scale.value, Unknown):
        return unknown(scale.value.reason, scale.origin.span)
    if scale.value is not None or name.value == "solo":
        return known(False, Layer.DEFAULT)
    if "PYTHON_CPU_COUNT" in environment.variables:
        return unknown("PYTHON_CPU_COUNT changes what Python 3.13 and later count", None)
    return known(True, Layer.DEFAULT)


def _concurrency(written: Value[Any], from_cpus: Value[bool]) -> Value[int]:
    if from_cpus.value is True or written.value in (None, 0):
        return Value(Unknown(_FROM_CPUS), Origin(Layer.UNKNOWN, written.origin.span))
    if isinstance(written.value, Unknown):
        return written
    if str(written.value).strip().lower() == "auto":
        return unknown("`auto` takes the CPUs that the container may use", written.origin.span)
    try:
        number = int(written.value)
    except (TypeError, ValueError):
        number = -1
    if number < 0:
        return unknown(f"{written.value!r} is no number of processes", written.origin.span)
    return Value(number, written.origin, written.shadowed)


def _processes(name: Value[str], concurrency: Value[int], most: Value[Any]) -> Value[int]:
    """Autoscale's maximum where it is given; the solo pool runs one task whatever is asked."""
    if name.value == "solo":
        return known(1, Layer.DEFAULT)
    return _slots(concurrency, most)


def _slots(concurrency: Value[int], most: Value[Any]) -> Value[int]:
    return concurrency if most.value is None else most
