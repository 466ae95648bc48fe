"""Whom the stop signal reaches besides the worker's own process, and what it is taken for."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from celerylint.link.containers import Started, words_of
from celerylint.link.environment import Environment
from celerylint.link.placement import CONTAINERS
from celerylint.link.settings import flattened
from celerylint.link.unread import Surroundings
from celerylint.model import Given, Seconds, Signals
from celerylint.origin import Layer, Origin, Unknown, Value, derive, known, unknown

REMAP = "REMAP_SIGTERM"
_NOT_STARTED: Value[Any] = unknown("nothing in the repository starts this worker")
_NO: Value[bool] = known(False, Layer.DEFAULT)
# What the pool's processes end by, in the middle of a task: celery/concurrency/prefork.py (WORKER_SIGRESET, which are
# set back to their defaults, and WORKER_SIGIGNORE) and billiard/common.py (TERMSIGS_DEFAULT), Celery 5.2 to 5.7.
_ENDING = ("SIGTERM", "SIGQUIT", "SIGHUP")
_OWN_ENVIRONMENT = (*CONTAINERS, "supervisord", "systemd")


def signals_of(process: Started | None, given: Given, environment: Environment, around: Surroundings) -> Signals:
    """How the order to stop comes to a worker."""
    if process is None:
        return Signals(*[_NOT_STARTED] * 6)
    remap = _certainly(remapped(environment, around), process, environment)
    stop, kept = _stop_signal(process), process.launch.supervision
    reach = _reach_children(process, environment, stop, remap)
    return Signals(
        stop_signal=stop,
        remap_sigterm=remap,
        reach_children=reach,
        detached=_detached(process, given),
        container_kills_after=_seconds(process.workload.grace_period),
        manager_kills_after=_seconds(kept.grace_period) if kept else known(None, Layer.DEFAULT),
    )


def remapped(environment: Environment, around: Surroundings) -> Value[str | None]:
    """The variable; where the environment is open, it is unset unless a file of the repository speaks of it."""
    value = environment.get(REMAP)
    if value.known or REMAP in environment.variables or REMAP in around.named_variables:
        return value.map(lambda text: text or None)
    return known(None, Layer.DEFAULT)


def _certainly(remap: Value[str | None], process: Started, environment: Environment) -> Value[str | None]:
    """What Heroku and the like add to the environment of a program stands in no repository: there it stays unknown."""
    closed = process.workload.platform in _OWN_ENVIRONMENT
    return remap if closed or remap.value is not None else environment.get(REMAP)


def _seconds(value: Value[Any]) -> Value[Any]:
    return value.map(lambda number: None if number is None else Seconds(float(number)))


def _stop_signal(process: Started) -> Value[str]:
    kept = process.launch.supervision
    written = kept.stop_signal if kept else process.container.stop_signal
    return (written or known(None, Layer.DEFAULT)).map(lambda text: _name(text) if text else "SIGTERM")


def _reach_children(
    process: Started, environment: Environment, stop: Value[str], remap: Value[str | None]
) -> Value[bool]:
    """Children with REMAP_SIGTERM ignore SIGTERM (billiard/common.py:TERMSIGS_IGNORE)."""
    kept = process.launch.supervision
    everybody = kept.stops_all if kept else _everybody(process, environment)
    if everybody.value is False:
        return everybody
    ends = derive(_ends, everybody, stop, remap)
    return replace(ends, origin=everybody.origin) if ends.known and everybody.origin.span else ends


def _ends(everybody: bool, stop: str, remap: str | None) -> bool:
    return everybody and stop in _ENDING and not (stop == "SIGTERM" and remap)


def _name(text: str) -> str:
    """A signal's name, which managers also take without `SIG`, and as a number."""
    if text.isdigit():
        return signal.Signals(int(text)).name if int(text) in list(signal.Signals) else text
    return text if text.startswith("SIG") else f"SIG{text}"


def _everybody(process: Started, environment: Environment) -> Value[bool]:
    """Whether the first process passes its signals on to a whole group."""
    launch = process.launch
    named = (word.span for word in words_of(process.container) if word.text.rpartition("/")[2] == launch.init)
    place = next(named, launch.start)
    group = Value(True, Origin(Layer.MANIFEST, place, (), f"{launch.init} signals the whole group"))
    if process.container.stops_all.value is not False:
        return process.container.stops_all
    options = launch.init_options
    if launch.init == "dumb-init":
        alone = environment.get("DUMB_INIT_SETSID")
        if any(option.startswith(("-r", "--rewrite")) for option in options):
            return unknown("dumb-init passes on other signals than it gets", place)
        single = any(option in ("-c", "--single-child") for option in options) or alone.otherwise("") == "0"
        return _NO if single else alone.map(lambda _: True) if "DUMB_INIT_SETSID" in environment.variables else group
    if launch.init in ("tini", "tini-static", "docker-init"):
        asked = environment.variables.get("TINI_KILL_PROCESS_GROUP")
        joined = any(option[:1] == "-" and option[:2] != "--" and "g" in option for option in options)
        return group if joined else asked.map(lambda text: text not in ("", "0")) if asked else _NO
    return _NO


def _detached(process: Started, given: Given) -> Value[bool]:
    launch = process.launch
    if launch.node:
        trap = next((shell for shell in launch.shells if shell.trap), None)
        if trap is not None:
            return unknown(f"{trap.shell} has a trap, which may stop the worker", trap.span)
        return known(True, Layer.COMMAND_LINE, launch.span, "celery multi")
    return given.detach


def soft_shutdown(environment: Environment, around: Surroundings, settings: Mapping[str, Value[Any]]) -> Value[Any]:
    """How long REMAP_SIGTERM=SIGQUIT lets tasks go on; no time at all before Celery 5.5, which has no such setting."""
    remap, timeout = remapped(environment, around), flattened(settings["worker_soft_shutdown_timeout"])
    if not remap.known or remap.get() != "SIGQUIT":
        return remap.map(lambda _: None)
    if not isinstance(timeout.value, int | float | Unknown | None):
        return unknown(f"{timeout.value!r} is no number of seconds", timeout.origin.span)
    seconds = timeout.map(lambda number: float(number or 0))
    return Value(seconds.value, seconds.origin, (remap,)) if seconds.known else seconds
