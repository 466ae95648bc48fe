"""Which requirement and lock files an app belongs to, and what they say with those that they take in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from celerylint.facts.dependencies import DependencyFacts, Kind, Requirement, reader_of, requirements
from celerylint.sources.tree import Tree

# What a project keeps such files in: they belong to the folder around it.
_FOLDERS = re.compile(r"(?:^|/)(?:requirements?|reqs?|requires|dependencies|deps|pip)(?:/[^/]+)?/[^/]+$", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:^|[-_./])(?:dev|develop|development|tests?|testing|ci|lint|docs?|examples?|types?|typing|local|tools?|tooling"
    r"|bench|benchmarks?)(?=[-_./]|$)",
    re.IGNORECASE,
)
_DEEPEST = 3  # folders down to which a file counts that stands on the way of no app


class RequirementFiles:
    """The requirement and lock files of a repository; each is read when an app belongs to it, and once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._facts: dict[str, DependencyFacts] = {}

    def of(self, path: str, others: Iterable[str] = ()) -> tuple[str, ...]:
        """The files that name Celery for the app in this file, those of its own project first.

        They are those of the nearest folder upward, and the lock files above it (a workspace's). Where no folder
        upward names Celery: the files that no app stands below. `others` are the files of all apps.
        """
        way = [folder for folder in _upward(path) if folder in self._by_folder]
        for index, folder in enumerate(way):
            here = self._naming(self._by_folder[folder])
            if here:
                above = [each for outer in way[index + 1 :] for each in self._by_folder[outer] if _is_lock(each)]
                return (*here, *self._naming(above))
        return self._astray([path, *others])

    def said(
        self, path: str, name: str, kind: Kind | None = None, seen: frozenset[str] = frozenset()
    ) -> Iterator[Requirement]:
        """What a file and those that it takes in say of a package."""
        if path in seen or path not in self._tree.names:
            return
        facts = self._read(path)
        for each in facts.requirements:
            if each.name == name:
                yield replace(each, kind=kind) if kind and each.kind is Kind.REQUIRED else each
        for include in facts.includes:
            inner = posixpath.normpath(posixpath.join(posixpath.dirname(path), include.path))
            kinds = Kind.CONSTRAINED if include.kind is Kind.CONSTRAINED else kind
            yield from self.said(inner, name, kinds, seen | {path})

    def python(self, path: str) -> str:
        """What the file, else the project beside it, needs of Python; empty where neither says it."""
        beside = (each for each in self._by_folder.get(project(path), ()) if each.endswith("pyproject.toml"))
        return next((python for each in (path, *beside) if (python := self._read(each).python)), "")

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self._tree.files:
            if reader_of(path) is not None:
                found.setdefault(project(path), []).append(path)
        return found

    def _astray(self, apps: Sequence[str]) -> tuple[str, ...]:
        taken = {folder for path in apps for folder in _upward(path)}
        rest = [
            path
            for folder, paths in sorted(self._by_folder.items())
            for path in paths
            if folder not in taken and path.count("/") <= _DEEPEST and not is_aside(path)
        ]
        return self._naming(rest)

    def _naming(self, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(path for path in paths if any(True for _ in self.said(path, "celery")))

    def _read(self, path: str) -> DependencyFacts:
        if path not in self._facts:
            text = self._tree.text(path)
            # What another file takes in may have any name.
            self._facts[path] = (reader_of(path) or requirements)(text) if text else DependencyFacts()
        return self._facts[path]


def project(path: str) -> str:
    """The folder whose project a file tells of."""
    match = _FOLDERS.search(path)
    return path[: match.start()] if match else posixpath.dirname(path)


def is_aside(name: str) -> bool:
    """Whether a file or a group is for development, tests or documentation, by its name."""
    return bool(_ASIDE.search(name))


def _upward(path: str) -> list[str]:
    """The folders from a file's own up to the root."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]


def _is_lock(path: str) -> bool:
    return path.endswith((".lock", ".toml")) and not path.endswith("pyproject.toml")
