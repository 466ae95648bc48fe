"""How the order to stop comes to a worker."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.units import Seconds
from celerylint.origin import Value


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """What happens between the platform's stop signal and the worker."""

    stop_signal: Value[str]  # what asks it to stop: SIGTERM, unless the manifest, the manager or the image says another
    remap_sigterm: Value[str | None]
    """REMAP_SIGTERM, the signal that Celery is to take SIGTERM for (billiard/common.py); None: it is not set."""

    reach_children: Value[bool]
    """Whether the prefork pool's processes get the stop signal too and end at once, in the middle of their tasks: an
    init process, a process manager or the platform sends it to the whole group, and the processes do not ignore it."""

    detached: Value[bool]
    """The worker leaves its command line and goes on in the background: `celery multi`, --detach."""

    container_kills_after: Value[Seconds]  # from the stop signal on, as the platform gives it
    manager_kills_after: Value[Seconds | None]
    """The same for a process manager inside the container; None: there is none, or it waits without an end."""
