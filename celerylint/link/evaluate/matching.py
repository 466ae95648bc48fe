"""`match`: which of its cases holds, for patterns of values, singletons, names and alternatives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame
from celerylint.link.evaluate.objects import plain
from celerylint.link.evaluate.truth import truth
from celerylint.origin import Unknown, Value

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator


def captures(case: ast.match_case, name: str) -> bool:
    """Whether a case's pattern binds a name."""
    return any(getattr(each, "name", getattr(each, "rest", None)) == name for each in ast.walk(case.pattern))


def chosen_case(evaluator: Evaluator, node: ast.Match, frame: Frame) -> ast.match_case | Unknown | None:
    """The case that holds; None where none does, Unknown where that is not known."""
    subject = evaluator.expression(node.subject, frame)
    if isinstance(plain(subject), Unknown):
        return Unknown("what is matched is not known")
    for case in node.cases:
        holds = _matches(evaluator, case.pattern, subject, frame)
        if holds is True and case.guard is not None:
            holds = _guarded(evaluator, case, case.guard, frame)
        if holds is not False:
            return holds if isinstance(holds, Unknown) else case
    return None


def _guarded(evaluator: Evaluator, case: ast.match_case, guard: ast.expr, frame: Frame) -> bool | Unknown:
    if any(getattr(each, "name", None) for each in ast.walk(case.pattern)):
        return Unknown("its guard may speak of a name that it binds")
    return truth(evaluator, guard, frame)


def _matches(evaluator: Evaluator, pattern: ast.pattern, subject: Value[Any], frame: Frame) -> bool | Unknown:
    data = plain(subject)
    if isinstance(pattern, ast.MatchAs):
        return True if pattern.pattern is None else _matches(evaluator, pattern.pattern, subject, frame)
    if isinstance(pattern, ast.MatchSingleton):
        return data is pattern.value
    if isinstance(pattern, ast.MatchValue):
        value = plain(evaluator.expression(pattern.value, frame))
        return value if isinstance(value, Unknown) else bool(data == value)
    if isinstance(pattern, ast.MatchOr):
        ways = [_matches(evaluator, each, subject, frame) for each in pattern.patterns]
        return next((each for each in ways if each is not False), False)
    return Unknown("its pattern is not followed")
