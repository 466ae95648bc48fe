"""Where the output goes: colours or none, and readers that leave early."""

from __future__ import annotations

import io
import os
import sys
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
