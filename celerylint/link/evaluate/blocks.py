"""What a compound statement does to one name: branches, loops, `try`, `with`, `match`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.changes import change_by_call
from celerylint.link.evaluate.exceptions import catches, dotted, suppressing
from celerylint.link.evaluate.flow import jumps
from celerylint.link.evaluate.frame import Frame, Position, end_of, place, start_of, within
from celerylint.link.evaluate.matching import captures, chosen_case
from celerylint.link.evaluate.objects import OBJECTS, FileObject, plain
from celerylint.link.evaluate.raising import raises
from celerylint.link.evaluate.truth import truth
from celerylint.link.evaluate.walrus import after_walrus
from celerylint.origin import Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator
    from celerylint.link.evaluate.loops import Rounds

State = Value[Any] | None
Handler = Callable[["Evaluator", Any, str, State, Frame, "Position | None"], State]

_LEAVES = frozenset({"exit", "quit", "sys.exit", "os._exit", "os.abort"})


def run(
    evaluator: Evaluator, body: list[ast.stmt], name: str, state: State, frame: Frame, before: Position | None = None
) -> State:
    """The statements of a block, in order, as far as a position within it."""
    from celerylint.link.evaluate.statements import execute

    for statement in body:
        if before is not None and before < start_of(statement):
            break
        contains = before is not None and before < end_of(statement)
        state = execute(evaluator, statement, name, state, frame, before if contains else None)
    return state


def agree(one: State, other: State) -> bool:
    """Whether two states are certainly the same."""
    if one is other:
        return True
    if one is None or other is None:
        return False
    if one.value is other.value and not isinstance(one.value, Unknown):
        return True
    first, second = plain(one), plain(other)
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return type(one.value) is type(other.value) and not isinstance(one.value, Unknown) and one.value == other.value
    return type(first) is type(second) and bool(first == second)


def leaves(body: list[ast.stmt]) -> bool:
    """Whether a block certainly does not run on into what follows it."""
    last = body[-1] if body else None
    if isinstance(last, ast.Raise | ast.Return | ast.Continue | ast.Break):
        return True
    if isinstance(last, ast.If):
        return bool(last.orelse) and leaves(last.body) and leaves(last.orelse)
    return isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and dotted(last.value.func) in _LEAVES


def _if(evaluator: Evaluator, node: ast.If, name: str, state: State, frame: Frame, before: Position | None) -> State:
    in_test = before is not None and before < end_of(node.test)
    state = _of_test(evaluator, node.test, name, state, frame, before if in_test else None)
    for block in (node.body, node.orelse):
        if within(block, before):
            return run(evaluator, block, name, state, frame, before)
    if before is not None:
        return state
    test = truth(evaluator, node.test, frame)
    if not isinstance(test, Unknown):
        return run(evaluator, node.body if test else node.orelse, name, state, frame)
    then = run(evaluator, node.body, name, state, frame)
    other = run(evaluator, node.orelse, name, state, frame)
    if leaves(node.body):
        return other
    if leaves(node.orelse) or agree(then, other):
        return then
    return unknown(f"it is set under a condition: {test.reason}", place(frame, node))


def _of_test(
    evaluator: Evaluator, test: ast.expr, name: str, state: State, frame: Frame, before: Position | None = None
) -> State:
    """What the condition itself does: `:=`, or a method that changes the value."""
    after = after_walrus(evaluator, test, name, state, frame, before)
    return change_by_call(evaluator, test, name, state, frame) if after is state else after


def _loop(
    evaluator: Evaluator,
    node: ast.For | ast.AsyncFor | ast.While,
    name: str,
    state: State,
    frame: Frame,
    before: Position | None,
) -> State:
    """A loop over what is known runs round by round; any other runs nobody knows how often."""
    header = node.test if isinstance(node, ast.While) else node.iter
    state = _of_test(evaluator, header, name, state, frame)
    if isinstance(node, ast.While) and _runs_once(evaluator, node, frame) and not within(node.orelse, before):
        return run(evaluator, node.body[:-1], name, state, frame, before)
    touched = any(evaluator.shared.effects(each).touch(name) for each in node.body)
    if not isinstance(node, ast.While):
        touched = touched or any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node.target))
    in_header = before is not None and before < start_of(node.body[0])
    if touched and not in_header:
        rounds = _rounds(evaluator, node, frame) if not within(node.body, before) else None
        if rounds is not None and (rounds.left is not None) and before is None:
            return rounds.after(evaluator, name, state)
        if rounds is not None:
            state = rounds.after(evaluator, name, state)
        else:
            state = _looped(evaluator, node, name, state, frame)
    if within(node.orelse, before):
        return run(evaluator, node.orelse, name, state, frame, before)
    return state if before is not None else run(evaluator, node.orelse, name, state, frame)


def _runs_once(evaluator: Evaluator, node: ast.While, frame: Frame) -> bool:
    """`while True: …; break`."""
    jumping = any(jumps(each) or isinstance(each, ast.Break | ast.Continue) for each in node.body[:-1])
    return isinstance(node.body[-1], ast.Break) and not jumping and truth(evaluator, node.test, frame) is True


def _rounds(evaluator: Evaluator, node: ast.For | ast.AsyncFor | ast.While, frame: Frame) -> Rounds | None:
    from celerylint.link.evaluate.loops import rounds_of

    rounds = rounds_of(evaluator, node, frame) if isinstance(node, ast.For) else None
    return None if isinstance(rounds, Unknown) else rounds


def _looped(
    evaluator: Evaluator, node: ast.For | ast.AsyncFor | ast.While, name: str, state: State, frame: Frame
) -> State:
    """The state after the loop's body: as before where the body only seems to touch the name."""
    probe = state if state is not None else unknown("it is not set before the loop")
    target = not isinstance(node, ast.While) and any(
        isinstance(each, ast.Name) and each.id == name for each in ast.walk(node.target)
    )
    effects = [evaluator.shared.effects(each) for each in node.body]
    wild = any(each.wild is not None for each in effects)
    binds = any(name in effects[number].binds for number, each in enumerate(node.body) if type(each) not in HANDLERS)
    # What certainly changes it needs no look at what else the body does.
    if not target and not binds and not wild and run(evaluator, node.body, name, probe, frame) is probe:
        return state
    if wild and state is not None and isinstance(state.value, OBJECTS) and not binds and not target:
        return state
    return unknown(f"{name} is set in a loop", place(frame, node))


