"""Calls that wait for another machine without an end: nobody gave them a timeout, and they have none by themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from celerylint import catalog
from celerylint.facts.python.function import OwnCall
from celerylint.link.bodies.place import Here

_SESSIONS = frozenset({"requests.Session", "requests.session", "requests.sessions.Session"})
_OF_SESSIONS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})


def unbounded(here: Here) -> Iterator[tuple[str, ast.Call]]:
    """The name and the node of each such call."""
    for call in here.function.calls:
        name = here.function.resolved(call.node.func) or _of_session(here, call.node.func)
        known = catalog.endless(name) if name else None
        if known is not None and not _bounded(call, known.position):
            yield name, call.node


def _bounded(call: OwnCall, position: int) -> bool:
    """Whether a timeout is given, or may be: by name, by position, unpacked."""
    unpacked = any(isinstance(each, ast.Starred) for each in call.node.args)
    named = any(keyword.arg in (None, "timeout") for keyword in call.node.keywords)
    return unpacked or named or (0 <= position < len(call.node.args))


def _of_session(here: Here, function: ast.expr) -> str:
    """`requests.get` for `session.get`, where the session is made here and no adapter of the project's is mounted."""
    if not isinstance(function, ast.Attribute) or function.attr not in _OF_SESSIONS:
        return ""
    holder = function.value
    if isinstance(holder, ast.Name):
        made = here.function.only_values(holder.id)
        mounted = any(
            isinstance(each.node.func, ast.Attribute)
            and isinstance(each.node.func.value, ast.Name)
            and each.node.func.value.id == holder.id
            and each.node.func.attr == "mount"
            for each in here.function.calls
        )
        if not made or mounted:
            return ""
    else:
        made = (holder,)
    plain = all(isinstance(each, ast.Call) and here.function.resolved(each.func) in _SESSIONS for each in made)
    return f"requests.{function.attr}" if plain else ""
