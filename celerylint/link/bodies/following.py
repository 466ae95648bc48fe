"""Calls followed into the repository's own functions: by the names that they certainly have, and only so far."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from celerylint.facts.python.declared import imports_of
from celerylint.facts.python.facts import Scope
from celerylint.facts.python.function import FunctionNode, OwnCall, function_of, is_generator
from celerylint.facts.python.names import dotted, resolve
from celerylint.link.bodies.place import Here, Known, here
from celerylint.link.bodies.screening import DEEPEST, SENT_WITHIN, Name, Screening
from celerylint.link.bodies.words import in_words
from celerylint.link.code import Code, frame_of
from celerylint.link.evaluate import Evaluator
from celerylint.model import Call
from celerylint.sources.python import PythonSyntaxError

MOST = 60  # functions that one may lead to
_FAMILY = 6  # classes above a class
# Decorators below which a call still runs the function, where it runs at all.
_TRANSPARENT = frozenset(
    {"staticmethod", "classmethod", "functools.lru_cache", "functools.cache", "functools.wraps"}
    | {"contextlib.contextmanager", "django.db.transaction.atomic", "typing.override", "typing_extensions.override"}
    | {"tenacity.retry", "backoff.on_exception", "backoff.on_predicate", "retry.retry", "retrying.retry"}
)
_MANAGER = "contextlib.contextmanager"


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A function that another one calls, itself or through others."""

    here: Here
    owner: Name | None  # the class of its `self`; None where it has none, or nobody can tell
    through: tuple[Call, ...]  # the calls that lead to it, outermost first
    branched: bool = False  # a call behind the first stands below a condition
    guarded: bool = False  # a `return` or `raise` stands before one of these
    passed: tuple[Here, ...] = ()  # the functions behind the first, this one the last


@dataclass(frozen=True, slots=True, eq=False)
class _Definition:
    path: str
    scope: Scope
    node: FunctionNode


