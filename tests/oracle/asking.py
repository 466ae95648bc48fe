"""Questions to Celery's process, and the answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

AHEAD = 4  # questions that are asked before the first is answered: so that both sides work at once


class RealCelery:
    """Celery's process: of the Python in ORACLE_PYTHON, else of this one."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [os.environ.get("ORACLE_PYTHON") or sys.executable, "-m", "oracle.celery_process"],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.version: str = self.ask({"kind": "version"})["answer"]

    def __enter__(self) -> RealCelery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """One answer: `answer`, or `error` with the trace of what Celery raised."""
        self._send(question)
        return self._receive()

    def answers(self, questions: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """An answer for each question, in order."""
        left = iter(questions)
        waiting = 0
        for question in islice(left, AHEAD):
            self._send(question)
            waiting += 1
        while waiting:
            yield self._receive()
            waiting -= 1
            for question in islice(left, 1):
                self._send(question)
                waiting += 1

    def _send(self, question: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("Celery's process has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer
