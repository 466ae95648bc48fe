"""How a worker is told to stop: whether SIGTERM reaches it, and what it does then."""

from __future__ import annotations

from collections.abc import Sequence

from celerylint.facts.launch import WRAPPERS, ShellUse
from celerylint.facts.manifests import ContainerFact
from celerylint.link.containers import Started, image_of
from celerylint.link.placement import CONTAINERS
from celerylint.link.starters import STARTERS
from celerylint.link.unread import Surroundings
from celerylint.origin import Layer, Origin, Value, known, unknown

_BUSYBOX = ("alpine", "busybox")
_DASH = ("debian", "ubuntu", "slim", "bookworm", "bullseye", "buster", "trixie", "jammy", "noble", "focal")
# runsvdir ends at SIGTERM and leaves its services to whoever ends the container.
_KNOWN = frozenset({*WRAPPERS, *STARTERS, "watchfiles"} - {"runsvdir", "runit", "runit-init"})
_NO_ENTRY_POINT = (*_BUSYBOX, "debian", "ubuntu", "python", "buildpack-deps", "fedora", "amazonlinux", "rockylinux")


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
    if kept is not None and found.value is False:
        found = _stays(shells[outside:], kept.stops_all, process, surroundings)
    return _doubt(process) or found if found.value is False else found


def shell_remedy(process: Started) -> str:
    """What would let the signal through, by the first shell that keeps it."""
    shell = next((each for each in process.launch.shells if each.replaced is False), None)
    if shell is not None and shell.pipeline:
        return "take it out of the pipeline and start it with `exec`"
    if shell is not None and shell.background:
        return "without `&`, in a container of its own, it can be started with `exec`"
    if shell is not None and not shell.last:
        return "let no other command come after it, and start it with `exec`"
    if shell is not None and shell.subshell:
        return "take it out of the parentheses and start it with `exec`"
    return "start it with `exec`"


def _doubt(process: Started) -> Value[bool] | None:
    """Why something that is no shell of the repository may stand between: an entry point or program of others."""
    container = process.container
    if process.workload.platform in CONTAINERS and container.entrypoint is None and not _without_entry_point(container):
        return unknown("the image has its own entry point, which is not in the repository", container.span)
    for word in process.launch.wrappers:
        if word.text.rpartition("/")[2] not in _KNOWN:
            return unknown(f"what {word.text} does with a signal is not known", word.span)
    return None


def _without_entry_point(container: ContainerFact) -> bool:
    """Whether the image, or the one that it builds from, is known to have no entry point."""
    from_nothing = container.made is not None and container.made.base.value is None
    return image_of(container) in _NO_ENTRY_POINT or from_nothing


def _stays(
    shells: Sequence[ShellUse], everybody: Value[bool], process: Started, surroundings: Surroundings
) -> Value[bool]:
    """Whether one of the shells keeps the signal from what it started; none does where every process gets it."""
    if everybody.value is True:
        return Value(False, everybody.origin)
    if shells and not everybody.known:
        return everybody
    for shell in shells:
        if shell.replaced is False and shell.trap:
            return unknown(f"{shell.shell} has a trap, which may pass the signal on", shell.span)
        if shell.replaced is False:
            return known(True, Layer.MANIFEST, shell.command, f"{shell.shell} stays in front")
    doubtful = next((shell for shell in shells if shell.replaced is None), None)
    if doubtful is None:
        return known(False, Layer.MANIFEST)
    stays = _sh_stays(process, surroundings)
    if stays is None:
        return unknown("the image decides which shell `sh` is", doubtful.span)
    return Value(stays, Origin(Layer.INFERRED, doubtful.command, (), "the images' `sh` is dash" if stays else ""))


def _sh_stays(process: Started, surroundings: Surroundings) -> bool | None:
    """By the image's name, else by the images that the repository's Dockerfiles build from; None: cannot tell."""
    made, image = process.container.made, process.container.image.otherwise(None)
    base = made.base.otherwise(None) if made else image
    names = [base.lower()] if isinstance(base, str) else []
    for some in (names,) if made else (names, surroundings.base_images):
        if any(mark in name for name in some for mark in _BUSYBOX):
            return None if some is surroundings.base_images else False
        if any(mark in name for name in some for mark in _DASH) or any(_is_python(name) for name in some):
            return True
    return None


def _is_python(name: str) -> bool:
    """The official Python image is Debian's unless its tag says otherwise."""
    return name.partition(":")[0].rpartition("/")[2] == "python"
