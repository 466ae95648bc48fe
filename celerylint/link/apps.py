"""The repository's Celery apps, each with the statements that configure it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from celerylint.facts.python import AppFact, ConfigFact, PythonFacts
from celerylint.link.code import AppSource, Code, app_of
from celerylint.link.evaluate import AppObject, Evaluator
from celerylint.link.releases import releases_of
from celerylint.link.requirements import RequirementFiles
from celerylint.link.versions import versions_by_file
from celerylint.origin import Span

_MAKES_ONE = re.compile(r"^[A-Za-z_]\w*(?:\s*:[^=\n]+)?\s*=\s*[\w.]*[Cc]elery\w*\(", re.M)


def find_apps(code: Code) -> tuple[AppSource, ...]:
    """Every app, by place."""
    evaluator = code.evaluator()
    statements, loose = _config_by_app(code, evaluator)
    found = [(facts.path, fact) for facts in code.files for fact in (*facts.apps, *_evaluated(code, evaluator, facts))]
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
            elif _mentions_celery(fact.app):
                loose.append((facts.path, fact))
    return known, loose


def _mentions_celery(node: ast.expr) -> bool:
    """Whether an app expression that cannot be followed at least says Celery: `celery.conf`, `self.celery.conf`."""
    return any("celery" in (getattr(each, "id", "") or getattr(each, "attr", "")).lower() for each in ast.walk(node))


def _evaluated(code: Code, evaluator: Evaluator, facts: PythonFacts) -> Iterator[AppFact]:
    """`x = MyCelery(...)` at the top, where the class extends Celery or is another name of it."""
    module, frame = code.tree.python(facts.path), evaluator.frame(facts.path)
    written = {fact.span for fact in facts.apps}
    for statement in module.mentioning(_MAKES_ONE) if module and frame else ():
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call) or frame is None:
            continue
        value, target = evaluator.expression(statement.value, frame).value, statement.targets[0]
        # A factory's app is the call inside it, which the file's facts already hold.
        own = isinstance(value, AppObject) and value.span.line == statement.value.lineno
        if isinstance(value, AppObject) and own and value.span not in written:
            yield AppFact(value.span, statement.value, target.id if isinstance(target, ast.Name) else "", ())
