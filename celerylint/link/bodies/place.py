"""A function with its surroundings, so that the expressions in it can be told."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celerylint.facts.python.celerys import CURRENT_APPS
from celerylint.facts.python.function import Function
from celerylint.link.evaluate import (
    AppObject,
    ClassObject,
    Evaluator,
    ExternalObject,
    Frame,
    FunctionObject,
    InstanceObject,
    TaskObject,
)
from celerylint.link.task_options import TaskSource
from celerylint.origin import Value, unknown

Place = tuple[str, int, str]  # the file, the line and the name of a definition


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The tasks of the repository, by where the functions and classes stand that they are made of."""

    tasks: Mapping[Place, TaskSource]

    @classmethod
    def of(cls, sources: tuple[TaskSource, ...]) -> Known:
        """Those of these tasks that are made of one function or class alone."""
        places: dict[Place, list[TaskSource]] = {}
        for source in sources:
            places.setdefault((source.path, source.fact.node.lineno, source.fact.name), []).append(source)
        return cls({place: some[0] for place, some in places.items()})


@dataclass(frozen=True, slots=True, eq=False)
class Here:
    """A function's body, where names are looked up."""

    evaluator: Evaluator
    frame: Frame
    function: Function
    known: Known

    def value(self, node: ast.expr) -> Any:
        """What an expression comes to; Unknown where that is not followed."""
        return self.evaluator.expression(node, self.frame).value

    def task(self, node: ast.expr) -> TaskSource | None:
        """The task that an expression certainly is; None where it is none, or nobody can tell."""
        thing = self.value(node)
        if isinstance(thing, TaskObject):
            thing = thing.function
        if isinstance(thing, InstanceObject):
            thing = thing.of
        if not isinstance(thing, FunctionObject | ClassObject) or isinstance(thing.node, ast.Lambda):
            return None
        return self.known.tasks.get((thing.frame.path, thing.node.lineno, thing.node.name))

    def is_app(self, node: ast.expr) -> bool:
        """Whether an expression certainly is a Celery app."""
        thing = self.value(node)
        return isinstance(thing, AppObject) or (isinstance(thing, ExternalObject) and thing.name in CURRENT_APPS)


def here(evaluator: Evaluator, parent: Frame, function: Function, known: Known) -> Here:
    """A function that is defined in a frame, called by anybody."""
    arguments = function.node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    given: dict[str, Value[Any]] = {
        each.arg: unknown(f"the argument {each.arg} is not known") for each in every if each
    }
    return Here(evaluator, evaluator.local(parent, function.node, given), function, known)
