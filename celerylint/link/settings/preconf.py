"""`Celery(...)`'s arguments, `app.conf.x = …`, `app.conf.update(…)`, `app.add_defaults(…)`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from celerylint.link.code import AppSource
from celerylint.link.evaluate import ClassObject, Evaluator, Frame, FunctionObject, InstanceObject
from celerylint.link.evaluate.attributes import maybe_attribute
from celerylint.link.evaluate.calls import as_dictionary
from celerylint.link.evaluate.classes import methods_of
from celerylint.link.evaluate.classes import order_of as order_of_class
from celerylint.link.evaluate.functions import called
from celerylint.link.evaluate.pydantic import base_of, field_names
from celerylint.link.settings.contribution import DEFAULTS, PRECONF, Contribution, Order, placed
from celerylint.link.settings.names import chosen, meanings
from celerylint.link.settings.operation import Operation
from celerylint.link.settings.running import settled
from celerylint.link.settings.slips import slip_of
from celerylint.origin import Layer, Span, Unknown, Value, unknown

# celery/app/base.py:Celery.__init__, 5.7; the parameters that are no settings of their own.
_PARAMETERS: tuple[str, ...] = (
    "main",
    "loader",
    "backend",
    "amqp",
    "events",
    "log",
    "control",
    "set_as_current",
    "tasks",
    "broker",
)
_PARAMETERS += ("include", "changes", "config_source", "fixups", "task_cls", "autofinalize", "namespace")
_PARAMETERS += ("strict_typing",)
_CONFIGURING = frozenset(
    {"__init__", "on_configure", "on_init", "_load_config", "config_from_object", "prepare_config"}
)
# What `Celery(...)` took as settings before 5.1, which takes all of them.
_EVER = frozenset({"broker", "backend", "include", "broker_use_ssl", "redis_backend_use_ssl"})
_SINCE = "Celery(…) takes it as an argument from 5.1 on"
_SETTINGS = {"broker": "broker_url", "backend": "result_backend", "include": "include"}


def arguments_of(node: ast.Call) -> tuple[dict[str, ast.expr], list[ast.expr], bool]:
    """The arguments of `Celery(...)` by name, what `**` unpacks, and whether there may be others (`*args`)."""
    spread = any(isinstance(each, ast.Starred) for each in node.args)
    named = {} if spread else dict(zip(_PARAMETERS, node.args, strict=False))
    named |= {each.arg: each.value for each in node.keywords if each.arg}
    return named, [each.value for each in node.keywords if each.arg is None], spread


def argument(evaluator: Evaluator, frame: Frame, node: ast.Call, name: str) -> Value[Any] | None:
    """One argument of `Celery(...)`, also where it is unpacked; None where there certainly is none."""
    named, unpacked, spread = arguments_of(node)
    if name in named:
        return evaluator.expression(named[name], frame)
    for each in unpacked:
        mapping = evaluator.expression(each, frame)
        if not isinstance(mapping.value, dict):
            return unknown(mapping.reason or "what is unpacked is not known", _span(frame.path, each))
        if name in mapping.value:
            found: Value[Any] = mapping.value[name]
            return found
    return unknown("its arguments are unpacked", _span(frame.path, node)) if spread else None


def constructor(
    evaluator: Evaluator, app: AppSource, operation: Operation, order: Order, namespace: str
) -> Contribution:
    """The settings among the arguments of `Celery(...)`; of the strongest rank, set first."""
    node, frame = operation.node, operation.frame
    assert isinstance(node, ast.Call)  # it makes the app
    arguments, unpacked, spread = arguments_of(node)
    opened = f"Celery(…) at {frame.path}:{node.lineno} may set it by its unpacked arguments" if spread else ""
    opened = opened or _own_class(evaluator, frame, node)
    given: dict[str, Value[Any]] = {}
    keywords = {each.arg: each for each in node.keywords if each.arg}
    values = {name: settled(evaluator, each, frame) for name, each in arguments.items()}
    for each in unpacked:
        mapping, reason = _mapping(evaluator, evaluator.expression(each, frame), frame.path, each, namespace)
        values |= mapping
        opened = opened or reason
    changes = values.pop("changes", None)
    if changes is not None and changes.value is not None:
        given, reason = _mapping(evaluator, changes, frame.path, arguments.get("changes", node), namespace)
        opened = opened or reason
    for name, value in values.items():
        setting = _SETTINGS.get(name, name)
        if (name in _PARAMETERS and name not in _SETTINGS) or setting not in meanings(namespace):
            continue
        since = name in _EVER or app.releases.since("5.2.7")
        if since is not False and value.value is not None:  # an argument that is None sets nothing (Celery.__autoset)
            place = _span(frame.path, arguments[name], keywords.get(name)) if name in arguments else value.origin.span
            given[setting] = placed(value, Layer.APP_CONF, place) if since else unknown(_SINCE, place)
    found = chosen(given, namespace, PRECONF, app.releases)
    return Contribution(PRECONF, order, found.settings, opened, operation.span, prefixed=found.prefixed)


def _own_class(evaluator: Evaluator, frame: Frame, node: ast.Call) -> str:
    """Why a class of the project's own that extends Celery may set anything; empty where it does not."""
    thing = evaluator.expression(node.func, frame).value
    family = order_of_class(evaluator, thing) if isinstance(thing, ClassObject) else []
    for each in family if not isinstance(family, Unknown) else ():
        if isinstance(each, ClassObject) and any(method.name in _CONFIGURING for method in methods_of(each)):
            return f"{each.node.name} may set it by itself"
    return ""


