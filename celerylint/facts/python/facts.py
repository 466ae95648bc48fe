"""What one Python file says of Celery, piece by piece."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from celerylint.facts.python.body import Body
from celerylint.facts.python.guards import Guard
from celerylint.origin import Span

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
    """A function or class that is declared to be a task, or that something may make one of."""

    name: str  # the function's or class's
    span: Span  # of that name
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    declared_by: ast.expr | None  # the decorator without its call, or the base class; None where others make the task
    shared: bool
    options: Mapping[str, ast.expr]
    spread: tuple[ast.expr, ...]  # what `**` unpacks into the decorator
    body: Body
    tags: tuple[str, ...]
    tag_span: Span | None
    scope: Scope
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class DispatchFact:
    """A call that sends a task: `task` is the expression of it, or of its name for send_task and signature."""

    method: str
    task: ast.expr | None
    options: Mapping[str, ast.expr]
    span: Span
    scope: Scope


@dataclass(frozen=True, slots=True)
class AppCall:
    """A call of what apps have: `autodiscover_tasks`, `add_periodic_task`, `register_task`, `task` given a function."""

    method: str
    holder: ast.expr  # what it is called on; for `task` all that is called with the function
    node: ast.Call
    span: Span
    scope: Scope
    conditions: Conditions
    loops: tuple[ast.For, ...]  # around it, outermost first


@dataclass(frozen=True, slots=True)
class PythonFacts:
    """All that one file says."""

    path: str
    imports: Mapping[str, str] = field(default_factory=dict)
    apps: tuple[AppFact, ...] = ()
    config: tuple[ConfigFact, ...] = ()
    tasks: tuple[TaskFact, ...] = ()
    dispatches: tuple[DispatchFact, ...] = ()
    calls: tuple[AppCall, ...] = ()
    makers: frozenset[str] = frozenset()  # top-level names that may make a task of a function
    app_classes: frozenset[str] = frozenset()  # classes that extend Celery's own
    chords: tuple[Span, ...] = ()  # calls of `celery.chord`
