"""Which Django settings module a process uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from celerylint.link.code import AppSource
from celerylint.link.evaluate import Evaluator, ModuleFrame, plain
from celerylint.link.reading import is_test
from celerylint.origin import Unknown
from celerylint.sources.python import PythonSyntaxError

TIME_ZONE = "America/Chicago"
"""Django's own (django/conf/global_settings.py, 3.2 to 5.2), for settings modules that do not set it."""

_VARIABLE = "DJANGO_SETTINGS_MODULE"
_IN_PYTHON = re.compile(rb"DJANGO_SETTINGS_MODULE[\"']\]?\s*[,=]\s*[\"']([A-Za-z_][\w.]*)[\"']")
_IN_TEXT = re.compile(rb"DJANGO_SETTINGS_MODULE[ \t]*[ =:][ \t]*[\"']?([A-Za-z_][\w.]*)")
_SETS = re.compile(_VARIABLE)
_ENTRY_POINTS = frozenset({"manage.py", "wsgi.py", "asgi.py", "celery.py", "celery_app.py", "celeryconf.py"})


def settings_module(evaluator: Evaluator, app: AppSource) -> ModuleFrame | Unknown:
    """The module that DJANGO_SETTINGS_MODULE names: in the process's environment, else in the app's own file.

    Where the environment is not known and the repository names several, it is unknown which one holds.
    """
    written = list(_set_in(evaluator, app.path))
    forced = [value for value, wins in written if wins]
    given = forced[-1] if forced else evaluator.variable(_VARIABLE).value
    if forced and isinstance(given, Unknown):
        return given
    if isinstance(given, str) and given:
        return _frame(evaluator, app, given)
    unsure = next((value for value, _ in written if isinstance(value, Unknown)), None)
    if unsure is not None:
        return unsure
    own = {value for value, _ in written if isinstance(value, str)}
    others = _candidates(evaluator)
    choice = sorted(others | own if isinstance(given, Unknown) else own or others)
    if len(choice) == 1:
        return _frame(evaluator, app, choice[0])
    if choice:
        return Unknown(f"{_VARIABLE} may be any of {', '.join(choice)}")
    return Unknown(f"{_VARIABLE} is not set in the app's file or its environment")


def _frame(evaluator: Evaluator, app: AppSource, name: str) -> ModuleFrame | Unknown:
    path = evaluator.modules.find(name, app.path)
    frame = evaluator.frame(path) if path else None
    return frame or Unknown(f"the settings module {name} is not in the repository")


def _set_in(evaluator: Evaluator, path: str) -> Iterator[tuple[str | Unknown, bool]]:
    """What the top of a file gives it, and whether that wins over the environment (`os.environ[…] = …`)."""
    frame = evaluator.frame(path)
    try:
        statements = frame.module.mentioning(_SETS) if frame else []
    except PythonSyntaxError:
        return
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            given, wins = _given_value(node)
            if given is not None and frame is not None:
                value = plain(evaluator.expression(given, frame))
                if isinstance(value, str | Unknown):
                    yield value, wins and node is statement


def _given_value(node: ast.AST) -> tuple[ast.expr | None, bool]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault":
        return (node.args[1], False) if len(node.args) == 2 and _is_it(node.args[0]) else (None, False)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return (node.value, True) if _is_it(node.targets[0].slice) else (None, False)
    return None, False


def _is_it(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == _VARIABLE


def _candidates(evaluator: Evaluator) -> frozenset[str]:
    """Every settings module that the repository's entry points name and that it holds."""
    results = evaluator.shared.results
    if _VARIABLE not in results:
        results[_VARIABLE] = frozenset(_named_by_entry_points(evaluator))
    found: frozenset[str] = results[_VARIABLE]
    return found


def _named_by_entry_points(evaluator: Evaluator) -> Iterator[str]:
    tree = evaluator.modules.tree
    for path in tree.files:
        name = path.rpartition("/")[2]
        if is_test(path) or not (name in _ENTRY_POINTS or name.startswith(("Dockerfile", ".env"))):
            continue
        pattern = _IN_PYTHON if name.endswith(".py") else _IN_TEXT
        names = {each.decode() for each in pattern.findall(tree.data(path) or b"")}
        yield from (each for each in names if evaluator.modules.find(each, path))
