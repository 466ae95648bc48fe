"""The step of action.yml. Its environment is the inputs, and the files by which a runner hears of the outcome."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from base import trusted
from inputs import ActionError, read
from install import install
from lint import lint
from runner import output, quote, say

USAGE = 2


def main() -> int:
    """The exit code of the step."""
    temporary = Path(os.environ["RUNNER_TEMP"])
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        del os.environ[name]  # a PYTHONPATH leads into the linted repository, also what pip starts
    os.environ.update(trusted(os.environ))
    try:
        inputs = read(os.environ)
        python = install(temporary, Path(os.environ["GITHUB_ACTION_PATH"]).resolve(), inputs.version)
        return lint(inputs, python, temporary, os.environ)
    except (ActionError, OSError) as error:
        output("exit-code", str(USAGE))
        say("error", str(error))
        quote(str(error))
        return USAGE


if __name__ == "__main__":
    sys.exit(main())
