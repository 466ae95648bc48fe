"""Where the output goes: colours or none, and readers that leave early."""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path
from typing import TextIO

import click


def emit(text: str) -> None:
    """Text on stdout. A reader that closed the pipe has seen enough: that is no error."""
    stream = sys.stdout
    if stream is None:
        return
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a path need not be UTF-8, nor stdout
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _silence(stream)
    except OSError as error:
        _silence(stream)
        raise click.ClickException(f"cannot write the output: {error.strerror or error}") from None


def unwritable(file: str) -> str:
    """Why a file cannot be written, as far as that shows beforehand; empty where it looks as if it can."""
    path = Path(file)
    if path.is_dir():
        return "it is a directory"
    if _is_special(path):
        return "" if os.access(path, os.W_OK) else "it may not be written to"
    folder = Path(os.path.realpath(file)).parent
    if not folder.is_dir():
        return f"there is no directory {os.path.dirname(file) or folder}"  # noqa: PTH120
    return "" if os.access(folder, os.W_OK | os.X_OK) else "its directory may not be written to"


def save(text: str, file: str) -> None:
    """Text as the content of a file, whole or not at all: who reads it meanwhile sees the old content or the new.

    A pipe or a device is written to as it is. Raises ClickException.
    """
    data = text.encode("utf-8", "backslashreplace")
    path = Path(file)
    try:
        if _is_special(path):
            with path.open("ab") as stream:
                stream.write(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror or error}") from None


def _is_special(path: Path) -> bool:
    """Pipes and devices; what stands in /dev may look like a file while stdout is redirected to one."""
    return path.parts[:2] == ("/", "dev") or (path.exists() and not path.is_file())


def _replace(path: Path, data: bytes) -> None:
    """By way of a file beside it, with the rights of the one that was there."""
    beside = path.with_name(f".celerylint-{os.urandom(8).hex()}.tmp")
    rights = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    try:
        with open(beside, "xb") as stream:  # noqa: PTH123
            stream.write(data)
        if rights is not None:
            beside.chmod(rights)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _silence(stream: TextIO) -> None:
    """Python flushes stdout once more when it ends, and would complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)


def coloured(choice: str) -> bool:
    """`always`, `never`, or `auto`: NO_COLOR, then FORCE_COLOR, then whether stdout is a terminal that can."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return is_terminal() and os.environ.get("TERM") != "dumb"


def is_terminal() -> bool:
    """Whether somebody reads stdout as it comes."""
    return sys.stdout is not None and sys.stdout.isatty()
