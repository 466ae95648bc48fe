"""What a task's body does, as far as its own lines say it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from celerylint.facts.python.names import dotted, imported_names, resolve, span_of
from celerylint.facts.python.retries import RetrySite, compares_retries, retry_sites
from celerylint.origin import Span

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_CATCHING = ("SoftTimeLimitExceeded", "Exception", "BaseException")
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call by the imported name of what it calls, such as `requests.post` or `.models.Order.objects.get`."""

    name: str
    span: Span
    node: ast.Call


@dataclass(frozen=True, slots=True)
class Body:
    """The calls of a function, in order, and the loops that only count."""

    calls: tuple[CallSite, ...] = ()
    counting_loops: tuple[Span, ...] = ()  # loops over range() within loops over range() that do arithmetic
    is_async: bool = False
    arguments: tuple[str, ...] = ()  # by name; a bound task and a method of a class get themselves first
    retries: tuple[RetrySite, ...] = ()
    compares_retries: bool = False
    cleans_up: bool = False  # a `finally`, or an `except` that catches what a soft time limit raises


def function_body(path: str, function: _Function, imports: dict[str, str]) -> Body:
    """The facts of a function's body; names imported inside it count too."""
    names = imports | imported_names(function.body)
    calls = [call for node in _nodes(function) if (call := _call(path, node, names))]
    calls.sort(key=lambda call: call.span)
    given = function.args
    every = (*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg)
    retries = retry_sites(path, function, names)
    return Body(
        tuple(calls),
        tuple(_counting_loops(path, function)),
        isinstance(function, ast.AsyncFunctionDef),
        tuple(each.arg for each in every if each),
        retries,
        bool(retries) and compares_retries(function),
        _cleans_up(function),
    )


def _cleans_up(function: _Function) -> bool:
    tries = [node for node in ast.walk(function) if isinstance(node, ast.Try | ast.TryStar)]
    return any(each.finalbody or any(_catches_limit(handler) for handler in each.handlers) for each in tries)


def _catches_limit(handler: ast.ExceptHandler) -> bool:
    """SoftTimeLimitExceeded is an Exception (billiard/exceptions.py)."""
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(dotted(each).rpartition(".")[2] in _CATCHING for each in caught)


def _nodes(function: _Function) -> list[ast.Call]:
    return [node for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Call)]


def called_name(function: ast.expr, names: dict[str, str]) -> str:
    """The imported name of what is called; empty where it is none."""
    written = dotted(function)
    return resolve(written, names) if written else _chained(function, names)


def _call(path: str, node: ast.Call, names: dict[str, str]) -> CallSite | None:
    name = called_name(node.func, names)
    return CallSite(name, span_of(path, node.func), node) if name else None


def _chained(node: ast.expr, names: dict[str, str]) -> str:
    """`pandas.read_csv(x).groupby(y)` counts as `pandas.read_csv.groupby`."""
    parts: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return ""
    return resolve(".".join([node.id, *reversed(parts)]), names)


def _counting_loops(path: str, function: _Function) -> list[Span]:
    found: list[Span] = []
    for node in ast.walk(function):
        if isinstance(node, _LOOPS) and _counts(node):
            inner = [each for each in ast.walk(node) if each is not node and isinstance(each, _LOOPS) and _counts(each)]
            if any(_computes(each) for each in inner):
                found.append(span_of(path, node.target if isinstance(node, ast.For) else node.body[0]))
    return sorted(found)[:1]


def _counts(node: ast.AST) -> bool:
    """A `for` over range(): a number of rounds that nothing outside decides."""
    return isinstance(node, ast.For) and isinstance(node.iter, ast.Call) and dotted(node.iter.func) == "range"


def _computes(loop: ast.AST) -> bool:
    """Arithmetic in every round, and no call that could wait."""
    nodes = list(ast.walk(loop))
    arithmetic = any(isinstance(node, ast.AugAssign | ast.BinOp) for node in nodes)
    waits = any(isinstance(node, ast.Await) for node in nodes)
    calls = [node for node in nodes if isinstance(node, ast.Call) and dotted(node.func) != "range"]
    return arithmetic and not waits and all(dotted(call.func) in _PURE for call in calls)


_PURE = frozenset({"abs", "divmod", "float", "int", "len", "max", "min", "pow", "round", "sum", "math.sqrt"})
