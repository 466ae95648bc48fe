"""What runs when a function is called: its own statements, without those of functions that it only defines."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from celerylint.facts.python.names import dotted, imported_names, resolve, span_of
from celerylint.origin import Span

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_Surroundings = tuple[ast.expr, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OwnCall:
    """A call in a function's own body. `within`: what the `with` statements around it enter, outermost first.

    `branched`: it stands below an `if`, an `except` or the like; `guarded`: a `return` or `raise` stands before it. A
    call that is neither runs whenever the function does, unless a loop has no rounds.
    """

    node: ast.Call
    within: tuple[ast.expr, ...]
    branched: bool = False
    guarded: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of a file, and the way to resolve the names in it."""

    path: str
    node: FunctionNode
    names: Mapping[str, str]  # what the imports bind that it sees
    bound: Mapping[str, tuple[ast.expr | None, ...]]
    """Its local names, and what each statement that binds one gives it; None where that is no expression's value."""

    calls: tuple[OwnCall, ...]  # in order

    def resolved(self, node: ast.expr) -> str:
        """The imported name of an expression, such as `requests.get`; empty where a local hides it, or none is."""
        written = dotted(node)
        head = written.partition(".")[0]
        return resolve(written, self.names) if written and head not in self.bound else ""

    def span(self, node: ast.expr) -> Span:
        """Where an expression stands."""
        return span_of(self.path, node)

    def only_values(self, name: str) -> tuple[ast.expr, ...]:
        """Everything that a local name is ever bound to; empty where one of these is not told."""
        values = self.bound.get(name, ())
        kept = tuple(value for value in values if value is not None)
        return kept if len(kept) == len(values) else ()


def function_of(path: str, node: FunctionNode, imports: Mapping[str, str]) -> Function:
    """A function by its node; `imports` are those of its file."""
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    bound: dict[str, list[ast.expr | None]] = {each.arg: [None] for each in every if each}
    calls: list[OwnCall] = []
    exits: list[tuple[int, int]] = []
    for each, within, branched in _own(node):
        if isinstance(each, ast.Call):
            calls.append(OwnCall(each, within, branched))
        elif isinstance(each, ast.Return | ast.Raise):
            exits.append((each.end_lineno or each.lineno, each.end_col_offset or 0))
        for name, value in _binds(each):
            bound.setdefault(name, []).append(value)
    first = min(exits, default=None)
    calls = [replace(call, guarded=first is not None and _start(call) > first) for call in calls]
    calls.sort(key=_start)
    names = {**imports, **imported_names(node.body)}
    return Function(path, node, names, {name: tuple(values) for name, values in bound.items()}, tuple(calls))


def is_generator(node: FunctionNode) -> bool:
    """Whether a call of the function only makes a generator, and runs nothing of it."""
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each, _, _ in _own(node))


def _start(call: OwnCall) -> tuple[int, int]:
    return call.node.lineno, call.node.col_offset


def _own(function: FunctionNode) -> Iterator[tuple[ast.AST, _Surroundings, bool]]:
    """Every node that runs in the call itself, with the `with` items around it, and whether it is below a branch."""
    stack: list[tuple[ast.AST, _Surroundings, bool]] = [(statement, (), False) for statement in function.body]
    while stack:
        node, within, branched = stack.pop()
        yield node, within, branched
        if isinstance(node, _LATER):
            continue
        if isinstance(node, ast.With | ast.AsyncWith):
            inner = (*within, *(item.context_expr for item in node.items))
            stack.extend((item, within, branched) for item in node.items)
            stack.extend((statement, inner, branched) for statement in node.body)
        else:
            always = _always(node)
            stack.extend((child, within, branched or child not in always) for child in ast.iter_child_nodes(node))


def _always(node: ast.AST) -> list[ast.AST]:
    """The children that run whenever the node does; a loop is taken to have a round."""
    if isinstance(node, ast.If | ast.IfExp):
        return [node.test]
    if isinstance(node, ast.BoolOp):
        return [node.values[0]]
    if isinstance(node, ast.Match):
        return [node.subject]
    children = list(ast.iter_child_nodes(node))
    return [child for child in children if not isinstance(child, ast.ExceptHandler)]


def _binds(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a node binds, and to what."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
        yield from _targets(node.target, node.value)
    elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor | ast.comprehension):
        yield from _targets(node.target, None)
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from _targets(node.optional_vars, node.context_expr)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler) and node.name:
        yield node.name, None


def _targets(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from _targets(element, None)
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, None)
