"""Which app a command line means: `-A`, `CELERY_APP`, or the only one there is."""

from __future__ import annotations

import ast
import posixpath
import re
from typing import Any

from celerylint import catalog
from celerylint.link.code import AppSource, Code
from celerylint.link.containers import Started
from celerylint.link.evaluate import AppObject, Evaluator, ModuleFrame, ModuleObject
from celerylint.origin import Span, Unknown, Value, unknown
from celerylint.sources.python import PythonSyntaxError

_IMPORT = re.compile(r"\bimport\b")
_DEEPEST = 5  # `proj.celery.celery…`


def app_for(code: Code, apps: tuple[AppSource, ...], process: Started) -> AppSource | Unknown:
    """The app of a process; Unknown with the reason where it cannot be told."""
    name = named_app(process)
    if isinstance(name.value, Unknown):
        return name.value
    if not isinstance(name.value, str):
        own = next((app for app in apps if app.span == process.container.app), None)
        if own is not None:
            return own
        if len(apps) == 1:
            return apps[0]
        return Unknown("its command names no app, and the repository has none or several")
    span = find_app(code, code.evaluator(process.environment), name.value, beside(process))
    found = next((app for app in apps if app.span == span), None)
    if found is not None:
        return found
    return Unknown(f"the app {name.value} is not in the repository, or not where -A looks for it")


def named_app(process: Started) -> Value[Any]:
    """What `-A` says, else the first variable that the command line reads and that is not empty."""
    use = process.launch.global_options.get("app") or next(
        (each for each in process.launch.misplaced if each.dest == "app"), None
    )
    if use is not None:
        return unknown(use.unresolved, use.span) if use.unresolved else Value(use.value, _origin(use.span))
    if process.launch.opaque and process.launch.opaque[0].span < process.launch.span:
        word = process.launch.opaque[0]
        return unknown(f"{word.text} may hold -A", word.span)
    for variable in catalog.commands()["celery"].options["app"].env:
        value = process.environment.variables.get(variable)
        if value is not None and value.value not in (None, ""):
            return value
    return Value(None, _origin(None))


def _origin(span: Span | None) -> Any:
    from celerylint.origin import Layer, Origin

    return Origin(Layer.COMMAND_LINE, span)


def beside(process: Started) -> str:
    """A path from which the nearest modules are looked for: the build context, else the manifest's folder."""
    build = process.container.build
    folder = build.context if build and build.context else posixpath.dirname(process.workload.span.path)
    return posixpath.join(folder, "manifest")


def find_app(code: Code, evaluator: Evaluator, name: str, importer: str) -> Span | None:
    """The app that `-A name` means (celery/app/utils.py:find_app): the place of the call that makes it."""
    module, _, attribute = name.partition(":")
    path = code.modules.find(module, importer)
    if path is None and not attribute:
        module, _, attribute = name.rpartition(".")
        path = code.modules.find(module, importer) if module else None
    if path is None:
        inner = code.modules.find(f"{name}.celery", importer)  # a folder without __init__.py is a package too
        return _app_in(evaluator, inner, ("app", "celery")) if inner else None
    if attribute:
        return _app_in(evaluator, path, (attribute,)) or _app_in_member(evaluator, path, attribute)
    return _app_in(evaluator, path, ("app", "celery")) or _inside(code, evaluator, path)


def _inside(code: Code, evaluator: Evaluator, path: str, depth: int = 0) -> Span | None:
    """`proj` without an app of its own: any Celery instance in it, else `proj.celery`, and so on."""
    own = next((facts for facts in code.files if facts.path == path), None)
    for fact in own.apps if own else ():
        if fact.variable and not fact.scope:
            return fact.span
    found = evaluator.member(path, "celery")
    if found is not None and isinstance(found.value, ModuleObject):
        inner = found.value.path
        own = next((facts for facts in code.files if facts.path == inner), None)
        found_in = _app_in(evaluator, inner, ("app", "celery")) or next(
            (fact.span for fact in (own.apps if own else ()) if fact.variable), None
        )
        deeper = inner != path and depth < _DEEPEST
        return found_in or (_inside(code, evaluator, inner, depth + 1) if deeper else None)
    return _imported(evaluator, path)


def _imported(evaluator: Evaluator, path: str) -> Span | None:
    """The first app that a module has from another one, under whatever name."""
    frame = evaluator.frame(path)
    try:
        statements = frame.module.mentioning(_IMPORT) if frame else []
        names = [
            alias.asname or alias.name
            for node in statements
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        ]
        values = (evaluator.lookup(frame, name) if frame else None for name in names)
        apps = (value.value for value in values if value is not None)
        return next((app.span for app in apps if isinstance(app, AppObject)), None)
    except PythonSyntaxError:
        return None


def _app_in_member(evaluator: Evaluator, path: str, attribute: str) -> Span | None:
    found = evaluator.member(path, attribute)
    if found is not None and isinstance(found.value, ModuleObject):
        return _app_in(evaluator, found.value.path, ("app", "celery"))
    return None


def _app_in(evaluator: Evaluator, path: str, names: tuple[str, ...]) -> Span | None:
    frame: ModuleFrame | None = evaluator.frame(path)
    for name in names if frame else ():
        try:
            value = evaluator.lookup(frame, name) if frame else None
        except PythonSyntaxError:
            return None
        if value is not None and isinstance(value.value, AppObject):
            return value.value.span
        if value is not None and isinstance(value.value, ModuleObject) and value.value.path != path:
            return _app_in(evaluator, value.value.path, ("app", "celery"))
    return None
