"""Which exceptions statements raise, as far as that is certain, and which handler catches them."""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING

from celerylint.link.evaluate.frame import Frame, place
from celerylint.link.evaluate.objects import ClassObject, ModuleObject, Raised, plain
from celerylint.link.evaluate.truth import truth_of
from celerylint.link.evaluate.unpacking import unpacked
from celerylint.origin import Unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_PUTTING = frozenset({"append", "insert", "setdefault", "add"})


def dotted(node: ast.expr) -> str:
    """A dotted name as it is written; empty for anything else."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def raises(evaluator: Evaluator, statement: ast.stmt, frame: Frame) -> str | None:
    """The exception that a statement certainly raises, `` where it certainly raises none, None where nobody knows."""
    if isinstance(statement, ast.Pass | ast.FunctionDef | ast.AsyncFunctionDef | ast.Global | ast.Break | ast.Continue):
        return ""
    if isinstance(statement, ast.Raise):
        return _raised(statement)
    if isinstance(statement, ast.ImportFrom | ast.Import):
        return _import_raises(evaluator, statement, frame)
    if isinstance(statement, ast.If):
        return _if_raises(evaluator, statement, frame)
    if isinstance(statement, ast.AugAssign):
        return _augmented(evaluator, statement, frame)
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return | ast.Expr) and statement.value is not None:
        found = _value_raises(evaluator, statement.value, frame)
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        return found if found or all(_takes(evaluator, each, statement.value, frame) for each in targets) else None
    return None


def _if_raises(evaluator: Evaluator, statement: ast.If, frame: Frame) -> str | None:
    test = evaluator.expression(statement.test, frame)
    if isinstance(test.value, Raised):
        return test.value.exception
    holds = truth_of(test)
    if isinstance(holds, Unknown):
        return None
    for each in statement.body if holds else statement.orelse:
        found = raises(evaluator, each, frame)
        if found != "":
            return found
    return ""


def _value_raises(evaluator: Evaluator, node: ast.expr, frame: Frame) -> str | None:
    """What evaluating an expression raises; a method that puts something into a container raises what its parts do."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _PUTTING:
        holder = evaluator.expression(node.func.value, frame)
        if isinstance(holder.value, list | dict) and not node.keywords:
            found = [_value_raises(evaluator, each, frame) for each in node.args]
            return next((each for each in found if each), None if None in found else "")
    value = plain(evaluator.expression(node, frame))
    if isinstance(value, Raised):
        return value.exception
    return None if isinstance(value, Unknown) else ""


def _augmented(evaluator: Evaluator, node: ast.AugAssign, frame: Frame) -> str | None:
    """`x += y`: nothing is raised where its result is known."""
    if not isinstance(node.target, ast.Name):
        return None
    whole = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
    ast.copy_location(whole, node)
    ast.copy_location(whole.left, node.target)
    return _value_raises(evaluator, whole, frame)


def _takes(evaluator: Evaluator, target: ast.expr, value: ast.expr, frame: Frame) -> bool:
    """Whether assigning to a target certainly raises nothing."""
    if isinstance(target, ast.Name):
        return True
    if isinstance(target, ast.Tuple | ast.List):
        parts = unpacked(target, evaluator.expression(value, frame), place(frame, value))
        return all(isinstance(inner, ast.Name) and part.known for inner, part in parts)
    if isinstance(target, ast.Attribute):
        return isinstance(evaluator.expression(target.value, frame).value, ClassObject | ModuleObject)
    if not isinstance(target, ast.Subscript):
        return False
    holder = evaluator.expression(target.value, frame)
    key = plain(evaluator.expression(target.slice, frame))
    return isinstance(holder.value, dict) and isinstance(key, str | int | float)


def _import_raises(evaluator: Evaluator, node: ast.Import | ast.ImportFrom, frame: Frame) -> str | None:
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


def _raised(statement: ast.Raise) -> str | None:
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
