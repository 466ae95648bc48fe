"""Where a function retries the task that it is, and what stands around these calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from celerylint.facts.python.names import dotted, resolve, span_of
from celerylint.origin import Span

_RETRY = "retry"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_Function = ast.FunctionDef | ast.AsyncFunctionDef
# What the exception by which a retry ends the run is one of: celery/exceptions.py, Retry, 4.4 to 5.7.
_CATCHES = frozenset(
    {
        "Exception",
        "BaseException",
        "celery.exceptions.Retry",
        "celery.exceptions.TaskPredicate",
        "celery.exceptions.CeleryError",
    }
)
_SUPPRESS = "contextlib.suppress"


@dataclass(frozen=True, slots=True)
class Ending:
    """An `except` or a `suppress` that ends an exception: as written, and where."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class RetrySite:
    """A call of a method `retry`: on what, by its dotted and by its imported name."""

    holder: str
    imported: str  # empty where the holder is not imported
    node: ast.Call
    span: Span
    swallowed_by: Ending | None
    """What ends the exception that the call raises, without raising anything itself."""


def retry_sites(path: str, function: _Function, imports: Mapping[str, str]) -> tuple[RetrySite, ...]:
    """The calls in the function's own lines, in order; those of functions within it run at another time."""
    return tuple(_sites(path, function.body, imports, ()))


def compares_retries(function: _Function) -> bool:
    """Whether it compares how often it was retried, and may stop by itself: `if self.request.retries > 3`."""
    compared = (node for node in ast.walk(function) if isinstance(node, ast.Compare))
    return any(getattr(each, "attr", "") == "retries" for node in compared for each in ast.walk(node))


_Around = tuple[ast.Try | ast.With, ...]


def _sites(path: str, body: list[ast.stmt], imports: Mapping[str, str], around: _Around) -> Iterator[RetrySite]:
    stack: list[tuple[ast.AST, _Around]] = [(each, around) for each in reversed(body)]
    while stack:
        node, outer = stack.pop()
        if isinstance(node, _FUNCTIONS):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == _RETRY:
            holder = dotted(node.func.value)
            ending = None if _returns(node) else _ending(path, outer, imports)
            yield RetrySite(holder, resolve(holder, imports), node, span_of(path, node), ending)
        stack.extend(reversed([(child, _inside(node, child, outer)) for child in ast.iter_child_nodes(node)]))


def _inside(node: ast.AST, child: ast.AST, outer: _Around) -> _Around:
    """What surrounds a child: a `try` counts for its body alone."""
    if isinstance(node, ast.Try) and child in node.body:
        return (*outer, node)
    if isinstance(node, ast.With) and child in node.body:
        return (*outer, node)
    return outer


def _returns(call: ast.Call) -> bool:
    """`throw=False` makes the call return; with a value that is no constant it may."""
    given = next((each.value for each in call.keywords if each.arg == "throw"), None)
    return given is not None and not (isinstance(given, ast.Constant) and given.value)


def _ending(path: str, around: _Around, imports: Mapping[str, str]) -> Ending | None:
    """The innermost that ends the exception; None where none does, or where one of them may raise it again."""
    for each in reversed(around):
        if isinstance(each, ast.With):
            suppressing = next((item for item in each.items if _suppresses(item.context_expr, imports)), None)
            if suppressing is not None:
                expression = suppressing.context_expr
                return Ending(ast.unparse(expression), span_of(path, expression))
            continue
        if any(isinstance(node, ast.Return) for node in _own(each.finalbody)):
            return None  # it ends whatever happens: another matter
        handler = next((handler for handler in each.handlers if _catches(handler.type, imports)), None)
        if handler is None:
            continue
        return None if _may_raise(handler) else _of_handler(path, handler)
    return None


def _of_handler(path: str, handler: ast.ExceptHandler) -> Ending:
    text = f"except {ast.unparse(handler.type)}" if handler.type else "except"
    column = handler.col_offset + 1
    return Ending(text, Span(path, handler.lineno, column, handler.lineno, column + len(text)))


def _catches(type_: ast.expr | None, imports: Mapping[str, str]) -> bool:
    if type_ is None:
        return True
    some = type_.elts if isinstance(type_, ast.Tuple) else [type_]
    return any(_name(each, imports) in _CATCHES for each in some)


def _suppresses(node: ast.expr, imports: Mapping[str, str]) -> bool:
    return (
        isinstance(node, ast.Call)
        and _name(node.func, imports) == _SUPPRESS
        and any(_name(each, imports) in _CATCHES for each in node.args)
    )


def _name(node: ast.expr, imports: Mapping[str, str]) -> str:
    written = dotted(node)
    return resolve(written, imports) or written


def _may_raise(handler: ast.ExceptHandler) -> bool:
    """Whether it raises by itself, retries once more or hands the exception to what may raise it, on any way."""
    return any(isinstance(node, ast.Raise) or _may_call(node, handler.name or "") for node in _own(handler.body))


def _may_call(node: ast.AST, exception: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)
    given = [*node.args, *(each.value for each in node.keywords)]
    passed = any(isinstance(each, ast.Name) and each.id == exception for each in given)
    return called == _RETRY or called in _LEAVES or (passed and called not in _SAYS)


# What logs or prints an exception, and what ends the process.
_SAYS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "str", "repr"})
_SAYS |= {"type", "format", "isinstance", "getattr", "hasattr", "capture_exception"}
_LEAVES = frozenset({"exit", "_exit", "abort", "reraise", "raise_with_context"})


def _own(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes but those of functions within."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _FUNCTIONS):
            stack.extend(ast.iter_child_nodes(node))
