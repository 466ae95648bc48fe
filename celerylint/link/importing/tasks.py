"""Whether the process of a worker imports the module in which a task is declared."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from celerylint.link.code import AppSource, Code
from celerylint.link.containers import Started
from celerylint.link.evaluate import Evaluator
from celerylint.link.importing.certain import certainly
from celerylint.link.importing.discovery import Discovered, discovered, uses_django
from celerylint.link.importing.meaning import by_text
from celerylint.link.importing.mentions import dotted_texts
from celerylint.link.importing.process import app_names, named_modules, why_not_followed, words_around
from celerylint.link.importing.reach import Reach, reach, whole_site
from celerylint.link.task_options import TaskSource
from celerylint.origin import Layer, Origin, Value, unknown

# What libraries that look for modules by name do not look for; Celery's own name is `tasks`.
_OF_TASKS = re.compile(r"task|celery|job|beat|cron|schedul|queue|worker|background|async|period")
_OTHERS = re.compile(rb"\b(?:dramatiq|huey|djhuey|procrastinate|background_task|django_q)\b")
_NAMING = re.compile(r"\.(?:toml|cfg|ini|ya?ml|json|env|sh|service|conf)$|(?:^|/)(?:Dockerfile|Procfile|\.env)[^/]*$")


class TaskImports:
    """One worker's process: its app, as its environment has it, and the command that starts it."""

    def __init__(
        self,
        code: Code,
        app: AppSource,
        settings: Mapping[str, Value[Any]],
        evaluator: Evaluator,
        process: Started | None,
        every: tuple[TaskSource, ...],
    ) -> None:
        self.code = code
        self.app = app
        self.settings = settings
        self.evaluator = evaluator
        self.process = process
        self.declaring = frozenset(each.path for each in every)  # the modules of all tasks of the repository

    def of(self, source: TaskSource) -> Value[bool]:
        """Whether it imports the module of a task."""
        doubt = _not_plain(self.code, source)
        if doubt:
            return unknown(doubt, source.fact.span)
        origin = self._certain.get(source.path)
        if origin is not None:
            return Value(True, Origin(Layer.INFERRED, origin.span, (origin,), origin.note))
        doubt = self._doubt or self._may_import(source)
        if doubt:
            return unknown(doubt, source.fact.span)
        note = f"nothing that it imports leads to {source.path}"
        return Value(False, Origin(Layer.INFERRED, None, self._proof(), note))

    @cached_property
    def _certain(self) -> Mapping[str, Origin]:
        """The files that it certainly imports."""
        here = Origin(Layer.CODE, self.app.span, (), "the app")
        roots = {self.app.path: here}
        names = {**dict.fromkeys(app_names(self.process)[:1] if self.process else (), here), **self._named[0]}
        for name, origin in {**names, **self._discovered.certain}.items():
            path = self.code.modules.find(name, self.app.path)
            if path is not None:
                roots.setdefault(path, origin)
        key = (TaskImports, "certain", tuple(sorted(roots)))
        results = self.code.shared.results
        if key not in results:
            results[key] = certainly(self.code, roots, self.declaring)
        found: Mapping[str, Origin] = results[key]
        return found

    @cached_property
    def _named(self) -> tuple[dict[str, Origin], str]:
        return named_modules(self.settings, self.process)

    @cached_property
    def _discovered(self) -> Discovered:
        key = (Discovered, self.app.span)
        question = lambda: discovered(self.code, self.evaluator, self.app)  # noqa: E731
        return self.evaluator.remembered(key, question, shared=True)

    @cached_property
    def _doubt(self) -> str:
        """Why nobody can tell all that it imports."""
        if self.code.unreadable:
            return f"{self.code.unreadable[0]} mentions Celery and cannot be read"
        plain = why_not_followed(self.evaluator, self.app, self.process)
        return plain or self._named[1] or self._discovered.doubt

    def _may_import(self, source: TaskSource) -> str:
        """Why it may import the task's module all the same; empty where it certainly does not."""
        found = self._reach
        if source.path in found.files:
            return f"a module that it may import leads to {source.path}"
        if found.doubt:
            return found.doubt
        if uses_django(self.code) and not _OF_TASKS.search(_last(source.path)):
            return "an application of Django may look for modules of this name"
        return self._is_named(source.path)

    @cached_property
    def _reach(self) -> Reach:
        besides = frozenset(path for path in self.declaring if path not in self._certain)
        modules = self.code.modules
        process = self.process
        names = [*self._named[0], *self._discovered.possible, *(app_names(process) if process else ())]
        roots = {path for name in names for path in modules.ending_in(name)} | {self.app.path}
        for word in words_around(process) if process else ():
            texts, _ = dotted_texts(" ".join(f'"{each}"' for each in re.split(r"[\s,;='\"]+", word)))
            roots.update(path for text in texts for path in by_text(modules, text))
        site = uses_django(self.code)
        key = (TaskImports, "reach", tuple(sorted(roots)), besides if site else None)
        results = self.code.shared.results
        if key not in results:
            results[key] = whole_site(self.code, roots, besides) if site else reach(self.code, roots)
        found: Reach = results[key]
        return found

    def _is_named(self, path: str) -> str:
        """Where something that is no Python names the module: an entry point, a command line."""
        key = (TaskImports, "named", path)
        results = self.code.shared.results
        if key not in results:
            results[key] = _named_in(self.code, path)
        found: str = results[key]
        return found

    def _proof(self) -> tuple[Origin, ...]:
        process = self.process
        command = (Origin(Layer.COMMAND_LINE, process.launch.span, (), "starts the worker"),) if process else ()
        named = (self.settings[name].origin for name in ("imports", "include"))
        return (*command, *(each for each in named if each.span is not None), *self._discovered.calls)


def _named_in(code: Code, path: str) -> str:
    parts = code.modules.name(path).split(".")[-2:]
    other = _OTHERS if _last(path) == "tasks" else None
    pattern = re.compile(rb"\b" + re.escape(".".join(parts)).encode() + rb"(?![\w.])") if len(parts) > 1 else None
    for each in code.tree.files:
        naming = pattern is not None and _NAMING.search(each)
        if not naming and not (other and each.endswith(".py")):
            continue
        data = code.tree.data(each) or b""
        if naming and pattern and pattern.search(data):
            return f"{each} names {path}"
        if other and each.endswith(".py") and other.search(data):
            return f"{each} mentions a library that looks for modules of this name"
    return ""


def _last(path: str) -> str:
    return path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2].lower()


def _not_plain(code: Code, source: TaskSource) -> str:
    """Why loading its module may not make the task, or something else may; empty where the decorator alone does."""
    fact = source.fact
    if source.made is not None or source.of is not None or fact.declared_by is None or fact.scope:
        return "how it is made is not followed"
    if isinstance(fact.node, ast.ClassDef) or fact.node.col_offset != 0:
        return "whether it is declared depends on the run"
    return f"its name is not known: {source.unnamed}" if source.unnamed else ""
