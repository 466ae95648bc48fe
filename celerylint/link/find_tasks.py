"""Tasks: which there are, by whichever way they come to be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from celerylint.facts.python import AppCall, Body, PythonFacts, TaskFact
from celerylint.facts.python.body import function_body
from celerylint.facts.python.celerys import APP_CLASSES, CURRENT_APPS
from celerylint.facts.python.declared import class_fact, imports_of, task_fact
from celerylint.facts.python.names import dotted, resolve
from celerylint.link.code import AppSource, Code, evaluated, frame_of
from celerylint.link.evaluate import (
    AppObject,
    ClassObject,
    Evaluator,
    ExternalCall,
    ExternalObject,
    Frame,
    FunctionObject,
    InstanceObject,
    LocalFrame,
    TaskObject,
    plain,
)
from celerylint.link.evaluate.classes import methods_of, order_of
from celerylint.link.evaluate.displays import elements
from celerylint.link.evaluate.making import decorated, name_of_task, named_as
from celerylint.link.task_classes import is_celerys, run_method, task_attribute
from celerylint.link.task_options import TaskSource
from celerylint.origin import Span, Unknown, Value, unknown
from celerylint.sources.python import PythonSyntaxError

_CELERY = re.compile(r"celery", re.I)
_NAMING = "gen_task_name"  # what a subclass of Celery may define to name its tasks otherwise


@dataclass(frozen=True, slots=True)
class Found:
    """The tasks by place; `open` says why there may be others, empty where there are none."""

    tasks: tuple[TaskSource, ...]
    open: str


def find_tasks(code: Code, apps: tuple[AppSource, ...]) -> Found:
    """Every task of the repository."""
    finder = _Finder(code, apps)
    found = [task for facts in code.files for task in finder.in_file(facts)]
    every = {(task.fact.span, task.app, task.name): task for task in found}
    opened = next(iter(finder.opened), "")
    if code.unreadable:
        opened = f"{code.unreadable[0]} mentions Celery and cannot be read: it may declare tasks"
    return Found(tuple(sorted(every.values(), key=lambda each: (each.fact.span, each.name))), opened)


class _Finder:
    """One pass over the facts of all files."""

    def __init__(self, code: Code, apps: tuple[AppSource, ...]) -> None:
        self.code = code
        self.apps = apps
        self.evaluator = code.evaluator()
        self.opened: list[str] = []
        self._renaming = {app.span: reason for app in apps if (reason := _renames(self.evaluator, app))}

    def in_file(self, facts: PythonFacts) -> Iterator[TaskSource]:
        """The tasks of one file."""
        for fact in facts.tasks:
            task = self._declared(facts, fact)
            if task is not None:
                yield task
        for call in facts.calls:
            if call.method == "register_task":
                yield from self._registered(facts, call)
            elif call.method == "task":
                yield from self._given(facts, call)

    def _declared(self, facts: PythonFacts, fact: TaskFact) -> TaskSource | None:
        """A function below a decorator, or a class that registers itself."""
        node = fact.node
        if isinstance(node, ast.ClassDef):
            return self._of_class(ClassObject(node, frame_of(self.evaluator, facts.path, fact.scope)), fact, None)
        frame = frame_of(self.evaluator, facts.path, fact.scope)
        if frame is None:
            return None
        function = FunctionObject(node, frame)
        if any(isinstance(each, ast.FunctionDef) for each in fact.scope) and self._is_template(function):
            return None
        if fact.declared_by is not None:
            app = self._app_of(facts, fact)
            if app is not None:
                return self._directly(facts.path, fact, function, app[0])
        return self._wrapped(facts.path, fact, function)

    def _is_template(self, function: FunctionObject) -> bool:
        """Whether a function within a function takes over the name of what that is given: nobody calls it so."""
        return named_as(self.evaluator, function) is None

    def _app_of(self, facts: PythonFacts, fact: TaskFact) -> tuple[Span | None] | None:
        """The app whose decorator it is: (None,) for a shared task, None where it is not certainly an app's."""
        if fact.shared:
            return (None,)
        holder = getattr(fact.declared_by, "value", None)
        if holder is None:
            return None
        value = evaluated(self.evaluator, facts.path, holder, fact.scope).value
        if isinstance(value, AppObject):
            return (value.span,)
        if isinstance(value, Unknown | ExternalCall):
            if _says_celery(facts, holder, fact.scope):
                return (self.apps[0].span,) if len(self.apps) == 1 else (None,)
            self.opened.append(f"whether {dotted(holder)}.task makes tasks of Celery is not known")
        return None

    def _directly(self, path: str, fact: TaskFact, function: FunctionObject, app: Span | None) -> TaskSource:
        name, unnamed = self._name(path, fact, function, app)
        return TaskSource(path, fact, name, app, unnamed)

    def _name(self, path: str, fact: TaskFact, function: FunctionObject, app: Span | None) -> tuple[str, str]:
        """The name that it is registered under, and why it may have another one."""
        own = f"{self.code.modules.name(path)}.{fact.name}"
        if "name" in fact.options:
            given = plain(evaluated(self.evaluator, path, fact.options["name"], fact.scope))
            if isinstance(given, str) and given:
                return given, ""
            if given not in (None, ""):
                return own, given.reason if isinstance(given, Unknown) else "its name is no text"
        for node in fact.spread:
            more = evaluated(self.evaluator, path, node, fact.scope)
            if not isinstance(more.value, dict) or "name" in more.value:
                return own, more.reason or "what ** unpacks into its decorator may name it"
        if len(getattr(fact.node, "decorator_list", [])) > 1:
            made = decorated(self.evaluator, function)
            if isinstance(made, TaskObject):
                named = named_as(self.evaluator, made.function)
                own = f"{self.code.modules.name(named[0])}.{named[1]}" if named else own
        return own, self._renaming.get(app, "") if app else ""

    def _wrapped(self, path: str, fact: TaskFact, function: FunctionObject) -> TaskSource | None:
        """A function below a decorator that may make a task, or may not."""
        made = decorated(self.evaluator, function)
        if isinstance(made, Unknown):
            where = f"{path}:{fact.span.line}"
            self.opened.append(f"a decorator at {where} may make a task: {made.reason}")
        if not isinstance(made, TaskObject):
            return None
        name, unnamed = self._made_name(made, path, fact)
        app = made.made_by.app
        return TaskSource(
            path, fact, name, app.span if app else None, unnamed, lambda evaluator: decorated(evaluator, function)
        )

    def _made_name(self, made: TaskObject, path: str, fact: TaskFact) -> tuple[str, str]:
        name = name_of_task(self.evaluator, made, fact.span)
        own = f"{self.code.modules.name(path)}.{fact.name}"
        app = made.made_by.app
        renaming = self._renaming.get(app.span, "") if app and name.value == own else ""
        return (name.value, renaming) if isinstance(name.value, str) else (own, name.reason or "its name is no text")

    def _given(self, facts: PythonFacts, call: AppCall) -> Iterator[TaskSource]:
        """`app.task(function)`, `shared_task(name="x")(function)`."""
        for frame in self._frames(facts.path, call):
            made = self.evaluator.expression(call.node, frame).value
            # Within a function, one that it defines itself is a decorator's affair: its uses tell the task.
            if not isinstance(made, TaskObject) or isinstance(made.function.frame, LocalFrame):
                continue
            fact = self._fact_of(made.function)
            if fact is None:
                continue
            name, unnamed = self._made_name(made, made.function.frame.path, fact)
            app = made.made_by.app
            yield TaskSource(
                made.function.frame.path, fact, name, app.span if app else None, unnamed, _evaluating(call.node, frame)
            )

    def _fact_of(self, function: FunctionObject) -> TaskFact | None:
        """The fact of a function wherever it stands; a lambda has no name to point at."""
        path, node = function.frame.path, function.node
        module = self.code.tree.python(path)
        if module is None or isinstance(node, ast.Lambda):
            return None
        try:
            return task_fact(module, node, imports_of(module), ())
        except PythonSyntaxError:
            return None

    def _frames(self, path: str, call: AppCall) -> list[Frame]:
        """Where a call is evaluated: once for every element that a loop around it certainly runs through."""
        frame = frame_of(self.evaluator, path, call.scope)
        if frame is None:
            return []
        frames = [frame]
        for loop in call.loops:
            items = elements(evaluated(self.evaluator, path, loop.iter, call.scope))
            if isinstance(items, Unknown) or not isinstance(loop.target, ast.Name):
                return frames
            name = loop.target.id
            frames = [LocalFrame(each, [], {name: item}, kind="inline") for each in frames for item in items]
        return frames

    def _registered(self, facts: PythonFacts, call: AppCall) -> Iterator[TaskSource]:
        """`app.register_task(Mail())`, `app.tasks.register(Mail)`."""
        holder = evaluated(self.evaluator, facts.path, call.holder, call.scope).value
        is_app = isinstance(holder, AppObject)
        is_current = isinstance(holder, ExternalObject) and holder.name in CURRENT_APPS
        given = [*call.node.args, *(each.value for each in call.node.keywords)][:1]
        for frame in self._frames(facts.path, call) if given else ():
            value = self.evaluator.expression(given[0], frame).value
            of = value.of if isinstance(value, InstanceObject) else value
            if isinstance(of, ClassObject) and (is_app or is_current or is_celerys(self.evaluator, of)):
                fact = self._class_fact(of)
                task = (
                    self._of_class(of, fact, holder.span if isinstance(holder, AppObject) else None) if fact else None
                )
                yield from [task] if task else []
            elif (is_app or is_current) and not isinstance(of, TaskObject | FunctionObject):
                where = f"{facts.path}:{call.span.line}"
                self.opened.append(f"which task {where} registers is not followed")

    def _of_class(self, of: ClassObject, fact: TaskFact, app: Span | None) -> TaskSource | None:
        """A class by the name that its attribute gives it, else by its module and its own (Celery.register_task)."""
        if of.frame is None:
            return None
        path = of.frame.path
        given: Value[Any] = task_attribute(self.evaluator, of, "name") or unknown("")
        name = plain(given)
        own = f"{self.code.modules.name(path)}.{of.node.name}"
        if isinstance(name, str) and name:
            return TaskSource(path, fact, name, app, of=of)
        unnamed = name.reason if isinstance(name, Unknown) else ""
        return TaskSource(path, fact, own, app, unnamed or (self._renaming.get(app, "") if app else ""), of=of)

    def _class_fact(self, of: ClassObject) -> TaskFact | None:
        module = self.code.tree.python(of.frame.path)
        if module is None:
            return None
        run = run_method(self.evaluator, of)
        body = Body()
        try:
            if run is not None:
                whose = self.code.tree.python(run[0])
                body = function_body(run[0], run[1], imports_of(whose)) if whose else body
        except PythonSyntaxError:
            return None
        return class_fact(module, of.node, body, ())