def _with(
    evaluator: Evaluator,
    node: ast.With | ast.AsyncWith,
    name: str,
    state: State,
    frame: Frame,
    before: Position | None,
) -> State:
    suppressed = suppressing(evaluator, node)
    if suppressed is not None:
        return _try(evaluator, suppressed, name, state, frame, before)
    suppresses = False
    for item in node.items:
        state = _of_test(evaluator, item.context_expr, name, state, frame)
        given = item.optional_vars
        if given is not None and any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(given)):
            held = evaluator.expression(item.context_expr, frame)
            file = isinstance(given, ast.Name) and isinstance(held.value, FileObject)
            state = held if file else unknown(f"{name} is what a `with` statement gives", place(frame, node))
        function = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
        suppresses = suppresses or dotted(function).rpartition(".")[2] in ("suppress", "raises")
    if before is not None and not within(node.body, before):
        return state
    after = run(evaluator, node.body, name, state, frame, before)
    if suppresses and before is None and not agree(state, after):
        return unknown(f"{name} is set where an exception may be suppressed", place(frame, node))
    return after


def _try(
    evaluator: Evaluator,
    node: ast.Try | ast.TryStar,
    name: str,
    state: State,
    frame: Frame,
    before: Position | None,
) -> State:
    for block in (node.body, node.orelse):
        if within(block, before):
            first = state if block is node.body else run(evaluator, node.body, name, state, frame)
            return run(evaluator, block, name, first, frame, before)
    for handler in node.handlers:
        if within(handler.body, before):
            return run(evaluator, handler.body, name, _caught(evaluator, node, name, state, frame), frame, before)
    outcome = _outcome(evaluator, node, name, state, frame)
    if before is not None and not within(node.finalbody, before):
        return state
    return run(evaluator, node.finalbody, name, outcome, frame, before)


def _caught(evaluator: Evaluator, node: ast.Try | ast.TryStar, name: str, state: State, frame: Frame) -> State:
    """The state when a handler begins: the body may have come to any of its statements."""
    after = state
    for statement in node.body:
        exception = raises(evaluator, statement, frame)
        if exception:
            return after
        after = run(evaluator, [statement], name, after, frame)
        if exception is None and not agree(after, state):
            return unknown(f"{name} may be set before the exception", place(frame, statement))
    return state


def _outcome(evaluator: Evaluator, node: ast.Try | ast.TryStar, name: str, state: State, frame: Frame) -> State:
    """The state behind body and handlers: where they differ, nobody knows whether an exception came."""
    full = run(evaluator, [*node.body, *node.orelse], name, state, frame)
    handlers = [each for each in node.handlers if not leaves(each.body)]
    after = state
    for statement in node.body:
        ways = [run(evaluator, each.body, name, after, frame) for each in handlers]
        if not all(agree(way, full) for way in ways):
            exception = raises(evaluator, statement, frame)
            if exception is None:
                return _doubtful(evaluator, node, name, full, frame)
            if exception:
                handler = next((each for each in node.handlers if catches(each, exception)), None)
                return after if handler is None else run(evaluator, handler.body, name, after, frame)
        after = run(evaluator, [statement], name, after, frame)
    return full


def _doubtful(evaluator: Evaluator, node: ast.Try | ast.TryStar, name: str, full: State, frame: Frame) -> State:
    """What an import binds is kept: whoever uses it relies on the distribution being there."""
    imported = [each for each in node.body if isinstance(each, ast.Import | ast.ImportFrom)]
    if full is not None and any(name in evaluator.shared.effects(each).binds for each in imported):
        return full
    return unknown(f"{name} depends on whether an exception comes", place(frame, node))


def _match(
    evaluator: Evaluator, node: ast.Match, name: str, state: State, frame: Frame, before: Position | None
) -> State:
    """The case that holds; where that is not known, the value is where no case changes it."""
    for case in node.cases:
        if within(case.body, before):
            captured = captures(case, name)
            first = unknown(f"{name} is bound by a pattern", place(frame, node)) if captured else state
            return run(evaluator, case.body, name, first, frame, before)
    if before is not None:
        return after_walrus(evaluator, node.subject, name, state, frame, before)
    state = _of_test(evaluator, node.subject, name, state, frame)
    chosen = chosen_case(evaluator, node, frame)
    if not isinstance(chosen, Unknown) and not any(captures(case, name) for case in node.cases):
        return state if chosen is None else run(evaluator, chosen.body, name, state, frame)
    probe = state if state is not None else unknown("it is not set before the match")
    for case in node.cases:
        if captures(case, name) or run(evaluator, case.body, name, probe, frame) is not probe:
            return unknown(f"{name} is set in a `match`", place(frame, node))
    return state


HANDLERS: dict[type[ast.stmt], Handler] = {
    ast.If: _if,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.For: _loop,
    ast.AsyncFor: _loop,
    ast.While: _loop,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
}
