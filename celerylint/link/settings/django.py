"""Which Django settings module a process uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from celerylint.link.code import AppSource, is_test
from celerylint.link.evaluate import Evaluator, ModuleFrame, plain
from celerylint.origin import Unknown
from celerylint.sources.python import PythonSyntaxError

_VARIABLE = "DJANGO_SETTINGS_MODULE"
_IN_PYTHON = re.compile(rb"DJANGO_SETTINGS_MODULE[\"']\]?\s*[,=]\s*[\"']([A-Za-z_][\w.]*)[\"']")
_IN_TEXT = re.compile(rb"DJANGO_SETTINGS_MODULE[ \t]*[ =:][ \t]*[\"']?([A-Za-z_][\w.]*)")
_SETS = re.compile(_VARIABLE)
_ENTRY_POINTS = frozenset({"manage.py", "wsgi.py", "asgi.py", "celery.py", "celery_app.py", "celeryconf.py"})


def settings_module(evaluator: Evaluator, app: AppSource) -> ModuleFrame | Unknown:
    """The module that DJANGO_SETTINGS_MODULE names: in the process's environment, else in the app's own file.

    Where the environment is not known and the repository names several, it is unknown which one holds.
    """
    given = evaluator.variable(_VARIABLE).value
    if isinstance(given, str):
        return _frame(evaluator, app, given)
    named = list(_set_in(evaluator, app.path))
    unsure = next((name for name in named if isinstance(name, Unknown)), None)
    if unsure is not None:
        return unsure
    own = {name for name in named if isinstance(name, str)}
    others = _candidates(evaluator)
    if isinstance(given, Unknown) and len(others | own) > 1:
        return Unknown(f"{_VARIABLE} may be any of {', '.join(sorted(others | own))}")
    choice = sorted(own or others)
    if len(choice) == 1:
        return _frame(evaluator, app, choice[0])
    return Unknown(f"{_VARIABLE} is not set in the app's file or its environment")


def _frame(evaluator: Evaluator, app: AppSource, name: str) -> ModuleFrame | Unknown:
    path = evaluator.modules.find(name, app.path)
    frame = evaluator.frame(path) if path else None
    return frame or Unknown(f"the settings module {name} is not in the repository")


def _set_in(evaluator: Evaluator, path: str) -> Iterator[str | Unknown]:
    """What `os.environ.setdefault(…)` or `os.environ[…] = …` at the top of a file gives it."""
    frame = evaluator.frame(path)
    try:
        statements = frame.module.mentioning(_SETS) if frame else []
    except PythonSyntaxError:
        return
    for statement in statements:
        node = _given_value(statement)
        if node is not None and frame is not None:
            value = plain(evaluator.expression(node, frame))
            if isinstance(value, str | Unknown):
                yield value


def _given_value(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        is_setdefault = isinstance(call.func, ast.Attribute) and call.func.attr == "setdefault"
        return call.args[1] if is_setdefault and len(call.args) == 2 else None
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        return statement.value
    return None


def _candidates(evaluator: Evaluator) -> set[str]:
    """Every settings module that the repository's entry points name and that it holds."""
    tree = evaluator.modules.tree
    found: set[str] = set()
    for path in tree.files:
        name = path.rpartition("/")[2]
        if is_test(path) or not (name in _ENTRY_POINTS or name.startswith(("Dockerfile", ".env"))):
            continue
        pattern = _IN_PYTHON if name.endswith(".py") else _IN_TEXT
        names = {each.decode() for each in pattern.findall(tree.data(path) or b"")}
        found |= {each for each in names if evaluator.modules.find(each, path)}
    return found
