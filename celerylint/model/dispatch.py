"""A call that sends a task, seen from where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from celerylint.model.call import Call
from celerylint.model.task import Task
from celerylint.origin import Span


@dataclass(frozen=True, slots=True, eq=False)
class Transaction:
    """A database transaction of Django's that is open where something is sent."""

    name: str  # in words, behind `within`: `transaction.atomic()`, `a handler of post_delete`
    span: Span  # what opens it
    signal: str  # whose handler it is, where Django sends that before the change is committed; empty: none
    writes: tuple[Call, ...]  # what it changes, as far as that is seen
    through: tuple[Call, ...] = ()
    """The calls of the project's own functions that lead from it to what is sent, outermost first."""


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """An argument that is given to a task."""

    name: str  # as written
    what: str  # in words: `an instance of the model Order`, `a set`
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Dispatch:
    """`mail.delay(…)`, `mail.apply_async(…)`: only those of functions in which something may be wrong with one."""

    name: str  # the task's, or the call in a few words where several are sent together
    span: Span
    task: Task | None  # as the app's own worker would run it; None where several are sent together, or it is not known
    transaction: Transaction | None  # None: none is seen, or the task waits before it runs (`countdown`, `eta`)
    objects: tuple[Argument, ...]
    """What is given to it and is no plain data, so that JSON has no words for it. Empty where the call names its
    serializer, the repository teaches JSON new words, or a task class of its own sends in its own way."""

    large: tuple[Argument, ...] = ()
    """What is given to it and grows with a file or a table: the content of a file that is read as a whole and is not
    one of the repository's own, an upload, a data frame."""
