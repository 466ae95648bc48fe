"""Where a worker's process begins to import: its command line, its app, its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from celerylint.link.code import AppSource, evaluated
from celerylint.link.containers import Started, words_of
from celerylint.link.evaluate import Evaluator, ExternalObject, plain
from celerylint.link.which_app import named_app
from celerylint.origin import Layer, Origin, Unknown, Value

_APP = frozenset({"celery.Celery", "celery.app.Celery", "celery.app.base.Celery"})
_OWN_LOADER = frozenset({"loader", "fixups"})
_DEFAULT_CONFIGURATION = "celeryconfig"  # celery/loaders/default.py


def why_not_followed(evaluator: Evaluator, app: AppSource, process: Started | None) -> str:
    """Why nobody can tell all that a process imports; empty where its command line and its app are plain."""
    if process is None:
        return "nothing in the repository starts this worker"
    launch = process.launch
    if process.container.app is not None or not _is_celery(launch.program):
        return f"{launch.program or 'a Python file'} starts it, and may import more"
    if not isinstance(named_app(process).value, str):
        return named_app(process).reason or "its command line names no app"
    if launch.opaque:
        return f"{launch.opaque[0].text} on its command line is not known"
    if "loader" in launch.global_options or "config" in launch.global_options:
        return "its command line names a loader or a configuration of its own"
    if "CELERY_LOADER" in process.environment.variables:
        return "CELERY_LOADER names a loader of its own"
    return process.workload.patched or _own_class(evaluator, app)


def _is_celery(program: str) -> bool:
    return program.rpartition("/")[2] == "celery" or program.endswith(" -m celery")


def _own_class(evaluator: Evaluator, app: AppSource) -> str:
    thing = evaluated(evaluator, app.path, app.node.func, app.scope).value
    if not isinstance(thing, ExternalObject) or thing.name not in _APP:
        return "the app is of a class that may import modules by itself"
    if any(each.arg is None or each.arg in _OWN_LOADER for each in app.node.keywords):
        return "the app may have a loader of its own"
    return ""


def app_names(process: Started) -> tuple[str, ...]:
    """The modules that `-A` may mean (celery/app/utils.py:find_app)."""
    name = named_app(process).value
    if not isinstance(name, str):
        return ()
    module = name.partition(":")[0]
    above = module.rpartition(".")[0]
    return tuple(each for each in (module, above, f"{module}.celery", _DEFAULT_CONFIGURATION) if each)


def words_around(process: Started) -> Iterator[str]:
    """The texts that a process gets from outside, in which modules may be named."""
    yield from (word.text for word in words_of(process.container))
    yield from (use.value for use in process.launch.options.values() if isinstance(use.value, str))
    values = (value.value for value in process.environment.variables.values())
    yield from (value for value in values if isinstance(value, str))


def named_modules(settings: Mapping[str, Value[Any]], process: Started | None) -> tuple[dict[str, Origin], str]:
    """The modules of `imports`, `include` and `-I`, and why there may be others (celery/loaders/base.py)."""
    found: dict[str, Origin] = {}
    doubt = ""
    for name in ("imports", "include"):
        value = settings[name]
        data = plain(value)
        names = [data] if isinstance(data, str) else data
        if isinstance(names, Unknown):
            doubt = doubt or f"the setting {name} is not known: {names.reason}"
        elif isinstance(names, list | tuple | set | frozenset):
            found.update(dict.fromkeys(sorted(map(str, names)), value.origin))
    use = process.launch.options.get("include") if process else None
    if use is not None and (use.unresolved or not isinstance(use.value, str)):
        return found, doubt or use.unresolved or "-I has no value"
    if use is not None:
        from_line = Origin(Layer.COMMAND_LINE, use.span, (), "-I")
        found.update({each.strip(): from_line for each in str(use.value).split(",") if each.strip()})
    return found, doubt
