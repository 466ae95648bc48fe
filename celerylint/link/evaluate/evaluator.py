"""The evaluator: names to values, on demand."""

from __future__ import annotations

import ast
from typing import Any

from celerylint.link.environment import Environment
from celerylint.link.evaluate.frame import Frame, LocalFrame, ModuleFrame, place
from celerylint.link.evaluate.objects import ModuleObject
from celerylint.link.modules import Modules
from celerylint.origin import Layer, Origin, Value, unknown
from celerylint.sources.python import PythonSyntaxError

LARGEST_EFFORT = 200_000  # expressions; a settings package needs some thousands

Key = tuple[object, ...]


class Shared:
    """What does not depend on a worker's environment, kept for all of them."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.frames: dict[str, ModuleFrame | None] = {}
        self.values: dict[Key, Value[Any] | None] = {}
        self.scopes: dict[tuple[int, ...], Frame] = {}


class Evaluator:
    """Evaluates names and expressions for one environment."""

    def __init__(self, shared: Shared, environment: Environment) -> None:
        self.shared = shared
        self.environment = environment
        self.environment_reads = 0
        self._values: dict[Key, Value[Any] | None] = {}
        self._open: set[Key] = set()
        self._effort = 0

    @property
    def modules(self) -> Modules:
        """The repository's modules."""
        return self.shared.modules

    def frame(self, path: str) -> ModuleFrame | None:
        """The top level of a file; None where it cannot be read."""
        frames = self.shared.frames
        if path not in frames:
            module = self.modules.tree.python(path)
            frames[path] = ModuleFrame(module) if module else None
        return frames[path]

    def lookup(self, frame: Frame, name: str, line: int | None = None) -> Value[Any] | None:
        """The value of a name before `line` (None: at the end of the body); None where nothing binds it."""
        key = (frame.path if isinstance(frame, ModuleFrame) else id(frame), name, line)
        for store in (self.shared.values, self._values):
            if key in store:
                return store[key]
        if key in self._open:
            return unknown(f"{name} is defined through itself")
        self._open.add(key)
        reads = self.environment_reads
        try:
            value = self._lookup(frame, name, line)
        finally:
            self._open.discard(key)
        lasting = isinstance(frame, ModuleFrame) and reads == self.environment_reads
        (self.shared.values if lasting else self._values)[key] = value
        return value

    def expression(self, node: ast.expr, frame: Frame) -> Value[Any]:
        """The value of an expression where it stands."""
        from celerylint.link.evaluate.expressions import evaluate

        self._effort += 1
        if self._effort > LARGEST_EFFORT:
            return unknown("it takes too many steps to evaluate", place(frame, node))
        try:
            return evaluate(self, node, frame)
        except RecursionError:
            return unknown("it is nested too deeply to evaluate", place(frame, node))

    def variable(self, name: str) -> Value[Any]:
        """An environment variable: its text, None where it is unset, or unknown."""
        self.environment_reads += 1
        value = self.environment.get(name)
        return Value(value.value, Origin(Layer.ENVIRONMENT, value.origin.span, value.origin.via, name))

    def member(self, path: str, name: str) -> Value[Any] | None:
        """A module's attribute: a name of its own, or a submodule of the package."""
        frame = self.frame(path)
        value = self.lookup(frame, name) if frame else None
        if value is not None:
            return value
        folder = self.modules.members(path)
        for candidate in (f"{folder}/{name}.py", f"{folder}/{name}/__init__.py"):
            if folder and candidate in self.modules.tree.names:
                return Value(ModuleObject(candidate), Origin(Layer.CODE))
        return None

    def _lookup(self, frame: Frame, name: str, line: int | None) -> Value[Any] | None:
        from celerylint.link.evaluate.statements import execute, star_import

        state = frame.arguments.get(name) if isinstance(frame, LocalFrame) else None
        try:
            statements: list[ast.stmt] = [*frame.binding(name), *frame.star_imports()]
        except PythonSyntaxError as error:
            self.modules.tree.syntax_error(frame.path, error.line, error.column, error.message)
            return unknown(f"{frame.path} cannot be parsed (line {error.line})")
        for statement in sorted(statements, key=lambda each: each.lineno):
            if line is not None and statement.lineno >= line:
                break
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
                state = star_import(self, statement, name, state, frame)
            else:
                state = execute(self, statement, name, state, frame)
        return state
