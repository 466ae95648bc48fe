"""`app.autodiscover_tasks(…)`: the modules that it imports (celery/app/base.py, celery/loaders/base.py, 5.7)."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from celerylint.facts.python import AppCall
from celerylint.link.code import AppSource, Code, evaluated
from celerylint.link.evaluate import AppObject, ClassObject, Evaluator, plain
from celerylint.link.evaluate.attributes import maybe_attribute
from celerylint.link.evaluate.displays import elements
from celerylint.link.reading import is_test
from celerylint.link.settings.django import settings_holder
from celerylint.origin import Layer, Origin, Unknown, Value, unknown


@dataclass
class Discovered:
    """`certain`: names of modules that are imported where they exist; `possible` those that may be as well.

    `doubt` says why there may be others, empty where there are none; `calls` are the calls that were read.
    """

    certain: dict[str, Origin] = field(default_factory=dict)
    possible: set[str] = field(default_factory=set)
    doubt: str = ""
    calls: list[Origin] = field(default_factory=list)


def discovered(code: Code, evaluator: Evaluator, app: AppSource) -> Discovered:
    """What the calls of the whole repository find for one app."""
    found = Discovered()
    for facts in code.files:
        for call in facts.calls:
            if call.method == "autodiscover_tasks":
                _Call(code, evaluator, app, facts.path, call).into(found)
    return found


def uses_django(code: Code) -> bool:
    """Whether Django may be there: some file of the repository that is no test names it."""
    results = code.shared.results
    if uses_django not in results:
        files = (path for path in code.tree.files if path.endswith(".py") and not is_test(path))
        results[uses_django] = any(b"django" in (code.tree.data(path) or b"").lower() for path in files)
    found: bool = results[uses_django]
    return found


class _Call:
    """One call."""

    def __init__(self, code: Code, evaluator: Evaluator, app: AppSource, path: str, call: AppCall) -> None:
        self.code = code
        self.evaluator = evaluator
        self.app = app
        self.path = path
        self.call = call
        self.origin = Origin(Layer.CODE, call.span, (), "autodiscover_tasks")

    def into(self, found: Discovered) -> None:
        """Add what it discovers."""
        holder = evaluated(self.evaluator, self.path, self.call.holder, self.call.scope).value
        if isinstance(holder, AppObject) and holder.span != self.app.span and not self._argument(2, "force"):
            return  # its signal is for that app alone
        found.calls.append(self.origin)
        ours = isinstance(holder, AppObject) and holder.span == self.app.span
        runs = ours and self.path == self.app.path and not (self.call.scope or self.call.conditions or self.call.loops)
        related = self._related()
        names, doubt = self._packages()
        if isinstance(related, Unknown):
            found.doubt = found.doubt or related.reason
            return
        for name in names:
            found.possible.update(_candidates(name, related))
            if runs and self.code.modules.find(name, self.app.path) is not None:
                found.certain.update(dict.fromkeys((name, f"{name}.{related}" if related else name), self.origin))
        where = f"{self.path}:{self.call.span.line}"
        found.doubt = found.doubt or (doubt and f"which packages {where} searches is not known: {doubt}")

    def _argument(self, position: int, name: str) -> ast.expr | None:
        node = self.call.node
        named = next((each.value for each in node.keywords if each.arg == name), None)
        return named if named is not None else (node.args[position] if len(node.args) > position else None)

    def _related(self) -> str | Unknown | None:
        node = self._argument(1, "related_name")
        if node is None:
            return "tasks"
        value = plain(evaluated(self.evaluator, self.path, node, self.call.scope))
        if isinstance(value, str | Unknown) or value is None:
            return value
        return Unknown("its related_name is no text")

    def _packages(self) -> tuple[list[str], str]:
        """The names of the packages that are known, and why there may be others."""
        if any(isinstance(each, ast.Starred) for each in self.call.node.args) or any(
            each.arg is None for each in self.call.node.keywords
        ):
            return [], "its arguments are unpacked"
        node = self._argument(0, "packages")
        if node is None:
            return self._of_django()
        value = evaluated(self.evaluator, self.path, node, self.call.scope)
        if isinstance(node, ast.Lambda):
            value = evaluated(self.evaluator, self.path, node.body, self.call.scope)
        if value.value is None or (isinstance(value.value, list | tuple) and not value.value):
            return self._of_django()
        return _texts(value)

    def _of_django(self) -> tuple[list[str], str]:
        """Without packages: the names of the applications (celery/fixups/django.py:autodiscover_tasks)."""
        if not uses_django(self.code):
            return [], ""
        holder = settings_holder(self.evaluator, self.app)
        if isinstance(holder, Unknown):
            return [], holder.reason
        value = maybe_attribute(self.evaluator, holder, "INSTALLED_APPS", self.call.span)
        entries, doubt = _texts(value if value is not None else unknown("INSTALLED_APPS is not found", self.call.span))
        names = []
        for entry in entries:
            name = self._configured(entry)
            if isinstance(name, Unknown):
                doubt = doubt or name.reason
            else:
                names.append(name)
        return names, doubt

    def _configured(self, entry: str) -> str | Unknown:
        """The name of the application that an entry of INSTALLED_APPS means: itself, or what its AppConfig says."""
        module, _, last = entry.rpartition(".")
        if self.code.modules.ending_in(entry):
            return entry
        file = self.code.modules.find(module, self.app.path) if module else None
        if file is None:
            return entry  # of another distribution
        return self._name_of(file, last, entry)

    def _name_of(self, file: str, class_name: str, entry: str) -> str | Unknown:
        thing = self.evaluator.member(file, class_name)
        if thing is None or not isinstance(thing.value, ClassObject):
            return Unknown(f"the application {entry} of INSTALLED_APPS is not followed")
        name = maybe_attribute(self.evaluator, thing, "name", self.call.span)
        text = plain(name) if name is not None else None
        if isinstance(text, str):
            return text
        return text if isinstance(text, Unknown) else Unknown(f"the name of the application {entry} is not known")


def _candidates(package: str, related: str | None) -> list[str]:
    """The names that one package may lead to; where it does not exist, Celery looks one level above."""
    above = package.rpartition(".")[0]
    if related is None:
        return [package]
    return [package, f"{package}.{related}", *([f"{above}.{related}"] if above else [])]


def _texts(value: Value[object]) -> tuple[list[str], str]:
    """The texts of a list as far as they are known, and why there may be others."""
    parts = elements(value)
    if isinstance(parts, Unknown):
        return [], parts.reason
    found = [plain(each) for each in parts]
    lost = next((each for each in found if not isinstance(each, str)), None)
    doubt = lost.reason if isinstance(lost, Unknown) else ("" if lost is None else "a package is no text")
    return [each for each in found if isinstance(each, str)], doubt
