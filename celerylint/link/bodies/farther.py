"""What the functions do that a task's own function calls into."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celerylint import catalog
from celerylint.facts.python.body import called_name
from celerylint.facts.python.guards import guards_of
from celerylint.link.bodies.following import Reached
from celerylint.model import Call
from celerylint.origin import Span


@dataclass(frozen=True, slots=True, eq=False)
class FarCall:
    """A call whose kind is known, in a function of the project that a task leads to."""

    call: Call
    node: ast.Call
    certain: bool  # whether it runs whenever the task makes the first call, unless a function returns before it


def far_calls(reached: Iterable[Reached]) -> tuple[FarCall, ...]:
    """Each place once, by the surest of the ways that lead to it, the nearest first."""
    found: dict[Span, FarCall] = {}
    for each in reached:
        for call in _catalogued(each):
            kept = found.get(call.call.span)
            if kept is None or (call.certain and not kept.certain):
                found[call.call.span] = call
    return tuple(found.values())


def _catalogued(each: Reached) -> Iterator[FarCall]:
    function = each.here.function
    for own in function.calls:
        name = called_name(own.node.func, dict(function.names))
        if name and catalog.call_kinds(name) and not _local(own.node.func, function.bound.keys()):
            call = Call(name, function.span(own.node.func), each.through)
            yield FarCall(call, own.node, not (each.branched or own.branched))


def _local(node: ast.expr, bound: Iterable[str]) -> bool:
    """Whether what is called begins with a local name, which hides what is imported."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in bound


def far_guards(reached: Iterable[Reached]) -> tuple[Call, ...]:
    """Words in the functions that may be guards against a second run, each function once."""
    functions = {each.here.function.node: each.here.function.path for each in reached}
    every = (guard for node, path in functions.items() for guard in guards_of(path, node))
    return tuple(Call(guard.name, guard.span) for guard in every)
