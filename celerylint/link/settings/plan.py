"""All that is done to an app's configuration: by loading the app, in order, and elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from celerylint.link.code import AppSource, Code, frame_of
from celerylint.link.evaluate import AppObject, Evaluator, LocalFrame
from celerylint.link.evaluate.inside import Mentions
from celerylint.link.evaluate.meant import is_meant_elsewhere
from celerylint.link.settings.contribution import PRECONF, Contribution, Order
from celerylint.link.settings.names import meanings
from celerylint.link.settings.operation import Operation, Position, positions
from celerylint.link.settings.run import Run
from celerylint.link.settings.running import elsewhere
from celerylint.link.settings.unfollowed import Write, unfollowed_writes
from celerylint.origin import Span, unknown
from celerylint.sources.python import PythonSyntaxError

Planned = tuple[Operation, Order]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_CONFIGURING = re.compile(r"\bconf\b|config_from_|add_defaults")
_SEVERAL = "the app is made in several places"


def plan(code: Code, evaluator: Evaluator, app: AppSource) -> tuple[list[Planned], list[Write]]:
    """The operations on an app's configuration, weakest first; and the writes that nobody can follow."""
    run = _run(code, evaluator, app)
    run.decided |= set(_never_called(run))
    several = sum(each.kind == "app" for each in run.operations) > 1
    found = [(_doubted(each, several), Order(number)) for number, each in enumerate(run.operations)]
    for path, fact in app.config:
        if (path, fact.span.line, fact.span.column) not in run.decided:
            other = elsewhere(evaluator, app, path, fact)
            found.extend([other] if other is not None else [])
    writes = [each for each in unfollowed_writes(code) if each.app in (None, app.span)]
    return found, [each for each in writes if not _is_decided(each, run)]


def _never_called(run: Run) -> Iterator[Position]:
    """The places in functions of the modules that it loads, whose every call stands where it is certainly not made."""
    for path in sorted(run.modules):
        frame = run.evaluator.frame(path)
        for each in frame.module.mentioning(_CONFIGURING) if frame is not None else ():
            if not isinstance(each, ast.FunctionDef) or each.decorator_list or frame is None:
                continue
            mentions = Mentions(frame, each)
            calls = [call for call, _ in mentions.calls.values()]
            skipped = all((path, call.lineno, call.col_offset + 1) in run.skipped for call in calls)
            if mentions.are_calls and calls and skipped and not is_meant_elsewhere(run.code.shared, path, each.name):
                yield from positions(path, each.body)


def unfollowed(writes: list[Write], namespace: str) -> list[Contribution]:
    """What such writes may set, of which nobody can tell the value."""
    table = meanings(namespace)
    return [
        Contribution(
            PRECONF,
            Order(None, (write.path, -write.span.line)),
            {table[name]: unknown(write.reason, write.span) for name in write.names if name in table},
            "" if write.names else write.reason,
            write.span,
            certain=False,
        )
        for write in writes
    ]


def _doubted(operation: Operation, several: bool) -> Operation:
    if not several or operation.doubt or operation.kind == "app":
        return operation
    return replace(operation, doubt=_SEVERAL)


def _is_decided(write: Write, run: Run) -> bool:
    places = ((write.span.path, write.span.line, write.span.column), *write.places)
    return all(each in run.decided for each in places)


def _run(code: Code, evaluator: Evaluator, app: AppSource) -> Run:
    """The run of a process that loads the app; without anybody who calls the function that makes it: of its body."""
    run = Run(code, evaluator, app)
    for path in _roots(code, app):
        run.module(path)
    if any(each.kind == "app" for each in run.operations):
        return run
    frame = frame_of(evaluator, app.path, app.scope)
    if isinstance(frame, LocalFrame):
        run.body(frame.body, frame)
    if frame is not None and not any(each.kind == "app" for each in run.operations):
        run.operations.insert(0, Operation("app", frame, app.node, app.span))
    return run


def _roots(code: Code, app: AppSource) -> tuple[str, ...]:
    """The files that make the app when they are loaded: its own, or those that call the function around it."""
    if not app.scope:
        return (app.path,)
    key = (plan, app.span)
    results = code.shared.results
    if key not in results:
        results[key] = tuple(_callers(code, app))
    found: tuple[str, ...] = results[key]
    return found


def _callers(code: Code, app: AppSource) -> Iterator[str]:
    outermost = app.scope[0]
    if not isinstance(outermost, _FUNCTIONS):
        return
    name = outermost.name
    pattern = re.compile(rf"\b{re.escape(name)}\s*\(")
    evaluator = code.evaluator()
    for path in code.tree.files:
        if not path.endswith(".py") or code.shared.is_test(path) or name.encode() not in (code.tree.data(path) or b""):
            continue
        if _makes(evaluator, path, pattern, app.span):
            yield path


def _makes(evaluator: Evaluator, path: str, pattern: re.Pattern[str], app: Span) -> bool:
    """Whether a statement at the top of a file calls the function, and gets the app of it."""
    frame = evaluator.frame(path)
    if frame is None or not pattern.search(frame.module.text.text):
        return False
    try:
        statements = frame.module.mentioning(pattern)
    except PythonSyntaxError:
        return False
    for statement in statements:
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr) and isinstance(value, ast.Call):
            thing = evaluator.expression(value, frame).value
            if isinstance(thing, AppObject) and thing.span == app:
                return True
    return False
