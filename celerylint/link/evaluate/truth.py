"""Whether a value counts as true."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame
from celerylint.link.evaluate.objects import CALLABLE, EnumMember, MatchObject, ModuleObject, Once, described, plain
from celerylint.origin import Unknown, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator


def truth(evaluator: Evaluator, test: ast.expr, frame: Frame) -> bool | Unknown:
    """Whether a condition holds; Unknown where the repository does not tell."""
    return truth_of(evaluator.expression(test, frame))


def truth_of(value: Value[Any]) -> bool | Unknown:
    """Whether a value counts as true, as far as Python's own types decide it."""
    data = value.value
    if isinstance(data, Unknown):
        return data
    if isinstance(data, list | tuple | dict):
        return bool(data) or isinstance(data, Once)
    if isinstance(data, (*CALLABLE, ModuleObject, MatchObject)):
        return True
    if isinstance(data, EnumMember) and not data.mixin:
        return Unknown(described(data))
    flat = plain(value)
    return flat if isinstance(flat, Unknown) else bool(flat)
