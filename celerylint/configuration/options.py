"""What a project tells celerylint about itself, as immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from celerylint.origin import Span

SEVERITIES = ("error", "warning", "info")
ENGINES = ("auto", "sdk", "helm", "none")
LOADS = ("cpu", "io", "mixed")


class ConfigurationError(Exception):
    """A configuration that cannot be meant so; `path` and `line` are None where it came from elsewhere."""

    def __init__(self, message: str, path: str | None = None, line: int | None = None) -> None:
        place = ":".join(str(part) for part in (path, line) if part is not None)
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class TaskHint:
    """What `[tool.celerylint.tasks."glob"]` says of the tasks whose names match."""

    load: str | None  # cpu, io or mixed
    duration: float | None  # seconds that one run takes at most
    span: Span  # the table's header


@dataclass(frozen=True, slots=True)
class HelmOptions:
    """`[tool.celerylint.helm]`: what renders charts, and the values files of charts by their folders."""

    engine: str = "auto"
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # both relative to the linted root


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """What `[tool.celerylint.rules.<name>]` changes about one rule."""

    severity: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Configuration:
    """`[tool.celerylint]`, checked. Rules are named by name, code or the start of a code (`CLY2`)."""

    select: tuple[str, ...] = ()  # none: every rule
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] | None = None  # None: celerylint's own list
    extend_exclude: tuple[str, ...] = ()
    min_severity: str = "warning"
    output_format: str = "full"
    rule_paths: tuple[Path, ...] = ()  # absolute; relative ones count from the configuration file
    external_queues: tuple[str, ...] = ()  # names and globs of queues consumed outside the repository
    memory_per_process: int | None = None  # bytes
    launchers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # a program's words to Celery's command line
    tasks: Mapping[str, TaskHint] = field(default_factory=dict)  # by glob over task names, in the file's order
    rules: Mapping[str, RuleOptions] = field(default_factory=dict)
    helm: HelmOptions = field(default_factory=HelmOptions)
    file: str | None = None  # as messages name it
    places: Mapping[str, Span] = field(default_factory=dict)  # dotted key (`rules.x.severity`) to its line

    def choosing(self, select: tuple[str, ...], ignore: tuple[str, ...]) -> Configuration:
        """With rules chosen elsewhere: `select` replaces both lists of the file, `ignore` adds to what is ignored."""
        # An error in words from elsewhere has no place in the file.
        ours = (*(("select", "ignore") if select else ()), *(("ignore",) if ignore else ()))
        return replace(
            self,
            select=select or self.select,
            ignore=ignore if select else (*self.ignore, *ignore),
            places={key: span for key, span in self.places.items() if key not in ours},
        )

    def error(self, message: str, *keys: str) -> ConfigurationError:
        """An error about a key of the file, at its line."""
        span = self.places.get(".".join(keys))
        return ConfigurationError(message, self.file if span else None, span.line if span else None)


UNCONFIGURED = Configuration()
