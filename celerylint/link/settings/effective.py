"""All contributions together: the strongest wins, the losers stay visible, doubts make a setting unknown."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from celerylint import catalog
from celerylint.facts.python import ConfigFact
from celerylint.link.code import AppSource, Code, evaluated
from celerylint.link.evaluate import Evaluator, plain
from celerylint.link.settings.config_object import configured_object, named_object, namespace_of
from celerylint.link.settings.contribution import OBJECT, PRECONF, Contribution, Order
from celerylint.link.settings.derived import with_fallbacks
from celerylint.link.settings.django import settings_module
from celerylint.link.settings.names import meanings
from celerylint.link.settings.preconf import arguments_of, constructor, statement
from celerylint.link.settings.unfollowed import unfollowed_writes
from celerylint.model import Settings
from celerylint.origin import Layer, Span, Unknown, Value, known, unknown


def effective_settings(code: Code, app: AppSource, evaluator: Evaluator) -> dict[str, Value[Any]]:
    """Every setting at its effective value for one app in one environment; containers hold `Value`s."""

    def compute() -> dict[str, Value[Any]]:
        contributions, namespaced = _contributions(code, evaluator, app)
        doubt = _doubt(code)
        return {
            name: _effective(setting, contributions, doubt, namespaced) for name, setting in catalog.settings().items()
        }

    if evaluator.django is None:
        evaluator.django = lambda: settings_module(evaluator, app)
    return with_fallbacks(evaluator, _shared(evaluator, ("settings", app.span), compute))


def as_settings(values: Mapping[str, Value[Any]]) -> Settings:
    """The same settings as plain data, for pages and tables; times are their seconds, as in Celery's defaults."""
    return Settings({name: flattened(value) for name, value in values.items()})


def _shared(evaluator: Evaluator, key: object, compute: Callable[[], Any]) -> Any:
    """A result that is kept for every environment that is alike in what computing it asks."""
    return evaluator.remembered(key, compute, shared=True)


def _contributions(code: Code, evaluator: Evaluator, app: AppSource) -> tuple[list[Contribution], bool]:
    """Strongest first; and whether a namespace is at work."""
    given = _namespaces(evaluator, app)
    unclear = next((each for each in given if isinstance(each, Unknown)), None)
    last = next((each for each in reversed(given) if isinstance(each, str) and each), "")
    found = [constructor(evaluator, app, last)]
    objects: list[Contribution] = []
    for (path, fact), own in zip(app.config, given[1:], strict=True):
        key = ("contribution", app.span, path, fact.span, last)
        if fact.kind == "object":
            namespace = unclear if unclear is not None else own or last
            objects.append(_shared(evaluator, key, _object(evaluator, app, path, fact, namespace)))
        else:
            found.append(_shared(evaluator, key, _statement(evaluator, app, path, fact, last)))
    found.extend(_unfollowed(code, app, last))
    found.extend(_object_layer(evaluator, app, objects, unclear if unclear is not None else last))
    found.sort(key=lambda each: each.order.key, reverse=True)
    return sorted(found, key=lambda each: each.rank), bool(last) or unclear is not None


def _unfollowed(code: Code, app: AppSource, namespace: str) -> list[Contribution]:
    """What other statements may set, of which nobody can tell the value."""
    return [
        Contribution(
            PRECONF,
            Order(2, (write.path, -write.span.line)),
            {
                meanings(namespace)[name]: unknown(write.reason, write.span)
                for name in write.names
                if name in meanings(namespace)
            },
            "" if write.names else write.reason,
            write.span,
            certain=False,
        )
        for write in unfollowed_writes(code)
        if write.app in (None, app.span)
    ]


def _object(
    evaluator: Evaluator, app: AppSource, path: str, fact: ConfigFact, namespace: str | Unknown
) -> Callable[[], Contribution]:
    return lambda: configured_object(evaluator, app, path, fact, namespace)


def _statement(
    evaluator: Evaluator, app: AppSource, path: str, fact: ConfigFact, namespace: str
) -> Callable[[], Contribution]:
    return lambda: statement(evaluator, app, path, fact, namespace)


def _namespaces(evaluator: Evaluator, app: AppSource) -> list[str | Unknown]:
    """The namespace of `Celery(namespace=…)`, then that of every statement; empty where one gives none."""
    arguments, _ = arguments_of(app)
    value = evaluated(evaluator, app.path, arguments["namespace"], app.scope).value if "namespace" in arguments else ""
    first = value if isinstance(value, str | Unknown) else ""
    return [first, *(namespace_of(evaluator, path, fact) if fact.kind == "object" else "" for path, fact in app.config)]


def _object_layer(
    evaluator: Evaluator, app: AppSource, objects: list[Contribution], namespace: str | Unknown
) -> list[Contribution]:
    """The one object that holds: the last replaces all earlier ones wholesale.

    Where nobody knows which is the last, a setting is known if it comes to the same with each of them.
    """
    possible: list[Contribution] = []
    for contribution in sorted(objects, key=lambda each: each.order.key, reverse=True):
        if contribution.span is None:  # it certainly does not run
            continue
        possible.append(contribution)
        if contribution.certain and all(contribution.order.is_ordered(each.order) for each in objects):
            break
    if not any(each.certain for each in possible):
        possible.extend(_unnamed_object(evaluator, app, namespace))
    if len(possible) == 1 and possible[0].certain:
        return possible
    return [_merged(possible)] if possible else []


