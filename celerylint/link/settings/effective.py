"""All contributions together: the strongest wins, the losers stay visible, doubts make a setting unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from celerylint import catalog
from celerylint.facts.python import ConfigFact
from celerylint.link.code import AppSource, Code
from celerylint.link.evaluate import Evaluator, plain
from celerylint.link.settings.config_object import configured_object
from celerylint.link.settings.contribution import OBJECT, PRECONF, Contribution
from celerylint.link.settings.preconf import constructor, runs, statement
from celerylint.model import Settings
from celerylint.origin import Layer, Origin, Unknown, Value, known, unknown

# Read from the environment by Celery itself, whatever the code says (celery/app/utils.py:Settings).
_FROM_ENVIRONMENT = {
    "broker_url": "CELERY_BROKER_URL",
    "broker_read_url": "CELERY_BROKER_READ_URL",
    "broker_write_url": "CELERY_BROKER_WRITE_URL",
    "result_backend": "CELERY_RESULT_BACKEND",
}


def effective_settings(code: Code, app: AppSource, evaluator: Evaluator) -> dict[str, Value[Any]]:
    """Every setting at its effective value for one app in one environment; containers hold `Value`s."""
    contributions = _contributions(evaluator, app)
    doubt = _doubt(code)
    namespaced = any(fact.kind == "object" and _has_namespace(fact) for _, fact in app.config)
    return {
        name: _environment(evaluator, name, _effective(setting, contributions, doubt, namespaced))
        for name, setting in catalog.settings().items()
    }


def as_settings(values: Mapping[str, Value[Any]]) -> Settings:
    """The same settings as plain data, for pages and tables."""
    return Settings({name: _flattened(value) for name, value in values.items()})


def _contributions(evaluator: Evaluator, app: AppSource) -> list[Contribution]:
    """Strongest first."""
    found = [*constructor(evaluator, app)]
    objects: list[Contribution] = []
    for path, fact in app.config:
        if fact.kind == "object":
            objects.append(configured_object(evaluator, app, path, fact))
        else:
            found.append(statement(evaluator, app, path, fact))
    found.extend(_last_object(evaluator, app, objects))
    found.sort(key=lambda each: each.order, reverse=True)
    return sorted(found, key=lambda each: each.rank)


def _last_object(evaluator: Evaluator, app: AppSource, objects: list[Contribution]) -> list[Contribution]:
    """A later object replaces an earlier one wholesale, unless nobody knows whether the later one is used."""
    kept: list[Contribution] = []
    facts = [(path, fact) for path, fact in app.config if fact.kind == "object"]
    pairs = sorted(zip(objects, facts, strict=True), key=lambda each: each[0].order, reverse=True)
    for contribution, (path, fact) in pairs:
        happens = runs(evaluator, path, fact)
        if happens is not False:
            kept.append(contribution)
        if happens is True:
            break
    return kept


def _effective(setting: catalog.Setting, contributions: list[Contribution], doubt: str, namespaced: bool) -> Value[Any]:
    """The strongest value; unknown where something stronger, or as strong, may set it too."""
    found: list[tuple[Contribution, Value[Any]]] = []
    opened = ""
    span = None
    for contribution in contributions:
        if setting.name in contribution.settings:
            found.append((contribution, contribution.settings[setting.name]))
        elif contribution.open and not opened and not any(each.certain for each, _ in found):
            opened, span = contribution.open, contribution.span
    if opened:
        return unknown(opened, span)
    sure = next((index for index, (each, _) in enumerate(found) if each.certain), None)
    maybe = found if sure is None else found[:sure]
    best = found[sure][1] if sure is not None else _default(setting, doubt)
    if any(_differs(value, best) for _, value in maybe):
        first = maybe[0][1]
        return unknown("it is set under a condition that the repository does not decide", first.origin.span)
    if namespaced and _version_decides(found, sure):
        return unknown("it is set twice, and before Celery 5.7 the namespace's value won", best.origin.span)
    losers = [value for _, value in found if value is not best]
    return best.hiding(*losers)


def _differs(one: Value[Any], other: Value[Any]) -> bool:
    first, second = plain(one), plain(other)
    return isinstance(first, Unknown) or isinstance(second, Unknown) or first != second


def _version_decides(found: list[tuple[Contribution, Value[Any]]], sure: int | None) -> bool:
    """Celery 5.2 to 5.6 look a namespace's name up first, 5.7 takes `app.conf`'s value."""
    if sure is None or found[sure][0].rank != PRECONF:
        return False
    objects = [value for each, value in found if each.rank == OBJECT]
    return bool(objects) and _differs(found[sure][1], objects[0])


def _flattened(value: Value[Any]) -> Value[Any]:
    if isinstance(value.value, Unknown):
        return value
    data = plain(value)
    if isinstance(data, Unknown):
        return unknown(data.reason, value.origin.span, value.origin.via).hiding(*value.shadowed)
    return Value(data, value.origin, value.shadowed)


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


def _environment(evaluator: Evaluator, name: str, value: Value[Any]) -> Value[Any]:
    variable = _FROM_ENVIRONMENT.get(name)
    if variable is None:
        return value
    given = evaluator.environment.get(variable)
    if not given.known:
        # An open environment rarely holds these; where the code says a value, that is what the repository says.
        return value
    if given.value is None:
        return value
    origin = Origin(Layer.ENVIRONMENT, given.origin.span, given.origin.via, variable)
    return Value(given.value, origin, (value,))


def _has_namespace(fact: ConfigFact) -> bool:
    return any(keyword.arg == "namespace" for keyword in getattr(fact.node, "keywords", ()))
