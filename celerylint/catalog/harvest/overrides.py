"""Which setting each command-line option of a release overrides, read out of the code that decides it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from celerylint.catalog.harvest.syntax import calls, constant_or_none, module, setting_read

Overrides = dict[str, dict[str, str]]
"""The setting by the option's dest, by command."""

# Files where `either("worker_pool", pool)` and `max_interval or app.conf.beat_max_loop_interval` stand, by command.
_DECIDED_IN = {
    "worker": ("worker/worker.py", "apps/worker.py"),
    "beat": ("apps/beat.py", "beat.py"),
}

# The global options become CELERY_BROKER_URL and CELERY_RESULT_BACKEND (celery/bin/celery.py), which
# celery/app/utils.py:Settings reads before the setting.
_GLOBAL = {"broker": "broker_url", "result_backend": "result_backend"}


def overrides_of(tree: Path) -> Overrides:
    """The settings that options of `celery`, `worker` and `beat` override in the release in `tree`."""
    found: Overrides = {"celery": dict(_GLOBAL)}
    for command, files in _DECIDED_IN.items():
        modules = [module(tree / "celery" / file) for file in files]
        pairs = [pair for each in modules for pair in (*_either(each), *_fallbacks(each))]
        declared = _declared(module(tree / "celery" / "bin" / f"{command}.py"))
        found[command] = {**dict(pairs), **dict(declared)}
    return found


def _either(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """`either("worker_state_db", statedb, state_db)`: the setting, then the arguments that win over it."""
    for call in calls(tree, "either"):
        setting = constant_or_none(call.args[0]) if call.args else None
        if isinstance(setting, str):
            yield from ((name.id, setting) for name in call.args[1:] if isinstance(name, ast.Name))


def _fallbacks(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """`argument or app.conf.setting`, and `app.conf.setting if argument is None else argument`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            argument = node.values[0]
        elif isinstance(node, ast.IfExp):
            argument = node.orelse
        else:
            continue
        setting = setting_read(node)
        if setting and isinstance(argument, ast.Name):
            yield argument.id, setting


def _declared(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """`@click.option("--statedb", callback=lambda …: value or ctx.obj.app.conf.worker_state_db)`."""
    for call in calls(tree, "option"):
        setting = setting_read(call)
        flags = [text for text in map(constant_or_none, call.args) if isinstance(text, str)]
        long = next((flag for flag in flags if flag.startswith("--")), None)
        if setting and long:
            yield long.removeprefix("--").replace("-", "_"), setting
