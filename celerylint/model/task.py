"""A task, as one worker would run it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.call import Call
from celerylint.model.retries import NO_RETRIES, Retries
from celerylint.model.units import Seconds
from celerylint.origin import Layer, Span, Value, known

_NO_QUEUE: Value[str | None] = known(None, Layer.DEFAULT)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A task with its effective options: call > annotation > decorator > command line > setting > default."""

    name: str  # as registered: `shop.tasks.send_mail`
    span: Span  # the function's or class's name
    app: str  # the app's name; empty for a shared task that every app gets
    queue: Value[str]
    acks_late: Value[bool]
    reject_on_worker_lost: Value[bool]
    time_limit: Value[Seconds | None]
    soft_time_limit: Value[Seconds | None]
    ignore_result: Value[bool]
    serializer: Value[str]

    longest_run: Value[Seconds | None]
    """How long one run may take at most: tag, configuration, hard limit, soft limit (task's own, then worker-wide),
    or what the body waits for by its own constants. None: nothing bounds it."""

    declared_run: Value[Seconds | None]
    """As `longest_run`, but only what is said of this very task: worker-wide limits do not count."""

    load: Value[str]  # cpu, io or mixed; unknown where the body gives no evidence

    is_async: bool
    lasting_effects: tuple[Call, ...]
    """Calls whose effect a second run would repeat: mail, payments, HTTP posts, messages to people."""

    sends: tuple[Call, ...]  # tasks that its body dispatches
    own_queue: Value[str | None] = _NO_QUEUE  # its `queue` option alone, which wins over every route; None: none
    arguments: tuple[str, ...] = ()  # by name, without the task itself where it is bound; none: every run is the same
    retries: Retries = NO_RETRIES
