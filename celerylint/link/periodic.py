"""Entries of the schedule that code adds: `sender.add_periodic_task(30, mail.s(), name="…", expires=…)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from celerylint.facts.python import AppCall
from celerylint.link.code import AppSource, Code, app_of, evaluated, frame_of
from celerylint.link.evaluate import Evaluator, FunctionObject, TaskObject
from celerylint.link.evaluate.making import name_of_task
from celerylint.link.evaluate.truth import truth
from celerylint.link.known_tasks import KnownTasks
from celerylint.link.releases import Releases
from celerylint.link.schedule import schedule_entry
from celerylint.model import ScheduleEntry
from celerylint.origin import Layer, Origin, Span, Value, unknown

# celery/app/base.py:Celery.add_periodic_task, 4.0 to 5.7: what is none of these is an option of the call.
_PARAMETERS = ("schedule", "sig", "args", "kwargs", "name")
_MAKES_SIGNATURE = frozenset({"s", "si", "signature", "subtask"})


def periodic_entries(
    code: Code, apps: tuple[AppSource, ...], app: AppSource, name: str, tasks: KnownTasks
) -> Iterator[ScheduleEntry]:
    """The entries that are added to one app, by file and in order."""
    evaluator = code.evaluator()
    for facts in code.files:
        for call in facts.calls:
            if call.method != "add_periodic_task" or not _may_run(evaluator, facts.path, call):
                continue
            if _app(evaluator, apps, facts.path, call) == app.span:
                yield _entry(evaluator, facts.path, call, name, tasks, app.releases)


def _may_run(evaluator: Evaluator, path: str, call: AppCall) -> bool:
    """Whether no condition around it certainly fails."""
    frame = frame_of(evaluator, path, call.scope)
    tests = ((test, expected) for test, expected in call.conditions if test is not None)
    return frame is not None and all(truth(evaluator, test, frame) is not (not expected) for test, expected in tests)


def _app(evaluator: Evaluator, apps: tuple[AppSource, ...], path: str, call: AppCall) -> Span | None:
    """The app that it is called on: itself, the one whose signal calls the function, or the only one there is."""
    found = app_of(evaluator, path, call.holder, call.scope)
    if found is not None:
        return found
    for function in reversed(call.scope):
        for decorator in getattr(function, "decorator_list", []):
            node = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(node, ast.Attribute) and node.attr == "connect" and isinstance(node.value, ast.Attribute):
                connected = app_of(evaluator, path, node.value.value, ())
                if connected is not None:
                    return connected
    return apps[0].span if len(apps) == 1 else None


def _entry(
    evaluator: Evaluator, path: str, call: AppCall, app: str, tasks: KnownTasks, releases: Releases
) -> ScheduleEntry:
    given: dict[str, ast.expr] = dict(zip(_PARAMETERS, call.node.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.node.keywords if keyword.arg}
    values = {key: evaluated(evaluator, path, node, call.scope) for key, node in given.items() if key != "sig"}
    task, own = _signature(evaluator, path, call, given.get("sig"))
    options = {**own, **{key: value for key, value in values.items() if key not in _PARAMETERS}}
    every: Value[Any] = Value(options, Origin(Layer.CODE, call.span))
    if any(keyword.arg is None for keyword in call.node.keywords):
        every = unknown("an unpacked argument may be an option", call.span)
    named = values["name"].value if "name" in values else None
    title = named if isinstance(named, str) else ast.unparse(given["sig"]) if "sig" in given else ""
    when = values.get("schedule", unknown("it is given no schedule", call.span))
    fields = {"schedule": when, "task": task, "options": every}
    return schedule_entry(title, call.span, app, fields, tasks, releases)


def _signature(
    evaluator: Evaluator, path: str, call: AppCall, node: ast.expr | None
) -> tuple[Value[Any], dict[str, Value[Any]]]:
    """The name of the task that a signature sends, and the options that `.set(…)` gives it."""
    options: dict[str, Value[Any]] = {}
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "set":
        keywords = {each.arg: each.value for each in node.keywords if each.arg}
        options = {**{key: evaluated(evaluator, path, each, call.scope) for key, each in keywords.items()}, **options}
        node = node.func.value
    if node is None:
        return unknown("it is given no signature", call.span), options
    if isinstance(node, ast.Call):
        function = node.func
        word = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if word in ("signature", "subtask") and node.args and _is_text(evaluator, path, call, node.args[0]):
            return evaluated(evaluator, path, node.args[0], call.scope), options
        if word not in _MAKES_SIGNATURE or not isinstance(function, ast.Attribute):
            return unknown("this signature is not followed", call.span), options
        node = function.value
    value = evaluated(evaluator, path, node, call.scope)
    if isinstance(value.value, FunctionObject | TaskObject):
        return name_of_task(evaluator, value.value, call.span), options
    return unknown(value.reason or "this signature is not followed", call.span), options


def _is_text(evaluator: Evaluator, path: str, call: AppCall, node: ast.expr) -> bool:
    return isinstance(evaluated(evaluator, path, node, call.scope).value, str)
