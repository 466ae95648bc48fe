"""Which Django settings module a process uses."""

from __future__ import annotations

import re

from celerylint.link.code import AppSource, is_test
from celerylint.link.evaluate import Evaluator, ModuleFrame
from celerylint.origin import Unknown

_NAMED = re.compile(rb"DJANGO_SETTINGS_MODULE[\"']?[\]\s]*[,=:][\s\-]*(?:value:\s*)?[\"']?([A-Za-z_][\w.]*)")


def settings_module(evaluator: Evaluator, app: AppSource) -> ModuleFrame | Unknown:
    """The module that DJANGO_SETTINGS_MODULE names: in the process's environment, else in the app's own file.

    Where the environment is not known and the repository names several, it is unknown which one holds.
    """
    given = evaluator.variable("DJANGO_SETTINGS_MODULE").value
    if isinstance(given, str):
        return _frame(evaluator, app, given)
    named = _named_in(evaluator, app.path)
    others = _candidates(evaluator)
    if isinstance(given, Unknown) and len(others | set(named)) > 1:
        return Unknown(f"DJANGO_SETTINGS_MODULE may be any of {', '.join(sorted(others | set(named)))}")
    choice = named or sorted(others)
    if len(choice) == 1:
        return _frame(evaluator, app, choice[0])
    return Unknown("DJANGO_SETTINGS_MODULE is not set in the app's file or its environment")


def _frame(evaluator: Evaluator, app: AppSource, name: str) -> ModuleFrame | Unknown:
    path = evaluator.modules.find(name, app.path)
    frame = evaluator.frame(path) if path else None
    return frame or Unknown(f"the settings module {name} is not in the repository")


def _named_in(evaluator: Evaluator, path: str) -> list[str]:
    data = evaluator.modules.tree.data(path) or b""
    return sorted({name.decode() for name in _NAMED.findall(data)})


def _candidates(evaluator: Evaluator) -> set[str]:
    """Every settings module that the repository's entry points name and that it holds."""
    tree = evaluator.modules.tree
    found: set[str] = set()
    for path in tree.files:
        name = path.rpartition("/")[2]
        if is_test(path) or not (name in _ENTRY_POINTS or name.startswith(("Dockerfile", ".env"))):
            continue
        found |= {each for each in _named_in(evaluator, path) if evaluator.modules.find(each, path)}
    return found


_ENTRY_POINTS = frozenset({"manage.py", "wsgi.py", "asgi.py", "celery.py", "celery_app.py", "celeryconf.py"})
