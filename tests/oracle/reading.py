"""celerylint's side: the repository of a case, read as `celerylint` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celerylint.link.apps import find_apps
from celerylint.link.code import read_code
from celerylint.link.environment import Environment
from celerylint.link.settings import as_settings, effective_settings
from celerylint.link.which_app import find_app
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
