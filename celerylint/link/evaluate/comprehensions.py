"""Comprehensions and generator expressions over what is known."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.displays import elements, is_hashable, members
from celerylint.link.evaluate.enums import family_of
from celerylint.link.evaluate.enums import members as members_of
from celerylint.link.evaluate.frame import Frame, LocalFrame, place
from celerylint.link.evaluate.objects import ClassObject, Once, plain
from celerylint.link.evaluate.origins import written
from celerylint.link.evaluate.truth import truth
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

MOST_ROUNDS = 2_000  # a settings module makes some dozen queues or entries

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


class DoubtError(Exception):
    """Why a comprehension or a loop cannot be followed."""


def comprehension(evaluator: Evaluator, node: Comprehension, frame: Frame) -> Value[Any]:
    """A list, set or dictionary made by rounds; a generator counts as what it gives."""
    span = place(frame, node)
    try:
        frames = list(_Rounds(evaluator, frame).of(node.generators, {}))
        if isinstance(node, ast.DictComp):
            return written(_pairs(evaluator, node, frames), span)
    except DoubtError as doubt:
        return unknown(str(doubt), span)
    items = [evaluator.expression(node.elt, each) for each in frames]
    if isinstance(node, ast.SetComp):
        return members(items, span)
    return written(Once(items) if isinstance(node, ast.GeneratorExp) else items, span)


def _pairs(evaluator: Evaluator, node: ast.DictComp, frames: list[LocalFrame]) -> dict[Any, Value[Any]]:
    data: dict[Any, Value[Any]] = {}
    for each in frames:
        key = plain(evaluator.expression(node.key, each))
        if isinstance(key, Unknown) or not is_hashable(key):
            raise DoubtError(key.reason if isinstance(key, Unknown) else "a key is not known")
        data[key] = evaluator.expression(node.value, each)
    return data


class _Rounds:
    """The rounds of one comprehension, which counts them."""

    def __init__(self, evaluator: Evaluator, frame: Frame) -> None:
        self.evaluator = evaluator
        self.frame = frame
        self.left = MOST_ROUNDS

    def of(self, generators: list[ast.comprehension], given: dict[str, Value[Any]]) -> Iterator[LocalFrame]:
        """A frame for every round, with what the targets stand for in it."""
        inner: Frame = LocalFrame(self.frame, [], given, kind="inline") if given else self.frame
        first, rest = generators[0], generators[1:]
        source = iterated(self.evaluator, self.evaluator.expression(first.iter, inner), place(inner, first.iter))
        if isinstance(source, Unknown):
            raise DoubtError(source.reason)
        for item in source:
            self.left -= 1
            if self.left < 0 or first.is_async:
                raise DoubtError("it has too many rounds to be followed")
            bound = {**given, **bound_by(first.target, item)}
            round_frame = LocalFrame(self.frame, [], bound, kind="inline")
            if self._holds(first, round_frame):
                yield from self.of(rest, bound) if rest else (round_frame,)

    def _holds(self, generator: ast.comprehension, frame: LocalFrame) -> bool:
        holds = [truth(self.evaluator, test, frame) for test in generator.ifs]
        doubt = next((each for each in holds if isinstance(each, Unknown)), None)
        if doubt is not None:
            raise DoubtError(doubt.reason)
        return all(holds)


def iterated(evaluator: Evaluator, value: Value[Any], span: Span) -> list[Value[Any]] | Unknown:
    """What iterating gives; the members of an enum, too."""
    if isinstance(value.value, ClassObject) and family_of(evaluator, value.value) is not None:
        every = members_of(evaluator, value.value, span)
        return every if isinstance(every, Unknown) else list(every)
    return elements(value)


def bound_by(target: ast.expr, item: Value[Any]) -> dict[str, Value[Any]]:
    """What a loop's target binds in one round. Raises DoubtError."""
    if isinstance(target, ast.Name):
        return {target.id: item}
    parts = elements(item)
    if isinstance(target, ast.Tuple | ast.List) and not isinstance(parts, Unknown) and len(parts) == len(target.elts):
        bound: dict[str, Value[Any]] = {}
        for each, part in zip(target.elts, parts, strict=True):
            bound |= bound_by(each, part)
        return bound
    raise DoubtError("what it unpacks is not known")
