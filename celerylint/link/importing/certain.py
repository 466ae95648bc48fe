"""What a process certainly imports: through the import statements at the top of files, under no condition."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from celerylint.facts.python.names import span_of
from celerylint.link.code import Code
from celerylint.link.importing.meaning import packages_of
from celerylint.origin import Layer, Origin
from celerylint.sources.python import PythonSyntaxError

MOST_FILES = 60  # that are followed
_IMPORTS = re.compile(r"^(?:from|import)[ \t]", re.M)


def certainly(code: Code, roots: Mapping[str, Origin], wanted: frozenset[str]) -> dict[str, Origin]:
    """The files that these lead to, each with the statement that imports it; ends where all that are wanted are."""
    found = dict(roots)
    waiting = list(roots)
    while waiting and len(found) < MOST_FILES and not wanted <= found.keys():
        path = waiting.pop(0)
        beside = [(each, found[path]) for each in packages_of(code.modules, path)]
        for other, origin in (*beside, *_imported(code, path)):
            if other not in found:
                found[other] = origin
                waiting.append(other)
    return found


def _imported(code: Code, path: str) -> Iterator[tuple[str, Origin]]:
    module = code.tree.python(path)
    try:
        statements = module.mentioning(_IMPORTS) if module else []
    except PythonSyntaxError:
        return
    for node in statements:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        origin = Origin(Layer.CODE, span_of(path, node), (), "imported here")
        for name in _names(code, node, path):
            file = code.modules.find(name, path)
            if file is not None:
                yield file, origin


def _names(code: Code, node: ast.Import | ast.ImportFrom, path: str) -> Iterator[str]:
    """The modules that a statement certainly loads: a name of a package is one only where the package has no such."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = "." * node.level + (node.module or "")
    yield base
    package = code.modules.find(base, path)
    text = code.tree.text(package) if package is not None else None
    joint = "" if base.endswith(".") else "."
    for alias in node.names:
        if text is not None and not re.search(rf"\b{re.escape(alias.name)}\b", text.text):
            yield f"{base}{joint}{alias.name}"
