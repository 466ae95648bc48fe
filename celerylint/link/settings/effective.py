"""All contributions together: the strongest wins, the losers stay visible, doubts make a setting unknown."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Mapping
from typing import Any

from celerylint import catalog
from celerylint.link.code import AppSource, Code
from celerylint.link.evaluate import Evaluator, plain
from celerylint.link.releases import Releases
from celerylint.link.settings.config_object import named_object, namespace_of
from celerylint.link.settings.configuration import Configuration
from celerylint.link.settings.contribution import OBJECT, PRECONF, Contribution, Order
from celerylint.link.settings.derived import with_fallbacks
from celerylint.link.settings.django import settings_holder
from celerylint.link.settings.operation import Operation
from celerylint.link.settings.plan import Planned, plan, unfollowed
from celerylint.link.settings.precedence import as_released, default_of, differs, ranked, strongest
from celerylint.link.settings.preconf import argument
from celerylint.link.settings.prefixing import beside_old_names, merged_names, perhaps_prefixed, renamed
from celerylint.model import Settings
from celerylint.origin import Layer, Unknown, Value, known, unknown

_PLAIN = frozenset({str, int, float, bool, type(None)})  # most settings; they are what they are


def effective_settings(
    code: Code, app: AppSource, evaluator: Evaluator, above: Mapping[str, Value[Any]] | None = None
) -> dict[str, Value[Any]]:
    """Every setting at its effective value for one app in one environment; containers hold `Value`s.

    `above` are those that the command line sets once the app is loaded.
    """

    def compute() -> dict[str, Value[Any]]:
        contributions = contributions_of(code, evaluator, app)
        doubt = _doubt(code)
        return {
            name: _effective(setting, contributions, doubt, app.releases)
            for name, setting in catalog.settings().items()
        }

    if evaluator.django is None:
        evaluator.django = lambda: settings_holder(evaluator, app)
    written = evaluator.remembered(("settings", app.span), compute, shared=True)
    hiding = {name: value.hiding(written[name]) for name, value in (above or {}).items() if name in written}
    return with_fallbacks(evaluator, {**written, **hiding})


def as_settings(values: Mapping[str, Value[Any]]) -> Settings:
    """The same settings as plain data, for pages and tables; times are their seconds, as in Celery's defaults."""
    return Settings({name: flattened(value) for name, value in values.items()})


def contributions_of(code: Code, evaluator: Evaluator, app: AppSource) -> list[Contribution]:
    """Everything that may set something, for one app in one environment."""
    if evaluator.django is None:
        evaluator.django = lambda: settings_holder(evaluator, app)
    key = ("contributions", app.span)
    return evaluator.remembered(key, lambda: _contributions(code, evaluator, app), shared=True)


def _contributions(code: Code, evaluator: Evaluator, app: AppSource) -> list[Contribution]:
    planned, writes = plan(code, evaluator, app)
    found, namespace, last = configured(evaluator, app, planned)
    return [*unfollowed(writes, last), *_with_objects(evaluator, app, found, namespace)]


def _with_objects(
    evaluator: Evaluator, app: AppSource, configuration: Configuration, namespace: str | Unknown
) -> list[Contribution]:
    statements = configuration.statements
    objects = _object_layer(evaluator, app, configuration, namespace)
    return [*statements, *perhaps_prefixed(statements, namespace), *objects]


def configured(
    evaluator: Evaluator, app: AppSource, planned: list[Planned]
) -> tuple[Configuration, str | Unknown, str]:
    """The configuration that operations make; the namespace of its objects as far as it is known; the last one."""
    spaces = [namespace_of(evaluator, each) for each, _ in planned if each.kind in ("app", "object")]
    unclear = next((each for each in spaces if isinstance(each, Unknown)), None)
    last = next((each for each in reversed(spaces) if isinstance(each, str) and each), "")
    namespace = unclear if unclear is not None else last

    def now(name: str, configuration: Configuration) -> Value[Any]:
        so_far = _with_objects(evaluator, app, configuration, namespace)
        return _effective(catalog.settings()[name], so_far, "", app.releases)

    found = Configuration(evaluator, app, last, namespace, now)
    for operation, order in planned:
        found.done(operation, order)
    return found, namespace, last


