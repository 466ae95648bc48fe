"""Exceptions by their names: what imports and `raise` raise, and which handler catches it."""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING

from celerylint.link.evaluate.frame import Frame

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator


def dotted(node: ast.expr) -> str:
    """A dotted name as it is written; empty for anything else."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def import_raises(evaluator: Evaluator, node: ast.Import | ast.ImportFrom, frame: Frame) -> str | None:
    """An import of a module that the repository's own package does not hold fails; a distribution may be absent."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [_module(node)]
    for module in names:
        if evaluator.modules.find(module, frame.path) is not None:
            continue
        if isinstance(node, ast.ImportFrom) and _is_submodule(evaluator, module, node, frame):
            continue
        if module.startswith(".") or evaluator.modules.is_own(module, frame.path):
            return "ModuleNotFoundError"
        if module.partition(".")[0] not in sys.stdlib_module_names | {"celery", "kombu"}:
            return None
    return ""


def _module(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def _is_submodule(evaluator: Evaluator, module: str, node: ast.ImportFrom, frame: Frame) -> bool:
    joint = "" if module.endswith(".") else "."
    return all(evaluator.modules.find(f"{module}{joint}{each.name}", frame.path) is not None for each in node.names)


def raised_by(statement: ast.Raise) -> str | None:
    """The exception of a `raise`, where it is one of Python's own."""
    node = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
    name = dotted(node) if node is not None else ""
    return name if _family(name) else None


def _family(name: str) -> frozenset[str]:
    """An exception of Python's own with all that it extends; empty for any other name."""
    found = getattr(builtins, name, None)
    is_exception = isinstance(found, type) and issubclass(found, BaseException)
    return frozenset(each.__name__ for each in found.__mro__) if is_exception and found else frozenset()


def catches(handler: ast.ExceptHandler, exception: str) -> bool:
    """Whether a handler catches an exception, as far as its names tell."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {dotted(each).rpartition(".")[2] for each in kinds}
    return bool(names & (_family(exception) or {exception, "Exception", "BaseException"}))


def suppressing(evaluator: Evaluator, node: ast.With | ast.AsyncWith) -> ast.Try | None:
    """`with contextlib.suppress(KeyError): …` as the `try` that it stands for; None for any other `with`."""
    item = node.items[0]
    call = item.context_expr
    if len(node.items) != 1 or not isinstance(call, ast.Call) or call.keywords or item.optional_vars is not None:
        return None
    if dotted(call.func).rpartition(".")[2] != "suppress" or any(isinstance(each, ast.Starred) for each in call.args):
        return None
    key = (suppressing, node)
    if key not in evaluator.shared.results:
        nothing = ast.copy_location(ast.Pass(), node)
        kinds = ast.copy_location(ast.Tuple(call.args, ast.Load()), call)
        handler = ast.copy_location(ast.ExceptHandler(kinds, None, [nothing]), node)
        evaluator.shared.results[key] = ast.copy_location(ast.Try(node.body, [handler], [], []), node)
    found: ast.Try = evaluator.shared.results[key]
    return found
