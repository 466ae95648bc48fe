"""Loops over what is known, followed round by round."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.comprehensions import DoubtError, bound_by, iterated
from celerylint.link.evaluate.flow import Jump, left
from celerylint.link.evaluate.frame import Frame, LocalFrame, Moment, place, start_of
from celerylint.link.evaluate.names import ANY
from celerylint.origin import Unknown, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

MOST_ROUNDS = 200  # a settings module makes some dozen queues or entries


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds that a loop makes, each with the moment at which it ends; `left` is what leaves the loop early."""

    frames: tuple[tuple[LocalFrame, Moment], ...]
    left: Jump | None

    def after(self, evaluator: Evaluator, name: str, before: Value[Any] | None) -> Value[Any] | None:
        """A name's value after the last round; round by round, so that each finds the one before it known."""
        state = before
        for frame, end in self.frames:
            state = evaluator.lookup(frame, name, end)
        return state


class Carried(Mapping[str, Value[Any]]):
    """What a block begins with: a loop's targets, and what the block before it has left of the carried names."""

    def __init__(
        self,
        evaluator: Evaluator,
        bound: Mapping[str, Value[Any]],
        before: tuple[Frame, Moment],
        carried: frozenset[str] | None,  # None: of all
    ) -> None:
        self._evaluator = evaluator
        self._bound = bound
        self._before = before
        self._carried = carried

    def __getitem__(self, name: str) -> Value[Any]:
        if name in self._bound:
            return self._bound[name]
        frame, moment = self._before
        found = self._evaluator.lookup(frame, name, moment) if self._carried is None or name in self._carried else None
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._bound)

    def __len__(self) -> int:
        return len(self._bound)


def rounds_of(evaluator: Evaluator, node: ast.For, frame: Frame) -> Rounds | Unknown:
    """The rounds of a loop; Unknown where their number or their way is not known."""
    return evaluator.remembered((node, frame), lambda: _rounds(evaluator, node, frame))


def _rounds(evaluator: Evaluator, node: ast.For, frame: Frame) -> Rounds | Unknown:
    items = iterated(evaluator, evaluator.expression(node.iter, frame), place(frame, node.iter))
    if isinstance(items, Unknown):
        return items
    if len(items) > MOST_ROUNDS:
        return Unknown("it has too many rounds to be followed")
    effects = [evaluator.shared.effects(each) for each in node.body]
    names = frozenset((ANY, *(name for each in effects for name in (*each.binds, *each.changes, *each.handed))))
    carried = None if any(each.wild is not None for each in effects) else names
    before: tuple[Frame, Moment] = (frame, start_of(node))
    frames: list[tuple[LocalFrame, Moment]] = []
    for item in items:
        try:
            bound = bound_by(node.target, item)
        except DoubtError as doubt:
            return Unknown(str(doubt))
        start = Carried(evaluator, bound, before, carried)
        inner = LocalFrame(frame, node.body, start, kind="block", seen=start_of(node))
        way = left(evaluator, node.body, inner)
        if isinstance(way, Unknown):
            return way
        end = None if way is None else start_of(way.node)
        before = (inner, end)
        frames.append(before)
        if way is not None and not isinstance(way.node, ast.Continue):
            return Rounds(tuple(frames), way)
    return Rounds(tuple(frames), None)
