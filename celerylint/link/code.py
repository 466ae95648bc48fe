"""Every Python file that speaks of Celery, and what it says."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from celerylint.facts.python import ConfigFact, PythonFacts, Scope
from celerylint.link.environment import UNDEPLOYED, Environment
from celerylint.link.evaluate import AppObject, Evaluator, Frame
from celerylint.link.evaluate.evaluator import Shared
from celerylint.link.modules import Modules
from celerylint.link.reading import Reading
from celerylint.link.reading import is_test as is_test  # asked by many who read code
from celerylint.link.releases import Releases
from celerylint.model import Versions
from celerylint.origin import Span, Value, unknown
from celerylint.sources.tree import Tree


@dataclass(frozen=True, slots=True)
class Code:
    """The facts of all files, and the way to evaluate what they hold."""

    tree: Tree
    modules: Modules
    shared: Shared
    files: tuple[PythonFacts, ...]  # production code, by path
    unreadable: tuple[str, ...]  # files that mention Celery and are no Python that can be read
    sending: tuple[str, ...] = ()  # files that may send tasks, whether they speak of Celery or not
    opening: tuple[str, ...] = ()  # files that may open a transaction of a database

    def evaluator(self, environment: Environment = UNDEPLOYED) -> Evaluator:
        """An evaluator for one environment."""
        return Evaluator(self.shared, environment)


def read_code(tree: Tree) -> Code:
    """Read every Python file that has a reason to be read."""
    modules, reading = Modules(tree), Reading(tree)
    files = tuple(reading.files[path] for path in sorted(reading.files))
    shared = Shared(modules, is_test, [each.path for each in files], reading.wording)
    return Code(
        tree,
        modules,
        shared,
        files,
        tuple(sorted(set(reading.unreadable))),
        tuple(reading.sending),
        tuple(reading.opening),
    )


def frame_of(evaluator: Evaluator, path: str, scope: Scope) -> Frame | None:
    """The frame of a statement within the functions and classes around it; their arguments are not known."""
    top = evaluator.frame(path)
    if not scope or top is None:
        return top
    key = tuple(map(id, scope))
    frames = evaluator.shared.scopes
    if key not in frames:
        frame: Frame = top
        for node in scope:
            frame = _inside(evaluator, frame, node)
        frames[key] = frame
    return frames[key]


def _inside(evaluator: Evaluator, frame: Frame, node: ast.AST) -> Frame:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names = [each.arg for each in (*every, node.args.vararg, node.args.kwarg) if each]
        return evaluator.local(frame, node, {name: unknown(f"the argument {name} is not known") for name in names})
    return evaluator.local(frame, node) if isinstance(node, ast.ClassDef) else frame


def evaluated(evaluator: Evaluator, path: str, node: ast.expr, scope: Scope) -> Value[Any]:
    """An expression's value where it stands."""
    frame = frame_of(evaluator, path, scope)
    return evaluator.expression(node, frame) if frame else unknown(f"{path} cannot be read")


@dataclass(frozen=True, slots=True)
class AppSource:
    """A Celery app as the code makes it, with every statement that configures it."""

    span: Span
    path: str
    module: str
    variable: str
    node: ast.Call
    scope: Scope
    versions: Versions
    releases: Releases
    config: tuple[tuple[str, ConfigFact], ...] = field(default=())  # (path, statement), in order


def app_of(evaluator: Evaluator, path: str, node: ast.expr, scope: Scope) -> Span | None:
    """The app that an expression means, by the place of the call that makes it."""
    value = evaluated(evaluator, path, node, scope).value
    return value.span if isinstance(value, AppObject) else None
