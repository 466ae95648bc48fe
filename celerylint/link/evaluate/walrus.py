"""`name := value` within an expression: what it binds where it is certainly evaluated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame, Position, end_of, place
from celerylint.link.evaluate.origins import at
from celerylint.origin import Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None


def after_walrus(
    evaluator: Evaluator, node: ast.AST, name: str, state: State, frame: Frame, before: Position | None = None
) -> State:
    """A name's value after an expression or a simple statement; with `before`: at a position within it."""
    found = [each for each in ast.walk(node) if isinstance(each, ast.NamedExpr) and each.target.id == name]
    if before is not None:
        found = [each for each in found if end_of(each) <= before]
    if not found:
        return state
    span = place(frame, found[0])
    bound = isinstance(node, ast.stmt) and any(_binds(each, name) for each in ast.walk(node))
    if len(found) > 1 or bound or not any(each is found[0] for each in _certain(node)):
        return unknown(f"{name} is set by := within an expression", span)
    value = evaluator.expression(found[0].value, frame)
    return Value(value.value, at(span, value), (state,) if state is not None else ())


def _binds(node: ast.AST, name: str) -> bool:
    """Whether a target of the statement itself is the name as well."""
    targets: list[ast.expr] = getattr(node, "targets", [])
    single = getattr(node, "target", None) if not isinstance(node, ast.NamedExpr) else None
    every = [*targets, *([single] if isinstance(single, ast.AST) else [])]
    return any(isinstance(each, ast.Name) and each.id == name for one in every for each in ast.walk(one))


def _certain(node: ast.AST) -> Iterator[ast.AST]:
    """The parts that are evaluated whatever the others come to."""
    stack: list[ast.AST] = [node]
    while stack:
        each = stack.pop()
        yield each
        if isinstance(each, ast.BoolOp):
            stack.append(each.values[0])
        elif isinstance(each, ast.IfExp):
            stack.append(each.test)
        elif isinstance(each, ast.Compare):
            stack.extend((each.left, each.comparators[0]))
        elif not isinstance(each, _LAZY):
            stack.extend(ast.iter_child_nodes(each))


_LAZY = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Assert)
