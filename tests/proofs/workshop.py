"""Real Celery at work: an app in a folder, its workers and beats as processes, and a journal of what its tasks did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

PATIENCE = 90.0  # seconds for what should happen soon, on a machine that does other things as well

_PROLOGUE = """
import os, time
from celery import Celery


def note(event, *words):
    line = " ".join(map(str, (f"{time.time():.3f}", os.getpid(), event, *words))) + "\\n"
    handle = os.open(os.environ["JOURNAL"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, line.encode())
    os.close(handle)

"""


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the journal."""

    time: float  # seconds since the epoch
    pid: int
    event: str
    words: tuple[str, ...]


class Started:
    """A process with the children that it starts, in a session of its own."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def waits_for(self, text: str, patience: float = PATIENCE) -> None:
        """Returns once the text stands in the output. Raises AssertionError where it never does."""
        soon(lambda: text in self.output, patience, lambda: f"{text!r} in\n{self.output[-3000:]}")

    def waits_for_count(self, text: str, times: int, patience: float = PATIENCE) -> None:
        """Returns once the text stands in the output so often. Raises AssertionError where it never does."""
        soon(
            lambda: self.output.count(text) >= times, patience, lambda: f"{times} × {text!r} in\n{self.output[-3000:]}"
        )

    def stays(self, seconds: float) -> None:
        """Returns after so many seconds. Raises AssertionError where the process has ended by then."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.output[-3000:]
            time.sleep(0.1)

    def signal(self, number: signal.Signals) -> None:
        """To the process alone, as Kubernetes sends it to a container's first one."""
        if self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL for all of them, as at the end of a grace period or out of memory."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self, patience: float) -> bool:
        """SIGTERM, then SIGKILL after so many seconds; whether it ended by itself."""
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        self.kill()
        return True


class Workshop:
    """A folder with `proof.py`, which holds an app called `app`, and a broker."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self._number = 0
        self._running: list[Started] = []

    def app(self, text: str, name: str = "proof") -> None:
        """Writes the app; it begins with an empty journal. `note(event, …)` writes into that."""
        (self.folder / f"{name}.py").write_text(_PROLOGUE + text)
        self.journal.write_text("")

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def noted(self, event: str = "") -> list[Noted]:
        """The lines of the journal, of one event or all, in the order in which they were written."""
        lines = (line.split() for line in self.journal.read_text().splitlines())
        every = [Noted(float(at), int(pid), what, tuple(rest)) for at, pid, what, *rest in lines]
        return [each for each in every if event in ("", each.event)]

    def happens(self, event: str, times: int = 1, patience: float = PATIENCE) -> list[Noted]:
        """The lines of an event once there are so many. Raises AssertionError where there never are."""
        soon(lambda: len(self.noted(event)) >= times, patience, lambda: f"{times} × {event} in {self.noted()}")
        return self.noted(event)

    def send(self, task: str, *arguments: Any, **options: Any) -> None:
        """Sends a task by its name."""
        celery_app = import_module("celery").Celery
        with celery_app("client", broker=self.url, set_as_current=False) as client:
            client.conf.broker_connection_timeout = 5
            client.send_task(f"proof.{task}", args=arguments, ignore_result=True, **options)

    def start(self, words: Sequence[str], **environment: str) -> Started:
        """Starts a command line."""
        self._number += 1
        log = self.folder / f"process-{self._number}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                list(words),
                cwd=self.folder,
                env={**self.environment, **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        started = Started(process, log)
        self._running.append(started)
        return started

    def says(self, text: str, **environment: str) -> str:
        """What a program in Python prints, its errors too. It may import the app's module."""
        started = self.start([sys.executable, "-c", text], **environment)
        started.process.wait(PATIENCE)
        return started.output

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CELERY")}
        own = {"BROKER": self.url, "JOURNAL": str(self.journal), "C_FORCE_ROOT": "1", "PYTHONUNBUFFERED": "1"}
        # An app that is written again within a second, as long as before, is the old one to Python's bytecode.
        return {**kept, **own, "PYTHONDONTWRITEBYTECODE": "1"}

    def python(self, *words: str, **environment: str) -> Started:
        """A program of the folder."""
        return self.start([sys.executable, *words], **environment)

    def celery(self, *words: str, **environment: str) -> Started:
        """`celery -A proof …`"""
        return self.start(celery(*words), **environment)

    def worker(self, *words: str, **environment: str) -> Started:
        """A worker, once it is ready. `-n` keeps several apart."""
        started = self.celery(
            "worker",
            "-l",
            "info",
            "--without-gossip",
            "--without-mingle",
            f"-nw{self._number}@%h",
            *words,
            **environment,
        )
        started.waits_for(" ready.")
        return started

    def close(self) -> None:
        """Ends all that still runs."""
        for started in self._running:
            started.kill()


def celery(*words: str) -> list[str]:
    """A command line of Celery's own."""
    return [sys.executable, "-m", "celery", "-A", "proof", *words]


@contextmanager
def workshop(folder: Path, url: str) -> Iterator[Workshop]:
    """A workshop that leaves no process behind."""
    made = Workshop(folder, url)
    try:
        yield made
    finally:
        made.close()


def soon(holds: Callable[[], bool], patience: float, words: Callable[[], str]) -> None:
    """Returns once something holds. Raises AssertionError with the words where it does not in time."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, f"never came: {words()}"
        time.sleep(0.05)
