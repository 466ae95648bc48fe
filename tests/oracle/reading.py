"""celerylint's side: the repository of a case, read as `celerylint` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celerylint.configuration import Configuration
from celerylint.link.apps import find_apps
from celerylint.link.bodies import Bodies
from celerylint.link.code import read_code
from celerylint.link.environment import Environment
from celerylint.link.find_tasks import find_tasks
from celerylint.link.known_tasks import KnownTasks
from celerylint.link.schedule import schedule_of
from celerylint.link.settings import as_settings, effective_settings
from celerylint.link.task_options import AppView, TaskOptions
from celerylint.link.tasks import TaskMaker
from celerylint.link.which_app import find_app
from celerylint.model import ScheduleEntry
from celerylint.origin import Layer, Value, known
from celerylint.sources.discover import discover
from celerylint.sources.tree import Tree
from oracle.case import Case


def settings_of(root: Path, case: Case) -> Mapping[str, Value[Any]]:
    """The effective settings of a case's app, in an environment of which everything is known."""
    code = read_code(Tree(root, discover(root)))
    environment = Environment({name: known(text, Layer.MANIFEST) for name, text in case.env.items()})
    evaluator = code.evaluator(environment)
    span = find_app(code, evaluator, case.app, "")
    app = next((each for each in find_apps(code) if each.span == span), None)
    return as_settings(effective_settings(code, app, evaluator)) if app else {}


def schedule_of_app(root: Path, case: Case) -> dict[str, ScheduleEntry]:
    """The entries of a case's app by their names, in an environment of which everything is known."""
    code = read_code(Tree(root, discover(root)))
    evaluator = code.evaluator(Environment({name: known(text, Layer.MANIFEST) for name, text in case.env.items()}))
    (app,) = find_apps(code)
    written = effective_settings(code, app, evaluator)["beat_schedule"]
    entries = schedule_of(app, "shop", written, KnownTasks(code.modules, app.path, (), frozenset(), ""))
    return {entry.name: entry for entry in entries.otherwise(())}


def queues_of(root: Path, env: Mapping[str, str]) -> dict[tuple[str, str], Value[str]]:
    """The queue of every task by its file and name, in an environment of which everything is known."""
    code = read_code(Tree(root, discover(root)))
    evaluator = code.evaluator(Environment({name: known(text, Layer.MANIFEST) for name, text in env.items()}))
    apps = find_apps(code)
    found: dict[tuple[str, str], Value[str]] = {}
    for app in apps:
        view = AppView(code, app, effective_settings(code, app, evaluator), evaluator, Configuration())
        sources = find_tasks(code, apps).tasks
        maker = TaskMaker(view, Bodies(code, sources))
        for source in sources:
            if source.app == app.span:
                found[source.path, source.name] = maker.queue(source, TaskOptions(view, source))
    return found
