"""Where a block of statements is left: by `return`, `break` or `continue`, or at its end."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celerylint.link.evaluate.frame import Frame
from celerylint.link.evaluate.objects import Raised
from celerylint.link.evaluate.truth import truth
from celerylint.origin import Unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class Jump:
    """The statement that leaves a block, and the frame that it stands in: that of a loop's round, say."""

    node: ast.Return | ast.Break | ast.Continue
    frame: Frame


Way = Jump | Unknown | None
"""How a block is left: None where it runs to its end, Unknown where that is not known or an exception comes."""


def left(evaluator: Evaluator, body: list[ast.stmt], frame: Frame) -> Way:
    """How a block is left."""
    for statement in body:
        if isinstance(statement, ast.Return | ast.Break | ast.Continue):
            return Jump(statement, frame)
        if isinstance(statement, ast.Raise):
            return _raising(statement)
        way = _through(evaluator, statement, frame) if jumps(statement) else None
        if way is not None:
            return way
    return None


def _raising(statement: ast.Raise) -> Unknown:
    from celerylint.link.evaluate.exceptions import raised_by

    name, reason = raised_by(statement), f"it raises an exception (line {statement.lineno})"
    return Raised(reason, exception=name) if name else Unknown(reason)


def own_nodes(body: list[ast.stmt]) -> list[ast.AST]:
    """Every node of a body, less those of the functions and classes inside it."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, _OWN_SCOPE):
            stack.extend(ast.iter_child_nodes(node))
    return found


def jumps(statement: ast.stmt) -> bool:
    """Whether a statement may leave the block around it; what leaves a loop within it does not."""
    wanted = (ast.Return, ast.Raise) if isinstance(statement, _LOOPS) else (*_JUMPS, ast.Raise)
    return any(isinstance(each, wanted) for each in own_nodes([statement]))


_JUMPS = (ast.Return, ast.Break, ast.Continue)


def _through(evaluator: Evaluator, statement: ast.stmt, frame: Frame) -> Way:
    """How a compound statement with a jump in it leaves the block around it."""
    if isinstance(statement, ast.If):
        test = truth(evaluator, statement.test, frame)
        if isinstance(test, Unknown):
            return _undecided(evaluator, statement, frame, test)
        return left(evaluator, statement.body if test else statement.orelse, frame)
    if isinstance(statement, ast.With):
        from celerylint.link.evaluate.exceptions import suppressing

        suppressed = suppressing(evaluator, statement)
        if suppressed is not None:
            return _tried(evaluator, suppressed, frame)
        return left(evaluator, statement.body, frame)
    if isinstance(statement, ast.Try) and not statement.finalbody:
        return _tried(evaluator, statement, frame)
    if isinstance(statement, ast.Match):
        return _matched(evaluator, statement, frame)
    if isinstance(statement, ast.For):
        return _looped(evaluator, statement, frame)
    return Unknown(f"which return it comes to is not known (line {statement.lineno})")


def _undecided(evaluator: Evaluator, statement: ast.If, frame: Frame, test: Unknown) -> Way:
    """A branch that only raises ends the program: whoever goes on did not take it."""
    from celerylint.link.evaluate.blocks import leaves

    def only_raises(block: list[ast.stmt]) -> bool:
        returns = any(isinstance(each, _JUMPS) for each in own_nodes(block))
        return bool(block) and leaves(block) and not returns

    if only_raises(statement.body):
        return left(evaluator, statement.orelse, frame)
    if only_raises(statement.orelse):
        return left(evaluator, statement.body, frame)
    return Unknown(f"it depends on a condition: {test.reason}")


def _tried(evaluator: Evaluator, statement: ast.Try, frame: Frame) -> Way:
    """`try: return …` with a handler: whether the exception comes must be certain."""
    from celerylint.link.evaluate.exceptions import catches
    from celerylint.link.evaluate.raising import raises

    for each in statement.body:
        exception = raises(evaluator, each, frame)
        if exception is None:
            return Unknown(f"it depends on whether an exception comes (line {each.lineno})")
        if exception:
            handler = next((one for one in statement.handlers if catches(one, exception)), None)
            return left(evaluator, handler.body, frame) if handler else Unknown(f"it raises {exception}")
        if isinstance(each, _JUMPS):
            return Jump(each, frame)
    return left(evaluator, statement.orelse, frame)


def _matched(evaluator: Evaluator, statement: ast.Match, frame: Frame) -> Way:
    """A `match` with a `return` in a case."""
    from celerylint.link.evaluate.matching import chosen_case

    case = chosen_case(evaluator, statement, frame)
    return case if isinstance(case, Unknown) else left(evaluator, case.body if case else [], frame)


def _looped(evaluator: Evaluator, statement: ast.For, frame: Frame) -> Way:
    """A loop with a `return` or `raise` in it."""
    from celerylint.link.evaluate.loops import rounds_of

    rounds = rounds_of(evaluator, statement, frame)
    if isinstance(rounds, Unknown):
        return Unknown(f"which return it comes to is not known (line {statement.lineno}): {rounds.reason}")
    if rounds.left is not None and isinstance(rounds.left.node, ast.Return):
        return rounds.left
    return left(evaluator, statement.orelse, frame) if rounds.left is None else None
