"""Helm as a library (helm-python-sdk), in a process that renders one chart after the other."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from celerylint.sources.helm.bounded import Bounded, StoppedError
from celerylint.sources.helm.engine import EngineError, EngineStoppedError, Release, empty_folder, environment

_PROGRAM = Path(__file__).with_name("sdk_process.py")


class Sdk:
    """The process is started with the first chart, and anew after one that it did not survive."""

    def __init__(self) -> None:
        self._process: Bounded | None = None
        self._home = empty_folder()

    def render(self, chart: Path, values: Sequence[str], release: Release) -> str:
        """See Engine."""
        question = {"chart": str(chart), "values": values, "name": release.name, "namespace": release.namespace}
        try:
            self._process = self._process or self._started()
            said = self._process.ask(json.dumps(question).encode() + b"\n")
            answer = json.loads(said)
        except (OSError, StoppedError) as error:
            self._end()
            raise EngineStoppedError(str(error)) from error
        except ValueError as error:
            self._end()
            raise EngineStoppedError(_last_words(said)) from error
        if "error" in answer:
            raise EngineError(answer["error"])
        return str(answer["text"])

    def close(self) -> None:
        """See Engine."""
        self._end()
        self._home.cleanup()

    def _started(self) -> Bounded:
        paths = json.dumps([path for path in sys.path if path])
        # -I and -S: nothing is imported that the environment or a site's files name.
        return Bounded(
            [sys.executable, "-I", "-S", str(_PROGRAM), paths], environment(self._home.name), self._home.name
        )

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None


def _last_words(said: bytes) -> str:
    """What a process that died said: Go's runtime tells its reason in the first lines."""
    lines = said.decode(errors="replace").splitlines()
    return next((line for line in lines if "memory" in line or "error" in line), "it ended without an answer")
