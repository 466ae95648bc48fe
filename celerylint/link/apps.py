"""The repository's Celery apps, each with the statements that configure it."""

from __future__ import annotations

import ast
from collections import defaultdict

from celerylint.facts.python import AppFact, ConfigFact, PythonFacts
from celerylint.link.code import AppSource, Code, app_of
from celerylint.link.evaluate import AppObject, ClassObject, ExternalObject, ModuleObject
from celerylint.link.evaluate.calls import APP_CLASSES
from celerylint.link.evaluate.evaluator import Evaluator
from celerylint.origin import Span


def find_apps(code: Code) -> tuple[AppSource, ...]:
    """Every app, by place."""
    evaluator = code.evaluator()
    statements, loose = _config_by_app(code, evaluator)
    apps = [
        AppSource(
            fact.span,
            facts.path,
            code.modules.name(facts.path),
            fact.variable,
            fact.node,
            fact.scope,
            (*statements.get(fact.span, ()), *loose),
        )
        for facts in code.files
        for fact in (*facts.apps, *_subclassed(code, evaluator, facts))
    ]
    return tuple(sorted(apps, key=lambda app: app.span))


def _config_by_app(
    code: Code, evaluator: Evaluator
) -> tuple[dict[Span, list[tuple[str, ConfigFact]]], list[tuple[str, ConfigFact]]]:
    """Statements by the app that they configure, and those whose app is not known: they may configure any."""
    known: dict[Span, list[tuple[str, ConfigFact]]] = defaultdict(list)
    loose: list[tuple[str, ConfigFact]] = []
    for facts in code.files:
        for fact in facts.config:
            app = app_of(evaluator, facts.path, fact.app, fact.scope)
            if app is not None:
                known[app].append((facts.path, fact))
            elif _mentions_celery(fact.app):
                loose.append((facts.path, fact))
    return known, loose


def _mentions_celery(node: ast.expr) -> bool:
    """Whether an app expression that cannot be followed at least says Celery: `celery.conf`, `self.celery.conf`."""
    return any("celery" in (getattr(each, "id", "") or getattr(each, "attr", "")).lower() for each in ast.walk(node))


def _subclassed(code: Code, evaluator: Evaluator, facts: PythonFacts) -> list[AppFact]:
    """Module-level `x = MyCelery(...)` where the class is one of the repository's that extends Celery."""
    module = code.tree.python(facts.path)
    if module is None or (not any(name in APP_CLASSES for name in facts.imports.values()) and not _own_class(facts)):
        return []
    import re

    frame = evaluator.frame(facts.path)
    found: list[AppFact] = []
    for statement in module.mentioning(re.compile(r"^[A-Za-z_]\w*(?:\s*:[^=]+)?\s*=\s*[\w.]*[Cc]elery\w*\(", re.M)):
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call) or frame is None:
            continue
        call, target = statement.value, statement.targets[0]
        if isinstance(evaluator.expression(call.func, frame).value, ExternalObject | ModuleObject):
            continue
        value = evaluator.expression(call, frame)
        known = {fact.span for fact in facts.apps}
        is_class = isinstance(evaluator.expression(call.func, frame).value, ClassObject)
        if isinstance(value.value, AppObject) and value.value.span not in known and is_class:
            found.append(AppFact(value.value.span, call, target.id if isinstance(target, ast.Name) else "", ()))
    return found


def _own_class(facts: PythonFacts) -> bool:
    return any("elery" in name for name in facts.imports.values())
