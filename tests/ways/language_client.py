"""An editor's side of the Language Server Protocol over stdio: what is needed to type and to be told."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE = 60  # seconds
Diagnostics = list[dict[str, Any]]


class Editor:
    """An editor with a folder open and a server running; its buffers are never saved."""

    def __init__(self, command: Sequence[str], folder: Path, settings: dict[str, Any]) -> None:
        self._folder = folder
        self._settings = settings
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._version = 0
        pipe = subprocess.PIPE
        self._server = subprocess.Popen(command, cwd=folder.parent, stdin=pipe, stdout=pipe)
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Editor:
        self._request("initialize", {"processId": None, "rootUri": self._folder.as_uri(), "capabilities": {}})
        self._send("initialized", {})
        self._send("workspace/didChangeConfiguration", {"settings": self._settings})
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self._request("shutdown", None)
                self._send("exit", None)
                self._server.wait(PATIENCE)
        finally:
            self._server.kill()
            self._server.wait()

    def open(self, name: str, text: str) -> None:
        document = {"uri": self._uri(name), "languageId": "python", "version": self._next(), "text": text}
        self._send("textDocument/didOpen", {"textDocument": document})

    def type(self, name: str, text: str) -> None:
        """The buffer's new text."""
        document = {"uri": self._uri(name), "version": self._next()}
        self._send("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def shown(self, name: str, wanted: Callable[[Diagnostics], bool]) -> Diagnostics:
        """The diagnostics of a file as soon as they are as wanted; what is said before speaks of an older text."""
        while True:
            said = self._messages.get(timeout=PATIENCE)
            if said.get("method") == "textDocument/publishDiagnostics" and said["params"]["uri"] == self._uri(name):
                diagnostics: Diagnostics = said["params"]["diagnostics"]
                if wanted(diagnostics):
                    return diagnostics

    def _request(self, method: str, parameters: Any) -> None:
        self._send(method, parameters, id=self._next())
        while "result" not in self._messages.get(timeout=PATIENCE):
            pass

    def _send(self, method: str, parameters: Any, **more: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": parameters, **more}).encode()
        assert self._server.stdin
        self._server.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self._server.stdin.flush()

    def _listen(self) -> None:
        assert self._server.stdout
        length = 0
        while line := self._server.stdout.readline():
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
            elif line == b"\r\n":
                self._messages.put(json.loads(self._server.stdout.read(length)))

    def _uri(self, name: str) -> str:
        return (self._folder / name).as_uri()

    def _next(self) -> int:
        self._version += 1
        return self._version
