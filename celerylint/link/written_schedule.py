"""Entries of a schedule that as a whole is not known: those whose own lines say all that they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from celerylint.link.evaluate import Evaluator, plain
from celerylint.link.evaluate.frame import place
from celerylint.link.known_tasks import KnownTasks
from celerylint.link.releases import Releases
from celerylint.link.schedule import schedule_entry
from celerylint.model import ScheduleEntry
from celerylint.sources.python import PythonSyntaxError

_NAMES = frozenset({"beat_schedule", "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"})
_MENTION = re.compile(rf"\b(?:{'|'.join(sorted(_NAMES))})\b")
_INSIDE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def written_entries(
    evaluator: Evaluator, path: str, app: str, tasks: KnownTasks, releases: Releases
) -> Iterator[ScheduleEntry]:
    """The entries that a file assigns to the schedule by their names, whatever else happens to it."""
    frame = evaluator.frame(path)
    try:
        statements = frame.module.mentioning(_MENTION) if frame else []
    except PythonSyntaxError:
        return
    for key, node in (pair for statement in statements for pair in _pairs(statement)):
        assert frame is not None  # it has statements
        name = plain(evaluator.expression(key, frame))
        fields = evaluator.expression(node, frame).value
        if isinstance(name, str) and isinstance(fields, dict):
            yield schedule_entry(name, place(frame, node), app, fields, tasks, releases)


def _pairs(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    """`NAME = {key: entry, …}`, `NAME[key] = entry`, in branches too but in no function."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, _INSIDE):
            continue
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if _is_schedule(target) and isinstance(node.value, ast.Dict):
                yield from ((key, value) for key, value in zip(node.value.keys, node.value.values, strict=True) if key)
            elif isinstance(target, ast.Subscript) and _is_schedule(target.value):
                yield target.slice, node.value
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _is_schedule(node: ast.expr) -> bool:
    return getattr(node, "attr", getattr(node, "id", "")) in _NAMES