def _evaluating(node: ast.expr, frame: Frame) -> Any:
    return lambda evaluator: evaluator.expression(node, frame).value


def _says_celery(facts: PythonFacts, holder: ast.expr, scope: tuple[ast.AST, ...]) -> bool:
    """Whether what nobody can follow is Celery's all the same: by its name, or by the annotation of the argument."""
    if _CELERY.search(dotted(holder).rpartition(".")[2]):
        return True
    name = holder.id if isinstance(holder, ast.Name) else ""
    functions = (each for each in scope if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    arguments = (each for function in functions for each in [*function.args.args, *function.args.kwonlyargs])
    annotation = next((each.annotation for each in arguments if each.arg == name), None)
    return annotation is not None and resolve(dotted(annotation), facts.imports) in APP_CLASSES


def _renames(evaluator: Evaluator, app: AppSource) -> str:
    """Why an app's tasks may have other names than Celery gives; empty where they have not."""
    thing = evaluated(evaluator, app.path, app.node.func, app.scope).value
    family = order_of(evaluator, thing) if isinstance(thing, ClassObject) else []
    for each in family if not isinstance(family, Unknown) else ():
        if isinstance(each, ClassObject) and any(method.name == _NAMING for method in methods_of(each)):
            return f"{each.node.name} names its tasks by itself"
    return ""
