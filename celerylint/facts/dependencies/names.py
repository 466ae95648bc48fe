"""Which files tell of packages: by their names alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from celerylint.facts.dependencies.requirement import DependencyFacts
from celerylint.sources.text import Text

Reader = Callable[[Text], DependencyFacts]

_ENDINGS = (".txt", ".in", ".pip", ".toml", ".lock", ".cfg", "setup.py", ".yml", ".yaml", "Pipfile")
_FOLDER = r"(?:^|/)(?:requirements?|reqs?|requires|dependencies|deps|pip)(?:/[^/]+)?/[^/]+\.(?:txt|in|pip)$"
_CONSTRAINTS = re.compile(r"(?:^|/)[^/]*constraints?[^/]*\.(?:txt|in|pip)$", re.IGNORECASE)
_REQUIREMENTS = re.compile(
    rf"(?:^|/)[^/]*(?:requirements?|requires|reqs)[^/]*\.(?:txt|in|pip)$|{_FOLDER}", re.IGNORECASE
)
_LOCK = re.compile(r"(?:^|/)(?:uv\.lock|poetry\.lock|pdm\.lock|pylock(?:\.[^./]+)?\.toml)$")
_CONDA = re.compile(r"(?:^|/)(?:[^/]*environment[^/]*|conda[^/]*|env)\.ya?ml$", re.IGNORECASE)


def reader_of(path: str) -> Reader | None:
    """What reads a file of this name; None where it tells of no packages."""
    if not path.endswith(_ENDINGS):
        return None
    name = path.rpartition("/")[2]
    if name in ("pyproject.toml", "Pipfile", "Pipfile.lock", "setup.cfg", "setup.py"):
        return _project_file(name)
    return _by_pattern(path)


def _project_file(name: str) -> Reader:
    from celerylint.facts.dependencies import pipenv, pyproject, setuptools

    return {
        "pyproject.toml": pyproject.pyproject,
        "Pipfile": pipenv.pipfile,
        "Pipfile.lock": pipenv.pipfile_lock,
        "setup.cfg": setuptools.setup_cfg,
        "setup.py": setuptools.setup_py,
    }[name]


def _by_pattern(path: str) -> Reader | None:
    from celerylint.facts.dependencies import conda, locks, pip

    if path.endswith((".txt", ".in", ".pip")):
        if _CONSTRAINTS.search(path):
            return pip.constraints
        return pip.requirements if _REQUIREMENTS.search(path) else None
    if _LOCK.search(path):
        return locks.locked
    return conda.environment if _CONDA.search(path) else None
