"""A connection that is dead and does not say so: a proxy that stops passing anything on."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Proxy:
    """Passes bytes on between clients and a server on this machine, until `freeze`; later connections are passed on."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._age = 0
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        """From now on nothing that comes in by an older connection is passed on, and none of them is closed."""
        self._age += 1

    def close(self) -> None:
        """No more connections."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pass, args=(source, target, self._age), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, age: int) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self._age == age:
                    target.sendall(data)
            if self._age == age:
                target.close()
