"""How tasks are tried again: what their options and the calls in their bodies say."""

from __future__ import annotations

import ast
from typing import Any

from celerylint.facts.python.retries import RetrySite
from celerylint.link.code import evaluated
from celerylint.link.delays import delay_of, seconds_of
from celerylint.link.evaluate import ClassObject, ExternalObject, plain
from celerylint.link.task_options import AppView, TaskOptions, TaskSource
from celerylint.model import Call, Retries, RetryCall, Seconds
from celerylint.origin import Layer, Unknown, Value, derive, known, unknown

_LIMIT, _DELAY = 3, Seconds(180)  # celery/app/task.py:Task.max_retries and default_retry_delay, 4.4 to 5.7
_MOST = Seconds(600)  # retry_backoff_max
_STEPS = 40  # doublings that are longer than any maximum
# What celery/app/autoretry.py alone reads, 4.4 to 5.7.
_AUTOMATIC = ("retry_backoff", "retry_backoff_max", "retry_jitter", "retry_kwargs")
_CURRENT = "celery.current_task"


def retries_of(view: AppView, source: TaskSource, option: TaskOptions) -> Retries:
    """All that is said of a task's retries."""
    automatic = _names(option.written("autoretry_for"))
    limit = _limit(option.own("max_retries"))
    automatic_limit = _of_arguments(option.own("retry_kwargs"), limit)
    delay = option.own("default_retry_delay") or known(_DELAY, Layer.DEFAULT)
    mine = (site for site in source.fact.body.retries if _is_own(site, source, option))
    return Retries(
        limit=automatic_limit,
        automatic_for=automatic,
        not_for=_names(option.written("dont_autoretry_for")),
        options=_options(view, option),
        automatic_delay=_automatic_delay(option, delay, automatic_limit),
        calls=tuple(_call(view, source, site, limit, delay.map(seconds_of)) for site in mine),
    )


def _names(value: Value[Any] | None) -> Value[tuple[str, ...]]:
    """Exceptions by their names; none where nothing is written."""
    if value is None or value.value is None:
        return known((), Layer.DEFAULT)
    if not isinstance(value.value, list | tuple):
        return unknown(value.reason or "these exceptions are not followed", value.origin.span)
    names: list[str] = []
    for item in value.value:
        thing = item.value if isinstance(item, Value) else item
        if not isinstance(thing, ClassObject | ExternalObject):
            return unknown("one of these exceptions is not followed", value.origin.span)
        name = thing.node.name if isinstance(thing, ClassObject) else thing.name
        names.append(name.removeprefix("builtins."))
    return Value(tuple(names), value.origin)


def _limit(value: Value[Any] | None) -> Value[int | None]:
    if value is None:
        return known(_LIMIT, Layer.DEFAULT)
    if value.value is None or isinstance(value.value, Unknown | int):
        return value
    return unknown(f"{value.value!r} is no number of retries", value.origin.span)


def _of_arguments(arguments: Value[Any] | None, limit: Value[int | None]) -> Value[int | None]:
    """`retry_kwargs` is given to each automatic retry: its max_retries wins, unless it is None."""
    if arguments is None or arguments.value is None:
        return limit
    if not isinstance(arguments.value, dict):
        return unknown(arguments.reason or "retry_kwargs is not followed", arguments.origin.span)
    given = arguments.value.get("max_retries")
    own = given if isinstance(given, Value) else Value(given, arguments.origin)
    return limit if own.value is None else _limit(own)


def _last_backoff(backoff: Value[Any], most: Value[Any], limit: Value[int | None]) -> Value[Any]:
    """The wait before the last retry: the pauses double each time (celery/utils/time.py)."""

    def wait(factor: Any, longest: Any, times: int | None) -> Any:
        if not isinstance(factor, int | float) or not isinstance(longest, int | float):
            return Unknown("these pauses are no numbers")
        steps = _STEPS if times is None else min(times, _STEPS)
        return Seconds(float(min(longest, int(max(1.0, factor)) * 2 ** (steps - 1)))) if steps else Seconds(0.0)

    return derive(wait, backoff, most, limit)


def _automatic_delay(option: TaskOptions, delay: Value[Any], limit: Value[int | None]) -> Value[Any]:
    backoff, arguments = option.own("retry_backoff"), option.own("retry_kwargs")
    for each in (backoff, arguments):
        if each is not None and isinstance(each.value, Unknown):
            return each
    if backoff is not None and backoff.value:
        return _last_backoff(backoff, option.own("retry_backoff_max") or known(_MOST, Layer.DEFAULT), limit)
    given = arguments.value.get("countdown") if arguments is not None and isinstance(arguments.value, dict) else None
    if given is None:
        return delay.map(seconds_of)
    own = given if isinstance(given, Value) else known(given, Layer.TASK)
    return Value(seconds_of(plain(own)), own.origin)


def _options(view: AppView, option: TaskOptions) -> Value[tuple[Call, ...]]:
    found: list[Call] = []
    for name in _AUTOMATIC:
        value = option.own(name)
        if value is None:
            continue
        if isinstance(value.value, Unknown):
            return unknown(value.reason, value.origin.span)
        if value.origin.span is not None and value.value not in (None, False):
            found.append(Call(name, value.origin.span))
    reader = _reader(view) if found else ""
    if reader:
        return unknown(f"{reader} reads such options by itself")
    return known(tuple(found), Layer.DEFAULT)


def _reader(view: AppView) -> str:
    """A file that reads an option of automatic retries itself, as `2 ** n * self.retry_backoff` does."""
    words = tuple(f".{name}".encode() for name in _AUTOMATIC)
    data = ((facts.path, view.code.tree.data(facts.path) or b"") for facts in view.code.files)
    return next((path for path, text in data if any(word in text for word in words)), "")


def _is_own(site: RetrySite, source: TaskSource, option: TaskOptions) -> bool:
    """Whether a call of `retry` is the task's: on itself, by its name or as the current one."""
    if site.imported == _CURRENT or site.holder == source.fact.name:
        return True
    return site.holder in source.fact.body.arguments[:1] and gets_itself(source, option)


def gets_itself(source: TaskSource, option: TaskOptions) -> bool:
    """Whether the first argument is certainly the task: of a method, or of a function with `bind=True`."""
    if source.of is not None or isinstance(source.fact.node, ast.ClassDef):
        return True
    bound = option.own("bind")
    return bound is not None and bound.value is True


def _call(
    view: AppView, source: TaskSource, site: RetrySite, limit: Value[int | None], delay: Value[Seconds | None]
) -> RetryCall:
    scope = (*source.fact.scope, source.fact.node)
    keywords = {each.arg: each.value for each in site.node.keywords}
    own = keywords.get("max_retries")
    if own is not None:
        given = evaluated(view.evaluator, source.path, own, scope)
        limit = limit if given.value is None else _limit(Value(plain(given), given.origin))
    if None in keywords:
        limit = unknown("what ** unpacks into the call may say how often", site.span)
    if source.fact.body.compares_retries:
        limit = unknown("the task looks at how often it was retried", site.span)
    ending = site.swallowed_by
    waits = delay_of(view.evaluator, source.path, keywords, scope)
    return RetryCall(
        name=f"{site.holder}.retry",
        span=site.span,
        delay=delay if waits is None else waits,
        limit=limit,
        swallowed_by=Call(ending.text, ending.span) if ending else None,
    )
