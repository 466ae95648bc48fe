"""Tasks: which there are, and what each would do on one worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.configuration import Configuration
from celerylint.facts.python import TaskFact
from celerylint.link.code import AppSource, Code, app_of, evaluated
from celerylint.link.evaluate import AppObject, ClassObject, Evaluator, ExternalObject, plain
from celerylint.link.evaluate.expressions import class_attribute
from celerylint.link.load import inferred_load, lasting_effects, said_of, waited
from celerylint.link.routes import queue_name, route
from celerylint.model import Call, Seconds, Task
from celerylint.origin import Layer, Origin, Span, Unknown, Value, known, unknown

_MORE = "the decorator's **options may set it"


@dataclass(frozen=True, slots=True)
class TaskSource:
    """A task as the code declares it; `app` is None for a shared task, which every app gets."""

    path: str
    fact: TaskFact
    name: str
    app: Span | None


def find_tasks(code: Code, apps: tuple[AppSource, ...]) -> tuple[TaskSource, ...]:
    """Every task, by place."""
    evaluator = code.evaluator()
    found: list[TaskSource] = []
    for facts in code.files:
        registered = {getattr(getattr(each, "func", each), "id", "") for each in facts.registered}
        for fact in facts.tasks:
            app = None if fact.shared else app_of(evaluator, facts.path, _holder(fact), fact.scope)
            is_class = not fact.shared and app is None
            if (fact.shared or app is not None) and not _unregistered_class(fact, registered):
                found.append(TaskSource(facts.path, fact, _name(code, evaluator, facts.path, fact), app))
            elif is_class:
                continue
    return tuple(sorted(found, key=lambda each: each.fact.span))


def _holder(fact: TaskFact) -> Any:
    """`app` of `@app.task` or `class X(app.Task)`."""
    return getattr(fact.declared_by, "value", fact.declared_by)


def _unregistered_class(fact: TaskFact, registered: set[str]) -> bool:
    """A class is a task only once it is registered (since Celery 4.0); a decorated function always is."""
    import ast

    declared = fact.declared_by
    last = declared.attr if isinstance(declared, ast.Attribute) else getattr(declared, "id", "")
    return last == "Task" and fact.name not in registered


def _name(code: Code, evaluator: Evaluator, path: str, fact: TaskFact) -> str:
    """The name that it is registered under: `name=`, else module and function (celery/utils/imports.py)."""
    if "name" in fact.options:
        given = plain(evaluated(evaluator, path, fact.options["name"], fact.scope))
        if isinstance(given, str) and given:
            return given
    return f"{code.modules.name(path)}.{fact.name}"


class TaskMaker:
    """Makes the tasks of one app as one environment, and one worker's own limits, would have them."""

    def __init__(
        self,
        code: Code,
        app: AppSource | None,
        settings: Mapping[str, Value[Any]],
        evaluator: Evaluator,
        configuration: Configuration,
    ) -> None:
        self.code = code
        self.app = app
        self.settings = settings
        self.evaluator = evaluator
        self.configuration = configuration

    def make(self, source: TaskSource, limits: tuple[Value[Any], Value[Any]], app_name: str) -> Task:
        """The task with its effective options; `limits` are the worker's hard and soft limit."""
        option = _Options(self, source)
        said = said_of(source.name, source.fact, option.own("load"), self.configuration)
        own_hard, own_soft = option.own("time_limit"), option.own("soft_time_limit")
        hard = own_hard if own_hard is not None and own_hard.value is not None else limits[0]
        soft = own_soft if own_soft is not None and own_soft.value is not None else limits[1]
        body = source.fact.body
        declared = said.run or _first_limit(own_hard, own_soft) or waited(body)
        declared = declared or known(None, Layer.DEFAULT)
        fact = source.fact
        return Task(
            name=source.name,
            span=fact.span,
            app=app_name if source.app else "",
            queue=self.queue(source, option),
            acks_late=option.effective("acks_late", "task_acks_late"),
            reject_on_worker_lost=option.effective("reject_on_worker_lost", "task_reject_on_worker_lost"),
            time_limit=hard,
            soft_time_limit=soft,
            ignore_result=option.effective("ignore_result", "task_ignore_result"),
            serializer=option.effective("serializer", "task_serializer"),
            longest_run=_longest(said.run, hard, soft, declared),
            declared_run=declared,
            load=said.load or inferred_load(body),
            is_async=body.is_async,
            lasting_effects=lasting_effects(body),
            sends=tuple(Call(site.name, site.span) for site in body.calls if _sends(site.name)),
        )

    def queue(self, source: TaskSource, option: _Options) -> Value[str]:
        """The task's queue: its own option, else the routes, else the default queue."""
        own = option.own("queue")
        if own is not None and own.value is not None:
            return queue_name(own)
        routed = route(self.settings["task_routes"], source.name) if self.settings else None
        if routed is not None and routed.value is not None:
            return routed
        return self.settings["task_default_queue"]