def _object_layer(
    evaluator: Evaluator, app: AppSource, configuration: Configuration, namespace: str | Unknown
) -> list[Contribution]:
    """The one object that holds: the last replaces all earlier ones wholesale.

    Where nobody knows which is the last, a setting is known if it comes to the same with each of them.
    """
    possible: list[Contribution] = []
    objects = sorted(configuration.objects, key=lambda each: each.order.key, reverse=True)
    for contribution in objects:
        possible.append(contribution)
        if contribution.certain and all(contribution.order.is_ordered(each.order) for each in objects):
            break
    if not any(each.certain for each in possible):
        possible.extend(_unnamed_object(evaluator, app, configuration.making, namespace))
    if len(possible) == 1 and possible[0].certain:
        return possible
    return [_merged(possible)] if possible else []


def _unnamed_object(
    evaluator: Evaluator, app: AppSource, making: Operation | None, namespace: str | Unknown
) -> list[Contribution]:
    """Without any object: `Celery(config_source=…)`, else the module that CELERY_CONFIG_MODULE names, else nothing."""
    target = None
    if making is not None and isinstance(making.node, ast.Call):
        target = argument(evaluator, making.frame, making.node, "config_source")
    if target is None:
        target = evaluator.environment.variables.get("CELERY_CONFIG_MODULE", known(None, Layer.DEFAULT))
        evaluator.note("variable", "CELERY_CONFIG_MODULE")
    if target.value in (None, ""):
        return [Contribution(OBJECT, Order(0), {}, "", None)]
    return [named_object(evaluator, app, target, namespace)]


def _merged(possible: list[Contribution]) -> Contribution:
    """What several objects say, of which nobody knows the one that holds."""
    opened = next((each.open for each in possible if each.open), "")
    settings: dict[str, Value[Any]] = {}
    for name in sorted({name for each in possible for name in each.settings}):
        values = [each.settings.get(name) for each in possible]
        first = next(value for value in values if value is not None)
        named_alike = len({name in each.prefixed for each in possible}) == 1
        if named_alike and all(value is not None and not differs(value, first) for value in values):
            settings[name] = first
        else:
            settings[name] = unknown("it depends on which configuration object is used", first.origin.span)
    prefixed = frozenset(name for each in possible for name in each.prefixed)
    return Contribution(OBJECT, possible[0].order, settings, opened, possible[0].span, prefixed=prefixed)


def _effective(
    setting: catalog.Setting, contributions: list[Contribution], doubt: str, releases: Releases
) -> Value[Any]:
    """The strongest value, or the default, as far as every release that it may be agrees."""
    default = unknown(doubt) if doubt else default_of(setting, releases)
    twice = _twice(setting, contributions)
    if twice is None and releases.since("5.7.0") is not True and renamed(setting, contributions):
        twice = unknown("the app's own has its old name, and before Celery 5.7 the namespace's may win")
    if twice is not None:
        merged = merged_names(setting, contributions)
        if merged is None:
            return twice
        contributions = merged
    if releases.since("5.7.0") is not True and beside_old_names(setting.name, contributions):
        return unknown("beside an object in old names, add_defaults() may win over the app's own before Celery 5.7")
    first, *others = (strongest(setting.name, some, default) for some in ranked(setting.name, contributions, releases))
    for other in others:
        if first.known and not other.known:
            return other
        if first.known and first.value is not other.value and differs(first, other):
            return unknown("it is set twice, and before Celery 5.7 the namespace's value won", first.origin.span)
    return as_released(setting, first, releases)


def _twice(setting: catalog.Setting, contributions: list[Contribution]) -> Value[Any] | None:
    """Unknown where the app says it under its name and under an old name that is the namespace's name as well.

    Before it is loaded, which of them wins depends on which was written first (celery/app/utils.py:detect_settings).
    """
    name = setting.name
    if not any(old.endswith(f"_{name.upper()}") for old in setting.old_names):
        return None
    own = [each for each in contributions if each.rank == PRECONF and name in each.settings]
    plain_ones = [each.settings[name] for each in own if not each.may_prefix(name)]
    others = [each.settings[name] for each in own if each.may_prefix(name)]
    if any(differs(one, other) for one in plain_ones for other in others):
        return unknown("it is set on the app under two names", others[0].origin.span)
    return None


def flattened(value: Value[Any]) -> Value[Any]:
    """A value as plain data; unknown where a part of it is, or is no data."""
    if type(value.value) in _PLAIN or isinstance(value.value, Unknown):
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


def _doubt(code: Code) -> str:
    """Why a setting that nobody sets may be set all the same."""
    if not code.unreadable:
        return ""
    return f"{code.unreadable[0]} mentions Celery and cannot be read: it may set this"
