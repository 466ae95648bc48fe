"""Tasks: what each would do on one worker."""

from __future__ import annotations

from typing import Any

from celerylint.link.bodies import Bodies
from celerylint.link.declared_queues import DeclaredQueues
from celerylint.link.delays import delays_of, longest_of, seconds_of
from celerylint.link.destinations import destination
from celerylint.link.load import held, inferred_load, lasting_effects, said_of, waited
from celerylint.link.priorities import meant_priority, priority_of
from celerylint.link.releases import UNNAMED, Releases
from celerylint.link.retries import gets_itself, retries_of
from celerylint.link.routes import matched, queue_name
from celerylint.link.task_code import with_code
from celerylint.link.task_options import AppView, TaskOptions, TaskSource
from celerylint.model import Call, Seconds, Task
from celerylint.origin import Layer, Unknown, Value, derive, known, unknown

HARD, SOFT = frozenset({"prefork", "gevent"}), frozenset({"prefork"})  # the pools that keep each limit


class TaskMaker:
    """Makes the tasks of one app as one environment, and one worker's own limits, would have them."""

    def __init__(self, view: AppView, bodies: Bodies) -> None:
        self.bodies = bodies
        self.view = view
        self.releases = view.app.releases if view.app is not None else UNNAMED
        self.declared = DeclaredQueues(view.settings, self.releases, view.rabbitmq)

    def make(self, source: TaskSource, limits: tuple[Value[Any], Value[Any]], pool: Value[str], app_name: str) -> Task:
        """The task with its effective options; `limits` are the worker's hard and soft limit."""
        option = TaskOptions(self.view, source)
        said = said_of(source.name, source.fact, option.own("load"), self.view.configuration)
        own_hard, own_soft = option.own("time_limit"), option.own("soft_time_limit")
        hard = own_hard if own_hard is not None and own_hard.value is not None else limits[0]
        soft = own_soft if own_soft is not None and own_soft.value is not None else limits[1]
        body = source.fact.body
        code = self.bodies.of(source)
        waits = waited(body, code.farther)
        declared = said.run or _first_limit(own_hard, own_soft) or waits
        declared = declared or known(None, Layer.DEFAULT)
        fact, queue = source.fact, self.queue(source, option)
        retries = retries_of(self.view, source, option)
        late, kept = option.effective("acks_late", "task_acks_late"), acknowledged(option, "timeout", self.releases)
        delays = delays_of(self.view, source, retries)
        task = Task(
            name=source.name,
            span=fact.span,
            app=app_name if source.app else "",
            queue=queue,
            own_queue=own_queue(option),
            priority=priority_of(option),
            meant_priority=meant_priority(option),
            acks_late=late,
            own_acks_late=option.own("acks_late") or known(None, Layer.DEFAULT),
            reject_on_worker_lost=option.effective("reject_on_worker_lost", "task_reject_on_worker_lost"),
            time_limit=hard,
            soft_time_limit=soft,
            ignore_result=option.effective("ignore_result", "task_ignore_result"),
            serializer=option.effective("serializer", "task_serializer"),
            longest_run=_longest(said.run, enforced(hard, HARD, pool), enforced(soft, SOFT, pool), waits),
            declared_run=declared,
            load=said.load or inferred_load(body, code.farther),
            is_async=body.is_async,
            lasting_effects=lasting_effects(body, code.farther, self.view.code.modules, source.path),
            held=held(body),
            sends=tuple(Call(site.name, site.span) for site in body.calls if _sends(site.name)),
            arguments=body.arguments[1:] if gets_itself(source, option) else body.arguments,
            retries=retries,
            acks_on_failure=acknowledged(option, "failure", self.releases),
            acks_on_timeout=kept,
            returns_on_timeout=derive(_returns, late, kept, enforced(hard, HARD, pool)),
            declared_queue=self.declared.of(queue),
            guards=(*(Call(each.name, each.span) for each in fact.guards), *code.guards),
            expires=(option.own("expires") or known(None, Layer.DEFAULT)).map(seconds_of),
            delays=delays,
            longest_delay=longest_of(delays),
        )
        return with_code(task, source, option, code)

    def queue(self, source: TaskSource, option: TaskOptions) -> Value[str]:
        """The task's queue: its own option, else the routes, else the default queue."""
        routes = self.view.settings["task_routes"]
        if source.unnamed and routes.value is not None and own_queue(option).value is None:
            return unknown(f"its name is not known: {source.unnamed}", source.fact.span)
        target = matched(self.view.evaluator, routes, source.name)
        return destination(option, target, self.declared.queues)


def own_queue(option: TaskOptions) -> Value[Any]:
    """The queue that the task's own option names; None where it has none."""
    own = option.own("queue")
    return queue_name(own) if own is not None and own.value is not None else known(None, Layer.DEFAULT)


def acknowledged(option: TaskOptions, after: str, releases: Releases) -> Value[bool]:
    """Whether a message is acknowledged after a failure or a timeout: an option for each from 5.7 on, one for both
    before and where these say nothing (celery/app/task.py:Task.bind)."""
    both = option.effective("acks_on_failure_or_timeout", "task_acks_on_failure_or_timeout")
    if both.origin.layer is Layer.ANNOTATION:
        return unknown("an annotation of acks_on_failure_or_timeout comes too late for some releases", both.origin.span)
    single = option.effective(f"acks_on_{after}", f"task_acks_on_{after}")
    since = releases.since("5.7.0")
    if single.value is None or since is False:
        return both
    return single if since else unknown(f"Celery reads acks_on_{after} from 5.7 on", single.origin.span)


def _returns(late: bool, acknowledged: bool, limit: Seconds | None) -> bool:
    return late and not acknowledged and limit is not None


def _first_limit(hard: Value[Any] | None, soft: Value[Any] | None) -> Value[Any] | None:
    """The hard limit bounds a run; a soft one alone asks it to end."""
    for limit in (hard, soft):
        if limit is not None and limit.value is not None:
            return limit
    return None


def _longest(
    said: Value[Seconds] | None, hard: Value[Any], soft: Value[Any], waits: Value[Seconds] | None
) -> Value[Seconds | None]:
    """Said, else the hard limit, else the soft one, else what the body waits for."""
    if said is not None:
        return said
    for limit in (hard, soft):
        if limit.value is not None:
            return limit
    return waits or known(None, Layer.DEFAULT)


def enforced(limit: Value[Any], pools: frozenset[str], pool: Value[str]) -> Value[Any]:
    """A limit as far as the pool keeps it: others ignore it (celery/concurrency, 5.7)."""
    if limit.value is None or pool.value in pools:
        return limit
    if isinstance(pool.value, Unknown):
        return unknown(f"the pool decides whether limits hold: {pool.value.reason}", pool.origin.span)
    return known(None, Layer.DEFAULT)


def _sends(name: str) -> bool:
    return name.rpartition(".")[2] in ("delay", "apply_async", "send_task", "delay_on_commit", "apply_async_on_commit")
