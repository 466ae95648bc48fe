"""What else gives a process its variables: its own code, and `.env` files that its code reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from celerylint.origin import Span

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_WRITES = re.compile(
    rb"environ\s*\[\s*(?:[rbuf]?[\"'](\w+)[\"']|[^\]\"']+)\s*\]\s*=(?!=)"
    rb"|environ\s*\.\s*(setdefault|update|pop)\s*\(\s*(?:[\"'](\w+)[\"'])?"
    rb"|\bputenv\s*\(\s*(?:[\"'](\w+)[\"'])?"
)

_READS = re.compile(rb"\b(?:load_dotenv|read_env|find_dotenv|dotenv_values)\s*\(")
_IS_FILE = re.compile(r"^\.env|\.env$|^settings\.ini$")
_SAMPLE = re.compile(r"example|sample|template|dist|test", re.I)


@dataclass(frozen=True, slots=True)
class Setter:
    """A place in the code that sets a variable; `only_default` where it leaves one alone that is set."""

    place: Span
    only_default: bool


def setter_of(evaluator: Evaluator, name: str, exact: bool = True) -> Setter | None:
    """The place in the project's code that may set a variable; None where nothing does.

    Not `exact`: under any spelling, for those who read it without regard to case.
    """
    index = evaluator.shared.results.get(_WRITES)
    if index is None:
        index = evaluator.shared.results[_WRITES] = _index(evaluator)
    found: dict[str, list[Setter]] = index
    alike = [name] if exact else [each for each in found if each.lower() == name.lower()]
    setters = [setter for each in alike for setter in found.get(each, ())]
    # A place that sets what nobody can name (`os.environ.update(values)`) may set any.
    every = [*setters, *(each for each in found.get("", ()))]
    return next((each for each in every if not each.only_default), every[0] if every else None)


def _index(evaluator: Evaluator) -> dict[str, list[Setter]]:
    found: dict[str, list[Setter]] = {}
    for path, data in _sources(evaluator):
        for match in _WRITES.finditer(data):
            name = (match[1] or match[3] or match[4] or b"").decode()
            line = data.count(b"\n", 0, match.start()) + 1
            found.setdefault(name, []).append(Setter(Span.of_line(path, line), match[2] == b"setdefault"))
    return found


def _sources(evaluator: Evaluator) -> Iterator[tuple[str, bytes]]:
    """The project's Python files that speak of the environment."""
    tree = evaluator.modules.tree
    for path in tree.files:
        if path.endswith(".py") and not evaluator.shared.is_test(path):
            data = tree.data(path) or b""
            if any(word in data for word in (b"environ", b"putenv", b"dotenv", b"read_env")):
                yield path, data


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
        found = any(_READS.search(data) for _, data in _sources(evaluator))
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