class Following:
    """The calls of the repository's functions, each function parsed once and when something leads to it."""

    def __init__(self, code: Code, known: Known, evaluator: Evaluator) -> None:
        self.code = code
        self.known = known
        self.evaluator = evaluator
        self.screening = Screening(code)
        self._found: dict[Name, _Definition | None] = {}
        self._places: dict[ast.AST, Here | None] = {}
        self._imports: dict[str, dict[str, str]] = {}

    def reached(
        self, start: Here, owner: Name | None = None, calls: Iterable[OwnCall] | None = None, dispatching: bool = False
    ) -> Iterator[Reached]:
        """What calls of a function lead to (all of them where none are given), the nearest first."""
        first = Reached(start, owner, ())
        surest: dict[Name, tuple[bool, bool]] = {}
        queue = deque(self._next(first, start.function.calls if calls is None else calls, dispatching))
        count = 0
        while queue and count < MOST:
            name, each = queue.popleft()
            sure = (each.branched, each.guarded)
            if each.here.function.node is start.function.node or (name in surest and surest[name] <= sure):
                continue
            surest[name] = sure
            count += 1
            yield each
            queue.extend(self._next(each, each.here.function.calls, dispatching))

    def _next(self, at: Reached, calls: Iterable[OwnCall], dispatching: bool) -> Iterator[tuple[Name, Reached]]:
        deepest = SENT_WITHIN if dispatching else DEEPEST
        for call in calls if len(at.through) < deepest else ():
            name = self._callee(at, call.node)
            if name is None or not self.screening.leads(name, dispatching, deepest - len(at.through)):
                continue
            definition = self._definition(name)
            place = self._place(definition) if definition is not None else None
            if place is None:
                continue
            hop = Call(in_words(call.node), at.here.function.span(call.node))
            later = bool(at.through)
            branched, guarded = at.branched or (later and call.branched), at.guarded or (later and call.guarded)
            owner = (name[0], name[1].partition(".")[0]) if "." in name[1] else None
            passed = (*at.passed, place)
            yield name, Reached(place, owner, (*at.through, hop), branched, guarded, passed)

    def imports(self, path: str) -> dict[str, str]:
        """What the imports of a file bind. Raises PythonSyntaxError."""
        if path not in self._imports:
            module = self.code.tree.python(path)
            self._imports[path] = imports_of(module) if module is not None else {}
        return self._imports[path]

    def _callee(self, at: Reached, node: ast.Call) -> Name | None:
        """The function that a call certainly runs; the `__init__` of a class."""
        written = node.func
        found = self._named(at, written)
        if found is None and isinstance(written, ast.Attribute):
            made = self._class(at, written.value)
            return (made[0], f"{made[1]}.{written.attr}") if made else None
        if found is None or "." in found[1] or not self.screening.is_class(found):
            return found
        return found[0], f"{found[1]}.__init__"

    def _named(self, at: Reached, node: ast.expr) -> Name | None:
        """What a dotted name means; the methods of `self` are those of its class."""
        function, written = at.here.function, dotted(node)
        head, _, rest = written.partition(".")
        if not written:
            return None
        if head in function.bound:
            of_self = at.owner is not None and head == _first(function.node) and function.bound[head] == (None,)
            return (at.owner[0], f"{at.owner[1]}.{rest}") if of_self and at.owner and rest.isidentifier() else None
        full = resolve(written, function.names)
        if full:
            return self.screening.imported(function.path, full)
        return (function.path, written) if head in self.screening.outline(function.path).texts else None

    def _class(self, at: Reached, node: ast.expr) -> Name | None:
        """The class of what an expression certainly makes: `Client(…)`, or a local name for it alone."""
        if isinstance(node, ast.Name):
            values = at.here.function.only_values(node.id)
            node = values[0] if len(values) == 1 else node
        if not isinstance(node, ast.Call):
            return None
        found = self._named(at, node.func)
        return found if found is not None and "." not in found[1] and self.screening.is_class(found) else None

    def _definition(self, name: Name) -> _Definition | None:
        if name not in self._found:
            try:
                self._found[name] = self._defined(*name)
            except PythonSyntaxError:
                self._found[name] = None
        return self._found[name]

    def _defined(self, path: str, written: str, depth: int = 0) -> _Definition | None:
        """The function of a name that nothing else binds; a method wherever its class has it from."""
        head, _, method = written.partition(".")
        module = self.code.tree.python(path)
        statements = module.binding(head) if module is not None else []
        node = statements[0] if len(statements) == 1 else None
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not method and node.name == head:
            return _Definition(path, (), node)
        if not isinstance(node, ast.ClassDef) or not method or node.name != head:
            return None
        own = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == method]
        if own:
            return _Definition(path, (node,), own[0]) if len(own) == 1 else None
        for base in node.bases if depth < _FAMILY else ():
            above = self.screening.find(path, dotted(base)) if dotted(base) else None
            if above is None or "." in above[1]:
                return None  # a class of others, which may have such a method
            found = self._defined(above[0], f"{above[1]}.{method}", depth + 1)
            if found is not None:
                return found
        return None

    def _place(self, definition: _Definition) -> Here | None:
        if definition.node not in self._places:
            try:
                self._places[definition.node] = self._placed(definition)
            except PythonSyntaxError:
                self._places[definition.node] = None
        return self._places[definition.node]

    def _placed(self, definition: _Definition) -> Here | None:
        """The function where a call runs it at once: no coroutine, no generator, below no decorator of others."""
        path, node = definition.path, definition.node
        if isinstance(node, ast.AsyncFunctionDef):
            return None
        names = self.imports(path)
        decorators = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
        resolved = [resolve(dotted(each), names) or dotted(each) for each in decorators]
        is_task = (path, node.lineno, node.name) in self.known.tasks
        if not is_task and not all(each in _TRANSPARENT for each in resolved):
            return None
        if is_generator(node) and _MANAGER not in resolved:
            return None
        frame = frame_of(self.evaluator, path, definition.scope)
        return here(self.evaluator, frame, function_of(path, node, names), self.known) if frame else None


def _first(node: FunctionNode) -> str:
    """The argument that is the instance or the class; empty where there is none."""
    static = any(dotted(each) == "staticmethod" for each in node.decorator_list)
    every = [] if static else [*node.args.posonlyargs, *node.args.args]
    return every[0].arg if every else ""
