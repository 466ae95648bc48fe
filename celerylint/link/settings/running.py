"""Whether a statement that configures an app runs, and when."""

from __future__ import annotations

import ast
import re
from typing import Any

from celerylint.facts.python import ConfigFact, Scope
from celerylint.link.code import AppSource, app_of, frame_of
from celerylint.link.evaluate import Evaluator, Frame, ModuleFrame
from celerylint.link.evaluate.blocks import agree, leaves
from celerylint.link.evaluate.raising import raises
from celerylint.link.evaluate.truth import truth
from celerylint.link.settings.contribution import Order
from celerylint.link.settings.operation import Operation
from celerylint.link.settings.reached import is_dead, loads
from celerylint.origin import Unknown, Value, unknown
from celerylint.sources.python import PythonSyntaxError

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Functions = tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]
_CONFIGURES = re.compile(r"\bconf\b|config_from|add_defaults")


def elsewhere(evaluator: Evaluator, app: AppSource, path: str, fact: ConfigFact) -> tuple[Operation, Order] | None:
    """A statement that loading the app does not come to, as an operation; None where it certainly does not run."""
    frame = frame_of(evaluator, path, fact.scope)
    happens = runs(evaluator, app, path, fact)
    if happens is False or frame is None:
        return None
    around = _functions(fact.scope)
    order = Order(None, (path, around[-1].lineno if around else 0), (fact.span.line, fact.span.column))
    doubt = happens.reason if isinstance(happens, Unknown) else ""
    names = (fact.name,) if fact.name else ()
    return Operation(fact.kind, frame, fact.node, fact.span, names, doubt=doubt), order


def runs(evaluator: Evaluator, app: AppSource, path: str, fact: ConfigFact) -> bool | Unknown:
    """Whether the statement runs, for this app: its conditions hold, and the function around it is called."""
    if is_dead(evaluator, path, fact.scope):
        return False
    if app_of(evaluator, path, fact.app, fact.scope) != app.span:
        return Unknown("which app it configures is not known")
    frame = frame_of(evaluator, path, fact.scope)
    for test, expected in fact.conditions:
        holds = truth(evaluator, test, frame) if test is not None and frame else Unknown("it depends on the run")
        if isinstance(holds, Unknown):
            return holds
        if holds is not expected:
            return False
    around = _functions(fact.scope)
    loaded = loads(evaluator, path) if not around else True
    if not loaded:
        return False if loaded is False else Unknown(f"nothing in the repository imports {path}")
    if around and not _is_called(evaluator, path, around):
        return Unknown(f"whether {around[-1].name}() is called is not known")
    doubt = _doubt(evaluator, frame, fact, around) if frame else ""
    return Unknown(doubt) if doubt else True


def settled(evaluator: Evaluator, node: ast.expr, frame: Frame) -> Value[Any]:
    """An expression's value; unknown where it is a container by name that the file changes after it is handed over."""
    value = evaluator.expression(node, frame)
    if isinstance(node, ast.Name) and isinstance(value.value, list | dict):
        later = evaluator.lookup(frame, node.id)
        if later is not None and later.value is not value.value and not agree(later, value):
            return unknown(f"{node.id} changes after it is used here", value.origin.span)
    return value


def _functions(scope: Scope) -> _Functions:
    """The functions around a statement: only these keep it from running with its file."""
    return tuple(node for node in scope if isinstance(node, _FUNCTIONS))


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


def _doubt(evaluator: Evaluator, frame: Frame, fact: ConfigFact, around: _Functions) -> str:
    """Why a statement whose conditions hold may not be reached all the same; empty where it is."""
    top = evaluator.frame(frame.path)
    body = around[-1].body if around else top.module.mentioning(_CONFIGURES) if top else []
    way = _way(body, fact.node)
    for block, node in way:
        before = block[: block.index(node)]
        if around and any(_may_leave(each) for each in before):
            return "the function may return before it"
        if isinstance(node, ast.Try | ast.TryStar):
            inner = next((each for parent, each in way if parent is node.body), None)
            tried = node.body[: node.body.index(inner)] if inner is not None else []
            swallowed = any(not leaves(handler.body) for handler in node.handlers)
            if swallowed and any(raises(evaluator, each, frame) != "" for each in tried):
                return "an exception may come before it"
    if way and _is_optional(way[-1][1], fact.node):
        return "it is a part of an expression that may not be evaluated"
    return ""


def _way(body: list[ast.stmt], target: ast.AST) -> list[tuple[list[ast.stmt], ast.stmt]]:
    """The blocks from a body down to the statement that holds a node, each with its statement on the way."""
    for statement in body:
        if not any(node is target for node in ast.walk(statement)):
            continue
        inner = [block for block in _blocks(statement) if block]
        below = next((way for block in inner if (way := _way(block, target))), [])
        return [(body, statement), *below]
    return []


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    names = ("body", "orelse", "finalbody")
    blocks = [block for name in names if isinstance(block := getattr(statement, name, None), list)]
    return [*blocks, *(each.body for each in handlers)]


def _may_leave(statement: ast.stmt) -> bool:
    """Whether a statement may return from the function around it."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return):
            return True
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))
    return False


def _is_optional(statement: ast.stmt, target: ast.AST) -> bool:
    """Whether a node stands within `and`, `or`, `if` in an expression, or in a lambda or a comprehension."""
    optional = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for node in ast.walk(statement):
        if node is not target and isinstance(node, optional) and any(each is target for each in ast.walk(node)):
            return True
    return False
