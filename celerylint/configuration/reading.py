"""The configuration file: the nearest one upward, and what it says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from celerylint.configuration.options import UNCONFIGURED, Configuration, ConfigurationError
from celerylint.configuration.table import configured

OWN_FILE = "celerylint.toml"
PROJECT_FILE = "pyproject.toml"


def read(root: Path, file: Path | None = None) -> Configuration:
    """The configuration that holds for `root`: `file`, else the nearest upward, else the defaults.

    Raises ConfigurationError where the file cannot be read, is no TOML, or says what cannot be meant.
    """
    chosen = file or find(root)
    return load(chosen, root) if chosen else UNCONFIGURED


def find(root: Path) -> Path | None:
    """The nearest `celerylint.toml`, or `pyproject.toml` with `[tool.celerylint]`, up to the git toplevel.

    Outside git the way ends at the current directory where that is above `root`, else at `root` itself.
    """
    for directory in _upward(root.resolve()):
        own, project = directory / OWN_FILE, directory / PROJECT_FILE
        if own.is_file():
            return own
        if project.is_file() and _mentions_us(project):
            return project
    return None


def load(file: Path, root: Path) -> Configuration:
    """One configuration file, checked; its spans are relative to `root`. Raises ConfigurationError."""
    import tomli

    shown = _shown(file)
    text = _text(file, shown)
    try:
        document: Mapping[str, Any] = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise ConfigurationError(f"not valid TOML: {error.msg}", shown, error.lineno) from None
    keys = () if file.name == OWN_FILE or "tool" not in document else ("tool", "celerylint")
    if file.name == PROJECT_FILE:
        keys = ("tool", "celerylint")
    relative = os.path.relpath(file.resolve(), root.resolve()).replace(os.sep, "/")
    return configured(_below(document, keys, shown), keys, text, shown, relative, file.resolve().parent)


def _upward(root: Path) -> list[Path]:
    line = [root, *root.parents]
    last = next((here for here in line if (here / ".git").exists()), None)
    if last is None:
        current = Path.cwd().resolve()
        last = current if current in line else root
    return line[: line.index(last) + 1]


def _mentions_us(project: Path) -> bool:
    """Whether a pyproject.toml is ours; one that is broken is, where it names us: its error must be seen."""
    import tomli

    text = _text(project, _shown(project))
    if "celerylint" not in text:
        return False
    try:
        tool = tomli.loads(text).get("tool", {})
    except tomli.TOMLDecodeError:
        return "tool.celerylint" in text
    return isinstance(tool, dict) and "celerylint" in tool


def _text(file: Path, shown: str) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"cannot be read: {error.strerror or error}", shown) from None
    except UnicodeDecodeError:
        raise ConfigurationError("is not valid UTF-8", shown) from None


def _below(document: Mapping[str, Any], keys: tuple[str, ...], shown: str) -> Mapping[str, Any]:
    table: Any = document
    for key in keys:
        table = table.get(key, {})
        if not isinstance(table, dict):
            raise ConfigurationError(f"`{'.'.join(keys)}` must be a table", shown)
    checked: Mapping[str, Any] = table
    return checked


def _shown(file: Path) -> str:
    """The path as a person at the current directory would write it."""
    absolute, current = file.resolve(), Path.cwd().resolve()
    return absolute.relative_to(current).as_posix() if absolute.is_relative_to(current) else absolute.as_posix()
