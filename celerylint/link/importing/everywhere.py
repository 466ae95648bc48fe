"""Whether any worker of the repository imports a task's module, and who sends a task that none of them does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from celerylint.facts.python.declared import imports_of
from celerylint.facts.python.names import dotted, resolve, span_of
from celerylint.link.code import Code
from celerylint.link.importing.meaning import by_import
from celerylint.link.importing.tasks import TaskImports
from celerylint.link.reading import is_test
from celerylint.link.task_options import TaskSource
from celerylint.model import Call, Task
from celerylint.origin import Layer, Origin, Value, unknown
from celerylint.sources.python import PythonSyntaxError

_SENDING = re.compile(r"\.\s*(?:delay|apply_async)(?:_on_commit)?\s*\(|\bsend_task\s*\(")
_METHODS = frozenset({"delay", "apply_async", "delay_on_commit", "apply_async_on_commit"})


class Everywhere:
    """The processes of all workers; `doubt` says why there may be others, empty where there are none."""

    def __init__(
        self, code: Code, tasks: tuple[TaskSource, ...], processes: Sequence[TaskImports | str], doubt: str
    ) -> None:
        self.code = code
        self.tasks = tasks
        self.processes = processes  # the reason where the app of one is not known
        self.doubt = doubt

    def told(self, task: Task, source: TaskSource, own: TaskImports) -> Task:
        """The task with what is known of it; `own` is its app without a deployment, for tasks that nobody runs."""
        value = own.of(source) if not self.processes else self.of(source)
        if value.value is not False:
            return replace(task, imported=value)
        alike = [each for each in self.tasks if each.name == source.name and each.path != source.path]
        other = next((found for each in alike if (found := self.of(each)).value is not False), None)
        if other is not None:
            return replace(task, imported=other)
        return replace(task, imported=value, sent_at=tuple(self._sends(source)))

    def of(self, source: TaskSource) -> Value[bool]:
        """Whether the process of any worker imports the module of a task."""
        found = [unknown(each) if isinstance(each, str) else each.of(source) for each in self.processes]
        first = next((each for each in found if each.value is True), None)
        first = first or next((each for each in found if not each.known), None)
        if first is not None:
            return first
        if self.doubt:
            return unknown(self.doubt)
        places = tuple(dict.fromkeys(place for each in found for place in each.origin.via))
        return Value(False, Origin(Layer.INFERRED, None, places, found[0].origin.note))

    def _sends(self, source: TaskSource) -> Iterator[Call]:
        """The calls that certainly send it, in files that are no tests and declare no such tasks themselves."""
        declaring = {each.path for each in self.tasks}
        function, name = source.fact.name.encode(), source.name.encode()
        for path in self.code.tree.files:
            if not path.endswith(".py") or is_test(path) or path in declaring:
                continue
            data = self.code.tree.data(path) or b""
            if function in data or name in data:
                yield from self._sends_in(path, source)

    def _sends_in(self, path: str, source: TaskSource) -> Iterator[Call]:
        module = self.code.tree.python(path)
        try:
            statements = module.mentioning(_SENDING) if module else []
            imports = imports_of(module) if module and statements else {}
        except PythonSyntaxError:
            return
        for node in (node for statement in statements for node in ast.walk(statement)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                text = self._sent(node, node.func, imports, path, source)
                if text:
                    yield Call(text, span_of(path, node))

    def _sent(
        self, node: ast.Call, function: ast.Attribute, imports: dict[str, str], path: str, source: TaskSource
    ) -> str:
        if function.attr == "send_task":
            first = node.args[0] if node.args else None
            return source.name if isinstance(first, ast.Constant) and first.value == source.name else ""
        if function.attr not in _METHODS:
            return ""
        written = dotted(function.value)
        holder, _, last = resolve(written, imports).rpartition(".") if written else ("", "", "")
        holder = holder or "."
        imported = last == source.fact.name and source.path in by_import(self.code.modules, holder, path)
        return f"{written}.{function.attr}" if imported else ""
