"""Classes that tasks are made of: what they inherit, and whether they are Celery's at all."""

from __future__ import annotations

import ast
from typing import Any

from celerylint.facts.python.celerys import TASK_CLASSES
from celerylint.link.evaluate import ClassObject, Evaluator, ExternalObject
from celerylint.link.evaluate.classes import is_plain_base, order_of, own_attribute
from celerylint.origin import Unknown, Value, unknown

CELERYS = TASK_CLASSES | {"celery.Celery().Task"}


def task_attribute(evaluator: Evaluator, of: ClassObject, name: str) -> Value[Any] | None:
    """What a task's class says of an option; None where it leaves it to the settings, unknown where others may say."""
    order = order_of(evaluator, of)
    if isinstance(order, Unknown):
        own = own_attribute(evaluator, of, name)
        return own if own is not None else unknown(order.reason)
    for each in order:
        if isinstance(each, ClassObject):
            found = own_attribute(evaluator, each, name)
            if found is not None:
                return found
        elif each.name not in CELERYS and not is_plain_base(each):
            return unknown(f"{of.node.name} extends {each.name}, which is not in the repository and may define {name}")
    return None


def is_celerys(evaluator: Evaluator, of: ClassObject) -> bool:
    """Whether a class certainly extends Celery's Task."""
    order = order_of(evaluator, of)
    if isinstance(order, Unknown):
        return False
    return any(isinstance(each, ExternalObject) and each.name in CELERYS for each in order)


def run_method(evaluator: Evaluator, of: ClassObject) -> tuple[str, ast.FunctionDef | ast.AsyncFunctionDef] | None:
    """The method that a worker calls, with its file; None where no class of the repository has it."""
    order = order_of(evaluator, of)
    for each in order if not isinstance(order, Unknown) else [of]:
        if not isinstance(each, ClassObject):
            continue
        for node in each.node.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "run":
                return each.frame.path, node
    return None
