"""Collections that are written out: `{"redis", "sqs"}`, `("a", "b")`, `[1, 2]`."""

from __future__ import annotations

import ast

from celerylint.page.frame import Frame
from celerylint.page.node import Context, Node, refuse
from celerylint.page.types import Type, tuple_of, unify


def compile_display(piece: ast.Tuple | ast.List | ast.Set, context: Context) -> Node:
    """A tuple, list or set: all the same to pages, with items of one type."""
    nodes = [context.node(item) for item in piece.elts]
    item: Type | None = None
    for element, node in zip(piece.elts, nodes, strict=True):
        joined = unify(item, node.type) if item else node.type
        if joined is None:
            raise refuse(element, f"the items differ: {item} and {node.type}")
        item = joined
    runs = [node.run for node in nodes]
    if all(node.constant for node in nodes):
        values = tuple(run(Frame({})) for run in runs)
        return Node(tuple_of(item), lambda frame: values, constant=True)
    return Node(tuple_of(item), lambda frame: tuple(run(frame) for run in runs))
