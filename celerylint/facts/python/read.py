"""Python files to facts: which statements speak of Celery, and what they say."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from celerylint.facts.python.body import Body, function_body
from celerylint.facts.python.names import dotted, imported_names, resolve, span_of
from celerylint.origin import Span
from celerylint.sources.python import PythonModule

_IMPORTS = re.compile(r"^[ \t]*(?:from|import)[ \t]", re.M)
# Dispatches matter where they name a queue; parsing every view that calls `.delay()` would cost a second.
_SPEAKS = re.compile(
    r"\bCelery\(|\.task\b|@task|shared_task|periodic_task|\.conf\b|config_from_(?:object|envvar)|add_defaults"
    r"|register_task|\bTask\s*[,)]|\bqueue\s*="
    # `mail.time_limit = 60` below a task changes that task.
    r"|^\w+\.(?:acks_late|(?:soft_)?time_limit|ignore_result|reject_on_worker_lost|serializer)\s*=",
    re.M,
)
TAG_WORDS = ("cpu", "io", "mixed", "fast", "slow")
_TAG_WORD = rf"(?:{'|'.join(TAG_WORDS)}|\d+(?:\.\d+)?[smhd])"
_NAMES_IT = re.compile(r"\bcelery\b|\bCELERY|\bCelery\b")
_TAG = re.compile(rf"#\s*celerylint:\s*({_TAG_WORD}(?:[ ,]+|$))+", re.I)
_CONFIGURES = frozenset({"config_from_object", "add_defaults", "config_from_envvar"})

Scope = tuple[ast.AST, ...]  # the functions and classes around a statement, outermost first
Conditions = tuple[tuple[ast.expr | None, bool], ...]
"""The conditions around a statement and whether they must hold; None for what cannot be told (an `except`, a loop)."""


@dataclass(frozen=True, slots=True)
class AppFact:
    """A call that makes a Celery app. `variable` is what it is assigned to; `scope` the functions around it."""

    span: Span
    node: ast.Call
    variable: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class ConfigFact:
    """A statement that configures an app: `object` (config_from_object), `defaults`, `update` or `set`."""

    kind: str
    app: ast.expr  # the expression before `.conf` or `.config_from_object`
    span: Span
    node: ast.Call | ast.expr  # the call, or for `set` the value
    name: str  # the setting of `set`; empty otherwise
    scope: Scope
    conditions: Conditions


@dataclass(frozen=True, slots=True)
class TaskFact:
    """A task as declared: by a decorator, or as a class."""

    name: str  # the function's or class's
    span: Span
    declared_by: ast.expr  # the decorator without its call, or the base class
    shared: bool
    options: Mapping[str, ast.expr]
    spread: tuple[ast.expr, ...]  # what `**` unpacks into the decorator
    body: Body
    tags: tuple[str, ...]
    tag_span: Span | None
    scope: Scope


@dataclass(frozen=True, slots=True)
class DispatchFact:
    """A call that sends a task: `task` is the expression of it, or of its name for send_task and signature."""

    method: str
    task: ast.expr | None
    options: Mapping[str, ast.expr]
    span: Span
    scope: Scope


@dataclass(frozen=True, slots=True)
class PythonFacts:
    """All that one file says."""

    path: str
    imports: Mapping[str, str] = field(default_factory=dict)
    apps: tuple[AppFact, ...] = ()
    config: tuple[ConfigFact, ...] = ()
    tasks: tuple[TaskFact, ...] = ()
    dispatches: tuple[DispatchFact, ...] = ()
    registered: tuple[ast.expr, ...] = ()  # what `app.register_task(...)` is given


def speaks(data: bytes) -> bool:
    """Whether a Python file has any reason to be read, by a byte search alone."""
    if b"elery" in data or b".task" in data or b"send_task" in data:
        return True
    return b"queue" in data and (b"_async(" in data or b".delay(" in data)


def is_tag(word: str) -> bool:
    """Whether a word behind `# celerylint:` says how long or how heavy a task is."""
    return re.fullmatch(_TAG_WORD, word, re.I) is not None


def python_facts(module: PythonModule) -> PythonFacts:
    """The facts of a file. Raises PythonSyntaxError where it is no Python."""
    imports = imported_names(module.mentioning(_IMPORTS))
    reader = _Reader(module, imports)
    module.mentioning(_NAMES_IT)  # so that what cannot be parsed around the word is noticed
    for statement in module.mentioning(_speaking(imports)):
        reader.statement(statement)
    return PythonFacts(
        module.path,
        imports,
        tuple(reader.apps),
        tuple(reader.config),
        tuple(_with_attributes(task, reader.attributes) for task in reader.tasks),
        tuple(reader.dispatches),
        tuple(reader.registered),
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
        self.registered: list[ast.expr] = []
        self.attributes: list[tuple[str, str, ast.expr]] = []  # holder, attribute, value
        self._assigned: dict[int, str] = {}
        self._conditions: Conditions = ()

    def statement(self, node: ast.AST) -> None:
        """Read a statement and everything below it; without recursion into expressions' own depth."""
        stack: list[tuple[ast.AST, Scope, Conditions]] = [(node, (), ())]
        while stack:
            current, scope, self._conditions = stack.pop()
            self._read(current, scope)
            inner = (*scope, current) if isinstance(current, _SCOPES) else scope
            children = [(child, inner, self._around(current, child)) for child in ast.iter_child_nodes(current)]
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
            self._decorated(node, scope)
        elif isinstance(node, ast.ClassDef):
            self._class(node, scope)

    def _remember(self, target: ast.expr, value: ast.expr) -> None:
        if name := dotted(target):
            self._assigned[id(value)] = name

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
        if known in _APP_CLASSES:
            variable = self._assigned.get(id(node), "")
            self.apps.append(AppFact(span_of(self.path, node), node, variable, scope))
        elif known in _SIGNATURES and node.args:
            self._dispatch("signature", node.args[0], node, scope)
        elif isinstance(node.func, ast.Attribute):
            self._method(node.func, node, scope)

    def _method(self, function: ast.Attribute, node: ast.Call, scope: Scope) -> None:
        holder, method = function.value, function.attr
        if method in _CONFIGURES:
            kind = "defaults" if method == "add_defaults" else "object"
            self._configure(kind, holder, node, scope)
        elif method == "update" and isinstance(holder, ast.Attribute) and holder.attr == "conf":
            self._configure("update", holder.value, node, scope)
        elif method in ("apply_async", "delay", "s", "si", "signature", "subtask", "apply_async_on_commit"):
            self._dispatch(method, holder, node, scope)
        elif method == "register_task" and node.args:
            self.registered.append(node.args[0])
        elif method == "send_task" and node.args:
            self._dispatch(method, node.args[0], node, scope)
        elif method == "set" and isinstance(holder, ast.Call):
            self._dispatch(method, holder, node, scope)

    def _configure(self, kind: str, app: ast.expr, node: ast.Call, scope: Scope) -> None:
        self.config.append(ConfigFact(kind, app, span_of(self.path, node), node, "", scope, self._conditions))

    def _dispatch(self, method: str, task: ast.expr, node: ast.Call, scope: Scope) -> None:
        options = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        self.dispatches.append(DispatchFact(method, task, options, span_of(self.path, node), scope))

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        for decorator in node.decorator_list:
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            written = dotted(function)
            known = resolve(written, self.imports)
            shared = known in _SHARED
            if shared or written.endswith(".task") or known in _OLD_TASK:
                self._task(node, decorator, function, shared, scope)
                return

    def _task(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        decorator: ast.expr,
        function: ast.expr,
        shared: bool,
        scope: Scope,
    ) -> None:
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        options = {keyword.arg: keyword.value for keyword in keywords if keyword.arg}
        spread = tuple(keyword.value for keyword in keywords if keyword.arg is None)
        body = function_body(self.path, node, self.imports)
        tags, tag_span = self._tags(min([node.lineno, *(each.lineno for each in node.decorator_list)]), node)
        self.tasks.append(
            TaskFact(node.name, self._name_span(node), function, shared, options, spread, body, tags, tag_span, scope)
        )

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        """A class whose base is a Task, with a `run` of its own."""
        base = next((each for each in node.bases if dotted(each).rpartition(".")[2] == "Task"), None)
        run = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "run"), None)
        if base is None or run is None:
            return
        options: dict[str, ast.expr] = {}
        for statement in node.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                options[statement.targets[0].id] = statement.value
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
                options[statement.target.id] = statement.value
        body = function_body(self.path, run, self.imports)
        shared = resolve(dotted(base), self.imports) in _TASK_CLASSES
        tags, tag_span = self._tags(node.lineno, node)
        self.tasks.append(
            TaskFact(node.name, self._name_span(node), base, shared, options, (), body, tags, tag_span, scope)
        )

    def _tags(self, first: int, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> _Tags:
        """`# celerylint: cpu slow` on the lines of the declaration, or alone on the line above it."""
        text = self.module.text
        last = node.body[0].lineno if node.body else node.lineno
        for line in range(max(first - 1, 1), max(last, node.lineno + 1)):
            found = _TAG.search(text.line(line))
            if found and (line >= first or text.line(line).lstrip().startswith("#")):
                words = tuple(found[0].partition(":")[2].replace(",", " ").lower().split())
                span = Span(self.path, line, found.start() + 1, line, found.end() + 1)
                return words, span
        return (), None

    def _name_span(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Span:
        column = self.module.text.line(node.lineno).find(node.name, node.col_offset + 3) + 1
        return Span(self.path, node.lineno, column, node.lineno, column + len(node.name))


_Tags = tuple[tuple[str, ...], Span | None]
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_APP_CLASSES = frozenset({"celery.Celery", "celery.app.Celery", "celery.app.base.Celery"})
_SHARED = frozenset({"celery.shared_task", "celery.app.shared_task", "celery.decorators.task", "celery.task.task"})
_OLD_TASK = frozenset({"celery.task", "celery.task.periodic_task", "celery.decorators.periodic_task"})
_TASK_CLASSES = frozenset({"celery.Task", "celery.app.task.Task", "celery.task.Task", "celery.task.base.Task"})
_OWN = _APP_CLASSES | _SHARED | _OLD_TASK | _TASK_CLASSES
_SIGNATURES = frozenset({"celery.signature", "celery.canvas.signature", "celery.subtask", "celery.Signature"})


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column
