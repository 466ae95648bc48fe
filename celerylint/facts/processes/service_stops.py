"""How supervisors of service folders stop what they keep; what they say is in milliseconds, a grace period in seconds.

s6 2.13, doc/servicedir.html; s6-rc 0.5, doc/s6-rc-compile.html; s6-overlay 2.2 and 3.2, README.md with their last
stages; phusion/baseimage 0.9.15 and later, image/bin/my_init; runit 2.1, runsv(8), runsvdir(8) and runit(8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from celerylint.facts.launch import File, StarterCall, Supervision
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown

_LONGEST = 300_000  # ms; s6-linux-init takes no longer time, s6-overlay 2 does
_NO_END: Value[float | None] = known(None, Layer.DEFAULT)
_NO: Value[bool] = known(False, Layer.DEFAULT)
_ONE: Value[int] = known(1, Layer.DEFAULT)
_FINISHING = "/etc/cont-finish.d"


@dataclass(frozen=True, slots=True)
class Service:
    """A service of a folder: where it stands in the container, and its `run` in the repository."""

    call: StarterCall
    home: str
    name: str
    span: Span

    def number(self, name: str) -> Value[int]:
        """The whole number in a file of the service; 0 where there is none, or something else in it."""
        file = self.call.open(f"{self.home}/{name}")
        if not isinstance(file, File) or not file.text.strip().isdecimal():
            return known(0, Layer.DEFAULT)
        return known(int(file.text), Layer.MANIFEST, file.locate(0, len(file.text.strip())), name)

    def kept(self, grace: Value[Any], signal: Value[Any] | None = None) -> Supervision:
        """The service as its manager keeps it."""
        return Supervision(grace, _NO, _ONE, self.name, stop_signal=signal)


def s6(service: Service) -> Supervision:
    """`s6-svscan`: tells every service to stop, and waits for them without end where no file says otherwise."""
    scanned = service.home.rpartition("/")[0]
    if isinstance(service.call.open(f"{scanned}/.s6-svscan/SIGTERM"), File):
        why = unknown(f"{scanned}/.s6-svscan/SIGTERM says how it stops its services", service.span)
        return service.kept(why, _down_signal(service))
    return service.kept(_killed(service), _down_signal(service))


def s6_rc(service: Service) -> Supervision:
    """A service of s6-rc's in s6-overlay: waited for without end, unless it says otherwise."""
    given_up = service.number("timeout-down")
    if given_up.get() and not service.number("timeout-kill").get():
        why = unknown("s6-rc gives up after timeout-down, and when the container ends then is not known", service.span)
        return service.kept(why, _down_signal(service))
    return service.kept(_killed(service), _down_signal(service))


def legacy(service: Service, others: bool) -> Supervision:
    """A service of /etc/services.d: S6_SERVICES_GRACETIME, then a second signal, S6_KILL_GRACETIME, and the end.

    `others`: services of s6-rc's, or scripts in /etc/cont-finish.d, end in between.
    """
    waits = _milliseconds(service.call, "S6_SERVICES_GRACETIME", service.span)
    last, own = kill_grace(service.call, service.span), _killed(service)
    signal = _down_signal(service)
    if waits.known and waits.get() == 0:  # s6-svwait -t 0
        return service.kept(own, signal)
    unclear = next((each for each in (waits, last) if not each.known), None)
    if unclear is None and (others or service.call.below(_FINISHING)):
        unclear = unknown("how long s6-overlay needs for what it ends besides is not known", service.span)
    if unclear is not None:
        return service.kept(unclear, signal)
    total = Value(waits.get() / 1000 + last.get(), waits.origin)
    return service.kept(min((each for each in (own, total) if each.value is not None), key=Value.get), signal)


def command_beside(call: StarterCall, span: Span) -> Supervision:
    """The container's command under s6-overlay: told last, with every other process that is left, then killed.

    S6_CMD_RECEIVE_SIGNALS lets it have the container's signals instead, and waits for it.
    """
    receives = call.environment("S6_CMD_RECEIVE_SIGNALS")
    if isinstance(receives, Unknown):
        return Supervision(unknown(receives.reason, span), unknown(receives.reason, span), _ONE)
    if receives is not None and receives.strip("0 "):
        return Supervision(_NO_END, _NO, _ONE)
    return Supervision(kill_grace(call, span), known(True, Layer.DEFAULT), _ONE)


def kill_grace(call: StarterCall, span: Span) -> Value[float]:
    """Seconds from s6-overlay's last SIGTERM, to every process, to its SIGKILL."""
    found = _milliseconds(call, "S6_KILL_GRACETIME", span)
    if found.known and found.get() > _LONGEST:
        return unknown("s6-overlay takes an S6_KILL_GRACETIME of more than 5 min in some releases only", span)
    return found.map(lambda number: number / 1000)


def my_init(call: StarterCall, span: Span, name: str = "", home: str = "") -> Supervision:
    """A service of runit's, or the command, under my_init: killed after KILL_PROCESS_TIMEOUT seconds.

    The default is 5 s up to 0.10.0, and 30 s in later releases.
    """
    text = call.environment("KILL_PROCESS_TIMEOUT")
    grace: Value[Any] = unknown("my_init waits 5 s or 30 s, by its release: KILL_PROCESS_TIMEOUT is not set", span)
    if isinstance(text, Unknown):
        grace = unknown(text.reason, span)
    elif text is not None and text.strip().isdecimal():
        grace = known(float(text), Layer.ENVIRONMENT, span, "KILL_PROCESS_TIMEOUT")
    return Supervision(grace, _NO, _ONE, name, stop_signal=_controlled(call, home) if home else None)


def runit(call: StarterCall, span: Span, name: str, home: str, manager: str) -> Supervision:
    """runsvdir ends at SIGTERM and tells its services nothing; runit takes none, and its own stage 3 decides."""
    reasons = {
        "runsvdir": "runsvdir ends at SIGTERM without a word to its services, which end with the container",
        "runit": "/etc/runit/3 says how long runit waits before it ends its services, and is not read",
    }
    grace: Value[Any] = unknown(reasons[manager], span)
    return Supervision(grace, _NO, _ONE, name, stop_signal=_controlled(call, home))


def _controlled(call: StarterCall, home: str) -> Value[Any] | None:
    """Unknown where a script of the service is asked before the signal (runsv(8), CUSTOMIZE CONTROL)."""
    scripts: Sequence[str] = [f"{home}/control/{name}" for name in ("t", "d")]
    script = next((path for path in scripts if isinstance(call.open(path), File)), None)
    return unknown(f"{script} decides how the service is told to stop") if script else None


def _killed(service: Service) -> Value[float | None]:
    found = service.number("timeout-kill")
    return found.map(lambda number: number / 1000) if found.get() else _NO_END


def _down_signal(service: Service) -> Value[str | None] | None:
    file = service.call.open(f"{service.home}/down-signal")
    text = file.text.strip() if isinstance(file, File) else ""
    return known(text, Layer.MANIFEST, file.locate(0, len(text))) if text and isinstance(file, File) else None


def _milliseconds(call: StarterCall, name: str, span: Span) -> Value[int]:
    """The variable; 3000 where it is no number (s6-overlay 3, scripts/services-down and libexec/stage0)."""
    text = call.environment(name)
    if isinstance(text, Unknown):
        return unknown(text.reason, span)
    if text is None or not (text.isascii() and text.isdigit()):
        return known(3000, Layer.DEFAULT)
    return known(int(text), Layer.ENVIRONMENT, span, name)
