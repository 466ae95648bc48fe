"""Which Python files are read: those that speak of Celery, and those that use what these define."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from celerylint.facts.python import PythonFacts, TaskFact, python_facts
from celerylint.facts.python.declared import decorated_by, imports_of
from celerylint.facts.python.instances import classes_from, instances_of
from celerylint.facts.python.makers import makers_by
from celerylint.facts.python.read import speaks
from celerylint.facts.python.sending import opens, sends
from celerylint.link.evaluate.elsewhere import WORDS
from celerylint.sources.python import PythonModule, PythonSyntaxError
from celerylint.sources.tree import Tree

# A folder whose name begins with a dot is no package: what lies in it is a tool's. So is what a coding agent's skill
# (skills/<name>/SKILL.md) brings along to be read.
_TESTS = re.compile(
    r"(^|/)(tests?|testing|test_[^/]*|conftest\.py|[^/]*_tests?\.py|docs?|examples?|benchmarks?)(/|$)|(^|/)\.[^/]+/"
    r"|(^|/)skills/[^/]+/(assets|references|resources|templates)/"
)


_Question = Callable[[PythonModule, frozenset[str]], frozenset[str]]


def is_test(path: str) -> bool:
    """Tests, documentation and examples: they deploy nothing."""
    return bool(_TESTS.search(path))


class Reading:
    """One pass over a repository; `files` are the facts by path, `unreadable` what mentions Celery and is no Python.

    `wording`: the files that mention a word by which settings may be changed from elsewhere; `sending`: those that may
    send tasks; `opening`: those that may open a transaction.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.files: dict[str, PythonFacts] = {}
        self.unreadable: list[str] = []
        self.sending: list[str] = []
        self.opening: list[str] = []
        self.wording: dict[bytes, list[str]] = {word: [] for word in WORDS}
        for path in self._python_files():
            data = tree.data(path)
            if data is None:
                continue
            for word in WORDS:
                if word in data:
                    self.wording[word].append(path)
            if sends(data):
                self.sending.append(path)
            if opens(data):
                self.opening.append(path)
            if speaks(data):
                self._read(path)
        self._subclassed()
        self._wrapped()

    def _python_files(self) -> Iterator[str]:
        """Production code; tests, docs and examples deploy nothing."""
        return (path for path in self.tree.files if path.endswith(".py") and not is_test(path))

    def _read(self, path: str) -> PythonFacts | None:
        module = self.tree.python(path)
        facts = None
        if module is not None:
            try:
                facts = self.files[path] = python_facts(module)
            except PythonSyntaxError as error:
                self._broken(path, error)
        if facts is None:
            self.unreadable.append(path)
        return facts

    def _broken(self, path: str, error: PythonSyntaxError) -> None:
        self.tree.syntax_error(path, error.line, error.column, error.message)

    def _using(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[PythonFacts, PythonModule]]:
        """The files in which a pattern is found, with their facts so far."""
        for path in self._python_files():
            if pattern.search(self.tree.data(path) or b""):
                facts, module = self.files.get(path), self.tree.python(path)
                if module is not None and path not in self.unreadable:
                    yield facts or PythonFacts(path), module

    def _subclassed(self) -> None:
        """Apps that are made of the project's own subclasses of Celery."""
        names = self._app_classes()
        for facts, module in self._using(re.compile(rb"\b(?:%s)\s*\(" % _any_of(names))) if names else ():
            try:
                made = instances_of(module, names)
            except PythonSyntaxError as error:
                self._broken(facts.path, error)
                continue
            known = {app.span for app in facts.apps}
            more = [app for app in made if app.span not in known]
            full = self.files.get(facts.path) or (self._read(facts.path) if more else None)
            if more and full is not None:
                self.files[facts.path] = replace(full, apps=(*full.apps, *more))

    def _app_classes(self) -> frozenset[str]:
        """The names of the subclasses, and of those that extend them."""
        names = frozenset(name for facts in self.files.values() for name in facts.app_classes)
        fresh = names
        while fresh:
            found = (self._asked(facts.path, classes_from, fresh) for facts in self.files.values())
            fresh = frozenset(name for some in found for name in some) - names
            names |= fresh
        return names

    def _wrapped(self) -> None:
        """Functions below the project's own decorators, which may make tasks in any file."""
        names = self._makers()
        pattern = re.compile(rb"^[ \t]*@[ \t]*(?:\w+\.)*(?:%s)\b" % _any_of(names), re.M)
        for facts, module in self._using(pattern) if names else ():
            try:
                more = decorated_by(module, names)
                own = facts if facts.imports else replace(facts, imports=imports_of(module))
            except PythonSyntaxError as error:
                self._broken(facts.path, error)
                continue
            self.files[facts.path] = replace(own, tasks=_joined(own.tasks, more))

    def _makers(self) -> frozenset[str]:
        """The names that may make tasks, and those that other files make with them."""
        names = frozenset(name for facts in self.files.values() for name in facts.makers)
        fresh = names
        while fresh:
            importing = ((facts, fresh & facts.imports.keys()) for facts in self.files.values())
            found = (self._asked(facts.path, makers_by, imported) for facts, imported in importing if imported)
            fresh = frozenset(name for some in found for name in some) - names
            names |= fresh
        return names

    def _asked(self, path: str, question: _Question, names: frozenset[str]) -> frozenset[str]:
        module = self.tree.python(path)
        try:
            return question(module, names) if module is not None else frozenset()
        except PythonSyntaxError as error:
            self._broken(path, error)
            return frozenset()


def _any_of(names: Iterable[str]) -> bytes:
    return b"|".join(sorted(map(str.encode, names)))


def _joined(tasks: tuple[TaskFact, ...], more: list[TaskFact]) -> tuple[TaskFact, ...]:
    known = {task.span for task in tasks}
    every = (*tasks, *(task for task in more if task.span not in known))
    return tuple(sorted(every, key=lambda task: task.span))
