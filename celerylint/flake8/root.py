"""Which project a few files belong to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from celerylint.configuration import find
from celerylint.sources.repository import toplevel


def root_of(paths: Sequence[str]) -> Path | None:
    """The nearest directory, from what holds all of the paths upward, that is marked as a project.

    The marks are celerylint's own configuration and `.git`. Without one it is the directory that was asked for, and
    None where only files were: an editor must not read somebody's whole home directory for one loose file.
    Raises ConfigurationError for a configuration that cannot be read.
    """
    full = [os.path.realpath(path) for path in paths]
    if not full:
        return None
    start = os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in full])  # noqa: PTH112, PTH120
    return _marked(Path(start)) or (Path(start) if start in full else None)


def _marked(start: Path) -> Path | None:
    top, home = toplevel(start), Path(os.path.expanduser("~"))  # noqa: PTH111
    for directory in (start, *start.parents):
        # Dotfiles that are kept in git do not make a project of all that lies at home.
        if directory == home:
            break
        configuration = find(directory)
        if configuration:
            return configuration.parent
        if directory == top:
            return top
    return None
