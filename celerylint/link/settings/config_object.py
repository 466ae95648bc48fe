"""`config_from_object(...)`: a module, a class, an instance, a dictionary, or Django's settings."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from celerylint import catalog
from celerylint.link.code import AppSource
from celerylint.link.evaluate import AnyOf, ClassObject, Evaluator, InstanceObject, ModuleFrame, ModuleObject
from celerylint.link.evaluate.attributes import maybe_attribute
from celerylint.link.evaluate.classes import is_plain_base
from celerylint.link.evaluate.classes import order_of as family_of
from celerylint.link.evaluate.names import ANY
from celerylint.link.settings.contribution import OBJECT, Contribution, Order, placed
from celerylint.link.settings.django import TIME_ZONE, settings_holder
from celerylint.link.settings.names import Chosen, chosen, meanings
from celerylint.link.settings.operation import Operation
from celerylint.link.settings.preconf import argument, entries
from celerylint.link.settings.slips import slips_among
from celerylint.link.settings.words import words_in
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown

_DJANGO = frozenset({"django.conf:settings", "django.conf.settings"})


@dataclass(frozen=True, slots=True)
class Source:
    """What configuration is read from: something with attributes, or a dictionary. Django's holds upper case only."""

    thing: Value[Any]
    django: bool = False


def configured_object(
    evaluator: Evaluator, app: AppSource, operation: Operation, order: Order, namespace: str | Unknown
) -> Contribution:
    """The settings that an object gives."""
    path, span = operation.frame.path, operation.span
    source = _source(evaluator, app, path, _target(evaluator, operation))
    settings, opened = _read(evaluator, app, source, namespace, f"{path}:{span.line}", span)
    return replace(_contribution(order, settings, opened, span, namespace), certain=not operation.doubt)


def named_object(evaluator: Evaluator, app: AppSource, target: Value[Any], namespace: str | Unknown) -> Contribution:
    """The settings of an object that no statement of its own names: `Celery(config_source=…)`, CELERY_CONFIG_MODULE."""
    source = _source(evaluator, app, app.path, target)
    settings, opened = _read(evaluator, app, source, namespace, f"{app.path}:{app.span.line}", app.span)
    return _contribution(Order(0), settings, opened, app.span, namespace)


def _contribution(order: Order, found: Chosen, opened: str, span: Span, namespace: str | Unknown) -> Contribution:
    name = namespace if isinstance(namespace, str) else ""
    return Contribution(
        OBJECT, order, found.settings, opened, span, prefixed=found.prefixed, given=found.given, namespace=name
    )


def namespace_of(evaluator: Evaluator, operation: Operation) -> str | Unknown:
    """The namespace that a call gives: of the app's making, or of `config_from_object`; empty where it gives none."""
    node, frame = operation.node, operation.frame
    if not isinstance(node, ast.Call) or _method(node) == "config_from_envvar":
        return ""
    if operation.kind == "app":
        given = argument(evaluator, frame, node, "namespace")
        return _as_namespace(given) if given is not None else ""
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    inner = named.get("namespace", node.args[3] if len(node.args) > 3 else None)
    if inner is None:
        return Unknown("its namespace depends on its unpacked arguments") if None in named else ""
    return _as_namespace(evaluator.expression(inner, frame))


def _as_namespace(given: Value[Any]) -> str | Unknown:
    value = given.value
    if isinstance(value, Unknown):
        return Unknown(f"its namespace is not known: {value.reason}")
    return value if isinstance(value, str) else "" if value is None else Unknown("its namespace is not followed")


