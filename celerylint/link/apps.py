"""The repository's Celery apps, each with the statements that configure it."""

from __future__ import annotations

import ast
from collections import defaultdict

from celerylint.facts.python import ConfigFact
from celerylint.link.code import AppSource, Code, app_of
from celerylint.link.evaluate import Evaluator
from celerylint.link.releases import releases_of
from celerylint.link.requirements import RequirementFiles
from celerylint.link.versions import versions_by_file
from celerylint.origin import Span


def find_apps(code: Code) -> tuple[AppSource, ...]:
    """Every app, by place."""
    evaluator = code.evaluator()
    statements, loose = _config_by_app(code, evaluator)
    every = ((facts.path, fact) for facts in code.files for fact in facts.apps)
    # A class that is called like an app's may as well be another one.
    found = [(path, fact) for path, fact in every if app_of(evaluator, path, fact.node, fact.scope) == fact.span]
    versions = versions_by_file(RequirementFiles(code.tree), sorted({path for path, _ in found}))
    apps = [
        AppSource(
            fact.span,
            path,
            code.modules.name(path),
            fact.variable,
            fact.node,
            fact.scope,
            versions[path],
            releases_of(versions[path].celery),
            (*statements.get(fact.span, ()), *loose),
        )
        for path, fact in found
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
            elif _mentions_celery(fact.app) or _of_itself(fact):
                loose.append((facts.path, fact))
    return known, loose


def _of_itself(fact: ConfigFact) -> bool:
    """Whether a class of apps configures its own: `self.config_from_object(…)` in `class Notify(Celery)`."""
    owner = next((node for node in reversed(fact.scope) if isinstance(node, ast.ClassDef)), None)
    own = isinstance(fact.app, ast.Name) and fact.app.id == "self"
    return own and owner is not None and any(_mentions_celery(base) for base in owner.bases)


def _mentions_celery(node: ast.expr) -> bool:
    """Whether an app expression that cannot be followed at least says Celery: `celery.conf`, `self.celery.conf`."""
    return any("celery" in (getattr(each, "id", "") or getattr(each, "attr", "")).lower() for each in ast.walk(node))
