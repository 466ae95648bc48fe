"""On real code, evaluation never raises, and what it takes for known is what Python has after the import."""

from __future__ import annotations

import ast
import warnings
from importlib import import_module
from pathlib import Path

import pytest
from linked import environment

from celerylint.link.evaluate import Evaluator, plain
from celerylint.link.evaluate.evaluator import Shared
from celerylint.link.modules import Modules
from celerylint.origin import Unknown
from celerylint.sources.discover import Discovery
from celerylint.sources.tree import Tree

SITE = Path(import_module("celery").__file__ or "").parents[1]
# Changed by a function that reaches it through a module that it is given; the lists and sets in it stay.
BEYOND = {("celery.local", "COMPAT_MODULES")}


def names_of(path: str) -> list[str]:
    """Every name that the top of a file mentions for storing, importing or defining."""
    found: set[str] = set()
    for statement in ast.parse((SITE / path).read_text(encoding="utf-8")).body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found.update((each.asname or each.name).partition(".")[0] for each in node.names)
    return sorted(found)


@pytest.mark.parametrize("folder", ["celery/app", "celery/utils", "celery/worker", "kombu/utils", "kombu/transport"])
def test_real_modules(folder: str) -> None:
    package = folder.partition("/")[0]
    files = sorted(path.relative_to(SITE).as_posix() for path in (SITE / package).rglob("*.py"))
    modules = Modules(Tree(SITE, Discovery(tuple(files))))
    evaluator = Evaluator(Shared(modules), environment())
    known = 0
    for path in (each for each in files if each.startswith(f"{folder}/")):
        frame = evaluator.frame(path)
        assert frame is not None
        values = {name: evaluator.lookup(frame, name) for name in names_of(path)}
        data = {name: plain(value) for name, value in values.items() if value is not None}
        data = {name: value for name, value in data.items() if not isinstance(value, Unknown)}
        module = path[:-3].replace("/", ".").removesuffix(".__init__")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                real = import_module(module)
        except Exception:
            continue  # it needs a library that is not here
        different = {name: value for name, value in data.items() if getattr(real, name, "gone") != value}
        assert {name: each for name, each in different.items() if (module, name) not in BEYOND} == {}
        known += len(data)
    assert known > 5