def _method(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _target(evaluator: Evaluator, operation: Operation) -> Value[Any]:
    """What the call is given: the object, or the variable that names it."""
    node, span = operation.node, operation.span
    assert isinstance(node, ast.Call)  # such operations are calls
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    given = node.args[0] if node.args else named.get("obj", named.get("variable_name"))
    if given is None:
        return unknown("it is given no object", span)
    value = evaluator.expression(given, operation.frame)
    if _method(node) != "config_from_envvar" or not isinstance(value.value, str):
        return value
    variable = evaluator.variable(value.value)
    return unknown(f"{value.value} is not set", span) if variable.value in (None, "") else variable


def _source(evaluator: Evaluator, app: AppSource, path: str, target: Value[Any]) -> Source | Unknown:
    thing = target.value
    if isinstance(thing, InstanceObject | ClassObject | ModuleObject | dict):
        return Source(target)
    if isinstance(thing, Unknown):
        return thing
    name = thing if isinstance(thing, str) else getattr(thing, "name", "")
    if name in _DJANGO:
        holder = settings_holder(evaluator, app)
        return holder if isinstance(holder, Unknown) else Source(Value(holder.value, target.origin), django=True)
    if isinstance(thing, str):
        return _by_name(evaluator, path, target, thing)
    return Unknown("what it is given is not followed")


def _by_name(evaluator: Evaluator, path: str, target: Value[Any], name: str) -> Source | Unknown:
    """A dotted name (celery/loaders/base.py:_smart_import): of a module, else of something in one."""
    module, _, attribute = name.partition(":")
    file = evaluator.modules.find(module, path)
    if file is None and "." in module and not attribute:
        module, _, attribute = module.rpartition(".")
        file = evaluator.modules.find(module, path)
    if file is None:
        return Unknown(f"{name} is not in the repository")
    if not attribute:
        return Source(Value(ModuleObject(file), target.origin))
    found = evaluator.member(file, attribute)
    if found is None:
        return Unknown(f"{file} does not define {attribute}")
    if isinstance(found.value, InstanceObject | ClassObject | ModuleObject | dict):
        return Source(found)
    return found.value if isinstance(found.value, Unknown) else Unknown(f"{name} is not followed")


def _read(
    evaluator: Evaluator, app: AppSource, source: Source | Unknown, namespace: str | Unknown, where: str, span: Span
) -> tuple[Chosen, str]:
    """The settings of a source by Celery's names; a reason where it may hold others."""
    if isinstance(source, Unknown) or isinstance(namespace, Unknown):
        why = source if isinstance(source, Unknown) else namespace
        reason = why.reason if isinstance(why, Unknown) else ""
        return Chosen(), f"it may be set by the object at {where}: {reason}"
    if isinstance(source.thing.value, dict):
        given = entries(source.thing.value, span, Layer.CONFIG_OBJECT)
        return _with_zone(app, chosen(given, namespace, OBJECT, app.releases), given, source, namespace), ""
    candidates, opened = _candidates(evaluator, source, namespace)
    values = {}
    for name in candidates:
        value = maybe_attribute(evaluator, source.thing, name, span)
        if value is not None:
            values[name] = placed(value, Layer.CONFIG_OBJECT, value.origin.span, name)
    found = chosen(values, namespace, OBJECT, app.releases)
    # Where it may hold more than its text says, a `timezone` may be among that.
    return (found if opened else _with_zone(app, found, values, source, namespace)), opened


def _with_zone(
    app: AppSource, settings: Chosen, given: dict[str, Value[Any]], source: Source, namespace: str
) -> Chosen:
    """Without a `timezone`, Celery takes the object's zone (celery/app/utils.py:Settings.timezone)."""
    zone = _zone(app, given, source, namespace)
    present = settings.settings.get("timezone")
    if zone is None or (present is not None and present.value is not None):
        return settings
    return replace(settings, settings={**settings.settings, "timezone": zone})


def _zone(app: AppSource, given: dict[str, Value[Any]], source: Source, namespace: str) -> Value[Any] | None:
    """`CELERY_TIME_ZONE` under a namespace, else `TIME_ZONE`, which was read as `time_zone` until 5.2."""
    prefixed = given.get(_zone_name(namespace))
    if prefixed is not None:
        return prefixed
    django = known(TIME_ZONE, Layer.DEFAULT) if source.django else None
    later, earlier = given.get("TIME_ZONE", django), given.get("time_zone")
    since = app.releases.since("5.3.6")
    if since is None and later is not earlier:
        return unknown("Celery reads TIME_ZONE from 5.3 on", later.origin.span if later else None)
    return later if since else earlier


def _zone_name(namespace: str) -> str:
    return catalog.django_name("time_zone", namespace) or "" if namespace else ""


def _candidates(evaluator: Evaluator, source: Source, namespace: str) -> tuple[Iterable[str], str]:
    """The names of settings that the source's text mentions, and why it may hold others."""
    thing: Any = source.thing.value
    frames: list[ModuleFrame] = []
    opened: Value[Any] | None = None
    for each in thing.things if isinstance(thing, AnyOf) else (source.thing,):
        files, doubt = _files_of(evaluator, each.value)
        frames += files
        opened = opened or doubt
    words = words_in(evaluator, frames)
    every = [*meanings(namespace), "TIME_ZONE", "time_zone", _zone_name(namespace), *slips_among(words, namespace)]
    names = (name for name in every if name in words)
    upper = (name for name in names if name.isupper() or not source.django)
    return sorted(upper), "" if opened is None else f"it may be set elsewhere: {opened.reason}"


def _files_of(evaluator: Evaluator, thing: Any) -> tuple[list[ModuleFrame], Value[Any] | None]:
    """The files that say what a thing holds; and why it may hold more than they mention."""
    if not isinstance(thing, ModuleObject):
        return _of_classes(evaluator, thing.of if isinstance(thing, InstanceObject) else thing)
    frame = evaluator.frame(thing.path)
    if frame is None:
        return [], unknown(f"{thing.path} cannot be read")
    return [frame], evaluator.lookup(frame, ANY)


def _of_classes(evaluator: Evaluator, of: ClassObject) -> tuple[list[ModuleFrame], Value[Any] | None]:
    """The files of a class and its bases; and what keeps them from being all."""
    family = family_of(evaluator, of)
    if isinstance(family, Unknown):
        return [], unknown(family.reason)
    classes = [each for each in family if isinstance(each, ClassObject)]
    frames = [evaluator.frame(each.frame.path) for each in classes]
    strange = (each.name for each in family if not isinstance(each, ClassObject) and not is_plain_base(each))
    outside = next(strange, "")
    opened = unknown(f"{of.node.name} extends {outside}, which is not in the repository") if outside else None
    return [each for each in frames if each is not None], opened
