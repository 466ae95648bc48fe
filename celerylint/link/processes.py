"""Every place other than a manifest that starts programs: which reader is for which file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from celerylint.facts.launch import Word
from celerylint.facts.launch.wrappers import NO_WRAPPERS
from celerylint.facts.manifests import WorkloadFact
from celerylint.link.code import is_test
from celerylint.link.places import PLACES, Place
from celerylint.model import Unread
from celerylint.origin import Span
from celerylint.sources.tree import Tree

# A word of a command that may start Celery although nobody understands how: `run celery-worker`, `/bin/celery.sh`.
_CELERY = re.compile(r"(?<![\w.:])celery(?![\w:.])|/[\w.-]*celery[\w-]*(?:\.(?:sh|bash|py))?$", re.IGNORECASE)
LARGEST = 1_000_000  # bytes; a file that starts programs is far smaller


@dataclass(slots=True)
class Processes:
    """What the files say together; `taken` are those that were taken apart, whatever they held."""

    workloads: list[WorkloadFact] = field(default_factory=list)
    problems: list[tuple[Span, str]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    bare: set[str] = field(default_factory=set)  # Python files that start what their own command line says


def read_processes(tree: Tree) -> Processes:
    """Read every file that starts programs, in the order of the files; tests and examples start none."""
    found = Processes()
    for path in tree.files:
        place = _place(tree, path, path.rpartition("/")[2])
        text = tree.text(path) if place is not None and not is_test(path.removeprefix(".do/")) else None
        if place is None or text is None:
            continue
        facts = place.read(tree, text)
        found.taken.add(path)
        found.workloads += facts.workloads
        found.problems += [(problem.span, problem.message) for problem in facts.problems]
        found.unread += [Unread(each.span, each.reason) for each in facts.unread]
    return found


def may_start(words: Sequence[Word]) -> bool:
    """Whether a command that is not understood may start Celery; one that only shows or names its files does not."""
    head = words[0].text.rpartition("/")[2] if words else ""
    return head not in NO_WRAPPERS and any(_CELERY.search(word.text) for word in words)


def _place(tree: Tree, path: str, name: str) -> Place | None:
    """The kind of place that a file is; None where it starts nothing that is known here, or cannot be read."""
    ending = name.rpartition(".")[2].lower()
    for place in PLACES:
        if not place.named(name, ending):
            continue
        data = _data(tree, path, place.always)
        words = not place.words or any(word in data for word in place.words)
        if data and words and not (place.templated and _template(data)):
            return place
    return None


def _data(tree: Tree, path: str, always: bool) -> bytes:
    """The bytes of a file that mentions Celery, or of one that is wanted in any case; nothing where it is too large."""
    data = (tree.data(path) if tree.mentions(path) or always else None) or b""
    return data if len(data) <= LARGEST else b""


def _template(data: bytes) -> bool:
    return b"{{" in data or b"{%" in data
