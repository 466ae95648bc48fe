"""What a command line finds where it runs: the files there, the folder it runs in, and programs that start others.

A *starter* is a program that reads which further command lines to start from a file of its own: supervisord,
honcho, make, s6, a Python entry point. `read_launches` asks the starter of a program's name before it looks for
Celery itself, and reads what the starter gives back as if it stood in the container's own command line.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from celerylint.facts.launch.launch import OptionUse, Supervision
from celerylint.facts.launch.words import Environment, Locate, Word
from celerylint.origin import Origin, Span, Unknown

PYTHON_FILE = ".py"
_NO_FILES = "which files stand there is not known"


@dataclass(frozen=True, slots=True)
class File:
    """A file that can be read: its place in the repository, its text, and the way from offsets to the place."""

    path: str
    text: str
    locate: Locate


class Files(Protocol):
    """The files of the machine or image that a command line runs in, by their absolute paths there."""

    def open(self, path: str) -> File | Unknown:
        """The file at a path; Unknown where nobody can tell what stands there."""

    def below(self, folder: str) -> tuple[str, ...]:
        """The paths of the files that are known to stand below a folder, sorted; there may be more."""


@dataclass(frozen=True, slots=True)
class NoFiles:
    """The files of a machine of which nothing is known."""

    reason: str = _NO_FILES

    def open(self, path: str) -> File | Unknown:
        """No file: Unknown."""
        return Unknown(self.reason)

    def below(self, folder: str) -> tuple[str, ...]:
        """No paths."""
        return ()


@dataclass(frozen=True, slots=True)
class StarterCall:
    """A starter as it is met in a command line.

    `words` begin with its own; `directory` is the absolute folder that it runs in, Unknown where nobody can tell.
    `environment` is what it finds: a variable's value, None where it is not set, Unknown where nobody can tell.
    """

    words: tuple[Word, ...]
    directory: str | Unknown
    environment: Environment
    files: Files

    def open(self, path: str) -> File | Unknown:
        """The file that the starter finds at a path, which may be relative to its directory."""
        whole = absolute(self.directory, path)
        return whole if isinstance(whole, Unknown) else self.files.open(whole)

    def below(self, folder: str) -> tuple[str, ...]:
        """The absolute paths of the files that are known to stand below a folder."""
        whole = absolute(self.directory, folder)
        return () if isinstance(whole, Unknown) else self.files.below(whole)


@dataclass(frozen=True, slots=True)
class StartedCommand:
    """A command line that a starter starts in the same container.

    `words` are in exec form; what the starter hands to a shell is `sh`, `-c` and the script in one word. `span` is
    the line that says so (it becomes a hop of `Launch.via`), `note` names it for the reader: `[program:worker]`.
    `environment` is what the starter adds; `directory` where the command runs, None: where the starter does.
    """

    words: tuple[Word, ...]
    span: Span
    note: str = ""
    environment: Mapping[str, OptionUse] = field(default_factory=dict)
    directory: str | None = None
    supervision: Supervision | None = None  # None: the starter only starts it


# None: these words are none of the starter's business, and they are read as any other program's. Unknown: it starts
# something, and nobody can tell what.
Starter = Callable[[StarterCall], "Sequence[StartedCommand] | Unknown | None"]


@dataclass(frozen=True, slots=True)
class Inside:
    """Where a command line runs. `via` are the lines that led here, outermost first: they begin `Launch.via`.

    `starters` are found by the program's name without its folder; `PYTHON_FILE` is the name for what a Python runs:
    its words begin with the file, or with `-m` and the module.
    """

    files: Files = field(default_factory=NoFiles)
    directory: str | Unknown = field(default_factory=lambda: Unknown("the folder that it runs in is not known"))
    starters: Mapping[str, Starter] = field(default_factory=dict)
    via: tuple[Origin, ...] = ()
    depth: int = 0  # files within files

    @property
    def has_files(self) -> bool:
        """Whether any file can be opened."""
        return not isinstance(self.files, NoFiles)

    def at(self, directory: str | Unknown) -> Inside:
        """The same, in another folder."""
        return self if directory == self.directory else replace(self, directory=directory)

    def behind(self, hop: Origin) -> Inside:
        """The same, one line further; the line that one already is at is no further one."""
        for at, step in enumerate(self.via):
            if step.span and hop.span and (step.span.path, step.span.line) == (hop.span.path, hop.span.line):
                via = self.via if step.note or not hop.note else (*self.via[:at], hop, *self.via[at + 1 :])
                return replace(self, via=via)
        return replace(self, via=(*self.via, hop))

    def open(self, path: str) -> File | Unknown:
        """The file at a path, which may be relative to the directory."""
        whole = absolute(self.directory, path)
        return whole if isinstance(whole, Unknown) else self.files.open(whole)


def absolute(directory: str | Unknown, path: str) -> str | Unknown:
    """A path as it is from a directory on; Unknown where that matters and is not known."""
    if path.startswith("/"):
        return posixpath.normpath(path).replace("//", "/")
    return directory if isinstance(directory, Unknown) else posixpath.normpath(posixpath.join("/", directory, path))
