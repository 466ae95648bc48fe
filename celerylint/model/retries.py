"""How a task is tried again after it failed."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.call import Call
from celerylint.model.units import Seconds
from celerylint.origin import Layer, Span, Value, known


@dataclass(frozen=True, slots=True, eq=False)
class Delay:
    """A place that makes a message of a task wait: a call with `countdown` or `eta`, or a retry."""

    name: str  # what sends it: `apply_async`, `self.retry`, `autoretry_for`
    span: Span
    seconds: Value[Seconds | None]  # how long at most


@dataclass(frozen=True, slots=True, eq=False)
class RetryCall:
    """A call by which a task's body retries it: `self.retry(countdown=60)`."""

    name: str  # as written: `self.retry`
    span: Span
    delay: Value[Seconds | None]
    """How long the new message waits: `countdown`, `eta` from now, else default_retry_delay (180 s)."""

    limit: Value[int | None]
    """How often at most: its own max_retries, else the task's; None: without end. Unknown where the body compares
    `request.retries` by itself."""

    swallowed_by: Call | None
    """The `except` or `suppress` that ends the exception by which the call ends the run; None where none certainly
    does."""


@dataclass(frozen=True, slots=True, eq=False)
class Retries:
    """What a task says of retries (celery/app/task.py:Task.retry and celery/app/autoretry.py, 5.7)."""

    limit: Value[int | None]  # max_retries, 3 by default; retry_kwargs may say another; None: without end
    automatic_for: Value[tuple[str, ...]]  # the exceptions of autoretry_for, by imported name; none: no such retries
    not_for: Value[tuple[str, ...]]  # dont_autoretry_for
    options: Value[tuple[Call, ...]]
    """The options that only automatic retries read and that are said of this task: retry_backoff, retry_jitter, ….
    Unknown where code of the repository reads one of them by itself."""

    automatic_delay: Value[Seconds | None]
    """How long an automatic retry waits at most. With retry_backoff: twice as long each time, up to retry_backoff_max
    (600 s); else `countdown` of retry_kwargs, else default_retry_delay (180 s)."""

    calls: tuple[RetryCall, ...]


NO_RETRIES = Retries(
    limit=known(3, Layer.DEFAULT),
    automatic_for=known((), Layer.DEFAULT),
    not_for=known((), Layer.DEFAULT),
    options=known((), Layer.DEFAULT),
    automatic_delay=known(Seconds(180), Layer.DEFAULT),
    calls=(),
)
"""Of a task that says nothing."""
