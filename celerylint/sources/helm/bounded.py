"""A process that is given so many seconds, so much memory and so much output."""

from __future__ import annotations

import contextlib
import os
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

SECONDS = 10.0  # of one answer
MEMORY = 2 * 1024**3  # bytes of address space; Go's runtime alone reserves one
OUTPUT = 64 * 1024**2  # bytes of one answer
CPU_SECONDS = 120  # of the whole process, should nobody be left to end it
_CHUNK = 1 << 16


class StoppedError(Exception):
    """The process was ended: the text says what it needed too much of."""


class Bounded:
    """A process in a session of its own. What it says on standard error is part of its output."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
        """Start it. Raises OSError."""
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
            preexec_fn=_limit,
        )

    def ask(self, question: bytes = b"", last: bool = False) -> bytes:
        """What it answers: one line, or with `last` everything up to its end. Raises StoppedError."""
        deadline = time.monotonic() + SECONDS
        pipe = self._process.stdin
        assert pipe is not None  # it was started with a pipe
        try:
            pipe.write(question)
            pipe.flush()
            if last:
                pipe.close()
        except OSError as error:
            raise StoppedError("it ended before it was asked") from error
        return self._read(deadline, b"" if last else b"\n")

    def status(self) -> int:
        """Its exit status, once it has answered for the last time."""
        return self._process.wait(SECONDS)

    def end(self) -> None:
        """Kill it with all that it started."""
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()

    def _read(self, deadline: float, ending: bytes) -> bytes:
        pipe = self._process.stdout
        assert pipe is not None  # it was started with a pipe
        data = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while not (ending and data.endswith(ending)):
                if not selector.select(max(deadline - time.monotonic(), 0)):
                    raise StoppedError(f"it took more than {SECONDS:g} seconds")
                chunk = os.read(pipe.fileno(), _CHUNK)
                if not chunk:
                    break
                data += chunk
                if len(data) > OUTPUT:
                    raise StoppedError(f"it wrote more than {OUTPUT // 1024**2} MiB")
        return bytes(data)


def _limit() -> None:
    """In the new process, before it becomes the program."""
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CPU, CPU_SECONDS))
    for kind, most in limits:
        _, hard = resource.getrlimit(kind)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))
