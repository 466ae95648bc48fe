"""The task options of one release, read out of celery/app/task.py, base.py and autoretry.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from celerylint.catalog.harvest.settings import Records
from celerylint.catalog.harvest.syntax import calls, constant, constant_or_none, functions, module

_NOT_OPTIONS = {"request_stack", "fun", "self"}  # the task's own state, and the arguments that Celery passes itself


def task_options_of(tree: Path) -> Records:
    """The task options of the release whose `celery/` is in `tree`: `default`, and `setting` where it has one."""
    app = tree / "celery" / "app"
    task = module(app / "task.py")
    defaults = {
        **dict.fromkeys(_execution_options(task)),
        **_decorator_arguments(module(app / "base.py")),
        **_retry_options(module(app / "autoretry.py")),
        **dict(_class_attributes(task)),
    }
    settings = _from_config(task)
    names = sorted((set(defaults) | set(settings)) - _NOT_OPTIONS)
    return {name: {"default": defaults.get(name), "setting": settings.get(name)} for name in names}


def _task_class(task: ast.Module) -> ast.ClassDef:
    return next(node for node in task.body if isinstance(node, ast.ClassDef) and node.name == "Task")


def _class_attributes(task: ast.Module) -> Iterator[tuple[str, Any]]:
    for node in _task_class(task).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        if not name.startswith("_") and name != "from_config" and _is_constant(node.value):
            yield name, constant(node.value)


def _is_constant(node: ast.expr) -> bool:
    try:
        constant(node)
    except ValueError:
        return False
    return True


def _from_config(task: ast.Module) -> dict[str, str]:
    """Which setting fills an attribute that is None (Task.from_config)."""
    for node in _task_class(task).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "from_config":
            return dict(constant(node.value))
    raise ValueError("celery/app/task.py has no Task.from_config")


def _execution_options(task: ast.Module) -> list[str]:
    """The attributes that a task passes on to each message: `queue`, `routing_key`, `expires` …"""
    return [constant(name) for call in calls(task, "mattrgetter") for name in call.args]


def _decorator_arguments(base: ast.Module) -> dict[str, Any]:
    """The arguments that `@app.task` takes for itself, such as `bind`."""
    found: dict[str, Any] = {}
    for name in ("inner_create_task_cls", "_task_from_fun"):
        arguments = next(functions(base, name)).args
        named = arguments.args[len(arguments.args) - len(arguments.defaults) :]
        found |= {each.arg: constant(value) for each, value in zip(named, arguments.defaults, strict=True)}
    return found


def _retry_options(autoretry: ast.Module) -> dict[str, Any]:
    """`options.get("retry_jitter", getattr(task, "retry_jitter", True))`: the default is the innermost argument."""
    return {
        constant(call.args[0]): constant_or_none(fallback.args[2])
        for call in calls(autoretry, "get")
        for fallback in call.args[1:2]
        if isinstance(fallback, ast.Call) and len(fallback.args) == 3
    }
