"""How long a message is to wait, by what sends it."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Mapping
from typing import Any

from celerylint.facts.python import Scope
from celerylint.facts.python.names import dotted
from celerylint.link.code import evaluated
from celerylint.link.evaluate import Evaluator, plain
from celerylint.model import Seconds
from celerylint.origin import Unknown, Value, unknown

_NOW = frozenset({"now", "utcnow", "utc_now", "aware_utcnow"})


def delay_of(
    evaluator: Evaluator, path: str, options: Mapping[str | None, ast.expr], scope: Scope
) -> Value[Seconds | None] | None:
    """`countdown`, or `eta` as far as it counts from now; None where neither is given (Task.apply_async)."""
    for name, node in options.items():
        if name is None:
            return unknown("what ** unpacks into the call may say how long it waits")
        if name in ("countdown", "eta"):
            counted = _from_now(node) if name == "eta" else node
            if counted is None:
                return unknown("its eta is not followed as a time from now")
            value = evaluated(evaluator, path, counted, scope)
            return Value(seconds_of(plain(value)), value.origin)
    return None


def _from_now(node: ast.expr) -> ast.expr | None:
    """The time span of `datetime.now() + timedelta(hours=1)`."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
        return None
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if isinstance(one, ast.Call) and dotted(one.func).rpartition(".")[2] in _NOW:
            return other
    return None


def seconds_of(data: Any) -> Seconds | Unknown | None:
    """A number or a time span as seconds; None for None."""
    if isinstance(data, Unknown) or data is None:
        return data
    if isinstance(data, datetime.timedelta):
        return Seconds(data.total_seconds())
    if isinstance(data, int | float) and not isinstance(data, bool):
        return Seconds(float(data))
    return Unknown(f"{data!r} is no number of seconds")
