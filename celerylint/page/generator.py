"""Generators over the model's tuples: `task.longest_run for task in worker.tasks if task.acks_late`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any, NamedTuple

from celerylint.origin import Unknown
from celerylint.page.fields import placed
from celerylint.page.frame import Frame, Read, Run
from celerylint.page.node import Context, Node, refuse
from celerylint.page.truth import truth
from celerylint.page.types import ANY, Type, tuple_of

Comprehension = ast.GeneratorExp | ast.ListComp | ast.SetComp


class Item(NamedTuple):
    """One item: whether the filters keep it (True or Unknown), the element's value and what was read for it.

    A collection that is not known stands as one item that is unknown in both.
    """

    kept: Any
    value: Any
    reads: list[Read]


@dataclass(frozen=True, slots=True)
class Level:
    """One `for name in iterable if filter` of a generator."""

    name: str
    iterable: Run
    filters: tuple[Run, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Generator:
    """A checked generator: its levels, its element and where the element stands."""

    levels: tuple[Level, ...]
    element: Node
    piece: ast.expr


def compile_generator(piece: Comprehension, context: Context) -> Generator:
    """The levels and the element of a generator, with its variables typed."""
    levels = []
    for part in piece.generators:
        level, context = _level(part, context)
        levels.append(level)
    return Generator(tuple(levels), context.node(piece.elt), piece.elt)


def _level(part: ast.comprehension, context: Context) -> tuple[Level, Context]:
    target = part.target
    if not isinstance(target, ast.Name) or part.is_async:
        raise refuse(target, "a generator has one plain variable")
    iterable = context.node(part.iter)
    item = item_type(part.iter, iterable.type)
    if target.id in context.names:
        raise refuse(target, f"the name `{target.id}` is taken; choose another one")
    inner = context.binding(target.id, item)
    filters = []
    for test in part.ifs:
        node = inner.node(test)
        if node.type.kind not in ("bool", "any", "none"):
            raise refuse(test, f"`if` needs something true or false, and this is {node.type}")
        filters.append(node.run)
    return Level(target.id, iterable.run, tuple(filters), item), inner


def item_type(piece: ast.expr, type_: Type) -> Type:
    """What iterating over it gives. Raises ExpressionError where it cannot be iterated over."""
    if type_.kind == "tuple":
        return type_.item or ANY
    if type_.kind in ("any", "none"):
        return ANY
    raise refuse(piece, f"this must be a tuple, and it is {type_}")


def items_of(value: Any) -> Any:
    """The items of a tuple or of what a setting holds; none for None; Unknown where it is unknown or no collection."""
    if value is None:
        return ()
    if isinstance(value, (tuple, list, set, frozenset, dict, Unknown)):
        return value
    return Unknown("it is not a list")


def expand(generator: Generator, frame: Frame) -> list[Item]:
    """Every item that the filters do not throw out. Only the reads of the outermost collection stay in the frame."""
    items: list[Item] = []
    names = frame.names
    _expand(generator, 0, frame, True, items, None)
    frame.names = names
    return items


def _expand(generator: Generator, depth: int, frame: Frame, kept: Any, items: list[Item], start: int | None) -> None:
    if depth == len(generator.levels):
        value = generator.element.run(frame)
        items.append(Item(kept, value, frame.reads[start:] or _witness(generator, frame)))
        return
    level, names = generator.levels[depth], frame.names
    elements = items_of(level.iterable(frame))
    base = len(frame.reads) if start is None else start
    if elements.__class__ is Unknown:
        items.append(Item(elements, elements, frame.reads[base:]))
        return
    mark = len(frame.reads)
    for element in elements:
        frame.names = {**names, level.name: element}
        passes = _passes(level.filters, frame)
        if passes is not False:
            _expand(generator, depth + 1, frame, kept if passes is True else passes, items, base)
        del frame.reads[mark:]


def _passes(filters: tuple[Run, ...], frame: Frame) -> Any:
    unknown: Any = True
    for test in filters:
        result = truth(test(frame))
        if result is False:
            return False
        if result is not True:
            unknown = result
    return unknown


def _witness(generator: Generator, frame: Frame) -> list[Read]:
    """Where nothing with an origin was read, the innermost element that has a place speaks for itself."""
    for level in reversed(generator.levels):
        if placed(level.type.record):
            return [Read(level.name, level.type, None, (frame.names[level.name],))]
    return []


def compile_comprehension(piece: Comprehension, context: Context) -> Node:
    """A generator as a tuple. An unknown filter or collection makes all of it unknown, an unknown item only itself."""
    generator = compile_generator(piece, context)

    def run(frame: Frame) -> Any:
        items = expand(generator, frame)
        unknown = [item for item in items if item.kept is not True]
        for item in unknown or items:
            frame.reads.extend(item.reads)
        return unknown[0].kept if unknown else tuple(item.value for item in items)

    return Node(tuple_of(generator.element.type), run)
