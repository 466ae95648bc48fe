"""`config_from_object(...)`: a module, a class, an instance, or Django's settings."""

from __future__ import annotations

import ast
import re
from typing import Any

from celerylint.facts.python import ConfigFact
from celerylint.link.code import AppSource, evaluated
from celerylint.link.evaluate import ClassObject, Evaluator, InstanceObject, ModuleFrame, ModuleObject
from celerylint.link.evaluate.expressions import class_attribute
from celerylint.link.settings.contribution import OBJECT, Contribution, placed
from celerylint.link.settings.django import settings_module
from celerylint.link.settings.names import object_setting
from celerylint.link.settings.preconf import runs
from celerylint.origin import Layer, Unknown, Value, unknown
from celerylint.sources.python import PythonSyntaxError

_BOUND = re.compile(r"^[ \t]*([A-Za-z_][A-Za-z_0-9]*)[ \t]*(?::[^=\n]+)?(?:[-+|*/]?=(?!=)|,|\.\w+\(|\[)", re.M)
_OLD_UNDER_NAMESPACE = "under a namespace its old name is honoured from Celery 5.7 on and ignored before"


def configured_object(evaluator: Evaluator, app: AppSource, path: str, fact: ConfigFact) -> Contribution:
    """The settings that an object gives."""
    order = (1, path != app.path, path, fact.span.line, fact.span.column)
    happens = runs(evaluator, path, fact)
    if happens is False or not isinstance(fact.node, ast.Call):
        return Contribution(OBJECT, order)
    target, namespace = _arguments(evaluator, path, fact, fact.node)
    source = _source(evaluator, app, path, target)
    if isinstance(source, Unknown) or isinstance(namespace, Unknown):
        reason = source.reason if isinstance(source, Unknown) else "its namespace is not known"
        opened = f"it may be set by the object at {path}:{fact.span.line}: {reason}"
        return Contribution(OBJECT, order, {}, opened, fact.span)
    settings, opened = _settings(evaluator, source, namespace)
    return Contribution(OBJECT, order, settings, opened, fact.span, certain=happens is True)


def _arguments(evaluator: Evaluator, path: str, fact: ConfigFact, node: ast.Call) -> tuple[Value[Any], str | Unknown]:
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    target_node = node.args[0] if node.args else named.get("obj")
    if target_node is None:
        return unknown("it is given no object"), ""
    target = evaluated(evaluator, path, target_node, fact.scope)
    if "namespace" not in named:
        return target, Unknown("it depends on its arguments") if None in named else ""
    namespace = evaluated(evaluator, path, named["namespace"], fact.scope).value
    if namespace is None:
        return target, ""
    return target, namespace if isinstance(namespace, str) else Unknown("it is not followed")


def _source(evaluator: Evaluator, app: AppSource, path: str, target: Value[Any]) -> ModuleFrame | ClassObject | Unknown:
    thing = target.value
    if isinstance(thing, InstanceObject):
        return thing.of
    if isinstance(thing, ClassObject):
        return thing
    if isinstance(thing, ModuleObject):
        return evaluator.frame(thing.path) or Unknown(f"{thing.path} cannot be read")
    if isinstance(thing, Unknown):
        return thing
    if getattr(thing, "name", "") == "django.conf.settings":
        thing = "django.conf:settings"
    if isinstance(thing, str):
        return _by_name(evaluator, app, path, thing)
    return Unknown("what it is given is not followed")


def _by_name(evaluator: Evaluator, app: AppSource, path: str, name: str) -> ModuleFrame | ClassObject | Unknown:
    if name in ("django.conf:settings", "django.conf.settings"):
        return settings_module(evaluator, app)
    module, _, attribute = name.partition(":")
    file = evaluator.modules.find(module, path)
    if file is None and "." in module and not attribute:
        module, _, attribute = module.rpartition(".")
        file = evaluator.modules.find(module, path)
    frame = evaluator.frame(file) if file else None
    if file is None or frame is None:
        return Unknown(f"{name} is not in the repository")
    if not attribute:
        return frame
    found = evaluator.member(file, attribute)
    thing = found.value if found else Unknown(f"{file} does not define {attribute}")
    if isinstance(thing, InstanceObject):
        return thing.of
    if isinstance(thing, ModuleObject):
        return evaluator.frame(thing.path) or Unknown(f"{thing.path} cannot be read")
    return thing if isinstance(thing, ClassObject | Unknown) else Unknown(f"{name} is not followed")


def _settings(
    evaluator: Evaluator, source: ModuleFrame | ClassObject, namespace: str
) -> tuple[dict[str, Value[Any]], str]:
    found: dict[str, Value[Any]] = {}
    try:
        names, opened = bound_names(evaluator, source)
    except PythonSyntaxError as error:
        path = source.path if isinstance(source, ModuleFrame) else source.frame.path
        evaluator.modules.tree.syntax_error(path, error.line, error.column, error.message)
        return {}, f"{path} cannot be parsed (line {error.line})"
    # The prefixed and the new names win over old ones, so they are taken last.
    meant = [(name, object_setting(name, namespace)) for name in names]
    for name, setting in sorted(meant, key=lambda each: each[1][1] if each[1] else False):
        value = _attribute(evaluator, source, name) if setting else None
        if setting is None or value is None:
            continue
        key, certain = setting
        if certain:
            found[key] = placed(value, Layer.CONFIG_OBJECT, value.origin.span, name)
        elif key not in found:
            found[key] = unknown(_OLD_UNDER_NAMESPACE, value.origin.span)
    return found, opened


def _attribute(evaluator: Evaluator, source: ModuleFrame | ClassObject, name: str) -> Value[Any] | None:
    if isinstance(source, ClassObject):
        return class_attribute(evaluator, source, name)
    return evaluator.lookup(source, name)


def bound_names(
    evaluator: Evaluator, source: ModuleFrame | ClassObject, seen: frozenset[str] = frozenset()
) -> tuple[list[str], str]:
    """The names that a module or class may bind, those of star imports and bases included, in a stable order."""
    if isinstance(source, ClassObject):
        return _class_names(evaluator, source)
    names = dict.fromkeys(_BOUND.findall(source.module.text.text))
    opened = ""
    for statement in [*source.star_imports()]:
        wanted = "." * statement.level + (statement.module or "")
        target = evaluator.modules.find(wanted, source.path)
        frame = evaluator.frame(target) if target and target not in seen else None
        if frame is not None:
            more, inner = bound_names(evaluator, frame, seen | {source.path})
            names |= dict.fromkeys(more)
            opened = opened or inner
        elif target is None and statement.level == 0 and not _is_known_library(wanted):
            opened = opened or f"it may come from {wanted}, which is not in the repository"
    return list(names), opened


def _is_known_library(module: str) -> bool:
    """Libraries whose star exports hold no Celery settings."""
    return module.partition(".")[0] in {"django", "os", "typing", "datetime", "split_settings", "configurations"}


def _class_names(evaluator: Evaluator, of: ClassObject) -> tuple[list[str], str]:
    names: dict[str, None] = {}
    opened = ""
    for base in of.node.bases:
        parent = evaluator.expression(base, of.frame).value
        if isinstance(parent, ClassObject) and parent.node is not of.node:
            more, inner = _class_names(evaluator, parent)
            names |= dict.fromkeys(more)
            opened = opened or inner
    for statement in of.node.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names[node.id] = None
    return list(names), opened
