"""The repository as a whole: files are read when somebody asks, each once, and every trouble is kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from celerylint.origin import Span
from celerylint.sources.discover import Discovery
from celerylint.sources.text import Text, Undecodable, decode

if TYPE_CHECKING:
    from celerylint.sources.python import PythonModule
    from celerylint.sources.yaml import Document

LARGEST_FILE = 32 * 1024 * 1024  # bytes; generated data, not code or a manifest


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """Why a file, or a part of it, could not be read."""

    span: Span
    kind: str  # unreadable, undecodable, too-large, python-syntax, yaml-syntax, yaml-depth, …
    message: str


class Tree:
    """The files of a repository. Reading never raises: what goes wrong is in `troubles`.

    `deployed` is the path of the one document that tells what runs, where somebody hands it over (a cluster's
    objects); then no other file does. Empty where the repository itself tells it. `launchers` are the words of programs
    that start Celery without its name: a file with the longest of such words mentions Celery.
    """

    def __init__(
        self,
        root: Path,
        discovery: Discovery,
        overlay: Mapping[str, bytes] | None = None,
        deployed: str = "",
        launchers: Iterable[tuple[str, ...]] = (),
    ) -> None:
        self.root = root
        self.files = discovery.files
        self.deployed = deployed
        self.launchers = tuple(launchers)
        self._names = (b"elery", b"CELERY", *(max(words, key=len).encode() for words in self.launchers))
        self._overlay = overlay or {}
        self._data: dict[str, bytes | None] = {}
        self._mentions: dict[str, bool] = {}
        self._texts: dict[str, Text | None] = {}
        self._modules: dict[str, PythonModule | None] = {}
        self._documents: dict[str, list[Document]] = {}
        self._troubles: dict[Trouble, None] = {}
        for path, reason in discovery.unreadable:
            self._trouble(path, "unreadable", f"cannot be read: {reason}")

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """Everything that could not be read so far, by place."""
        return tuple(sorted(self._troubles))

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, `` being the root."""
        return frozenset(path.rpartition("/")[0] for path in self.files)

    @cached_property
    def names(self) -> frozenset[str]:
        """The files as a set."""
        return frozenset(self.files)

    def data(self, path: str) -> bytes | None:
        """A file's bytes, not kept: most files are looked at once. None where it cannot be read."""
        if path in self._overlay:
            return self._overlay[path]
        if path in self._data:
            return self._data[path]
        if path not in self.names:
            return None
        try:
            # Plain os calls: this runs once for every file of the repository.
            handle = os.open(os.path.join(self.root, path), os.O_RDONLY | os.O_NONBLOCK)  # noqa: PTH118
            try:
                size = os.fstat(handle).st_size
                if size <= LARGEST_FILE:
                    return os.read(handle, size + 1)
                self._trouble(path, "too-large", f"is {size} bytes; more than {LARGEST_FILE} are not read")
            finally:
                os.close(handle)
        except OSError as error:
            self._trouble(path, "unreadable", f"cannot be read: {error.strerror or error}")
        self._data[path] = None
        return None

    def mentions(self, path: str) -> bool:
        """Whether a file mentions Celery at all; the files that do are few, so their bytes are kept."""
        if path not in self._mentions:
            data = self.data(path) or b""
            self._mentions[path] = any(name in data for name in self._names)
            if self._mentions[path]:
                self._data[path] = data
        return self._mentions[path]

    def text(self, path: str) -> Text | None:
        """A file's text, decoded."""
        if path not in self._texts:
            self._texts[path] = self._decode(path)
        return self._texts[path]

    def python(self, path: str) -> PythonModule | None:
        """A Python file, whose segments are parsed when they are asked for."""
        if path not in self._modules:
            from celerylint.sources.python import PythonModule

            text = self.text(path)
            self._modules[path] = PythonModule(text) if text else None
        return self._modules[path]

    def documents(self, path: str) -> list[Document]:
        """The documents of a YAML or JSON file; those before a syntax error where there is one."""
        if path not in self._documents:
            from celerylint.sources import yaml

            text = self.text(path)
            documents, problems = yaml.read(text) if text else ([], [])
            for problem in problems:
                self._troubles[Trouble(problem.span, f"yaml-{problem.kind}", problem.message)] = None
            self._documents[path] = documents
        return self._documents[path]

    def syntax_error(self, path: str, line: int, column: int, message: str) -> None:
        """Remember that a Python file could not be parsed."""
        span = Span(path, max(line, 1), max(column, 1), max(line, 1), max(column, 1) + 1)
        self._troubles[Trouble(span, "python-syntax", message)] = None

    def _decode(self, path: str) -> Text | None:
        data = self.data(path)
        if data is None:
            return None
        try:
            return decode(data, path, python=path.endswith(".py"))
        except Undecodable as error:
            self._trouble(path, "undecodable", f"is not text: {error.reason}", error.line)
            return None

    def _trouble(self, path: str, kind: str, message: str, line: int = 1) -> None:
        self._troubles[Trouble(Span.of_line(path, line), kind, message)] = None
