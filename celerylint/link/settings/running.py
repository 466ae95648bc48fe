"""Whether a statement that configures an app runs, and when."""

from __future__ import annotations

import ast
import re

from celerylint.facts.python import ConfigFact
from celerylint.facts.python.read import Scope
from celerylint.link.code import AppSource, app_of, frame_of
from celerylint.link.evaluate import Evaluator, ModuleFrame
from celerylint.link.evaluate.truth import truth
from celerylint.link.settings.contribution import Order
from celerylint.origin import Unknown
from celerylint.sources.python import PythonSyntaxError

_Functions = tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]


def order_of(app: AppSource, path: str, fact: ConfigFact) -> Order:
    """When the statement runs: the app's own body first, then what anybody else does."""
    around = _functions(fact.scope)
    own = path == app.path and around == _functions(app.scope)
    place = (fact.span.line, fact.span.column)
    return Order(1 if own else 2, (path, around[-1].lineno if around else 0), place)


def runs(evaluator: Evaluator, app: AppSource, path: str, fact: ConfigFact) -> bool | Unknown:
    """Whether the statement runs, for this app: its conditions hold, and the function around it is called."""
    if app_of(evaluator, path, fact.app, fact.scope) != app.span:
        return Unknown("which app it configures is not known")
    for test, expected in fact.conditions:
        frame = frame_of(evaluator, path, fact.scope)
        holds = truth(evaluator, test, frame) if test is not None and frame else Unknown("it depends on the run")
        if isinstance(holds, Unknown):
            return holds
        if holds is not expected:
            return False
    around = _functions(fact.scope)
    own = path == app.path and around == _functions(app.scope)[: len(around)]
    if around and not own and not _is_called(evaluator, path, around):
        return Unknown(f"whether {around[-1].name}() is called is not known")
    return True


def _functions(scope: Scope) -> _Functions:
    """The functions around a statement: only these keep it from running with its file."""
    return tuple(node for node in scope if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _is_called(evaluator: Evaluator, path: str, around: _Functions) -> bool:
    """Whether the file itself calls the function at its top: `configure()`, `configure(app)`."""
    frame: ModuleFrame | None = evaluator.frame(path)
    if len(around) != 1 or frame is None or around[0].decorator_list:
        return False
    name = around[0].name
    try:
        statements = frame.module.mentioning(re.compile(rf"^{re.escape(name)}[ \t]*\(", re.M))
    except PythonSyntaxError:
        return False
    return any(
        isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Call)
        and isinstance(each.value.func, ast.Name)
        and each.value.func.id == name
        for each in statements
    )
