"""Python files to facts: which statements speak of Celery, and what they say."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from celerylint.facts.python.body import function_body
from celerylint.facts.python.celerys import APP_CLASSES, CHORDS, OLD_CLASSES, OLD_TASK, SHARED, SIGNATURES
from celerylint.facts.python.declared import class_fact, directly_declared, imports_of, registers_itself, run_of
from celerylint.facts.python.facts import (
    AppCall,
    AppFact,
    Conditions,
    ConfigFact,
    DispatchFact,
    PythonFacts,
    Scope,
    TaskFact,
)
from celerylint.facts.python.makers import makers_of
from celerylint.facts.python.names import dotted, resolve, span_of
from celerylint.origin import Span
from celerylint.sources.python import PythonModule

# Dispatches matter where they name a queue or a time; parsing every view that calls `.delay()` would cost a second.
_SPEAKS = re.compile(
    r"\bCelery\(|^class\s+\w+\([^)]*\bCelery\b|^\w+\s*=\s*(?:\w+\.)*Celery[ \t]*$"
    r"|\.task\b|@task|shared_task|periodic_task|\bchord\("
    r"|\.conf\b|config_from_(?:object|envvar)|add_defaults|register_task|\.tasks\.register\b|autodiscover_tasks"
    r"|\b(?:queue|countdown|eta)\s*="
    # `mail.time_limit = 60` below a task changes that task.
    r"|^\w+\.(?:acks_late|(?:soft_)?time_limit|ignore_result|reject_on_worker_lost|serializer)\s*=",
    re.M,
)
_NAMES_IT = re.compile(r"\bcelery\b|\bCELERY|\bCelery\b")
# What configures an app that another file makes need not name Celery: `app.conf.x = 1`; Django's `conf` is another.
_CONFIGURES_ONE = re.compile(rb"(?<!django)\.conf\b(?! import)|config_from_(?:object|envvar)\(|\.add_defaults\(")
_CONFIGURES = frozenset({"config_from_object", "add_defaults", "config_from_envvar"})
_OF_APPS = frozenset({"autodiscover_tasks", "add_periodic_task", "register_task"})
_Loops = tuple[ast.For, ...]


def speaks(data: bytes) -> bool:
    """Whether a Python file has any reason to be read, by a byte search alone."""
    if b"elery" in data or b".task" in data or b"send_task" in data or _CONFIGURES_ONE.search(data):
        return True
    if (b"countdown" in data or b"eta=" in data) and (b"_async" in data or b").set(" in data):
        return True
    return b"queue" in data and (b"_async(" in data or b".delay(" in data)


def python_facts(module: PythonModule) -> PythonFacts:
    """The facts of a file. Raises PythonSyntaxError where it is no Python."""
    imports = imports_of(module)
    reader = _Reader(module, imports)
    module.mentioning(_NAMES_IT)  # so that what cannot be parsed around the word is noticed
    statements = module.mentioning(_speaking(imports))
    for statement in statements:
        reader.statement(statement)
    return PythonFacts(
        module.path,
        imports,
        tuple(reader.apps),
        tuple(reader.config),
        tuple(_with_attributes(task, reader.attributes) for task in reader.tasks),
        tuple(reader.dispatches),
        tuple(reader.calls),
        makers_of(module, statements, imports),
        frozenset(reader.app_classes),
        tuple(reader.chords),
    )


def _with_attributes(task: TaskFact, attributes: list[tuple[str, str, ast.expr]]) -> TaskFact:
    """The task with what later statements of its file set on it."""
    later = {name: value for holder, name, value in attributes if holder == task.name}
    return replace(task, options={**task.options, **later}) if later else task


def _speaking(imports: Mapping[str, str]) -> re.Pattern[str]:
    """What a statement worth reading holds: the usual words, and the names that this file gives to Celery's own."""
    renamed = sorted(local for local, name in imports.items() if name in _OWN and not _SPEAKS.search(f"@{local}("))
    return re.compile(rf"{_SPEAKS.pattern}|\b(?:{'|'.join(renamed)})\b", re.M) if renamed else _SPEAKS