class _Options:
    """The options of one task: annotation, decorator or class, base class, setting."""

    def __init__(self, maker: TaskMaker, source: TaskSource) -> None:
        self.maker = maker
        self.source = source

    def own(self, name: str) -> Value[Any] | None:
        """What is said of this very task; None where nothing is."""
        annotated = self._annotation(name)
        declared = self._declared(name)
        if annotated is None:
            return declared
        return annotated.hiding(declared) if declared is not None else annotated

    def effective(self, name: str, setting: str) -> Value[Any]:
        """The option, else the setting that it defaults to."""
        own, default = self.own(name), self.maker.settings[setting]
        if own is None or own.value is None:
            return default
        return own.hiding(default) if default.origin.span else own

    def _declared(self, name: str) -> Value[Any] | None:
        fact, path, evaluator = self.source.fact, self.source.path, self.maker.evaluator
        if name in fact.options:
            node = fact.options[name]
            value = evaluated(evaluator, path, node, fact.scope)
            flat = plain(value)
            span = Span(path, node.lineno, node.col_offset + 1, node.end_lineno or 0, (node.end_col_offset or 0) + 1)
            via = value.origin.via if value.origin.span == span else (value.origin,)
            data = value.value if isinstance(flat, Unknown) else flat
            return Value(data, Origin(Layer.TASK, span, via))
        if fact.more_options:
            return unknown(_MORE, fact.span)
        return self._based(name)

    def _based(self, name: str) -> Value[Any] | None:
        """What the task's `base=` class says, or the app's `task_cls`."""
        fact, evaluator = self.source.fact, self.maker.evaluator
        app = self.maker.app
        if "base" in fact.options:
            base = evaluated(evaluator, self.source.path, fact.options["base"], fact.scope)
        elif app is not None and (node := _keyword(app, "task_cls")) is not None:
            base = self._by_name(evaluated(evaluator, app.path, node, app.scope), app.path)
        else:
            return None
        if isinstance(base.value, ClassObject):
            found = class_attribute(evaluator, base.value, name)
            return Value(found.value, Origin(Layer.TASK, found.origin.span, found.origin.via)) if found else None
        if isinstance(base.value, ExternalObject | AppObject):
            return None
        return unknown(f"its base class may set it: {base.reason or 'it is not followed'}", fact.span)

    def _by_name(self, value: Value[Any], path: str) -> Value[Any]:
        """`task_cls="module:Class"`."""
        if not isinstance(value.value, str):
            return value
        module, _, name = value.value.replace(":", ".").rpartition(".")
        file = self.maker.code.modules.find(module, path)
        found = self.maker.evaluator.member(file, name) if file else None
        return found if found is not None else Value(ExternalObject(value.value), value.origin)

    def _annotation(self, name: str) -> Value[Any] | None:
        """`task_annotations`: the task's own entry, else the one for `*` (celery/app/annotations.py)."""
        annotations = self.maker.settings["task_annotations"]
        if annotations.value is None:
            return None
        if not isinstance(annotations.value, dict):
            reason = annotations.reason or "task_annotations is no mapping that can be followed"
            return unknown(reason, annotations.origin.span)
        for key in (self.source.name, "*"):
            entry = annotations.value.get(key)
            options = entry.value if isinstance(entry, Value) else entry
            if isinstance(options, dict) and name in options:
                value: Value[Any] = options[name]
                return Value(plain(value), Origin(Layer.ANNOTATION, value.origin.span, value.origin.via))
        return None


def _keyword(app: AppSource, name: str) -> Any:
    return next((keyword.value for keyword in app.node.keywords if keyword.arg == name), None)


def _first_limit(hard: Value[Any] | None, soft: Value[Any] | None) -> Value[Any] | None:
    """The hard limit bounds a run; a soft one alone asks it to end."""
    for limit in (hard, soft):
        if limit is not None and limit.value is not None:
            return limit
    return None


def _longest(
    said: Value[Seconds] | None, hard: Value[Any], soft: Value[Any], declared: Value[Any]
) -> Value[Seconds | None]:
    """Said, else the hard limit, else the soft one, else what the body waits for."""
    if said is not None:
        return said
    for limit in (hard, soft):
        if limit.value is not None:
            return limit
    return declared


def _sends(name: str) -> bool:
    return name.rpartition(".")[2] in ("delay", "apply_async", "send_task", "delay_on_commit", "apply_async_on_commit")
