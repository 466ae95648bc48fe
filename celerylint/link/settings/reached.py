"""Whether anything in the repository comes to a function or a module: what nothing names is never executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from celerylint.link.evaluate import Evaluator
from celerylint.link.evaluate.meant import NAMING, is_meant_elsewhere
from celerylint.link.settings.loading import imported_by
from celerylint.sources.python import PythonSyntaxError

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Django loads these of every application (django/apps/config.py), and a worker the modules that are called tasks.
_LOADED_BY_NAME = frozenset({"apps", "models", "tasks", "__init__"})
_OWN = re.compile(r"@[\w.]*task\b|\bCelery\w*\(")


def is_dead(evaluator: Evaluator, path: str, scope: Sequence[ast.AST]) -> bool:
    """Whether one of the functions around a statement is certainly never called: its name stands nowhere else.

    A method may be called by whoever extends or uses its class, and a decorated function by what decorates it.
    """
    if any(isinstance(node, ast.ClassDef) for node in scope):
        return False
    functions = [node for node in scope if isinstance(node, _FUNCTIONS) and not node.decorator_list]
    return any(not _is_named(evaluator, path, node.name) for node in functions)


def loads(evaluator: Evaluator, path: str) -> bool | None:
    """Whether a process comes to load a file: for its tasks, its app, its name as Django does, or an import of another.

    None where nothing imports it and something may name it all the same.
    """
    name = path.rpartition("/")[2].removesuffix(".py")
    text = evaluator.modules.tree.text(path)
    if name in _LOADED_BY_NAME or text is None or _OWN.search(text.text):
        return True
    if _kept(evaluator, (loads, path), lambda: any(_importers(evaluator, path, name))):
        return True
    word = re.escape(name.encode())
    pattern = re.compile(rb"(?:[.'\"]|\bimport\b[^\n]*\b)" + word + rb"\b|^\s+" + word + rb",?\s*$", re.M)
    named = _kept(evaluator, (is_dead, path), lambda: any(_naming(evaluator, pattern, name, path)))
    return None if named else False


def _is_named(evaluator: Evaluator, path: str, name: str) -> bool:
    pattern = re.compile(rb"\b" + re.escape(name.encode()) + rb"\b")
    data = evaluator.modules.tree.data(path) or b""
    if len(pattern.findall(data)) > 1:
        return True
    return is_meant_elsewhere(evaluator.shared, path, name)


def _kept(evaluator: Evaluator, key: object, compute: Callable[[], Any]) -> Any:
    results = evaluator.shared.results
    if key not in results:
        results[key] = compute()
    return results[key]


def _naming(evaluator: Evaluator, pattern: re.Pattern[bytes], name: str, own: str) -> Iterator[bool]:
    """The other files that mention a name."""
    tree = evaluator.modules.tree
    for path in tree.files:
        if path != own and NAMING.search(path):
            data = tree.data(path) or b""
            yield name.encode() in data and pattern.search(data) is not None


def _importers(evaluator: Evaluator, path: str, name: str) -> Iterator[bool]:
    """The other files that import a module."""
    modules, tree = evaluator.modules, evaluator.modules.tree
    word = re.escape(name)
    mention = re.compile(rf"\bimport\b[^=]*\b{word}\b|\bfrom\b[^=]*\b{word}\b[^=]*\bimport\b")
    for other in tree.files:
        text = tree.text(other) if other.endswith(".py") and name.encode() in (tree.data(other) or b"") else None
        if text is None or other == path or evaluator.shared.is_test(other) or not mention.search(text.text):
            continue
        for node in _nodes(evaluator, other, mention):
            yield any(modules.find(each, other) == path for each in imported_by(node))


def _nodes(evaluator: Evaluator, path: str, mention: re.Pattern[str]) -> Iterable[ast.AST]:
    module = evaluator.modules.tree.python(path)
    try:
        statements = module.mentioning(mention) if module else []
    except PythonSyntaxError:
        return []
    return [node for statement in statements for node in ast.walk(statement)]
