"""The inputs of action.yml. They come in the environment, are data, and are checked before anything runs."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SEVERITIES = ("error", "warning", "info")  # the worst first
NEVER = "never"
_VERSION = re.compile(r"[0-9][0-9A-Za-z.!+_-]*")


class ActionError(Exception):
    """Why the action cannot do what it was asked to, and what helps."""


@dataclass(frozen=True)
class Inputs:
    """What the workflow asked for."""

    workspace: Path
    directory: Path  # where celerylint runs; absolute, inside of the workspace
    paths: tuple[str, ...]  # as given, relative to the directory
    args: tuple[str, ...]
    version: str  # empty: the action's own checkout
    min_severity: str  # empty: the configuration's
    fail_on: str
    only_changed: bool
    sarif: Path | None  # absolute
    summary: bool


def read(environment: Mapping[str, str]) -> Inputs:
    """The inputs of a step. Raises ActionError for a value that means nothing."""
    workspace = Path(os.path.realpath(environment["GITHUB_WORKSPACE"]))
    given = {name[len("INPUT_") :]: value.strip() for name, value in environment.items() if name.startswith("INPUT_")}
    directory = _inside(workspace, workspace, given["WORKING_DIRECTORY"], "working-directory")
    if not directory.is_dir():
        raise ActionError(f"working-directory: there is no directory {given['WORKING_DIRECTORY']}")
    paths = tuple(line.strip() for line in given["PATHS"].splitlines() if line.strip())
    for path in paths:
        _inside(workspace, directory, path, "paths")
    if given["VERSION"] and not _VERSION.fullmatch(given["VERSION"]):
        raise ActionError(f"version: {given['VERSION']!r} is no version such as 0.1.0")
    return Inputs(
        workspace,
        directory,
        paths,
        _words(given["ARGS"]),
        given["VERSION"],
        _one_of("min-severity", given["MIN_SEVERITY"], ("", *SEVERITIES)),
        _one_of("fail-on", given["FAIL_ON"], (*SEVERITIES, NEVER)),
        _truth("only-changed", given["ONLY_CHANGED"]),
        workspace / given["SARIF_FILE"] if given["SARIF_FILE"] else None,
        _truth("summary", given["SUMMARY"]),
    )


def _inside(workspace: Path, directory: Path, path: str, name: str) -> Path:
    """A path as it really is; annotations cannot point outside of the workspace."""
    full = Path(os.path.realpath(directory / path))
    if full != workspace and workspace not in full.parents:
        raise ActionError(f"{name}: {path!r} is outside of the workspace")
    return full


def _words(text: str) -> tuple[str, ...]:
    """Words as a shell would split them; no variable, command or wildcard in them is expanded."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise ActionError(f"args: {error}: {text!r}") from None


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ActionError(f"{name}: {value!r} must be one of {', '.join(word for word in known if word)}")
    return value


def _truth(name: str, value: str) -> bool:
    """Workflows write texts: `true` or `false`."""
    return _one_of(name, value.lower(), ("true", "false")) == "true"
