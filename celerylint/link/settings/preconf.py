"""`Celery(...)`'s arguments, `app.conf.x = …`, `app.conf.update(…)`, `app.add_defaults(…)`."""

from __future__ import annotations

import ast
from typing import Any

from celerylint.facts.python import ConfigFact
from celerylint.link.code import AppSource, evaluated, frame_of
from celerylint.link.evaluate import ClassObject, Evaluator, InstanceObject
from celerylint.link.evaluate.statements import truth
from celerylint.link.settings.contribution import DEFAULTS, PRECONF, Contribution, placed
from celerylint.link.settings.names import preconf_setting
from celerylint.origin import Layer, Span, Unknown, Value, unknown

_ARGUMENTS = {"broker": "broker_url", "backend": "result_backend", "include": "include"}
_NOT_SETTINGS = frozenset({"include_modules", "main", "loader", "amqp", "events", "log", "control", "tasks"})


def constructor(evaluator: Evaluator, app: AppSource) -> list[Contribution]:
    """The settings among the arguments of `Celery(...)`; the strongest rank, set first."""
    found: dict[str, Value[Any]] = {}
    opened = ""
    for keyword in app.node.keywords:
        if keyword.arg is None:
            opened = "Celery(**…) may set it"
            continue
        value = evaluated(evaluator, app.path, keyword.value, app.scope)
        setting = _ARGUMENTS.get(keyword.arg, keyword.arg)
        if keyword.arg not in _NOT_SETTINGS and preconf_setting(setting) and value.value is not None:
            found[setting] = placed(value, Layer.APP_CONF, _span(app.path, keyword.value))
    changes = next((each for each in app.node.keywords if each.arg == "changes"), None)
    if changes is not None:
        mapping, opened = _mapping(evaluated(evaluator, app.path, changes.value, app.scope), app.path, changes.value)
        found.update(mapping)
    return [Contribution(PRECONF, (0,), found, opened, app.span)]


def statement(evaluator: Evaluator, app: AppSource, path: str, fact: ConfigFact) -> Contribution:
    """What one statement sets."""
    order = (1, path != app.path, path, fact.span.line, fact.span.column)
    rank = DEFAULTS if fact.kind == "defaults" else PRECONF
    happens = runs(evaluator, path, fact)
    if happens is False:
        return Contribution(rank, order)
    settings, opened = _settings(evaluator, path, fact)
    return Contribution(rank, order, settings, opened, fact.span, certain=happens is True)


def runs(evaluator: Evaluator, path: str, fact: ConfigFact) -> bool | Unknown:
    """Whether the conditions around a statement hold."""
    for test, expected in fact.conditions:
        frame = frame_of(evaluator, path, fact.scope)
        holds = truth(evaluator, test, frame) if test is not None and frame else Unknown("it depends on the run")
        if isinstance(holds, Unknown):
            return holds
        if holds is not expected:
            return False
    return True


def _settings(evaluator: Evaluator, path: str, fact: ConfigFact) -> tuple[dict[str, Value[Any]], str]:
    if fact.kind == "set":
        setting = preconf_setting(fact.name)
        value = evaluated(evaluator, path, fact.node, fact.scope)
        return ({setting: placed(value, Layer.APP_CONF, fact.span)} if setting else {}), ""
    assert isinstance(fact.node, ast.Call)  # facts/python makes no other
    return _call(evaluator, path, fact, fact.node)


def _call(evaluator: Evaluator, path: str, fact: ConfigFact, node: ast.Call) -> tuple[dict[str, Value[Any]], str]:
    found: dict[str, Value[Any]] = {}
    opened = ""
    for argument in node.args:
        mapping, reason = _mapping(evaluated(evaluator, path, argument, fact.scope), path, argument)
        found.update(mapping)
        opened = opened or reason
    for keyword in node.keywords:
        value = evaluated(evaluator, path, keyword.value, fact.scope)
        if keyword.arg is None:
            mapping, reason = _mapping(value, path, keyword.value)
            found.update(mapping)
            opened = opened or reason
        elif setting := preconf_setting(keyword.arg):
            found[setting] = placed(value, Layer.APP_CONF, _span(path, keyword.value, keyword))
    return found, opened


def _mapping(value: Value[Any], path: str, node: ast.expr) -> tuple[dict[str, Value[Any]], str]:
    """The settings in a dictionary; a reason where there may be others."""
    if isinstance(value.value, ClassObject | InstanceObject):
        return _fields(value.value, path, node), ""
    if not isinstance(value.value, dict):
        reason = value.reason or "it is no dictionary that can be followed"
        return {}, f"it may be set at {path}:{node.lineno}: {reason}"
    found: dict[str, Value[Any]] = {}
    for name, item in value.value.items():
        setting = preconf_setting(name) if isinstance(name, str) else None
        if setting:
            inner = item if isinstance(item, Value) else unknown("it is not followed", _span(path, node))
            found[setting] = placed(inner, Layer.APP_CONF, inner.origin.span or _span(path, node))
    return found, ""


def _fields(thing: ClassObject | InstanceObject, path: str, node: ast.expr) -> dict[str, Value[Any]]:
    """The settings among an object's fields, whose values its class may compute; all else it has is no setting."""
    of = thing.of if isinstance(thing, InstanceObject) else thing
    names = {each.id for part in of.node.body for each in ast.walk(part) if isinstance(each, ast.Name)}
    found = {setting for name in names if (setting := preconf_setting(name))}
    why = f"it is a field of {of.node.name}, which is not followed"
    return {setting: unknown(why, _span(path, node)) for setting in sorted(found)}


def _span(path: str, node: ast.expr, keyword: ast.keyword | None = None) -> Span:
    """The span of a value, from its keyword on."""
    start = keyword or node
    end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return Span(path, start.lineno, start.col_offset + 1, node.end_lineno or node.lineno, end + 1)
