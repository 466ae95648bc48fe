"""Which files a run reads: what git would list, without caches, virtual environments and vendored trees."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from celerylint.sources.ignore import Ignores, Rules, Test, latin, parse
from celerylint.sources.repository import ignores_above, is_repository, submodules, toplevel

# Nobody's own code stands there. `vendor/` is missing on purpose: a shop may well have an app of that name.
DEFAULT_EXCLUDE = (
    ".git/",
    ".hg/",
    ".svn/",
    ".bzr/",
    ".jj/",
    ".venv/",
    "venv/",
    ".virtualenv/",
    ".tox/",
    ".nox/",
    ".direnv/",
    ".pixi/",
    "site-packages/",
    "dist-packages/",
    "__pypackages__/",
    "__pycache__/",
    ".mypy_cache/",
    ".ruff_cache/",
    ".pytest_cache/",
    ".hypothesis/",
    ".ipynb_checkpoints/",
    ".terraform/",
    ".eggs/",
    "*.egg-info/",
    "node_modules/",
    "bower_components/",
    "_vendor/",
    "third_party/",
)

# What only a virtual environment holds, whatever its name: PEP 405's file, and conda's directory.
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})


@dataclass(frozen=True, slots=True)
class Discovery:
    """Regular files to read, and what could not be listed (path, reason); both sorted, relative, POSIX.

    A name that is not UTF-8 keeps its bytes as surrogate escapes, so that it can be opened: `printable` is
    for showing it.
    """

    files: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...] = ()


def printable(path: str) -> str:
    r"""The path as it can be shown: bytes that are no UTF-8 and control characters as `\xNN`."""
    if path.isascii() and path.isprintable():
        return path
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def discover(
    root: Path,
    *,
    paths: Sequence[str] = (),
    exclude: Sequence[str] = DEFAULT_EXCLUDE,
    extend_exclude: Sequence[str] = (),
    unsaved: Collection[str] = (),
) -> Discovery:
    """The files under `root`, or under the `paths` (relative to it) that were asked for.

    They are the untracked and tracked files of `git ls-files -co --exclude-standard`, but for two things: a
    tracked file that an ignore file names is left out, and git's configuration of the machine
    (core.excludesFile) is not read, so that a run gives the same everywhere. Directories and files that match
    `exclude` or `extend_exclude` (ignore-file patterns, relative to the root) are left out too. What `paths`
    name themselves is taken, ignored or not. A symbolic link is read where its file lies inside the
    repository and is not listed anyway; one to a directory is never followed. Files that are `unsaved`
    (relative to the root) need not exist: they are listed where they would be once they are written.
    """
    walk = _Walk(_real(root), [*exclude, *extend_exclude], frozenset(unsaved))
    if paths:
        for path in paths:
            walk.given(path)
    else:
        walk.tree("")
    return walk.discovery()


@dataclass(slots=True)
class _Walk:
    """A run over the tree below `root`; what it finds is gathered in `files`, `links` and `unreadable`."""

    root: Path
    patterns: Sequence[str]
    unsaved: frozenset[str] = frozenset()
    top: Path = field(init=False)
    in_repository: bool = field(init=False)
    below_top: str = field(init=False)  # the root as the ignore rules see it
    excluded: Ignores = field(init=False)
    files: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    unreadable: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        top = toplevel(self.root)
        self.in_repository = top is not None
        self.top = top or self.root
        self.below_top = "".join(part + "/" for part in self.root.relative_to(self.top).parts)
        rules = parse("\n".join(self.patterns).encode("utf-8", "surrogateescape"))
        self.excluded = Ignores().adding(latin(self.below_top), rules)

    def given(self, path: str) -> None:
        """What the user named: a directory's tree, or a file as it is."""
        full = Path(os.path.normpath(self.root / path))
        try:
            full = _real(full.parent) / full.name
            mode = full.stat().st_mode
        except (OSError, ValueError) as error:
            self.unreadable[path] = _reason(error)
            return
        if not full.is_relative_to(self.root):
            self.unreadable[path] = "it is outside of the directory that is linted"
            return
        relative = full.relative_to(self.root).as_posix()
        if stat.S_ISDIR(mode):
            self._given_directory(relative, full)
        elif full.is_symlink():
            self.links.add(relative)
        elif stat.S_ISREG(mode):
            self.files.add(relative)
        else:
            self.unreadable[relative] = "it is no regular file"

    def _given_directory(self, relative: str, full: Path) -> None:
        target = _real(full)
        if target.is_relative_to(self.root):
            self.tree("".join(part + "/" for part in target.relative_to(self.root).parts))
        else:
            self.unreadable[relative] = "it is a link to a directory outside of the one that is linted"

    def tree(self, start: str) -> None:
        """Everything below the directory `start` (`""`, or ending in `/`), without recursion."""
        pending = [(start, ignores_above(self.top, self.root / start))]
        while pending:
            directory, ignores = pending.pop()
            try:
                with os.scandir(f"{self.root}/{directory}") as entries:
                    pending += self._directory(directory, ignores, list(entries), directory == start)
            except OSError as error:
                self.unreadable[directory.rstrip("/") or "."] = _reason(error)

    def _directory(
        self, directory: str, ignores: Ignores, entries: list[os.DirEntry[str]], started: bool
    ) -> list[tuple[str, Ignores]]:
        """Gathers a directory's files; gives back the directories to go on with."""
        special = {entry.name: entry for entry in entries if entry.name in _SPECIAL}
        if special and not started and self._skips(special, directory):
            return []
        base = latin(self.below_top + directory)
        if ".gitignore" in special:
            ignores = ignores.adding(base, self._rules(special[".gitignore"], directory))
        of_kind = [
            [test for test in tests if test]
            for tests in zip(self.excluded.within(base), ignores.within(base), strict=True)
        ]
        below: list[tuple[str, Ignores]] = []
        for entry in entries:
            name = entry.name
            is_directory = entry.is_dir(follow_symlinks=False)
            tests = of_kind[is_directory]
            if name == ".git" or (tests and any(test(latin(name)) for test in tests)):
                continue
            if is_directory:
                below.append((f"{directory}{name}/", ignores))
            elif entry.is_file(follow_symlinks=False):
                self.files.add(directory + name)
            elif entry.is_symlink():
                self.links.add(directory + name)
        if self.unsaved:
            self._add_unsaved(directory, {entry.name for entry in entries}, of_kind[False])
        return below

    def _add_unsaved(self, directory: str, existing: set[str], ignoring: list[Test]) -> None:
        for path in self.unsaved:
            name = path.removeprefix(directory)
            here = directory + name == path and "/" not in name and name not in existing
            if name and here and not any(test(latin(name)) for test in ignoring):
                self.files.add(path)

    def _skips(self, special: dict[str, os.DirEntry[str]], directory: str) -> bool:
        """Whether this is a virtual environment, or a repository of its own inside of ours."""
        if not _ENVIRONMENT_MARKS.isdisjoint(special):
            return True
        return ".git" in special and self.in_repository and is_repository(self.root / directory)

    def _rules(self, entry: os.DirEntry[str], directory: str) -> Rules:
        """The rules of a `.gitignore`; like git, not through a link."""
        if not entry.is_file(follow_symlinks=False):
            return ()
        try:
            return parse(Path(entry.path).read_bytes())
        except OSError as error:
            self.unreadable[directory + entry.name] = _reason(error)
            return ()

    def discovery(self) -> Discovery:
        """What was gathered, with each link that leads to a file of the repository, once."""
        real = {self.root / file for file in self.files} if self.links else set()
        for link in sorted(self.links):
            target = _real(self.root / link)
            if target.is_dir() or target in real or self._of_absent_submodule(target):
                continue
            reason = self._misled(target)
            if reason:
                self.unreadable[link] = reason
            else:
                real.add(target)
                self.files.add(link)
        return Discovery(tuple(sorted(self.files)), tuple(sorted(self.unreadable.items())))

    def _of_absent_submodule(self, target: Path) -> bool:
        """Whether a link leads into a submodule that is not checked out: that is no fault of the repository."""
        return any(
            target.is_relative_to(self.top / path) and not (self.top / path / ".git").exists()
            for path in submodules(self.top)
        )

    def _misled(self, target: Path) -> str:
        """Why a link's file is not read; empty where it is. A file of the machine never enters a report."""
        if not target.is_relative_to(self.top):
            return "it is a link that leads outside of the repository"
        if not os.path.lexists(target):
            return "it is a link that leads nowhere"
        return "" if target.is_file() else "it is a link to something that is no regular file"


_SPECIAL = _ENVIRONMENT_MARKS | {".gitignore", ".git"}


def _real(path: Path) -> Path:
    """The path without links; unlike Path.resolve, never an error for links in a circle."""
    return Path(os.path.realpath(path))


def _reason(error: OSError | ValueError) -> str:
    """The system's own words, in lower case: `permission denied`."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text[:1].lower() + text[1:]
