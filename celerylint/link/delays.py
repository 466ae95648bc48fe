"""How long a message is to wait, by what sends it."""

from __future__ import annotations

import ast
import datetime
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from celerylint.facts.python import DispatchFact, Scope
from celerylint.facts.python.names import dotted
from celerylint.link.code import evaluated
from celerylint.link.evaluate import (
    ClassObject,
    Evaluator,
    FunctionObject,
    InstanceObject,
    TaskObject,
    plain,
)
from celerylint.link.task_options import AppView, TaskSource
from celerylint.model import Delay, Retries, Seconds
from celerylint.origin import Layer, Origin, Span, Unknown, Value, known, unknown

_Sent = tuple[str, Span, Value[Seconds | None]]
_NAMES = frozenset({"countdown", "eta"})
# Of `delay` and `s` these are arguments of the task.
_SENDING = frozenset({"apply_async", "apply_async_on_commit", "send_task", "set", "signature", "subtask"})
_MAKING = frozenset({"s", "si", "signature", "subtask", "set"})
_NOW = frozenset({"now", "utcnow", "utc_now", "aware_utcnow"})


def delays_of(view: AppView, source: TaskSource, retries: Retries) -> tuple[Delay, ...]:
    """The calls anywhere that send a task to run later, and its own retries, by place."""
    node = source.fact.node
    sent = _sent(view)
    calls = (*sent.get((source.path, node.lineno), ()), *sent.get(source.name, ()))
    found = [Delay(method, span, seconds) for method, span, seconds in calls]
    found += [Delay(call.name, call.span, call.delay) for call in retries.calls]
    automatic = retries.automatic_for
    if automatic.otherwise(()) and automatic.origin.span is not None:
        found.append(Delay("autoretry_for", automatic.origin.span, retries.automatic_delay))
    return tuple(sorted((each for each in found if _waits(each)), key=lambda each: each.span))


def longest_of(delays: tuple[Delay, ...]) -> Value[Seconds | None]:
    """The longest one that is known, at the place that makes it."""
    timed = [(float(each.seconds.value), each) for each in delays if isinstance(each.seconds.value, int | float)]
    if timed:
        seconds, longest = max(timed, key=lambda each: each[0])
        return Value(Seconds(seconds), Origin(Layer.CALL, longest.span, (longest.seconds.origin,), longest.name))
    doubtful = next((each.seconds for each in delays if isinstance(each.seconds.value, Unknown)), None)
    return doubtful if doubtful is not None else known(None, Layer.DEFAULT)


def _waits(delay: Delay) -> bool:
    return not isinstance(delay.seconds.value, int | float) or delay.seconds.value > 0


def _sent(view: AppView) -> Mapping[object, list[_Sent]]:
    """What is sent to run later, by the task's name or by the place of its function or class."""

    def compute() -> Mapping[object, list[_Sent]]:
        found: dict[object, list[_Sent]] = defaultdict(list)
        for facts in view.code.files:
            for fact in facts.dispatches:
                if fact.method in _SENDING and fact.task is not None and not _NAMES.isdisjoint(fact.options):
                    waits = delay_of(view.evaluator, facts.path, fact.options, fact.scope)
                    task = _task(view, facts.path, fact)
                    if waits is not None and waits.value is not None and task is not None:
                        found[task].append((fact.method, fact.span, waits))
        return found

    return view.evaluator.remembered(("delayed",), compute, shared=True)


def _task(view: AppView, path: str, fact: DispatchFact) -> object:
    """The task that a call sends: its name, or the place of its function or class; None where it is not followed."""
    node = fact.task
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MAKING:
        node = node.func.value
    if node is None:
        return None
    thing = evaluated(view.evaluator, path, node, fact.scope).value
    thing = thing.function if isinstance(thing, TaskObject) else thing
    thing = thing.of if isinstance(thing, InstanceObject) else thing
    if isinstance(thing, FunctionObject | ClassObject):
        return (thing.frame.path, thing.node.lineno)
    return thing if isinstance(thing, str) else None


def delay_of(
    evaluator: Evaluator, path: str, options: Mapping[Any, ast.expr], scope: Scope
) -> Value[Seconds | None] | None:
    """`countdown`, or `eta` as far as it counts from now; None where neither is given (Task.apply_async).

    An option without a name is what `**` unpacks.
    """
    for name, node in options.items():
        if name is None:
            return unknown("what ** unpacks into the call may say how long it waits")
        if name in ("countdown", "eta"):
            counted = _from_now(node) if name == "eta" else node
            if counted is None:
                return unknown("its eta is not followed as a time from now")
            value = evaluated(evaluator, path, counted, scope)
            return Value(seconds_of(plain(value)), value.origin)
    return None


def _from_now(node: ast.expr) -> ast.expr | None:
    """The time span of `datetime.now() + timedelta(hours=1)`."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
        return None
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, ast.Call) and dotted(one.func).rpartition(".")[2] in _NOW:
            return other
    return None


def seconds_of(data: Any) -> Seconds | Unknown | None:
    """A number or a time span as seconds; None for None."""
    if isinstance(data, Unknown) or data is None:
        return data
    if isinstance(data, datetime.timedelta):
        return Seconds(data.total_seconds())
    if isinstance(data, int | float) and not isinstance(data, bool):
        return Seconds(float(data))
    return Unknown(f"{data!r} is no number of seconds")
