"""Which expressions are signatures of tasks, and which are the results of those that were sent."""

from __future__ import annotations

import ast

from celerylint.facts.python.celerys import SIGNATURES
from celerylint.link.bodies.place import Here
from celerylint.link.task_options import TaskSource

SENDS = frozenset({"delay", "apply_async"})  # what gives a result to wait for
_SIGNS = frozenset({"s", "si", "signature", "subtask"})
# celery/canvas.py; calling one of these sends it.
CANVASES = frozenset(
    f"{module}.{name}"
    for module in ("celery", "celery.canvas")
    for name in ("chain", "group", "chord", "chunks", "xmap", "xstarmap")
)
_RESULTS = frozenset({"celery.result.AsyncResult", "celery.result.GroupResult", "celery.result.ResultSet"})
_DEEPEST = 8  # names that stand for names, and parts of a canvas


def sent_task(here: Here, node: ast.expr) -> TaskSource | None:
    """The task that `mail.delay(…)` or `mail.s(…).apply_async()` sends; None where no single one is known."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    holder = node.func.value
    if node.func.attr in SENDS | _SIGNS:
        return here.task(holder) or sent_task(here, holder)
    return None


def is_signature(here: Here, node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression certainly is a signature or a canvas."""
    if depth > _DEEPEST:
        return False
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return is_signature(here, node.left, depth + 1) or is_signature(here, node.right, depth + 1)
    if isinstance(node, ast.Call):
        if here.function.resolved(node.func) in CANVASES | SIGNATURES:
            return True
        if not isinstance(node.func, ast.Attribute):
            return False
        if node.func.attr == "set":
            return is_signature(here, node.func.value, depth + 1)
        return node.func.attr in _SIGNS and here.task(node.func.value) is not None
    return _each_value(here, node, is_signature, depth)


def is_result(here: Here, node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression certainly is the result of something that was sent."""
    if depth > _DEEPEST:
        return False
    if not isinstance(node, ast.Call):
        return _each_value(here, node, is_result, depth)
    if here.function.resolved(node.func) in _RESULTS:
        return True
    if isinstance(node.func, ast.Attribute):
        holder, method = node.func.value, node.func.attr
        if method in SENDS and not any(keyword.arg in (None, "ignore_result") for keyword in node.keywords):
            return here.task(holder) is not None or is_signature(here, holder)
        if method in ("send_task", "AsyncResult", "GroupResult") and here.is_app(holder):
            return True
        if method == "AsyncResult" and here.task(holder) is not None:
            return True
    return is_signature(here, node.func)


def _each_value(here: Here, node: ast.expr, question: object, depth: int) -> bool:
    """Whether everything that a local name is ever bound to is such an expression."""
    values = here.function.only_values(node.id) if isinstance(node, ast.Name) else ()
    return bool(values) and all(question(here, value, depth + 1) for value in values)  # type: ignore[operator]
