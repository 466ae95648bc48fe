"""Where a git repository begins, and the ignore files above a directory."""

from __future__ import annotations

import os
import re
from pathlib import Path

from celerylint.sources.ignore import Ignores, latin, parse

_SUBMODULE = re.compile(rb"^[ \t]*path[ \t]*=([^\r\n]*)", re.MULTILINE)


def toplevel(directory: Path) -> Path | None:
    """The nearest directory at or above an absolute real path that is a git work tree; None without one."""
    return next((place for place in (directory, *directory.parents) if is_repository(place)), None)


def is_repository(directory: Path) -> bool:
    """Whether git takes this directory for the top of a work tree (setup.c, is_nonbare_repository_dir)."""
    return _git_directory(directory) is not None


def ignores_above(top: Path, directory: Path) -> Ignores:
    """What holds for `directory` before its own `.gitignore`: `.git/info/exclude`, then each parent's file."""
    ignores = Ignores()
    git = _git_directory(top)
    if git:
        ignores = ignores.adding("", parse(_read(_shared(git) / "info" / "exclude")))
    parent, base = top, ""
    for part in directory.relative_to(top).parts:
        file = parent / ".gitignore"
        if not file.is_symlink():  # git does not follow one either
            ignores = ignores.adding(latin(base), parse(_read(file)))
        parent, base = parent / part, f"{base}{part}/"
    return ignores


def submodules(top: Path) -> tuple[str, ...]:
    """The folders that `.gitmodules` at the top of a work tree names, relative to it."""
    paths = (match[1].strip().strip(b'"') for match in _SUBMODULE.finditer(_read(top / ".gitmodules")))
    return tuple(os.fsdecode(path) for path in paths if path)


def _git_directory(directory: Path) -> Path | None:
    """The `.git` directory of a work tree; a `.git` file (a worktree, a submodule) names another place."""
    path = directory / ".git"
    try:
        if path.is_file():
            content = _read(path)
            if not content.startswith(b"gitdir: "):
                return None
            path = directory / os.fsdecode(content[8:].rstrip(b"\r\n"))
        return path if _holds_a_repository(path) else None
    except (OSError, ValueError):  # a pointer that is no path
        return None


def _holds_a_repository(path: Path) -> bool:
    shared = _shared(path)
    return os.path.lexists(path / "HEAD") and (shared / "objects").is_dir() and (shared / "refs").is_dir()


def _shared(path: Path) -> Path:
    """A worktree's git directory holds only its own state; `commondir` says where the rest is."""
    return path / os.fsdecode(_read(path / "commondir").rstrip(b"\r\n"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
