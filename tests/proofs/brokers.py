"""Real brokers of a proof's own: started on a free port, in a folder that goes away with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

START = 90.0  # seconds that a broker may take; RabbitMQ needs about ten
ATTEMPTS = 3


class BrokerError(RuntimeError):
    """The broker did not start."""


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The URL of a Redis that keeps nothing on disk."""
    words = ["redis-server", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _at_a_free_port(lambda port: _started([*words, "--port", str(port)], folder, port)) as port:
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def rabbitmq(folder: Path, settings: str = "", arguments: str = "") -> Iterator[str]:
    """The URL of a RabbitMQ node with a database of its own; more lines for rabbitmq.conf, arguments for Erlang."""

    def started(port: int) -> AbstractContextManager[None]:
        return _started([_rabbitmq_server()], folder, port, _node(folder, port, settings, arguments))

    with _at_a_free_port(started) as port:
        yield f"amqp://guest:guest@127.0.0.1:{port}//"


def _node(folder: Path, port: int, settings: str, arguments: str) -> dict[str, str]:
    """The environment of a node, and the files that it names."""
    file = folder / "rabbitmq.conf"
    file.write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\nloopback_users = none\n{settings}")
    (folder / "plugins").write_text("[].\n")
    return {
        "RABBITMQ_NODENAME": f"proof{port}@localhost",
        "RABBITMQ_DIST_PORT": str(_free_port()),
        "RABBITMQ_CONFIG_FILE": str(file),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": arguments,
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_PID_FILE": str(folder / "rabbitmq.pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "HOME": str(folder),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
    }


@contextmanager
def _at_a_free_port(start: Callable[[int], AbstractContextManager[None]]) -> Iterator[int]:
    """The port of a broker that was started: another process may have taken the first ones that seemed to be free."""
    with ExitStack() as stack:
        for attempt in range(ATTEMPTS):
            port = _free_port()
            try:
                stack.enter_context(start(port))
                break
            except BrokerError:
                if attempt == ATTEMPTS - 1:
                    raise
        yield port


def installed(broker: str) -> bool:
    """Whether the server of a broker can be started here."""
    return bool(_rabbitmq_server() if broker == "rabbitmq" else shutil.which("redis-server"))


def _rabbitmq_server() -> str:
    """Debian's own command refuses everybody but root and its own user; the one behind it asks nobody."""
    found = sorted(Path("/usr/lib/rabbitmq").glob("lib/*/sbin/rabbitmq-server"))
    return str(found[-1]) if found else shutil.which("rabbitmq-server") or ""


@contextmanager
def _started(words: list[str], folder: Path, port: int, environment: dict[str, str] | None = None) -> Iterator[None]:
    with (folder / "broker.log").open("w") as log:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        _answers(process, port, folder / "broker.log")
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise BrokerError(f"the broker did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
