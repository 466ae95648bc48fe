"""Flower processes, and their options: command line, else Flower's own file, else the variables FLOWER_…

flower/command.py, 0.9 to 2.0: the variables are applied first, the file over them, the command line over both.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any

from celerylint.link.code import AppSource
from celerylint.link.containers import Started, command_of
from celerylint.link.deployment import container_of, workload_of
from celerylint.link.settings import broker_of, effective_settings
from celerylint.link.which_app import named_app
from celerylint.link.workers import Repository, app_model
from celerylint.model import Flower
from celerylint.origin import Layer, Origin, Unknown, Value, known, unknown
from celerylint.sources.tree import Tree

_FILE = "flowerconfig.py"  # flower/options.py:DEFAULT_CONFIG_FILE, in the folder that it runs in
_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})  # flower/utils/__init__.py:strtobool
_FALSE = frozenset({"n", "no", "f", "false", "off", "0"})
_NOTHING = frozenset({None, "", False})


def flower_of(repository: Repository, app: AppSource | Unknown, process: Started) -> Flower:
    """A `celery flower` process. Without -A it belongs to no app of the repository, even to the only one."""
    evaluator = repository.code.evaluator(process.environment)
    own = app if isinstance(app, AppSource) and named_app(process).value is not None else None
    settings = effective_settings(repository.code, own, evaluator) if own else _without_app(process)
    options = _Options(repository.code.tree, process)
    return Flower(
        name=process.name,
        span=process.launch.span,
        kind=process.workload.kind,
        command=command_of(process),
        via=process.via,
        app=app_model(repository.code, evaluator, own, settings) if own else None,
        broker=broker_of(settings),
        workload=workload_of(process.workload, repository.manifests, process.grace_period),
        container=container_of(process.container, process.workload, repository.manifests),
        port=options.get("port", 5555, int),
        unix_socket=options.get("unix_socket", "", str),
        address=options.get("address", "", str),
        url_prefix=options.get("url_prefix", "", str),
        persistent=options.get("persistent", False, _truth),
        database=options.get("db", "flower", str),
        authenticated=_either(options.get("basic_auth", "", str), options.get("auth", "", str)),
    )


def _without_app(process: Started) -> Mapping[str, Value[Any]]:
    """The broker of Celery's own app: its variable, which `-b` is written into."""
    url, nothing = process.environment.get("CELERY_BROKER_URL"), known({}, Layer.DEFAULT)
    return {"broker_url": url, "broker_transport_options": nothing}


def _either(*options: Value[Any]) -> Value[bool]:
    """Whether one of them is given; where the value of one is not known, it is given all the same."""
    given = next((each for each in options if each.known and each.get() not in _NOTHING), None)
    if given is not None:
        return Value(True, given.origin)
    return next((each for each in options if not each.known), known(False, Layer.DEFAULT))


def _truth(text: str) -> bool:
    word = text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(text)
    return word in _TRUE


class _Options:
    """The options of one Flower."""

    def __init__(self, tree: Tree, process: Started) -> None:
        self._tree = tree
        self._launch = process.launch
        self._environment = process.environment

    def get(self, name: str, default: Any, convert: Callable[[str], Any]) -> Value[Any]:
        """An option by Flower's own name."""
        use = self._launch.options.get(name)
        if use is not None:
            origin = Origin(Layer.COMMAND_LINE, use.span, (), use.flag)
            if use.value is True and convert is not _truth:  # tornado/options.py:OptionParser.parse_command_line
                return unknown(f"{use.flag} takes its value behind `=` alone: Flower does not start", use.span)
            return unknown(use.unresolved, use.span) if use.unresolved else _converted(use.value, origin, convert)
        if self._launch.opaque:
            word = self._launch.opaque[0]
            return unknown(f"{word.text} may hold --{name.replace('_', '-')}", word.span)
        return self._of_file(name) or self._variable(name, default, convert)

    def _variable(self, name: str, default: Any, convert: Callable[[str], Any]) -> Value[Any]:
        value = self._environment.get(f"FLOWER_{name.upper()}")
        if not value.known or value.value is None:
            return value if not value.known else known(default, Layer.DEFAULT)
        origin = Origin(Layer.ENVIRONMENT, value.origin.span, value.origin.via, f"FLOWER_{name.upper()}")
        return _converted(value.value, origin, convert)

    def _of_file(self, name: str) -> Value[Any] | None:
        """Unknown where the file that Flower reads may set the option: it is Python, and any of that name may be it."""
        use = self._launch.options.get("conf")
        written = str(use.value) if use is not None else self._environment.text("FLOWER_CONF")
        basename = posixpath.basename(written or _FILE)
        found = [path for path in self._tree.files if posixpath.basename(path) == basename]
        span = use.span if use is not None else None
        if not found and written is not None:
            return unknown(f"its configuration file {basename} is not in the repository", span)
        for path in found:
            if re.search(rf"\b{name}\b|\bimport\b|\bexec\b".encode(), self._tree.data(path) or b""):
                return unknown(f"{path}, which Flower may read, may set {name}", span)
        return None


def _converted(value: Any, origin: Origin, convert: Callable[[str], Any]) -> Value[Any]:
    """tornado/options.py:_Option.parse"""
    try:
        return Value(convert("true" if value is True else str(value)), origin)
    except ValueError:
        return unknown(f"{value!r} is not what Flower takes there: it does not start", origin.span)
