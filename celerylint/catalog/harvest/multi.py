"""The options that `celery multi` takes for itself: it reads its arguments without click or argparse."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from celerylint.catalog.harvest.syntax import calls, constant, constant_or_none, module

Options = dict[str, dict[str, Any]]


def multi_options(tree: Path) -> Options:
    """The options of `multi` in the release in `tree`; every other flag goes to the workers that it starts."""
    tool = module(tree / "celery" / "bin" / "multi.py")
    cluster = module(tree / "celery" / "apps" / "multi.py")
    return {**_reserved(tool), **_of_the_cluster(cluster)}


def _reserved(tool: ast.Module) -> Options:
    """MultiTool.reserved_options: pairs of a flag and the attribute that it sets."""
    found: Options = {}
    for node in ast.walk(tool):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "reserved_options":
            for flag, dest in constant(node.value):
                kind = "long" if flag.startswith("--") else "short"
                found.setdefault(dest, {"type": "bool", "short": [], "long": []})[kind].append(flag)
    return found


def _of_the_cluster(cluster: ast.Module) -> Options:
    """MultiParser.parse takes its own with `options.pop("--prefix", …)`."""
    flags = [constant_or_none(call.args[0]) for call in calls(cluster, "pop") if call.args]
    long = sorted(flag for flag in flags if isinstance(flag, str) and flag.startswith("--"))
    found: Options = {
        flag.removeprefix("--").replace("-", "_"): {"type": "string", "takes_value": True, "short": [], "long": [flag]}
        for flag in long
    }
    if "-n" in flags and "hostname" in found:
        found["hostname"]["short"] = ["-n"]
    return found
