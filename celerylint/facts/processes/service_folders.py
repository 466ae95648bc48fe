"""Supervisors of service folders, in each of which a `run` program stands: s6-overlay, s6-svscan, runit."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence

from celerylint.facts.launch import File, StartedCommand, StarterCall, Supervision, Word
from celerylint.facts.processes import service_stops
from celerylint.facts.processes.service_stops import Service
from celerylint.origin import Span, Unknown

# just-containers/s6-overlay: s6-rc's services (3), and the old ones (2 and 3).
_S6_RC, _LEGACY = "/etc/s6-overlay/s6-rc.d", "/etc/services.d"
_RUNIT = ("/etc/service", "/etc/sv")  # phusion/baseimage and Debian's runit
# Options with a value: s6-svscan 2.12, runsvdir 2.1.
_VALUED = {"s6-svscan": "Scdtx", "runsvdir": ""}


Stops = Callable[[Service], Supervision]


def overlay(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """`/init` of s6-overlay: the services of its folders, and the command that the container is given."""
    if call.words[0].text != "/init":
        return None
    rc = list(_services(call, _S6_RC, service_stops.s6_rc))
    old = list(_services(call, _LEGACY, lambda service: service_stops.legacy(service, bool(rc))))
    if not (rc or old):
        return None
    return [*rc, *old, *_command(call.words[1:], lambda span: service_stops.command_beside(call, span))]


def my_init(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """`/sbin/my_init` of phusion's base image: runit's services, and the command behind `--`."""

    def kept(service: Service) -> Supervision:
        return service_stops.my_init(call, service.span, service.name, service.home)

    services = list(_services(call, _RUNIT[0], kept))
    texts = [word.text for word in call.words]
    behind = call.words[texts.index("--") + 1 :] if "--" in texts else ()
    return [*services, *_command(behind, lambda span: service_stops.my_init(call, span))] or None


def folder(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """`s6-svscan folder` and `runsvdir -P folder`: the services of the folder that they are given."""
    name = posixpath.basename(call.words[0].text)
    at = 1
    while at < len(call.words) and call.words[at].text.startswith("-"):
        at += 2 if call.words[at].text[-1] in _VALUED[name] else 1
    if at >= len(call.words) or call.words[at].expansions:
        return Unknown(f"which folder {name} reads is not known")
    return list(_services(call, call.words[at].text, service_stops.s6 if name == "s6-svscan" else _of_runit(name)))


def runit(call: StarterCall) -> Sequence[StartedCommand] | Unknown | None:
    """`runit` as the first process: its second stage is runsvdir on the usual folder."""
    return [found for path in _RUNIT for found in _services(call, path, _of_runit("runit"))] or None


def _of_runit(manager: str) -> Stops:
    return lambda service: service_stops.runit(service.call, service.span, service.name, service.home, manager)


def _services(call: StarterCall, root: str, stops: Stops) -> Iterator[StartedCommand]:
    """The services of a folder, by their names."""
    chosen = _chosen(call, root)
    for path in call.below(root):
        home, name = posixpath.split(path)
        service = posixpath.basename(home)
        file = call.open(path)
        if name != "run" or not isinstance(file, File) or (chosen and service not in chosen) or _once(call, home):
            continue
        span = file.locate(0, 0)
        kept = stops(Service(call, home, service, span))
        yield StartedCommand((Word(path, span),), span, f"service {service}", {}, home, kept)


def _once(call: StarterCall, home: str) -> bool:
    """Whether a service of s6-rc's runs once and ends."""
    kind = call.open(f"{home}/type")
    return isinstance(kind, File) and kind.text.strip() != "longrun"


def _chosen(call: StarterCall, root: str) -> frozenset[str]:
    """What s6-rc's `user` bundle holds and needs; nothing where there is no such bundle."""
    named: dict[str, set[str]] = {}
    for path in call.below(root):
        home, name = posixpath.split(path)
        if posixpath.basename(home) in ("contents.d", "dependencies.d"):
            named.setdefault(posixpath.basename(posixpath.dirname(home)), set()).add(name)
    chosen, pending = set[str](), ["user"] if "user" in named else []
    while pending:
        name = pending.pop()
        if name not in chosen:
            chosen.add(name)
            pending += sorted(named.get(name, ()))
    return frozenset(chosen)


def _command(words: Sequence[Word], kept: Callable[[Span], Supervision]) -> Iterator[StartedCommand]:
    """The command that a manager runs beside its services."""
    if words:
        yield StartedCommand(tuple(words), words[0].span, supervision=kept(words[0].span))
