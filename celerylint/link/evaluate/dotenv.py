"""`.env` files that the project's code reads into its environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from celerylint.link.evaluate.setters import speaking

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_READS = re.compile(rb"\b(?:load_dotenv|read_env|find_dotenv|dotenv_values)\s*\(")
_IS_FILE = re.compile(r"^\.env|\.env$|^settings\.ini$")
_SAMPLE = re.compile(r"example|sample|template|dist|test", re.I)


def may_come_from_file(evaluator: Evaluator, name: str, always: bool) -> str:
    """The file that may give a process an unset variable; empty where none does.

    python-decouple reads `.env` and `settings.ini` `always`; otherwise only where the code asks for it. Only files of
    the repository count: what is not in it is not in the image as far as anybody can tell.
    """
    if not always and not _reads_files(evaluator):
        return ""
    tree = evaluator.modules.tree
    line = re.compile(rb"^[ \t]*(?:export[ \t]+)?" + re.escape(name.encode()) + rb"[ \t]*=", re.M)
    return next((path for path in env_files(evaluator) if line.search(tree.data(path) or b"")), "")


def _reads_files(evaluator: Evaluator) -> bool:
    found: bool | None = evaluator.shared.results.get(_READS)
    if found is None:
        found = any(_READS.search(data) for _, data in speaking(evaluator))
        evaluator.shared.results[_READS] = found
    return found


def env_files(evaluator: Evaluator) -> list[str]:
    """The files that hold variables, less the samples that nobody reads."""
    found: list[str] | None = evaluator.shared.results.get(_SAMPLE)
    if found is None:
        names = ((path, path.rpartition("/")[2]) for path in evaluator.modules.tree.files)
        found = [path for path, name in names if _IS_FILE.search(name) and not _SAMPLE.search(name)]
        evaluator.shared.results[_SAMPLE] = found
    return found
