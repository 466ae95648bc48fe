"""The text of a bug of ours, ready to be sent to us: no absolute paths, no passwords."""

from __future__ import annotations

import platform
import re
import shlex
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from celerylint import __version__
from celerylint.report.credentials import masked

_INSTALLED = re.compile(r".*/(?=celerylint/)|.*/(?:site|dist)-packages/|.*/(?=lib/python\d)|.*/(?=python\d[.\d]*/)")


def crash_report(error: BaseException, command: Sequence[str]) -> str:
    """Versions, the command and the traceback."""
    lines = (
        "celerylint stopped: this is a bug of celerylint, not of what it read.",
        "Please report it, with everything below.",
        "",
        f"celerylint {__version__}",
        f"{platform.python_implementation()} {platform.python_version()}",
        platform.platform(),
        shlex.join(("celerylint", *command[1:])),
        "",
        _traceback(error),
    )
    return _without_home(masked("\n".join(lines)))


def _traceback(error: BaseException) -> str:
    trace = traceback.TracebackException.from_exception(error, limit=-40)
    seen = []
    chained: traceback.TracebackException | None = trace
    while chained is not None and chained not in seen:
        seen.append(chained)
        for frame in chained.stack:
            frame.filename = _INSTALLED.sub("", frame.filename, count=1)
        chained = chained.__cause__ or chained.__context__
    return "".join(trace.format())


def _without_home(text: str) -> str:
    """The current directory and the home directory are nobody's business."""
    for directory, short in ((str(Path.cwd()), "."), (sys.prefix, "<python>"), (str(Path.home()), "~")):
        if len(directory) > 1:
            text = text.replace(directory, short)
    return text
