"""Which modules a run follows: those that make or configure an app, and those that lead to them by their imports."""

from __future__ import annotations

import ast
import re

from celerylint.link.code import Code
from celerylint.sources.python import PythonSyntaxError

LARGEST_PACKAGE = 20_000  # characters of an `__init__.py` that says nothing of Celery and may import what does
DEEPEST = 25  # modules that import one another; Python's own stack holds some 1,000 frames
_IMPORTS = re.compile(r"^[ \t]*(?:from|import)[ \t]", re.M)
_CONFIGURES = re.compile(r"(?<!django)\.conf\b(?! import)|config_from_(?:object|envvar)\(|\.add_defaults\(|Celery\w*\(")


class Loading:
    """The modules of one repository that a run follows."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._speaking = {facts.path for facts in code.files}
        self._own = {facts.path for facts in code.files if facts.apps}
        self._concerns: dict[str, bool] = {}

    @classmethod
    def of(cls, code: Code) -> Loading:
        """The one of a repository: it does not depend on the environment."""
        results = code.shared.results
        if cls not in results:
            results[cls] = cls(code)
        found: Loading = results[cls]
        return found

    def concerns(self, path: str) -> bool:
        """Whether loading a module may configure an app, by itself or by what it imports."""
        stack, seen = [path], {path}
        while stack:
            current = stack.pop()
            if self._concerns.get(current) or self._configures(current):
                self._concerns[path] = True
                return True
            if current not in self._concerns:
                fresh = [each for each in self._imported(current) if each not in seen]
                seen.update(fresh)
                stack.extend(fresh)
        self._concerns.update(dict.fromkeys(seen, False))
        return False

    def _configures(self, path: str) -> bool:
        if path in self._own:
            return True
        text = self._code.tree.text(path) if path in self._speaking else None
        return text is not None and _CONFIGURES.search(text.text) is not None

    def _imported(self, path: str) -> list[str]:
        """The repository's modules that a module imports, as far as they could matter."""
        text = self._code.tree.text(path)
        small = path.endswith("/__init__.py") and text is not None and len(text.text) <= LARGEST_PACKAGE
        module = self._code.tree.python(path) if small or path in self._speaking else None
        if module is None:
            return []
        try:
            statements = module.mentioning(_IMPORTS)
        except PythonSyntaxError:
            return []
        nodes = (node for statement in statements for node in ast.walk(statement))
        found = (self._code.modules.find(name, path) for node in nodes for name in imported_by(node))
        return [each for each in found if each is not None and each != path]


def imported_by(node: ast.AST) -> list[str]:
    """The modules that an import may load, as it names them."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = "." * node.level + (node.module or "")
    joint = "" if base.endswith(".") else "."
    return [base, *(f"{base}{joint}{alias.name}" for alias in node.names if alias.name != "*")]