def statement(evaluator: Evaluator, app: AppSource, operation: Operation, order: Order, namespace: str) -> Contribution:
    """What one operation sets."""
    rank = DEFAULTS if operation.kind == "defaults" else PRECONF
    given, opened = _given(evaluator, operation, namespace)
    found = chosen(given, namespace, rank, app.releases)
    certain = not operation.doubt
    return Contribution(
        rank, order, found.settings, opened, operation.span, certain, found.prefixed, found.given, namespace
    )


def _given(evaluator: Evaluator, operation: Operation, namespace: str) -> tuple[dict[str, Value[Any]], str]:
    """The values by the names that the statement writes."""
    node, frame, span = operation.node, operation.frame, operation.span
    if operation.kind in ("set", "setdefault") and isinstance(node, ast.expr):
        value = operation.value or settled(evaluator, node, frame)
        return {name: placed(value, Layer.APP_CONF, span) for name in operation.names}, ""
    if operation.kind == "open" or not isinstance(node, ast.Call):
        return {}, f"it may be set at {span.path}:{span.line} in a way that is not followed"
    return _call(evaluator, operation, node, namespace)


def _call(
    evaluator: Evaluator, operation: Operation, node: ast.Call, namespace: str
) -> tuple[dict[str, Value[Any]], str]:
    found: dict[str, Value[Any]] = {}
    opened = ""
    path, frame = operation.frame.path, operation.frame
    for argument in node.args:
        # `update` copies what it is given
        update = operation.kind == "update"
        value = evaluator.expression(argument, frame) if update else settled(evaluator, argument, frame)
        mapping, reason = _mapping(evaluator, value, path, argument, namespace)
        found.update(mapping)
        opened = opened or reason
    for keyword in node.keywords:
        if keyword.arg is None:
            value = evaluator.expression(keyword.value, frame)
            mapping, reason = _mapping(evaluator, value, path, keyword.value, namespace)
            found.update(mapping)
            opened = opened or reason
        elif keyword.arg in meanings(namespace) or slip_of(keyword.arg, namespace):
            value = settled(evaluator, keyword.value, frame)
            found[keyword.arg] = placed(value, Layer.APP_CONF, _span(path, keyword.value, keyword))
    return found, opened


def _mapping(
    evaluator: Evaluator, value: Value[Any], path: str, node: ast.expr, namespace: str
) -> tuple[dict[str, Value[Any]], str]:
    """The named values of a dictionary; a reason where there may be others."""
    if isinstance(value.value, ClassObject | InstanceObject):
        return _fields(evaluator, value, value.value, path, node, namespace), ""
    if isinstance(value.value, FunctionObject):  # `add_defaults` calls it later
        value = called(evaluator, value.value, ([], {}), _span(path, node), None)
    value = as_dictionary(value, _span(path, node))
    if not isinstance(value.value, dict):
        why = value.value if isinstance(value.value, Unknown) else Unknown("it is no dictionary that can be followed")
        return {}, f"it may be set at {path}:{node.lineno}: {why.reason}"
    return entries(value.value, _span(path, node), Layer.APP_CONF), ""


def entries(data: Mapping[Any, Any], span: Span, layer: Layer) -> dict[str, Value[Any]]:
    """A dictionary's entries as named values, each at its own place."""
    found: dict[str, Value[Any]] = {}
    for name, item in data.items():
        if isinstance(name, str):
            inner = item if isinstance(item, Value) else unknown("it is not followed", span)
            found[name] = placed(inner, layer, inner.origin.span or span)
    return found


def _fields(
    evaluator: Evaluator,
    holder: Value[Any],
    thing: ClassObject | InstanceObject,
    path: str,
    node: ast.expr,
    namespace: str,
) -> dict[str, Value[Any]]:
    """The settings among an object's fields; all else that it has is no setting.

    A model of pydantic gives its fields when it is iterated; what other classes give is theirs to compute.
    """
    of = thing.of if isinstance(thing, InstanceObject) else thing
    family = order_of_class(evaluator, of)
    span = _span(path, node)
    if isinstance(thing, InstanceObject) and not isinstance(family, Unknown) and base_of(family) is not None:
        fields = (name for name in field_names(family) if name in meanings(namespace))
        values = {name: maybe_attribute(evaluator, holder, name, span) for name in fields}
        return {name: placed(each, Layer.APP_CONF, span) for name, each in values.items() if each is not None}
    names = {each.id for part in of.node.body for each in ast.walk(part) if isinstance(each, ast.Name)}
    why = f"it is a field of {of.node.name}, which is not followed"
    return {name: unknown(why, span) for name in sorted(names & meanings(namespace).keys())}


def _span(path: str, node: ast.expr, keyword: ast.keyword | None = None) -> Span:
    """The span of a value, from its keyword on."""
    start = keyword or node
    end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return Span(path, start.lineno, start.col_offset + 1, node.end_lineno or node.lineno, end + 1)
