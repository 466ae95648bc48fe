"""The names of a file that may make tasks of functions: `slow = partial(shared_task, …)`, `def slow(function): …`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from celerylint.facts.python.celerys import OLD_TASK, SHARED
from celerylint.facts.python.names import dotted, resolve
from celerylint.sources.python import PythonModule

_APPS = re.compile(r"celery|^c?app$|_app$", re.I)  # what apps are called
MOST = 200  # names of one file; a project has a handful


def makers_of(module: PythonModule, statements: Iterable[ast.stmt], imports: Mapping[str, str]) -> frozenset[str]:
    """The top-level names that speak of making tasks, and those that are made with these. Raises PythonSyntaxError."""
    found: set[str] = set()
    for statement in statements:
        found |= _named(statement, imports, frozenset())
    left = set(found)
    while left and len(found) < MOST:
        pattern = re.compile(rf"\b(?:{'|'.join(sorted(left))})\b")
        more: set[str] = set()
        for statement in module.mentioning(pattern):
            more |= _named(statement, imports, frozenset(found))
        left = more - found
        found |= left
    return frozenset(found)


def makers_by(module: PythonModule, names: frozenset[str]) -> frozenset[str]:
    """The top-level names of a file that are made with makers of other files. Raises PythonSyntaxError."""
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")
    found: set[str] = set()
    for statement in module.mentioning(pattern) if pattern.search(module.text.text) else ():
        found |= _named(statement, {}, names)
    return frozenset(found) - names


def _named(statement: ast.stmt, imports: Mapping[str, str], makers: frozenset[str]) -> set[str]:
    """What a top-level statement binds, where its value or its body may make tasks."""
    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        return names if _gives_maker(statement.value, imports, makers) else set()
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        inside = (node for part in statement.body for node in ast.walk(part))
        return {statement.name} if any(_is_maker(node, imports, makers) for node in inside) else set()
    if isinstance(statement, ast.If | ast.Try):
        inner = (each for each in ast.walk(statement) if isinstance(each, ast.Assign | ast.FunctionDef))
        return {name for each in inner for name in _named(each, imports, makers)}
    return set()


def _gives_maker(value: ast.expr, imports: Mapping[str, str], makers: frozenset[str]) -> bool:
    """`app.task`, `shared_task(…)`, `partial(shared_task, …)`; what a call of a task gives is none."""
    node = value.func if isinstance(value, ast.Call) else value
    if isinstance(value, ast.Call) and dotted(node).rpartition(".")[2] == "partial":
        return any(_is_maker(each, imports, makers) for each in value.args[:1])
    if isinstance(value, ast.Call) and value.args and _is_maker(node, imports, frozenset()):
        return False  # it makes a task of what it is given
    return _is_maker(node, imports, makers)


def _is_maker(node: ast.AST, imports: Mapping[str, str], makers: frozenset[str]) -> bool:
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    if isinstance(node, ast.Name):
        return node.id in makers or resolve(node.id, imports) in SHARED | OLD_TASK
    if node.attr == "task":
        return _APPS.search(dotted(node.value).rpartition(".")[2]) is not None
    return node.attr in makers or resolve(dotted(node), imports) in SHARED | OLD_TASK
