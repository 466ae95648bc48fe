"""The table of options: each key with what it may hold, and errors that name the line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from celerylint.configuration.launchers import command, launcher
from celerylint.configuration.lines import key_spans
from celerylint.configuration.options import (
    ENGINES,
    LOADS,
    SEVERITIES,
    Configuration,
    ConfigurationError,
    HelmOptions,
    RuleOptions,
    TaskHint,
)
from celerylint.configuration.quantities import seconds, size
from celerylint.configuration.suggestion import did_you_mean
from celerylint.origin import Span


def _text(written: Any) -> str:
    if not isinstance(written, str):
        raise ValueError("must be a string")
    return written


def _texts(written: Any) -> tuple[str, ...]:
    if not isinstance(written, list) or not all(isinstance(item, str) for item in written):
        raise ValueError("must be a list of strings")
    return tuple(written)


def _one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    def choose(written: Any) -> str:
        if written not in choices:
            hint = did_you_mean(written, choices) if isinstance(written, str) else ""
            raise ValueError(f"must be one of {', '.join(choices)}{hint}")
        return str(written)

    return choose


_OPTIONS: Mapping[str, Callable[[Any], Any]] = {
    "select": _texts,
    "ignore": _texts,
    "exclude": _texts,
    "extend-exclude": _texts,
    "min-severity": _one_of(SEVERITIES),
    "output-format": _text,
    "rule-paths": _texts,
    "external-queues": _texts,
    "memory-per-process": size,
}
_TABLES = ("tasks", "rules", "helm", "launchers")
_HINTS: Mapping[str, Callable[[Any], Any]] = {"load": _one_of(LOADS), "duration": seconds}


@dataclass(frozen=True)
class _File:
    """The file around the table, for errors and spans."""

    text: str
    shown: str
    relative: str
    above: tuple[str, ...]

    @cached_property
    def spans(self) -> Mapping[tuple[str, ...], Span]:
        return key_spans(self.text, self.relative)

    def span(self, *keys: str) -> Span:
        return self.spans.get((*self.above, *keys)) or Span.of_line(self.relative)

    def error(self, keys: tuple[str, ...], message: str) -> ConfigurationError:
        return ConfigurationError(message, self.shown, self.span(*keys).line)

    def read(self, reader: Callable[[Any], Any], written: Any, *keys: str) -> Any:
        try:
            return reader(written)
        except ValueError as error:
            raise self.error(keys, f"`{keys[-1]}` {error}") from None


def configured(
    table: Mapping[str, Any], above: tuple[str, ...], text: str, shown: str, relative: str, directory: Path
) -> Configuration:
    """The configuration that a table says; `directory` is where relative rule paths start.

    Raises ConfigurationError at the first key that is unknown or holds what it cannot.
    """
    file = _File(text, shown, relative, above)
    options: dict[str, Any] = {}
    for key, written in table.items():
        if key in _TABLES:
            continue
        if key not in _OPTIONS:
            raise file.error((key,), f"unknown key `{key}`{did_you_mean(key, (*_OPTIONS, *_TABLES))}")
        options[key.replace("-", "_")] = file.read(_OPTIONS[key], written, key)
    if "rule_paths" in options:
        options["rule_paths"] = tuple(directory / path for path in options["rule_paths"])
    return Configuration(
        **options,
        tasks=dict(_hints(file, _subtable(file, table, "tasks"), ())),
        rules=_rules(file, _subtable(file, table, "rules")),
        helm=_helm(file, _subtable(file, table, "helm")),
        launchers=_launchers(file, _subtable(file, table, "launchers")),
        file=shown,
        places={".".join(keys[len(above) :]): span for keys, span in file.spans.items() if keys[: len(above)] == above},
    )


def _subtable(file: _File, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise file.error((key,), f"`{key}` must be a table")
    return found


def _hints(file: _File, table: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, TaskHint]]:
    """Globs to hints; `[tasks.reports.render]` without quotes nests, and means `reports.render`."""
    for name, written in table.items():
        keys = (*above, name)
        if not isinstance(written, dict):
            raise file.error(("tasks", *keys), _misplaced_hint(name, above))
        leaf = {key: value for key, value in written.items() if not isinstance(value, dict)}
        if leaf or not written:
            yield ".".join(keys), _hint(file, leaf, keys)
        yield from _hints(file, {key: value for key, value in written.items() if isinstance(value, dict)}, keys)


def _misplaced_hint(name: str, above: tuple[str, ...]) -> str:
    return f'`{name}` must be a table: [tool.celerylint.tasks."{".".join((*above, name))}"] with load or duration'


def _hint(file: _File, written: Mapping[str, Any], keys: tuple[str, ...]) -> TaskHint:
    said = {}
    for key, value in written.items():
        place = ("tasks", *keys, key)
        if key not in _HINTS:
            raise file.error(place, f"unknown key `{key}`{did_you_mean(key, _HINTS)}")
        said[key] = file.read(_HINTS[key], value, *place)
    if not said:
        raise file.error(("tasks", *keys), f'`tasks."{".".join(keys)}"` says neither load nor duration')
    return TaskHint(said.get("load"), said.get("duration"), file.span("tasks", *keys))


def _rules(file: _File, table: Mapping[str, Any]) -> dict[str, RuleOptions]:
    rules = {}
    for name, written in table.items():
        if not isinstance(written, dict):
            raise file.error(("rules", name), f"`rules.{name}` must be a table of parameters and `severity`")
        severity = None
        if "severity" in written:
            severity = file.read(_one_of(SEVERITIES), written["severity"], "rules", name, "severity")
        rules[name] = RuleOptions(severity, {key: value for key, value in written.items() if key != "severity"})
    return rules


def _helm(file: _File, table: Mapping[str, Any]) -> HelmOptions:
    for key in table:
        if key not in ("engine", "values"):
            raise file.error(("helm", key), f"unknown key `{key}`{did_you_mean(key, ('engine', 'values'))}")
    engine = file.read(_one_of(ENGINES), table.get("engine", "auto"), "helm", "engine")
    values = table.get("values", {})
    if not isinstance(values, dict):
        raise file.error(("helm", "values"), '`values` must be a table: {"deploy/chart" = ["values-prod.yaml"]}')
    read = {chart: file.read(_texts, files, "helm", "values", chart) for chart, files in values.items()}
    return HelmOptions(engine, {chart.strip("/"): files for chart, files in read.items()})


def _launchers(file: _File, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, written in table.items():
        words = file.read(launcher, name, "launchers", name)
        found[words] = file.read(command, written, "launchers", name)
    return found
