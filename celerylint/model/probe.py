"""How a platform asks a container whether it is well, and what it runs around a container's life."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.units import Seconds
from celerylint.origin import Span, Value


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A probe of Kubernetes, or a healthcheck of Compose or of an image."""

    kind: str
    """exec, http, tcp or grpc; `image` where Compose only changes the times of the image's own check."""

    of_image: bool  # the image brings it along, and nobody asked for it here
    asks_web: bool  # it asks a web server in the container
    role: str  # liveness, readiness, startup, or healthcheck for Docker's
    span: Span
    command: str  # of exec, as written
    asks: Value[str | None]
    """What the command asks Celery for: `inspect ping`, `status`, `control …`; None where it does not ask Celery.
    Unknown where a script decides."""

    destination: Value[str | None]  # `-d`: the worker that is to answer; None: any worker of the broker will do
    any_worker: Value[bool]
    """Whether the answer of any worker of the broker satisfies it: it asks without a destination, and nobody looks in
    what comes back for one worker."""

    answer_timeout: Value[Seconds | None]
    """`--timeout`: how long Celery itself waits for an answer (1 s, celery/bin/control.py); None: it asks nobody."""

    timeout: Value[Seconds]  # for the whole command: Kubernetes 1 s, Docker 30 s where nobody says it
    period: Value[Seconds]
    failures: Value[int]  # in a row, until the platform acts
    delay: Value[Seconds]  # before failures count: initialDelaySeconds, Compose's start_period
    grace_period: Value[Seconds | None]  # what the probe gives a container that it ends; None: the workload's


@dataclass(frozen=True, slots=True, eq=False)
class Hook:
    """What runs when a container starts (postStart), or before it gets its stop signal (preStop)."""

    kind: str  # exec, http, tcp, sleep
    span: Span
    command: str  # of exec, as written
    seconds: Value[Seconds | None]  # how long it takes, as far as it says so: `sleep 15`
