"""Which Django settings module a process uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from celerylint.link.code import AppSource
from celerylint.link.evaluate import AnyOf, Evaluator, ModuleFrame, ModuleObject, configurations, plain
from celerylint.link.reading import is_test
from celerylint.origin import Layer, Origin, Unknown, Value
from celerylint.sources.python import PythonSyntaxError

TIME_ZONE = "America/Chicago"
"""Django's own (django/conf/global_settings.py, 3.2 to 5.2), for settings modules that do not set it."""

_VARIABLE = "DJANGO_SETTINGS_MODULE"
_IN_PYTHON = re.compile(rb"DJANGO_SETTINGS_MODULE[\"']\]?\s*[,=]\s*[\"']([A-Za-z_][\w.]*)[\"']")
_IN_TEXT = re.compile(rb"DJANGO_SETTINGS_MODULE[ \t]*[ =:][ \t]*[\"']?([A-Za-z_][\w.]*)")
_CONFIGURATION = re.compile(r"\bconfigurations\b")
_ENTRY_POINTS = frozenset({"manage.py", "wsgi.py", "asgi.py", "celery.py", "celery_app.py", "celeryconf.py"})
_IMPORTS = re.compile(r"^(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([\w.]+))", re.M)
_NAME = re.compile(r"\w+")
_STARRED = b"import *"
MOST_FILES = 50  # that are followed from an app's file on, to find the one that names its settings


def settings_holder(evaluator: Evaluator, app: AppSource) -> Value[Any] | Unknown:
    """What holds Django's settings: the module, or the class of it that django-configurations takes instead.

    Where the module may be one of several, it is any of them.
    """
    modules = _modules(evaluator, app)
    if isinstance(modules, Unknown):
        return modules
    holders: list[Value[Any]] = []
    for module in modules.values():
        holder = _holder(evaluator, app, module)
        if isinstance(holder, Unknown):
            return holder
        holders.append(holder)
    if len(holders) == 1:
        return holders[0]
    return Value(AnyOf(tuple(holders), f"{_VARIABLE} may be any of {', '.join(modules)}"), Origin(Layer.CODE))


def _modules(evaluator: Evaluator, app: AppSource) -> dict[str, ModuleFrame] | Unknown:
    """The modules that DJANGO_SETTINGS_MODULE may name: in the process's environment, else in what the worker imports.

    A worker runs its app's file and what that imports, never manage.py or wsgi.py: these are only asked where nothing
    else says a name. Where the environment is not known and files that set it say another, it is unknown which holds.
    """
    written = _written(evaluator, app, _VARIABLE)
    given = _given(evaluator, written, _VARIABLE)
    if any(wins for _, wins in written) and isinstance(given, Unknown):
        return given
    if isinstance(given, str) and given:
        return _frames(evaluator, app, [given])
    unsure = next((value for value, _ in written if isinstance(value, Unknown)), None)
    if unsure is not None:
        return unsure
    own = {value for value, _ in written if isinstance(value, str)}
    deployed = _candidates(evaluator, deployed=True) if isinstance(given, Unknown) else frozenset()
    choice = sorted(own | deployed or _candidates(evaluator, deployed=False))
    return _frames(evaluator, app, choice) or Unknown(f"{_VARIABLE} is not set in the app's file or its environment")


def _holder(evaluator: Evaluator, app: AppSource, module: ModuleFrame) -> Value[Any] | Unknown:
    own = Value(ModuleObject(module.path), Origin(Layer.CODE))
    written = _written(evaluator, app, configurations.VARIABLE)
    texts = evaluator.modules.tree.text(module.path)
    if not written and texts is not None and _CONFIGURATION.search(texts.text) is None:
        return own
    name = _given(evaluator, written, configurations.VARIABLE)
    if name is None:
        name = next((value for value, _ in written), None)
    if isinstance(name, str) and name:
        return configurations.chosen(evaluator, module.path, name)
    return (
        name
        if isinstance(name, Unknown)
        else Unknown(f"{configurations.VARIABLE}, which django-configurations reads, is not set")
    )


def _written(evaluator: Evaluator, app: AppSource, variable: str) -> list[tuple[str | Unknown, bool]]:
    """What the app's file and those that it imports give a variable, and whether that wins over the environment."""
    configuring = (path for path, fact in app.config if fact.kind == "object")
    files = dict.fromkeys((app.path, *configuring, *_imported(evaluator, app.path)))
    return [each for path in files for each in _set_in(evaluator, path, variable)]


def _given(evaluator: Evaluator, written: list[tuple[str | Unknown, bool]], variable: str) -> str | Unknown | None:
    """The variable as the process sees it, less its defaults."""
    forced = [value for value, wins in written if wins]
    value: str | Unknown | None = forced[-1] if forced else evaluator.variable(variable).value
    return value


