"""What a statement makes of a setting's own value: `app.conf.x += …`, `app.conf.x["a"] = …`, `app.conf.x.update(…)`."""

from __future__ import annotations

import ast
from typing import Any

from celerylint.link.evaluate import Evaluator
from celerylint.link.evaluate.statements import execute
from celerylint.link.settings.operation import Operation
from celerylint.origin import Value, unknown

_NAME = "<setting>"  # no name that Python code could have


def changed(evaluator: Evaluator, operation: Operation, before: Value[Any]) -> Value[Any]:
    """The value after the operation, which changes it."""
    node = operation.node
    statement = ast.copy_location(ast.Expr(node), node) if isinstance(node, ast.expr) else node
    assert operation.of is not None  # what such an operation changes
    rewritten: Any = _Renaming(operation.of).visit(statement)
    after = execute(evaluator, rewritten, _NAME, before, operation.frame)
    return after if after is not None else unknown("it is deleted", operation.span)


def replaces(operation: Operation) -> bool:
    """Whether the statement sets the setting itself too, as `app.conf.x += …` does."""
    return isinstance(operation.node, ast.AugAssign) and operation.node.target is operation.of


class _Renaming(ast.NodeTransformer):
    """A copy of a statement in which the setting has a name of its own; the parts beside it are the same nodes."""

    def __init__(self, wanted: ast.expr) -> None:
        self._wanted = wanted

    def visit(self, node: ast.AST) -> Any:
        """The node itself where nothing in it is the setting."""
        if node is self._wanted:
            return ast.copy_location(ast.Name(_NAME, getattr(node, "ctx", ast.Load())), node)
        if not any(each is self._wanted for each in ast.walk(node)):
            return node
        fields = {name: self._field(value) for name, value in ast.iter_fields(node)}
        return ast.copy_location(type(node)(**fields), node)

    def _field(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.visit(each) if isinstance(each, ast.AST) else each for each in value]
        return self.visit(value) if isinstance(value, ast.AST) else value
