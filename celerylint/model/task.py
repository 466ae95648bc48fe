"""A task, as one worker would run it."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.call import Call
from celerylint.model.declared_queue import NO_DECLARATION, DeclaredQueue
from celerylint.model.namesake import Namesake
from celerylint.model.retries import NO_RETRIES, Delay, Retries
from celerylint.model.units import Seconds
from celerylint.origin import Layer, Span, Value, known, unknown

_YES: Value[bool] = known(True, Layer.DEFAULT)
_NO: Value[bool] = known(False, Layer.DEFAULT)
_NO_DELAY: Value[Seconds | None] = known(None, Layer.DEFAULT)
_NO_CHOICE: Value[bool | None] = known(None, Layer.DEFAULT)
_NO_TEXT: Value[str | None] = known(None, Layer.DEFAULT)
_NOT_TOLD: Value[bool] = unknown("which modules the workers import is not known")
_NO_PRIORITY: Value[int | None] = known(None, Layer.DEFAULT)


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

    held: tuple[Call, ...]
    """What its body takes and gives back only where it comes to its end: locks, temporary folders, child processes.
    Empty where anything in it catches what a soft time limit raises, or has a `finally`."""

    sends: tuple[Call, ...]  # tasks that its body dispatches
    own_queue: Value[str | None] = _NO_TEXT  # its `queue` option alone, which wins over every route; None: none
    own_acks_late: Value[bool | None] = _NO_CHOICE  # its `acks_late` option alone: somebody chose it; None: none
    arguments: tuple[str, ...] = ()  # by name, without the task itself where it is bound; none: every run is the same
    retries: Retries = NO_RETRIES
    rate_limit: Value[str | None] = _NO_TEXT  # as written: `10/m`; each worker keeps it for itself
    bound: Value[bool] = _NO  # whether Celery gives it `self`
    takes_argument: bool = True  # whether its function has a place for `self`
    uses_of_self: tuple[Call, ...] = ()  # where an argument that is called `self` is used as a task: `self.retry`
    namesakes: tuple[Namesake, ...] = ()
    """The functions that the same process registers under the same name: only the first of all of them ever runs
    (celery/app/base.py:Celery._task_from_fun)."""

    waits: tuple[Call, ...] = ()
    """Where its function waits for the result of another task in a way that Celery refuses within a task
    (celery/result.py:assert_will_not_block), unless the pool's tasks may block."""

    endless_calls: tuple[Call, ...] = ()  # calls that wait for another machine, and that nothing gives a timeout
    acks_on_failure: Value[bool] = _YES
    """Whether its message is acknowledged although it failed. If not, it is rejected and not delivered again, where
    it is acknowledged late (celery/worker/request.py:Request.on_failure)."""

    acks_on_timeout: Value[bool] = _YES
    """The same for the hard time limit. If not, it is put back into the queue, before 5.5 rejected as above."""

    returns_on_timeout: Value[bool] = _NO
    """Whether that happens to it: acknowledged late, not after a timeout, with a hard limit that the pool keeps."""

    declared_queue: DeclaredQueue = NO_DECLARATION  # the queue that it goes to, as its app declares it
    delays: tuple[Delay, ...] = ()
    """The places of the repository that make its messages wait before they run, its own retries among them."""

    longest_delay: Value[Seconds | None] = _NO_DELAY
    """The longest of these that is known. None: nothing makes them wait; unknown where none of them is known."""

    imported: Value[bool] = _NOT_TOLD
    """Whether the worker's process imports the module that declares it: `-A`, `imports`, `include`, `-I`,
    autodiscovery and all that these lead to (celery/loaders/base.py). Of the project's tasks: whether any worker does;
    False where every worker of the repository is known and none of them can come to it."""

    sent_at: tuple[Call, ...] = ()  # calls that certainly send it; looked for where no worker imports it
    priority: Value[int | None] = _NO_PRIORITY
    """Of its messages where no call says another: its option, `task_default_priority`, or its route; None: none."""

    meant_priority: str = ""
    """`high` or `low` where its name, or that of the constant which gives the priority, says so; else empty."""

    guards: tuple[Call, ...] = ()
    """Words in its lines that may be a guard against a second run: locks, unique keys, `get_or_create`. Found by their
    spelling, so that only their absence says anything."""

    expires: Value[Seconds | None] = _NO_DELAY  # after which its messages are thrown away; None: never
