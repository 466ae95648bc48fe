"""What flake8 loads for the entry point `CLY`, and calls once for each Python file."""

from __future__ import annotations

import ast
import multiprocessing
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from flake8.exceptions import ExecutionError
from flake8.options.manager import OptionManager

from celerylint import __version__
from celerylint.configuration import ConfigurationError
from celerylint.flake8.options import add_options, asked_for, project_of
from celerylint.flake8.project import Project

_UNNAMED = "stdin"  # what flake8 calls a buffer that nobody named


class Plugin:
    """The findings of a whole project, file by file.

    flake8 finds the parameters of `__init__` by their names (flake8/processor.py, FileProcessor). It parses the
    file first: of one with a syntax error it says E999, and never asks us.
    """

    name = "celerylint"
    version = __version__
    _options: ClassVar[Namespace]
    _project: ClassVar[Project | None]

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self._filename = filename
        self._lines = lines

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Tells flake8 about our options."""
        add_options(manager)

    @classmethod
    def parse_options(cls, manager: OptionManager, options: Namespace, arguments: Sequence[str]) -> None:
        """Finds the project, and analyses it now where flake8's processes will inherit what is known here.

        Without inheritance (spawn, forkserver) each process does it at its first file, and the first one need not.
        Raises ExecutionError.
        """
        cls._options = options
        cls._project = None
        with _told():
            if asked_for(options):
                cls._project = project_of(options)
            if cls._project and _forks() and "-" not in options.filenames:
                cls._project.analyse()

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Line (from 1), column (from 0), text: flake8's own order. Raises ExecutionError."""
        if self._project is None or not self._filename.endswith(".py") or self._nameless:
            return
        with _told():
            reports = self._project.reports(self._filename, "".join(self._lines) if self._is_buffer else None)
        for report in reports:
            yield report.line, report.column - 1, report.text, type(self)

    @property
    def _is_buffer(self) -> bool:
        """Whether this is what an editor sent through the standard input."""
        return "-" in self._options.filenames and self._filename == self._options.stdin_display_name

    @property
    def _nameless(self) -> bool:
        """Whether nobody says which project this belongs to."""
        return self._is_buffer and self._filename == _UNNAMED


def _forks() -> bool:
    # Asking for the method itself would settle it for the whole process.
    methods = multiprocessing.get_all_start_methods()  # the first one is the default
    return (multiprocessing.get_start_method(allow_none=True) or methods[0]) == "fork"


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong ends flake8 in its own way: a message, and exit code 1."""
    try:
        yield
    except ConfigurationError as error:
        raise ExecutionError(f"celerylint: {error}") from error
    except Exception as error:
        bug = f"celerylint {__version__} stopped, and this is a bug of celerylint: {type(error).__name__}: {error}"
        raise ExecutionError(f"{bug}\nThe command `celerylint` prints a text for a report.") from error
