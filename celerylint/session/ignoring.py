"""The comments of a repository that silence findings, gathered and applied."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from celerylint.finding import Finding
from celerylint.silence import SPOKEN, Rulebook, Silenced, silence
from celerylint.sources.comments import Comment, comments

if TYPE_CHECKING:
    from celerylint.engine import Outcome
    from celerylint.model import Problem, Project
    from celerylint.page import Page
    from celerylint.sources.tree import Tree

Judge = Callable[[Sequence["Page"], "Project"], "Outcome"]
_ENDINGS = (".py", ".yaml", ".yml")


def silenced(tree: Tree, outcome: Outcome, loaded: Sequence[Page], chosen: Sequence[Page], judge: Judge) -> Silenced:
    """The findings that no comment silences, and those about comments that silence nothing."""
    rulebook = Rulebook({page.code: page.name for page in loaded}, frozenset(page.name for page in chosen))
    readers = [page for page in chosen if page.scope == "problem"]

    def about(problems: Sequence[Problem]) -> Sequence[Finding]:
        return judge(readers, _project(problems)).findings

    return silence(outcome.findings, outcome.undecided, _comments(tree, outcome.findings, rulebook), rulebook, about)


def _comments(tree: Tree, findings: Iterable[Finding], rulebook: Rulebook) -> Mapping[str, Sequence[Comment]]:
    """By file: where something was found, and where a comment may stand that no longer silences anything."""
    found = {place.span.path for finding in findings for place in (finding.place, *finding.related)}
    texts = ((path, tree.text(path)) for path in sorted(found | _speaking(tree, rulebook)))
    return {path: comments(text, SPOKEN) for path, text in texts if text}


def _speaking(tree: Tree, rulebook: Rulebook) -> set[str]:
    """The files that name celerylint or, in a `noqa`, its codes. Those that mention Celery are in memory already;
    the others are of no interest but for the word itself, which holds that of Celery."""
    codes = re.compile(rb"noqa:[^\r\n]*?(?:" + b"|".join(sorted(each.encode() for each in rulebook.letters)) + rb")\d")
    speaking = set()
    for path in tree.files:
        if path.endswith(_ENDINGS) and tree.mentions(path):
            data = tree.data(path) or b""
            if b"celerylint" in data or (b"noqa" in data and codes.search(data)):
                speaking.add(path)
    return speaking


def _project(problems: Sequence[Problem]) -> Project:
    """A project in which there is nothing but these."""
    from celerylint.model import Project

    return Project((), (), (), (), (), (), (), tuple(problems), ())
