"""Helm as a program: `helm template`, offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from celerylint.sources.helm.bounded import Bounded, StoppedError
from celerylint.sources.helm.engine import EngineError, EngineStoppedError, Release, empty_folder, environment


class Binary:
    """One process for each rendering."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._home = empty_folder()

    def render(self, chart: Path, values: Sequence[str], release: Release) -> str:
        """See Engine."""
        home = self._home.name
        words = [self._program, "template", release.name, str(chart), "--namespace", release.namespace]
        for number, text in enumerate(values):
            file = Path(home) / f"values-{number}.yaml"
            file.write_text(text, encoding="utf-8", newline="")
            words += ["--values", str(file)]
        try:
            process = Bounded(words, environment(home), home)
        except OSError as error:
            raise EngineStoppedError(f"helm cannot be started: {error.strerror or error}") from error
        try:
            said = process.ask(last=True).decode(errors="replace")
            if process.status():
                raise EngineError(said.strip().removeprefix("Error: ") or "helm failed without a word")
            return said
        except StoppedError as error:
            raise EngineStoppedError(str(error)) from error
        finally:
            process.end()

    def close(self) -> None:
        """See Engine."""
        self._home.cleanup()