def _unnamed_object(evaluator: Evaluator, app: AppSource, namespace: str | Unknown) -> list[Contribution]:
    """Without any object: `Celery(config_source=…)`, else the module that CELERY_CONFIG_MODULE names, else nothing."""
    arguments, _ = arguments_of(app)
    if "config_source" in arguments:
        target = evaluated(evaluator, app.path, arguments["config_source"], app.scope)
    else:
        target = evaluator.environment.variables.get("CELERY_CONFIG_MODULE", known(None, Layer.DEFAULT))
        evaluator.note("variable", "CELERY_CONFIG_MODULE")
    if target.value in (None, ""):
        return [Contribution(OBJECT, Order(0), {}, "", None)]
    settings, opened = named_object(evaluator, app, target, namespace)
    return [Contribution(OBJECT, Order(0), settings, opened, app.span)]


def _merged(possible: list[Contribution]) -> Contribution:
    """What several objects say, of which nobody knows the one that holds."""
    opened = next((each.open for each in possible if each.open), "")
    settings: dict[str, Value[Any]] = {}
    for name in sorted({name for each in possible for name in each.settings}):
        values = [each.settings.get(name) for each in possible]
        first = next(value for value in values if value is not None)
        if all(value is not None and not _differs(value, first) for value in values):
            settings[name] = first
        else:
            settings[name] = unknown("it depends on which configuration object is used", first.origin.span)
    return Contribution(OBJECT, possible[0].order, settings, opened, possible[0].span)


def _effective(setting: catalog.Setting, contributions: list[Contribution], doubt: str, namespaced: bool) -> Value[Any]:
    """The strongest value; unknown where something stronger, or as strong, may set it too."""
    found: list[tuple[Contribution, Value[Any]]] = []
    opened = ""
    span: Span | None = None
    for contribution in contributions:
        if setting.name in contribution.settings:
            found.append((contribution, contribution.settings[setting.name]))
        elif contribution.open and not opened and not any(each.certain for each, _ in found):
            opened, span = contribution.open, contribution.span
    if opened:
        return unknown(opened, span)
    sure = next((index for index, (each, _) in enumerate(found) if each.certain), None)
    maybe = found if sure is None else [*found[:sure], *_unordered(found, sure)]
    best = found[sure][1] if sure is not None else _default(setting, doubt)
    if any(_differs(value, best) for _, value in maybe):
        first = maybe[0][1]
        unclear = all(each.certain for each, _ in maybe)
        why = "several places set it in an order that is not known" if unclear else first.reason or _CONDITION
        return unknown(why, first.origin.span)
    if namespaced and _version_decides(found, sure):
        return unknown("it is set twice, and before Celery 5.7 the namespace's value won", best.origin.span)
    losers = [value for _, value in found if value is not best]
    return best.hiding(*losers)


_CONDITION = "it is set under a condition that the repository does not decide"


def _unordered(found: list[tuple[Contribution, Value[Any]]], sure: int) -> list[tuple[Contribution, Value[Any]]]:
    """The values of the same rank that may as well come later."""
    best = found[sure][0]
    rest = found[sure + 1 :]
    return [pair for pair in rest if pair[0].rank == best.rank and not pair[0].order.is_ordered(best.order)]


def _differs(one: Value[Any], other: Value[Any]) -> bool:
    if one.known and one.value is other.value:
        return False
    first, second = plain(one), plain(other)
    unclear = isinstance(first, Unknown) or isinstance(second, Unknown)
    return unclear or type(first) is not type(second) or bool(first != second)


def _version_decides(found: list[tuple[Contribution, Value[Any]]], sure: int | None) -> bool:
    """Celery 5.2 to 5.6 look a namespace's name up first, 5.7 takes `app.conf`'s value."""
    if sure is None or found[sure][0].rank != PRECONF:
        return False
    objects = [value for each, value in found if each.rank == OBJECT]
    return bool(objects) and _differs(found[sure][1], objects[0])


def flattened(value: Value[Any]) -> Value[Any]:
    """A value as plain data; unknown where a part of it is, or is no data."""
    if isinstance(value.value, Unknown):
        return value
    data = plain(value)
    if isinstance(data, Unknown):
        return unknown(data.reason, value.origin.span, value.origin.via).hiding(*value.shadowed)
    return Value(_as_written(data), value.origin, value.shadowed)


def _as_written(data: Any) -> Any:
    """Plain data in the shapes that pages know: no times, and sets in a stable order."""
    if isinstance(data, datetime.timedelta):
        seconds = data.total_seconds()
        return int(seconds) if seconds.is_integer() else seconds
    if isinstance(data, set):
        return sorted((_as_written(each) for each in data), key=repr)
    if isinstance(data, dict):
        return {key: _as_written(item) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return type(data)(_as_written(each) for each in data)
    return data


def _default(setting: catalog.Setting, doubt: str) -> Value[Any]:
    if doubt:
        return unknown(doubt)
    default = setting.default_in(None)
    return known(tuple(default) if setting.type == "tuple" and default else default, Layer.DEFAULT)


def _doubt(code: Code) -> str:
    """Why a setting that nobody sets may be set all the same."""
    if not code.unreadable:
        return ""
    return f"{code.unreadable[0]} mentions Celery and cannot be read: it may set this"
