"""Which names a statement may bind or change, whatever it comes to. Errs on one side: it may name too many."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

HARMLESS = frozenset({"items", "keys", "values", "get", "copy", "index", "count", "__contains__", "__getitem__"})
_SPACES = frozenset({"globals", "locals", "vars"})
# `include` is django-split-settings', which runs files in this scope; dynaconf rewrites the module that it is given.
_RUNS_CODE = frozenset({"exec", "include", "DjangoDynaconf"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Effects:
    """`binds`: names that get another value; `changes`: names whose value may be changed in place.

    `stores`: those of them whose items or attributes are assigned, which no method call decides.
    `handed`: names that the statement does nothing but hand to a function, which may change what they stand for.
    `wild` is the statement's part that may bind any name (`import *`, `globals().update(…)`); None where none is.
    """

    binds: frozenset[str]
    changes: frozenset[str]
    stores: frozenset[str]
    wild: ast.AST | None
    handed: frozenset[str] = frozenset()

    def touch(self, name: str) -> bool:
        """Whether the name may be another afterwards."""
        return self.wild is not None or name in self.binds or name in self.changes or name in self.handed


def effects_of(statement: ast.stmt) -> Effects:
    """The effects of one statement on the scope that it stands in."""
    reader = _Reader()
    reader.read(statement)
    changes = frozenset(reader.changes | reader.stores)
    return Effects(frozenset(reader.binds), changes, frozenset(reader.stores), reader.wild, _handed(statement))


def _handed(statement: ast.stmt) -> frozenset[str]:
    """The names that a call of a function hands on, which is a statement of its own."""
    found: set[str] = set()
    stack = [statement]
    while stack:
        each = stack.pop()
        call = each.value if isinstance(each, ast.Expr) else None
        if call is None and not isinstance(each, (*_FUNCTIONS, ast.ClassDef)):
            stack.extend(statements_within(each))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            given = (*call.args, *(keyword.value for keyword in call.keywords))
            found.update(one.id for one in given if isinstance(one, ast.Name))
    return frozenset(found)


class _Reader:
    """One walk over a statement, without recursion: code may be nested deeply."""

    def __init__(self) -> None:
        self.binds: set[str] = set()
        self.changes: set[str] = set()
        self.stores: set[str] = set()
        self.wild: ast.AST | None = None
        self._stack: list[tuple[ast.AST, frozenset[str] | None]] = []

    def read(self, statement: ast.stmt) -> None:
        """Everything below; the set beside a node holds the names of the inner scope around it, None for none."""
        self._stack.append((statement, None))
        while self._stack:
            node, inner = self._stack.pop()
            self._effect(node, inner)
            self._stack.extend(_children(node, inner))

    def _effect(self, node: ast.AST, inner: frozenset[str] | None) -> None:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self._bind(node.id, inner)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._bind(node.name, inner)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            self._import(node, inner)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            self._bind(node.name, inner)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self._bind(node.rest, inner)
        elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            self._change(node, inner, self.stores)
        elif isinstance(node, ast.Call):
            self._call(node, inner)
        if isinstance(node, ast.Expr) and inner is None and _hands_over_its_name(node.value):
            self.wild = node

    def _bind(self, name: str, inner: frozenset[str] | None) -> None:
        if inner is None or name not in inner:
            self.binds.add(name)

    def _change(self, node: ast.expr, inner: frozenset[str] | None, into: set[str]) -> None:
        name = root_of(node)
        if name and (inner is None or name not in inner):
            into.add(name)
            if name == "sys" and into is self.stores:  # sys.modules[__name__].X = …
                self.wild = node
        elif _is_space(node, inner):
            self.wild = node

    def _import(self, node: ast.Import | ast.ImportFrom, inner: frozenset[str] | None) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.wild = node
            elif isinstance(node, ast.Import) and not alias.asname:
                self._bind(alias.name.partition(".")[0], inner)
            else:
                self._bind(alias.asname or alias.name, inner)

    def _call(self, node: ast.Call, inner: frozenset[str] | None) -> None:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr.startswith("__init") and node.args:
            self._change(node.args[0], inner, self.changes)  # Base.__init__(self, …)
        if isinstance(function, ast.Attribute) and is_super(function.value) and inner is None:
            self.changes |= {"self", "cls"}
        if isinstance(function, ast.Attribute) and function.attr not in HARMLESS:
            self._change(function.value, inner, self.changes)
        elif isinstance(function, ast.Name) and function.id in ("setattr", "delattr") and node.args:
            self._change(node.args[0], inner, self.stores)
            if root_of(node.args[0]) in ("", "sys"):  # setattr(sys.modules[__name__], …)
                self.wild = node
        if getattr(function, "id", getattr(function, "attr", "")) in _RUNS_CODE and inner is None:
            self.wild = node
        if inner is None and any(isinstance(each, ast.Call) and _is_space(each, inner) for each in node.args):
            self.wild = node


def statements_within(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statements directly within a compound one."""
    for block in ("body", "orelse", "finalbody"):
        yield from getattr(statement, block, ())
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield from part.body


def is_super(node: ast.AST) -> bool:
    """`super()`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _is_space(node: ast.AST, inner: frozenset[str] | None) -> bool:
    """`globals()`, or below it: in a function only `globals` means the module's names."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.args:
        return False
    return node.func.id == "globals" or (inner is None and node.func.id in _SPACES)


def _hands_over_its_name(node: ast.AST) -> bool:
    """`Base.load_settings(__name__)`: nothing is kept of it, so it is called for what it does to the module."""
    given = [*node.args, *(each.value for each in node.keywords)] if isinstance(node, ast.Call) else []
    return any(isinstance(each, ast.Name) and each.id == "__name__" for each in given)


def root_of(node: ast.AST) -> str:
    """The name that a chain of attributes and subscripts begins with; empty where it begins otherwise."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _children(node: ast.AST, inner: frozenset[str] | None) -> Iterator[tuple[ast.AST, frozenset[str] | None]]:
    """The parts of a node, each with the names of the inner scope that it stands in."""
    if isinstance(node, _FUNCTIONS):
        names = (inner or frozenset()) | _locals(node)
        body = node.body if isinstance(node.body, list) else [node.body]
        outside = [*getattr(node, "decorator_list", []), *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        yield from ((each, inner) for each in outside)
        yield from ((each, names) for each in body)
    elif isinstance(node, ast.ClassDef):
        names = (inner or frozenset()) | _stored(node.body)
        yield from ((each, inner) for each in (*node.decorator_list, *node.bases, *(k.value for k in node.keywords)))
        yield from ((each, names) for each in node.body)
    elif isinstance(node, _COMPREHENSIONS):
        targets = frozenset(
            each.id for one in node.generators for each in ast.walk(one.target) if isinstance(each, ast.Name)
        )
        yield from ((each, (inner or frozenset()) | targets) for each in ast.iter_child_nodes(node))
    else:
        yield from ((each, inner) for each in ast.iter_child_nodes(node))


def _locals(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """The names that are a function's own."""
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    names = frozenset(each.arg for each in (*every, node.args.vararg, node.args.kwarg) if each)
    return names | _stored(node.body) if isinstance(node.body, list) else names


def _stored(body: list[ast.stmt]) -> frozenset[str]:
    """The names that a body binds for itself, less those that it declares global."""
    bound: set[str] = set()
    outer: set[str] = set()
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Global | ast.Nonlocal):
            outer.update(node.names)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            bound.add(node.name)
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            stack.extend(ast.iter_child_nodes(node))
    return frozenset(bound - outer)
