"""The pool of a worker: its class, how many processes, how many messages ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.link.environment import Environment
from celerylint.link.options import Options
from celerylint.link.settings import flattened
from celerylint.origin import Layer, Origin, Unknown, Value, derive, known, unknown

_ALIASES = {"processes": "prefork", "celery.concurrency.prefork:TaskPool": "prefork"}
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
    count = derive(lambda one, each: one * each, _slots(concurrency, most), multiplier)
    return Pool(name, concurrency, from_cpus, most, least, processes, multiplier, count)


def _name(options: Options, settings: Mapping[str, Value[Any]]) -> Value[str]:
    """`-P prefork` is the option's default and cannot override `worker_pool` (celery/bin/worker.py:WorkersPool)."""
    given = options.get("pool").map(lambda name: _ALIASES.get(str(name), str(name)))
    if given.value == "prefork" and given.origin.layer is not Layer.DEFAULT:
        setting = flattened(settings["worker_pool"]).map(lambda name: _ALIASES.get(str(name), str(name)))
        if setting.value != "prefork":
            return setting
    return given


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
    if isinstance(written.value, Unknown | int):
        return written
    if written.value == "auto":
        return unknown("`auto` takes the CPUs that the container may use", written.origin.span)
    try:
        return Value(int(written.value), written.origin, written.shadowed)
    except (TypeError, ValueError):
        return unknown(f"{written.value!r} is no number of processes", written.origin.span)


def _processes(name: Value[str], concurrency: Value[int], most: Value[Any]) -> Value[int]:
    """Autoscale's maximum where it is given; the solo pool runs one task whatever is asked."""
    if name.value == "solo":
        return known(1, Layer.DEFAULT)
    return _slots(concurrency, most)


def _slots(concurrency: Value[int], most: Value[Any]) -> Value[int]:
    return concurrency if most.value is None else most
