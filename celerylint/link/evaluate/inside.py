"""Functions that set names of their module (`global X`): followed where only their own module calls them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celerylint.link.evaluate.effects import effects_of, statements_within
from celerylint.link.evaluate.flow import own_nodes
from celerylint.link.evaluate.frame import Frame, ModuleFrame
from celerylint.link.evaluate.meant import is_meant_elsewhere

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Shared

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_YIELDS = (ast.Yield, ast.YieldFrom)


@dataclass(frozen=True, slots=True)
class Inside:
    """The functions of a module that set a name from inside, as far as all their calls are known.

    `calls` are the simple statements that call one, `around` the compound ones that hold these, `top` the outermost.
    """

    followed: frozenset[ast.stmt]
    calls: Mapping[ast.stmt, tuple[ast.Call, ast.FunctionDef]]
    around: frozenset[ast.stmt]
    top: tuple[ast.stmt, ...]

    def touches(self, node: ast.stmt) -> bool:
        """Whether a statement calls one of them."""
        return node in self.calls or node in self.around


NOTHING = Inside(frozenset(), {}, frozenset(), ())


def inside_of(shared: Shared, frame: Frame, name: str, statements: Sequence[ast.stmt]) -> Inside:
    """Those of the statements of a module's top level that set a name from inside."""
    found = [each for each in statements if isinstance(each, ast.FunctionDef) and _sets(shared, each, name)]
    if not found or not isinstance(frame, ModuleFrame):
        return NOTHING
    followed: set[ast.stmt] = set()
    calls: dict[ast.stmt, tuple[ast.Call, ast.FunctionDef]] = {}
    around: set[ast.stmt] = set()
    top: list[ast.stmt] = []
    for each in found:
        if not _is_plain(each, name):
            continue
        places = Mentions(frame, each)
        if places.are_calls and not is_meant_elsewhere(shared, frame.path, each.name):
            followed.add(each)
            calls |= places.calls
            around |= places.around
            top.extend(places.top)
    return Inside(frozenset(followed), calls, frozenset(around), tuple(top))


def _sets(shared: Shared, node: ast.FunctionDef, name: str) -> bool:
    effects = shared.effects(node)
    return node.name != name and (name in effects.binds or name in effects.stores)


def _is_plain(node: ast.FunctionDef, name: str) -> bool:
    """Whether a function runs when it is called, and sets the name by its own statements."""
    if node.decorator_list or node.name.startswith("__"):
        return False
    inner = [each for each in own_nodes(node.body) if isinstance(each, (*_SCOPES, *_YIELDS))]
    if any(isinstance(each, (*_YIELDS, ast.Lambda)) for each in inner):
        return not any(isinstance(each, _YIELDS) for each in inner)
    return not any(name in effects_of(each).binds for each in inner if isinstance(each, ast.stmt))


class Mentions:
    """Where a module's own statements mention a function: `are_calls` where each is a call that runs at once."""

    def __init__(self, frame: ModuleFrame, function: ast.FunctionDef) -> None:
        self.are_calls = True
        self.calls: dict[ast.stmt, tuple[ast.Call, ast.FunctionDef]] = {}
        self.around: set[ast.stmt] = set()
        self._function = function
        others = [each for each in frame.module.naming(function.name) if each is not function]
        self.top = [each for each in others if self._read(each)]
        self.are_calls = self.are_calls and not any(self._mentions(each) for each in ast.walk(function))

    def _mentions(self, node: ast.AST) -> bool:
        name = self._function.name
        if isinstance(node, ast.Constant):
            return node.value == name
        return name in (getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", None)) and (
            node is not self._function
        )

    def _read(self, statement: ast.stmt) -> bool:
        """Read a statement; whether it holds a call."""
        inner = list(statements_within(statement))
        outer = [each for each in _own(statement) if self._mentions(each)]
        if not inner:
            self._simple(statement, outer)
            return statement in self.calls
        holds = [self._read(each) for each in inner]
        if outer or (any(holds) and isinstance(statement, (*_LOOPS, ast.ClassDef, *_FUNCTIONS))):
            self.are_calls = False
        if any(holds):
            self.around.add(statement)
        return any(holds)

    def _simple(self, statement: ast.stmt, mentions: list[ast.AST]) -> None:
        if not mentions:
            return
        call = statement.value if isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign) else None
        if len(mentions) == 1 and isinstance(call, ast.Call) and call.func is mentions[0]:
            self.calls[statement] = (call, self._function)
        else:
            self.are_calls = False


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement, less the statements within it."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.stmt))
