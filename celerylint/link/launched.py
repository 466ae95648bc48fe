"""What a worker's command line and its surroundings say of the process itself: its user, and words that stop it."""

from __future__ import annotations

from celerylint import catalog
from celerylint.facts.launch import Launch
from celerylint.link.containers import Started
from celerylint.model import Container, RefusedWord
from celerylint.origin import Layer, Value, known, unknown

# Programs that run a command as another user (celerylint/facts/launch/wrappers.py knows their words).
_CHANGE_USER = frozenset(
    {"gosu", "su-exec", "s6-setuidgid", "setuidgid", "setpriv", "chpst", "sudo", "doas", "runuser", "su", "chroot"}
)
_UID = ("uid", "gid")
_FIVE = catalog.version_key("5.0.0")
_LONG_GONE = frozenset({"--autoreload"})  # removed in 4.0, before the first release of the catalogue


def refused_words(launch: Launch) -> tuple[RefusedWord, ...]:
    """The words that Celery 5 refuses: options at the wrong place, and options that only earlier releases had.

    Others that Celery does not know may be the app's own (`app.user_options`).
    """
    misplaced = [RefusedWord(use.flag, use.span, True) for use in launch.misplaced]
    gone = [RefusedWord(use.flag, use.span, False) for use in launch.options.values() if _is_gone(use.flag)]
    gone += [RefusedWord(word.text, word.span, False) for word in launch.unknown_options if word.text in _LONG_GONE]
    return tuple(sorted((*misplaced, *gone), key=lambda each: each.span))


def _is_gone(flag: str) -> bool:
    later = (release for release in catalog.RELEASES if catalog.version_key(release) >= _FIVE)
    earlier = (release for release in catalog.RELEASES if catalog.version_key(release) < _FIVE)
    known = [any(catalog.option("worker", flag, release) for release in some) for some in (earlier, later)]
    return known == [True, False]


def runs_as_root(process: Started, container: Container) -> Value[bool]:
    """Whether root runs the process: its container's user, unless something on the way may be another one."""
    launch = process.launch
    words = [*(word.text.rpartition("/")[2] for word in launch.wrappers), *(use.shell for use in launch.shells)]
    changes = next((word for word in words if word in _CHANGE_USER), "")
    if changes:
        return unknown(f"{changes} may run it as another user", launch.span)
    if any(name in launch.options for name in _UID):
        return known(False, Layer.COMMAND_LINE, launch.span)
    if launch.supervision is not None:
        return unknown("the process manager may run it as another user", launch.span)
    return container.root
