"""The options of a task where it is declared, annotated, or left to the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.configuration import Configuration
from celerylint.facts.python import TaskFact
from celerylint.link.code import AppSource, Code, evaluated
from celerylint.link.evaluate import AppObject, ClassObject, Evaluator, ExternalObject, TaskObject, plain
from celerylint.link.evaluate.objects import AppMember
from celerylint.link.task_classes import task_attribute
from celerylint.model import RabbitMQ
from celerylint.model.rabbitmq import UNSEEN
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

_SECONDS = frozenset({"time_limit", "soft_time_limit"})
_FLAGS = frozenset({"acks_late", "reject_on_worker_lost", "ignore_result"})
_FLAGS |= {"acks_on_failure", "acks_on_timeout", "acks_on_failure_or_timeout"}


@dataclass(frozen=True, slots=True)
class TaskSource:
    """A task as the code declares it; `app` is None for a shared task, which every app gets."""

    path: str
    fact: TaskFact
    name: str
    app: Span | None
    unnamed: str = ""  # why it may have another name; empty where it has not
    made: Callable[[Evaluator], Any] | None = None
    """Where a decorator of the project, or a call, makes the task: what it makes, a `TaskObject` where that works."""

    of: ClassObject | None = None  # where it is an instance of a class


@dataclass(frozen=True, slots=True, eq=False)
class AppView:
    """An app as one environment has it: what its tasks' options are read from."""

    code: Code
    app: AppSource | None
    settings: Mapping[str, Value[Any]]
    evaluator: Evaluator
    configuration: Configuration
    rabbitmq: RabbitMQ = UNSEEN


def typed(value: Value[Any], name: str) -> Value[Any]:
    """The value as Celery takes the option: a number of seconds, a flag, a name; unknown where it is none of these."""
    data = plain(value)
    if data is None or isinstance(value.value, Unknown):
        return value
    if name == "queue":
        return value  # a name or a kombu.Queue: celerylint.link.routes reads both
    if isinstance(data, Unknown):
        return unknown(data.reason, value.origin.span, value.origin.via)
    if name in _SECONDS and (isinstance(data, bool) or not isinstance(data, int | float)):
        return unknown(f"{data!r} is no number of seconds", value.origin.span)
    return Value(bool(data) if name in _FLAGS else data, value.origin, value.shadowed)


class TaskOptions:
    """The options of one task: annotation, decorator or class, base class, setting."""

    def __init__(self, view: AppView, source: TaskSource) -> None:
        self.view = view
        self.source = source
        self._task: TaskObject | Unknown | None = None

    def own(self, name: str) -> Value[Any] | None:
        """What is said of this very task; None where nothing is."""
        annotated, declared = self._annotation(name), self._declared(name)
        annotated = typed(annotated, name) if annotated is not None else None
        declared = typed(declared, name) if declared is not None else None
        if annotated is None:
            return declared
        return annotated.hiding(declared) if declared is not None else annotated

    def written(self, name: str) -> Value[Any] | None:
        """What is said of this very task where it is made, which may be classes: decorators read no annotations."""
        return self._declared(name)

    def effective(self, name: str, setting: str) -> Value[Any]:
        """The option, else the setting that it defaults to."""
        own, default = self.own(name), typed(self.view.settings[setting], name)
        if own is None or own.value is None:
            return default
        return own.hiding(default) if default.origin.span else own

    def _declared(self, name: str) -> Value[Any] | None:
        fact, path, evaluator = self.source.fact, self.source.path, self.view.evaluator
        if self.source.of is not None:
            return self._inherited(self.source.of, name)
        if self.source.made is not None and name not in fact.options:
            return self._made(name)
        if name in fact.options:
            node = fact.options[name]
            value = evaluated(evaluator, path, node, fact.scope)
            span = Span(path, node.lineno, node.col_offset + 1, node.end_lineno or 0, (node.end_col_offset or 0) + 1)
            via = value.origin.via if value.origin.span == span else (value.origin,)
            return Value(value.value, Origin(Layer.TASK, span, via))
        for node in fact.spread:
            options = evaluated(evaluator, path, node, fact.scope)
            if not isinstance(options.value, dict):
                return unknown(f"what ** unpacks into the decorator may set it: {options.reason}", fact.span)
            if name in options.value:
                found = options.value[name]
                return Value(found.value, Origin(Layer.TASK, found.origin.span, found.origin.via))
        return self._based(name)

    def _made(self, name: str) -> Value[Any] | None:
        """What the decorator of the project's own gives to Celery's."""
        if self._task is None:
            made = self.source.made(self.view.evaluator) if self.source.made else None
            self._task = made if isinstance(made, TaskObject | Unknown) else Unknown("how it is made is not followed")
        if isinstance(self._task, Unknown):
            return unknown(f"its decorator may set it: {self._task.reason}", self.source.fact.span)
        decorator = self._task.made_by
        if name in decorator.options:
            value = decorator.options[name]
            return Value(value.value, Origin(Layer.TASK, value.origin.span, value.origin.via))
        if decorator.open:
            return unknown(f"its decorator may set it: {decorator.open}", self.source.fact.span)
        if name != "base" and "base" in decorator.options:
            return self._of_base(decorator.options["base"], name)
        return self._based(name)

    def _based(self, name: str) -> Value[Any] | None:
        """What the task's `base=` class says, or the app's `task_cls`."""
        fact, evaluator = self.source.fact, self.view.evaluator
        app = self.view.app
        if "base" in fact.options:
            base = evaluated(evaluator, self.source.path, fact.options["base"], fact.scope)
        elif app is not None and (node := _keyword(app, "task_cls")) is not None:
            base = self._by_name(evaluated(evaluator, app.path, node, app.scope), app.path)
        else:
            return None
        return self._of_base(base, name)

    def _of_base(self, base: Value[Any], name: str) -> Value[Any] | None:
        if isinstance(base.value, ClassObject):
            return self._inherited(base.value, name)
        if isinstance(base.value, ExternalObject | AppObject | AppMember) or base.value is None:
            return None
        return unknown(f"its base class may set it: {base.reason or 'it is not followed'}", self.source.fact.span)

    def _inherited(self, of: ClassObject, name: str) -> Value[Any] | None:
        """What a class, or one that it extends, says; Celery's own leave these options to the settings."""
        found = task_attribute(self.view.evaluator, of, name)
        return Value(found.value, Origin(Layer.TASK, found.origin.span, found.origin.via)) if found else None

    def _by_name(self, value: Value[Any], path: str) -> Value[Any]:
        """`task_cls="module:Class"`."""
        if not isinstance(value.value, str):
            return value
        module, _, name = value.value.replace(":", ".").rpartition(".")
        file = self.view.code.modules.find(module, path)
        found = self.view.evaluator.member(file, name) if file else None
        return found if found is not None else Value(ExternalObject(value.value), value.origin)

    def _annotation(self, name: str) -> Value[Any] | None:
        """`task_annotations`: the task's own entry, else the one for `*` (celery/app/annotations.py)."""
        annotations = self.view.settings["task_annotations"]
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
