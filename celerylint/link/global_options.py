"""The options in front of `worker` and `beat`, which Celery writes into its environment before it loads the app."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from celerylint import catalog
from celerylint.link.code import AppSource
from celerylint.link.containers import Started
from celerylint.link.environment import Environment
from celerylint.link.releases import UNNAMED, Releases
from celerylint.origin import Layer, Origin, Unknown, Value, known, unknown

# celery/bin/celery.py:celery, 5.0 to 5.7.
_WRITTEN = {"broker": "CELERY_BROKER_URL", "result_backend": "CELERY_RESULT_BACKEND", "config": "CELERY_CONFIG_MODULE"}
# The variables that click reads in their stead.
_READ = frozenset({"BROKER_URL", "CELERY_BROKER", "RESULT_BACKEND", "CONFIG_MODULE", "CELERY_CONFIG"})


def with_global_options(process: Started, app: AppSource | Unknown) -> Started:
    """The process in the environment that its app is loaded in."""
    releases = app.releases if isinstance(app, AppSource) else UNNAMED
    given = {name: _given(process, dest, releases) for dest, name in _WRITTEN.items()}
    written = {name: value for name, value in given.items() if value is not None}
    if not written:
        return process
    environment = process.environment
    return replace(process, environment=Environment({**environment.variables, **written}, environment.open_reason))


def is_global_option(variable: Value[Any]) -> bool:
    """Whether a variable is what an option, or another variable that click reads for it, was written into."""
    return variable.origin.layer is Layer.COMMAND_LINE or variable.origin.note in _READ


def _given(process: Started, dest: str, releases: Releases) -> Value[Any] | None:
    """The option, else the first variable that click reads for it and that is not empty."""
    use = process.launch.global_options.get(dest)
    if use is not None:
        return unknown(use.unresolved, use.span) if use.unresolved else known(use.value, Layer.COMMAND_LINE, use.span)
    option = catalog.commands()["celery"].options[dest]
    for name in option.env:
        value = process.environment.variables.get(name)
        if value is None or value.value in (None, ""):
            continue
        if name == _WRITTEN[dest]:
            return None
        read = _reads(option, name, releases)
        if isinstance(read, Unknown):
            return unknown(f"whether {name} is read is not known: {read.reason}", value.origin.span)
        if read:
            return Value(value.value, Origin(Layer.ENVIRONMENT, value.origin.span, value.origin.via, name))
    return None


def _reads(option: catalog.Option, name: str, releases: Releases) -> bool | Unknown:
    """Whether every release that may be installed reads the variable."""
    found: bool | Unknown = releases.agreed(lambda release: name in option.in_version(release).env)
    return found