def _frames(evaluator: Evaluator, app: AppSource, names: list[str]) -> dict[str, ModuleFrame] | Unknown:
    found: dict[str, ModuleFrame] = {}
    for name in names:
        path = evaluator.modules.find(name, app.path)
        frame = evaluator.frame(path) if path else None
        if frame is None:
            return Unknown(f"the settings module {name} is not in the repository")
        found[name] = frame
    return found if len(found) < 2 else {**found, **_beside(evaluator, found)}


def _beside(evaluator: Evaluator, named: dict[str, ModuleFrame]) -> dict[str, ModuleFrame]:
    """The modules beside several that are named which build on others as well: where there is one settings module
    for each place, a place may be named outside of the repository only, as that for production often is."""
    tree = evaluator.modules.tree
    taken = {frame.path for frame in named.values()}
    folders = {path.rpartition("/")[0] for path in taken}
    found = {}
    for path in sorted(tree.names - taken):
        folder, _, name = path.rpartition("/")
        if folder in folders and name.endswith(".py") and not is_test(path) and _STARRED in (tree.data(path) or b""):
            frame = evaluator.frame(path)
            if frame is not None:
                found[evaluator.modules.name(path)] = frame
    return found


def _set_in(evaluator: Evaluator, path: str, variable: str) -> Iterator[tuple[str | Unknown, bool]]:
    """What the top of a file gives it, and whether that wins over the environment (`os.environ[…] = …`)."""
    frame = evaluator.frame(path)
    try:
        statements = frame.module.naming(variable) if frame else []
    except PythonSyntaxError:
        return
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for node in ast.walk(statement):
            given, wins = _given_value(node, variable)
            if given is not None and frame is not None:
                value = plain(evaluator.expression(given, frame))
                if isinstance(value, str | Unknown):
                    yield value, wins and node is statement


def _given_value(node: ast.AST, variable: str) -> tuple[ast.expr | None, bool]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault":
        return (node.args[1], False) if len(node.args) == 2 and _is_it(node.args[0], variable) else (None, False)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return (node.value, True) if _is_it(node.targets[0].slice, variable) else (None, False)
    return None, False


def _is_it(node: ast.expr, variable: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == variable


def _imported(evaluator: Evaluator, path: str) -> list[str]:
    """The files that set the variable among those that a file imports at its top, its packages' own first."""
    results = evaluator.shared.results
    key = (_IMPORTS, path)
    if key not in results:
        results[key] = _setting_files(evaluator, path)
    found: list[str] = results[key]
    return found


def _setting_files(evaluator: Evaluator, path: str) -> list[str]:
    packages = [f"{path[:at]}/__init__.py" for at in range(len(path)) if path[at] == "/"]
    left = [each for each in packages if each in evaluator.modules.tree.names] + [path]
    seen: dict[str, None] = {}
    while left and len(seen) < MOST_FILES:
        current = left.pop(0)
        if current in seen:
            continue
        seen[current] = None
        left.extend(_imports_of(evaluator, current))
    texts = ((each, evaluator.modules.tree.text(each)) for each in seen if each != path)
    return [each for each, text in texts if text is not None and _VARIABLE in text.text]


def _imports_of(evaluator: Evaluator, path: str) -> Iterator[str]:
    text = evaluator.modules.tree.text(path)
    for found in _IMPORTS.finditer(text.text) if text else ():
        module = found[1] or found[3]
        joint = "" if module.endswith(".") else "."
        inner = (f"{module}{joint}{name}" for name in _NAME.findall(found[2] or ""))
        for name in (module, *inner):
            file = evaluator.modules.find(name, path)
            if file is not None:
                yield file


def _candidates(evaluator: Evaluator, deployed: bool) -> frozenset[str]:
    """Every settings module that images and their variables name, or (not `deployed`) that entry points do."""
    results = evaluator.shared.results
    key = (_VARIABLE, deployed)
    if key not in results:
        results[key] = frozenset(_named_by_files(evaluator, deployed))
    found: frozenset[str] = results[key]
    return found


def _named_by_files(evaluator: Evaluator, deployed: bool) -> Iterator[str]:
    tree = evaluator.modules.tree
    for path in tree.files:
        name = path.rpartition("/")[2]
        wanted = name.startswith(("Dockerfile", ".env")) if deployed else name in _ENTRY_POINTS
        if not wanted or is_test(path):
            continue
        pattern = _IN_PYTHON if name.endswith(".py") else _IN_TEXT
        names = {each.decode() for each in pattern.findall(tree.data(path) or b"")}
        yield from (each for each in names if evaluator.modules.find(each, path))
