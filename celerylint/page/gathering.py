"""any, all, min, max, len, sum, sorted: functions over a generator, a tuple or several arguments."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from celerylint.origin import Unknown
from celerylint.page.frame import Frame, Read
from celerylint.page.generator import Generator, Item, compile_generator, expand, item_type, items_of
from celerylint.page.node import Context, Node, refuse
from celerylint.page.operators import calculate
from celerylint.page.truth import truth
from celerylint.page.types import BOOL, INT, Type, tuple_of, unify

Items = Callable[[Frame], Any]  # a list of Item, or Unknown


def compile_quantifier(piece: ast.Call, context: Context) -> Node:
    """`any` and `all`. One witness decides and alone stays among the reads; unknown ones leave it open."""
    name = _name(piece)
    type_, items, argument = _argument(piece, context, name)
    if type_.kind not in ("bool", "any", "none"):
        raise refuse(argument, f"`{name}` needs something true or false, and this is {type_}")
    decisive = name == "any"

    def run(frame: Frame) -> Any:
        start = len(frame.reads)
        return _quantified(frame, start, items(frame), decisive)

    return Node(BOOL, run)


def _quantified(frame: Frame, start: int, items: list[Item], decisive: bool) -> Any:
    unknown: list[tuple[Any, Item]] = []
    for item in items:
        result = _kept_result(item, decisive)
        if result is decisive:
            frame.reads[start:] = [read for read in frame.reads[start:] if read.value is not None] + item.reads
            return decisive
        if result.__class__ is Unknown:
            unknown.append((result, item))
    for item in [item for _, item in unknown] or items:
        frame.reads.extend(item.reads)
    return unknown[0][0] if unknown else not decisive


def _kept_result(item: Item, decisive: bool) -> Any:
    """An item that its filter may yet throw out cannot decide, and one that does not decide never matters."""
    result = truth(item.value)
    return item.kept if result is decisive and item.kept is not True else result


def compile_extreme(piece: ast.Call, context: Context) -> Node:
    """`min` and `max`; None is left out, and of nothing the result is None."""
    name = _name(piece)
    if len(piece.args) > 1:
        type_, items = _several(piece, context)
        argument: ast.expr = piece.args[0]
    else:
        type_, items, argument = _argument(piece, context, name)
    _require_order(argument, type_, name)
    choose = min if name == "min" else max

    def run(frame: Frame) -> Any:
        found = items(frame)
        unknown = _open(frame, found)
        if unknown is not None:
            return unknown
        present = [item for item in found if item.value is not None]
        if not present:
            return None
        try:
            best = choose(present, key=lambda item: item.value)
        except TypeError:
            return Unknown("its items have no order")
        frame.reads.extend(best.reads)
        return best.value

    return Node(type_.optional(), run)


def compile_length(piece: ast.Call, context: Context) -> Node:
    """`len` of a tuple, a text or a generator; of None it is 0."""
    _single(piece, "len")
    argument = piece.args[0]
    node = context.node(argument)
    if node.type.kind not in ("tuple", "str", "any", "none"):
        raise refuse(argument, f"`len` needs a tuple or a text, and this is {node.type}")

    def run(frame: Frame) -> Any:
        value = node.run(frame)
        if isinstance(value, str):
            return len(value)
        items = items_of(value)
        return items if items.__class__ is Unknown else len(items)

    return Node(INT, run)


def compile_sum(piece: ast.Call, context: Context) -> Node:
    """`sum`: of nothing 0; with one None it is None, as arithmetic is."""
    type_, items, argument = _argument(piece, context, "sum")
    if not (type_.number or type_.kind == "any"):
        raise refuse(argument, f"`sum` needs numbers, and this is {type_}")
    plus = calculate("+")

    def run(frame: Frame) -> Any:
        found = items(frame)
        unknown = next((item.kept for item in found if item.kept is not True), None)
        total: Any = 0
        for item in found:
            total = plus(total, item.value)
            frame.reads.extend(item.reads)
        return total if unknown is None else unknown

    return Node(type_, run)


def compile_sorted(piece: ast.Call, context: Context) -> Node:
    """`sorted`, smallest first; None is left out."""
    type_, items, argument = _argument(piece, context, "sorted")
    _require_order(argument, type_, "sorted")

    def run(frame: Frame) -> Any:
        found = items(frame)
        unknown = _open(frame, found)
        if unknown is not None:
            return unknown
        for item in found:
            frame.reads.extend(item.reads)
        try:
            return tuple(sorted(item.value for item in found if item.value is not None))
        except TypeError:
            return Unknown("its items have no order")

    return Node(tuple_of(type_.present()), run)


def _open(frame: Frame, items: list[Item]) -> Any:
    """The first thing that is unknown among the items, with the reads of all that are; None where all is known."""
    unknown = [item for item in items if item.kept is not True or item.value.__class__ is Unknown]
    for item in unknown:
        frame.reads.extend(item.reads)
    if not unknown:
        return None
    return unknown[0].kept if unknown[0].kept is not True else unknown[0].value


def _require_order(argument: ast.expr, type_: Type, name: str) -> None:
    if not (type_.number or type_.kind in ("str", "any")):
        raise refuse(argument, f"`{name}` needs numbers or texts, and this is {type_}")


def _name(piece: ast.Call) -> str:
    return piece.func.id if isinstance(piece.func, ast.Name) else ""


def _single(piece: ast.Call, name: str) -> None:
    if len(piece.args) != 1:
        raise refuse(piece, f"`{name}` takes one argument")


def _argument(piece: ast.Call, context: Context, name: str) -> tuple[Type, Items, ast.expr]:
    """The items' type, a closure that gives the items, and the piece to point at."""
    _single(piece, name)
    argument = piece.args[0]
    if isinstance(argument, (ast.GeneratorExp, ast.ListComp, ast.SetComp)):
        generator = compile_generator(argument, context)
        return generator.element.type, _generated(generator), generator.piece
    node = context.node(argument)
    type_ = item_type(argument, node.type)

    def items(frame: Frame) -> list[Item]:
        values = items_of(node.run(frame))
        if isinstance(values, Unknown):
            return [Item(values, values, [])]
        return [Item(True, value, []) for value in values]

    return type_, items, argument


def _generated(generator: Generator) -> Items:
    return lambda frame: expand(generator, frame)


def _several(piece: ast.Call, context: Context) -> tuple[Type, Items]:
    nodes = [context.node(argument) for argument in piece.args]
    type_ = nodes[0].type
    for argument, node in zip(piece.args[1:], nodes[1:], strict=True):
        joined = unify(type_, node.type)
        if joined is None:
            raise refuse(argument, f"the arguments differ: {type_} and {node.type}")
        type_ = joined

    def items(frame: Frame) -> list[Item]:
        found = []
        for node in nodes:
            mark = len(frame.reads)
            value = node.run(frame)
            reads: list[Read] = frame.reads[mark:]
            del frame.reads[mark:]
            found.append(Item(True, value, reads))
        return found

    return type_, items