class _Reader:
    """One pass over the statements, in order, knowing which functions and classes stand around."""

    def __init__(self, module: PythonModule, imports: dict[str, str]) -> None:
        self.module = module
        self.path = module.path
        self.imports = imports
        self.apps: list[AppFact] = []
        self.config: list[ConfigFact] = []
        self.tasks: list[TaskFact] = []
        self.dispatches: list[DispatchFact] = []
        self.calls: list[AppCall] = []
        self.attributes: list[tuple[str, str, ast.expr]] = []  # holder, attribute, value
        self.app_classes: set[str] = set()
        self.chords: list[Span] = []
        self._assigned: dict[int, str] = {}
        self._conditions: Conditions = ()
        self._loops: _Loops = ()

    def statement(self, node: ast.AST) -> None:
        """Read a statement and everything below it; without recursion into expressions' own depth."""
        stack: list[tuple[ast.AST, Scope, Conditions, _Loops]] = [(node, (), (), ())]
        while stack:
            current, scope, self._conditions, self._loops = stack.pop()
            self._read(current, scope)
            inner = (*scope, current) if isinstance(current, _SCOPES) else scope
            loops = (*self._loops, current) if isinstance(current, ast.For) else self._loops
            children = [(child, inner, self._around(current, child), loops) for child in ast.iter_child_nodes(current)]
            stack.extend(reversed(children))

    def _around(self, parent: ast.AST, child: ast.AST) -> Conditions:
        """The conditions of a child: those of its parent, and the one that the parent itself makes."""
        if isinstance(parent, ast.If) and child is not parent.test:
            return (*self._conditions, (parent.test, child in parent.body))
        if isinstance(parent, ast.For | ast.While | ast.ExceptHandler):
            return (*self._conditions, (None, True))
        return self._conditions

    def _read(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._remember(target, node.value)
                self._set(target, node.value, scope)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._remember(node.target, node.value)
            self._set(node.target, node.value, scope)
        elif isinstance(node, ast.Call):
            self._call(node, scope)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            task = directly_declared(self.module, node, self.imports, scope)
            self.tasks.extend([task] if task else [])
        elif isinstance(node, ast.ClassDef):
            self._class(node, scope)

    def _remember(self, target: ast.expr, value: ast.expr) -> None:
        if name := dotted(target):
            self._assigned[id(value)] = name
        if isinstance(target, ast.Name) and resolve(dotted(value), self.imports) in APP_CLASSES:
            self.app_classes.add(target.id)  # another name for the class

    def _set(self, target: ast.expr, value: ast.expr, scope: Scope) -> None:
        """`app.conf.x = value` and `app.conf["x"] = value`."""
        name = ""
        holder: ast.expr | None = None
        if isinstance(target, ast.Attribute):
            name, holder = target.attr, target.value
            if isinstance(holder, ast.Name) and not scope:
                self.attributes.append((holder.id, name, value))
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
            name, holder = str(target.slice.value), target.value
        if isinstance(holder, ast.Attribute) and holder.attr == "conf":
            place = span_of(self.path, target)
            whole = Span(self.path, place.line, place.column, *_end(span_of(self.path, value)))
            self.config.append(ConfigFact("set", holder.value, whole, value, name, scope, self._conditions))

    def _call(self, node: ast.Call, scope: Scope) -> None:
        name = dotted(node.func)
        known = resolve(name, self.imports) if name else ""
        if known in APP_CLASSES:
            variable = self._assigned.get(id(node), "")
            self.apps.append(AppFact(span_of(self.path, node), node, variable, scope))
        elif known in CHORDS:
            self.chords.append(span_of(self.path, node.func))
        elif known in SIGNATURES and node.args:
            self._dispatch("signature", node.args[0], node, scope)
        elif isinstance(node.func, ast.Attribute):
            self._method(node.func, node, scope)
        if node.args and self._makes_a_task(node.func):
            self._app_call("task", node.func, node, scope)

    def _method(self, function: ast.Attribute, node: ast.Call, scope: Scope) -> None:
        holder, method = function.value, function.attr
        if method in _CONFIGURES:
            kind = "defaults" if method == "add_defaults" else "object"
            self._configure(kind, holder, node, scope)
        elif method == "update" and isinstance(holder, ast.Attribute) and holder.attr == "conf":
            self._configure("update", holder.value, node, scope)
        elif method in ("apply_async", "delay", "s", "si", "signature", "subtask", "apply_async_on_commit"):
            self._dispatch(method, holder, node, scope)
        elif method in _OF_APPS:
            self._app_call(method, holder, node, scope)
        elif method == "register" and isinstance(holder, ast.Attribute) and holder.attr == "tasks":
            self._app_call("register_task", holder.value, node, scope)
        elif method == "send_task" and node.args:
            self._dispatch(method, node.args[0], node, scope)
        elif method == "set" and isinstance(holder, ast.Call):
            self._dispatch(method, holder, node, scope)

    def _makes_a_task(self, function: ast.expr) -> bool:
        """`app.task`, `app.task(…)`, `shared_task`: whatever is given to it becomes a task."""
        called = function.func if isinstance(function, ast.Call) else function
        name = dotted(called)
        if name.rpartition(".")[2] in ("task", "shared_task") and isinstance(called, ast.Attribute):
            return True
        return name == "shared_task" or resolve(name, self.imports) in SHARED | OLD_TASK

    def _app_call(self, method: str, holder: ast.expr, node: ast.Call, scope: Scope) -> None:
        span = span_of(self.path, node)
        self.calls.append(AppCall(method, holder, node, span, scope, self._conditions, self._loops))

    def _configure(self, kind: str, app: ast.expr, node: ast.Call, scope: Scope) -> None:
        self.config.append(ConfigFact(kind, app, span_of(self.path, node), node, "", scope, self._conditions))

    def _dispatch(self, method: str, task: ast.expr, node: ast.Call, scope: Scope) -> None:
        options = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        self.dispatches.append(DispatchFact(method, task, options, span_of(self.path, node), scope))

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        """A class that extends Celery's app, or one that registers itself as a task, with a `run` of its own."""
        if any(resolve(dotted(each), self.imports) in APP_CLASSES for each in node.bases):
            self.app_classes.add(node.name)
        base, run = registers_itself(node, self.imports), run_of(node)
        if base is not None and run is not None:
            body = function_body(self.path, run, self.imports)
            self.tasks.append(class_fact(self.module, node, body, scope, base))


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_OWN = APP_CLASSES | SHARED | OLD_TASK | OLD_CLASSES


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column
