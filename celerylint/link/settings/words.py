"""The words of a module and of all that it star-imports: a name that is not among them is not bound there."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from celerylint.link.evaluate import Evaluator, ModuleFrame
from celerylint.link.evaluate.including import included_files
from celerylint.link.evaluate.names import ANY, statements_for
from celerylint.sources.python import PythonSyntaxError


def words_in(evaluator: Evaluator, frames: Iterable[ModuleFrame]) -> frozenset[str]:
    """The words of these files, and of the files of the repository that they import everything from."""
    found: set[str] = set()
    left = list(frames)
    seen: set[str] = set()
    while left:
        frame = left.pop()
        if frame.path in seen:
            continue
        seen.add(frame.path)
        try:
            found.update(frame.module.words)
        except PythonSyntaxError:
            continue
        left.extend(_starred(evaluator, frame))
    return frozenset(found)


def _starred(evaluator: Evaluator, frame: ModuleFrame) -> Iterable[ModuleFrame]:
    try:
        statements = statements_for(evaluator.shared, frame, ANY)
    except PythonSyntaxError:
        return
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                path = evaluator.modules.find("." * node.level + (node.module or ""), frame.path)
                inner = evaluator.frame(path) if path else None
                if inner is not None:
                    yield inner
        for path in included_files(evaluator, statement, frame):
            inner = evaluator.frame(path)
            if inner is not None:
                yield inner
