"""Calls of the few functions that pages have."""

from __future__ import annotations

import ast
from collections.abc import Callable

from celerylint.configuration import did_you_mean
from celerylint.page.frame import Frame
from celerylint.page.functions import BYTES, FUNCTIONS, KIB, Function
from celerylint.page.gathering import (
    compile_extreme,
    compile_length,
    compile_quantifier,
    compile_sorted,
    compile_sum,
)
from celerylint.page.node import Context, Node, refuse

_GATHERING: dict[str, Callable[[ast.Call, Context], Node]] = {
    "any": compile_quantifier,
    "all": compile_quantifier,
    "min": compile_extreme,
    "max": compile_extreme,
    "len": compile_length,
    "sum": compile_sum,
    "sorted": compile_sorted,
}
_NAMES = (*_GATHERING, *FUNCTIONS, "bytes")


def compile_call(piece: ast.Call, context: Context) -> Node:
    """A call of one of the language's functions; nothing else can be called."""
    if not isinstance(piece.func, ast.Name):
        raise refuse(piece.func, "only the functions of the language can be called")
    name = piece.func.id
    if piece.keywords or any(isinstance(argument, ast.Starred) for argument in piece.args):
        raise refuse(piece, f"`{name}` takes plain arguments only")
    if name in _GATHERING:
        return _GATHERING[name](piece, context)
    if name not in _NAMES:
        raise refuse(piece.func, f"there is no function `{name}`{did_you_mean(name, _NAMES)}")
    return _plain(piece, name, context)


def _plain(piece: ast.Call, name: str, context: Context) -> Node:
    nodes = [context.node(argument) for argument in piece.args]
    function = FUNCTIONS.get(name) or (KIB if nodes and nodes[0].type.kind == "KiB" else BYTES)
    _check(piece, name, function, nodes)
    type_ = function.result(nodes[0].type).optional(any(node.type.absent for node in nodes))
    runs = [node.run for node in nodes]
    if len(runs) == 1:
        only = runs[0]
        return Node(type_, lambda frame: function(only(frame)))
    return Node(type_, lambda frame: function(*_values(runs, frame)))


def _values(runs: list[Callable[[Frame], object]], frame: Frame) -> list[object]:
    return [run(frame) for run in runs]


def _check(piece: ast.Call, name: str, function: Function, nodes: list[Node]) -> None:
    wanted = function.arguments
    if len(nodes) != len(wanted):
        raise refuse(piece, f"`{name}` takes {len(wanted)} argument{'s' if len(wanted) > 1 else ''}")
    for argument, node, (words, accepts) in zip(piece.args, nodes, wanted, strict=True):
        if not accepts(node.type):
            raise refuse(argument, f"`{name}` needs {words}, and this is {node.type}")
