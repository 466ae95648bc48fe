"""Whether another file may mean a function of a module: what nobody else means is called by its own module alone."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from celerylint.sources.python import PythonModule, PythonSyntaxError

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Shared

# Files that may name a module or a function of the repository: code, manifests, scripts.
NAMING = re.compile(
    r"\.(?:py|pyi|ya?ml|toml|cfg|ini|conf|sh|bash|json|env|txt|service)$|(?:^|/)[^./]*$|Dockerfile|Procfile"
)
_IMPORTS = re.compile(r"^[ \t]*(?:from|import)[ \t]", re.M)


def is_meant_elsewhere(shared: Shared, path: str, name: str) -> bool:
    """Whether any other file may mean what a module calls by this name."""
    key = (is_meant_elsewhere, path, name)
    if key not in shared.results:
        shared.results[key] = _is_meant(shared, path, name)
    return bool(shared.results[key])


def _is_meant(shared: Shared, path: str, name: str) -> bool:
    tree, word = shared.modules.tree, name.encode()
    pattern = re.compile(rb"\b" + re.escape(word) + rb"\b")
    for other in tree.files:
        if other == path or not NAMING.search(other):
            continue
        data = tree.data(other) or b""
        if word in data and pattern.search(data) and (not other.endswith(".py") or _means(shared, other, path, name)):
            return True
    return False


def _means(shared: Shared, other: str, path: str, name: str) -> bool:
    """Whether a Python file that has the word may mean the module's."""
    module = shared.modules.tree.python(other)
    if module is None:
        return True
    try:
        nodes = [node for statement in module.naming(name) for node in ast.walk(statement)]
        own = any(not isinstance(each, ast.Import | ast.ImportFrom) for each in _binding(shared, module, name))
        imports = [node for statement in module.mentioning(_IMPORTS) for node in ast.walk(statement)]
    except PythonSyntaxError:
        return True
    if any(isinstance(each, ast.Constant) and each.value == name for each in nodes):
        return True
    modules, stars = _imported(shared, imports, other, name)
    if path in modules and any(isinstance(each, ast.Attribute) and each.attr == name for each in nodes):
        return True
    if any(path == each for each in _named(shared, imports, other, name)):
        return True
    used = any(isinstance(each, ast.Name) and each.id == name for each in nodes)
    return used and (path in stars or (bool(stars) and not own))


def _binding(shared: Shared, module: PythonModule, name: str) -> list[ast.stmt]:
    return [each for each in module.binding(name) if name in shared.effects(each).binds]


def _imported(shared: Shared, nodes: list[ast.AST], path: str, name: str) -> tuple[set[str], set[str]]:
    """The files that a file imports as modules, and those from which it imports everything."""
    modules: set[str | None] = set()
    stars: set[str | None] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            modules.update(shared.modules.find(alias.name, path) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            joint = "" if base.endswith(".") else "."
            for alias in node.names:
                if alias.name == "*":
                    stars.add(shared.modules.find(base, path))
                else:
                    modules.add(shared.modules.find(f"{base}{joint}{alias.name}", path))
    return {each for each in modules if each}, {each for each in stars if each}


def _named(shared: Shared, nodes: list[ast.AST], path: str, name: str) -> list[str | None]:
    """The modules that a file imports a name from."""
    return [
        shared.modules.find("." * node.level + (node.module or ""), path)
        for node in nodes
        if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names)
    ]
