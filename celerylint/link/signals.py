"""How a worker is told to stop: whether SIGTERM reaches it, and what it does then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from celerylint.facts.launch import ShellUse
from celerylint.link.containers import Started
from celerylint.link.environment import Environment
from celerylint.link.settings import flattened
from celerylint.link.unread import Surroundings
from celerylint.origin import Layer, Origin, Unknown, Value, known, unknown

_BUSYBOX = ("alpine", "busybox")
_DASH = ("debian", "ubuntu", "slim", "bookworm", "bullseye", "buster", "trixie", "jammy", "noble", "focal")


def shell_in_front(process: Started | None, surroundings: Surroundings) -> Value[bool]:
    """Whether a shell stays between the container's first process and Celery.

    A shell that is process 1 has no handler for SIGTERM and does not pass it on. bash and busybox replace
    themselves with a simple last command, dash does not (measured: dash 0.5.12, bash 5.2.15, busybox 1.35).
    """
    if process is None:
        return unknown("nothing in the repository starts this worker")
    shells, kept = process.launch.shells, process.launch.supervision
    # A manager inside the container tells its processes itself; the shells in front of it are the container's.
    outside = kept.outside if kept else len(shells)
    found = _stays(shells[:outside], process.container.stops_all, process, surroundings)
    if kept is None or found.value is not False:
        return found
    return _stays(shells[outside:], kept.stops_all, process, surroundings)


def _stays(
    shells: Sequence[ShellUse], everybody: Value[bool], process: Started, surroundings: Surroundings
) -> Value[bool]:
    """Whether one of the shells keeps the signal from what it started; none does where every process gets it."""
    if everybody.value is True:
        return Value(False, everybody.origin)
    if shells and not everybody.known:
        return everybody
    for shell in shells:
        if shell.replaced is False:
            return known(True, Layer.MANIFEST, shell.span, f"{shell.shell} stays in front")
    doubtful = next((shell for shell in shells if shell.replaced is None), None)
    if doubtful is None:
        return known(False, Layer.MANIFEST)
    stays = _sh_stays(process, surroundings)
    if stays is None:
        return unknown("the image decides which shell `sh` is", doubtful.span)
    return Value(stays, Origin(Layer.INFERRED, doubtful.span, (), "the images' `sh` is dash" if stays else ""))


def _sh_stays(process: Started, surroundings: Surroundings) -> bool | None:
    """By the image's name, else by the images that the repository's Dockerfiles build from; None: cannot tell."""
    image = process.container.image.otherwise(None)
    names = [image.lower()] if isinstance(image, str) else []
    for some in (names, surroundings.base_images):
        if any(mark in name for name in some for mark in _BUSYBOX):
            return None if some is surroundings.base_images else False
        if any(mark in name for name in some for mark in _DASH) or any(_is_python(name) for name in some):
            return True
    return None


def _is_python(name: str) -> bool:
    """The official Python image is Debian's unless its tag says otherwise."""
    return name.partition(":")[0].rpartition("/")[2] == "python"


def soft_shutdown(environment: Environment, settings: Mapping[str, Value[Any]]) -> Value[Any]:
    """`worker_soft_shutdown_timeout`, where REMAP_SIGTERM=SIGQUIT makes SIGTERM a soft shutdown; else None."""
    remap = environment.get("REMAP_SIGTERM")
    if not remap.known and "REMAP_SIGTERM" in environment.variables:
        return unknown(remap.reason, remap.origin.span)
    if remap.otherwise(None) != "SIGQUIT":
        return known(None, Layer.DEFAULT)
    timeout = flattened(settings["worker_soft_shutdown_timeout"])
    if not isinstance(timeout.value, int | float | Unknown | None):
        return unknown(f"{timeout.value!r} is no number of seconds", timeout.origin.span)
    return Value(timeout.value, timeout.origin, (remap,)) if timeout.known else timeout
