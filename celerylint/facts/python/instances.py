"""Apps that are made of the project's own subclasses of Celery, whatever these are called."""

from __future__ import annotations

import ast
import re

from celerylint.facts.python.facts import AppFact, Scope
from celerylint.facts.python.names import dotted, span_of
from celerylint.sources.python import PythonModule

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def classes_from(module: PythonModule, names: frozenset[str]) -> frozenset[str]:
    """The classes of a file that extend one of these. Raises PythonSyntaxError."""
    pattern = re.compile(rf"^[ \t]*class\s+\w+\s*\([^)]*\b(?:{'|'.join(sorted(names))})\b", re.M)
    if not pattern.search(module.text.text):
        return frozenset()
    nodes = (node for statement in module.mentioning(pattern) for node in ast.walk(statement))
    classes = (node for node in nodes if isinstance(node, ast.ClassDef))
    return frozenset(node.name for node in classes if any(_last(base) in names for base in node.bases))


def instances_of(module: PythonModule, names: frozenset[str]) -> list[AppFact]:
    """The calls of classes of these names, with what they are assigned to. Raises PythonSyntaxError."""
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(names))})\s*\(")
    found: list[AppFact] = []
    assigned: dict[int, str] = {}
    stack: list[tuple[ast.AST, Scope]] = [(each, ()) for each in reversed(module.mentioning(pattern))]
    while stack:
        node, scope = stack.pop()
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[-1] if isinstance(node, ast.Assign) else node.target
            assigned[id(node.value)] = dotted(target)
        if isinstance(node, ast.Call) and _last(node.func) in names:
            found.append(AppFact(span_of(module.path, node), node, assigned.get(id(node), ""), scope))
        inner = (*scope, node) if isinstance(node, _SCOPES) else scope
        stack.extend((child, inner) for child in reversed(list(ast.iter_child_nodes(node))))
    return found


def _last(node: ast.expr) -> str:
    return dotted(node).rpartition(".")[2]
