"""Which names of a body may stand for the same objects, or for parts of them, and where these are changed in place.

All of it is read from the text of the statements; it errs on one side: names may be said to share what they do not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from celerylint.link.evaluate.effects import HARMLESS
from celerylint.link.evaluate.frame import Position, start_of

Around = tuple[tuple[int, str], ...]
"""The blocks around a statement, from the outside in: a compound statement and the name of one of its blocks."""
Relation = Literal["same", "within", "holds", "shares"]
"""What a value is to a name: the same object, a part of it, something that it is a part of, or one of common parts."""

# Methods that change lists, dictionaries and sets in place.
MUTATORS = frozenset({"append", "extend", "insert", "update", "setdefault", "pop", "popitem", "clear", "remove", "add"})
MUTATORS |= {"discard", "sort", "reverse", "appendleft", "extendleft", "popleft", "difference_update", "move_to_end"}
_PUTTING = frozenset({"append", "insert", "add", "setdefault", "appendleft"})
_POURING = frozenset({"extend", "update", "extendleft"})
_TAKING = frozenset({"get", "pop", "setdefault", "popitem"})
_COPYING = frozenset({"copy", "items", "values", "keys"})
# Methods of texts and times, which give something new.
_FRESH = frozenset(
    {"split", "rsplit", "splitlines", "strip", "lstrip", "rstrip", "lower", "upper", "title", "replace", "startswith"}
    | {"endswith", "join", "format", "removeprefix", "removesuffix", "capitalize", "partition", "rpartition", "isdigit"}
    | {"encode", "decode", "casefold", "find", "index", "count", "total_seconds", "isoformat", "format_map"}
)
# Python's functions whose result shares nothing with what they are given, those that copy it, and those that choose.
_NEW = frozenset(
    {"str", "int", "float", "bool", "len", "sum", "any", "all", "isinstance", "repr", "round", "abs", "hash"}
)
_NEW |= {"print", "range", "type", "id", "hasattr", "callable", "issubclass", "format", "bytes", "ord", "chr", "super"}
_COPIES = frozenset({"list", "dict", "tuple", "set", "frozenset", "sorted", "reversed", "zip", "enumerate", "iter"})
_CHOOSING = frozenset({"max", "min", "next", "getattr"})


@dataclass(frozen=True, slots=True)
class Where:
    """Where a statement stands."""

    at: Position
    around: Around
    loops: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Two names that share something from a statement on: the same object, or `one` is `within` the `other`.

    `part` is the attribute of the other that the one is; `put` says that it was put there, not taken from there.
    """

    one: str
    other: str
    kind: Literal["same", "within", "shares"]
    where: Where
    part: str = ""
    put: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A change in place: of what a name stands for (`depth` 1), or of something within it.

    `changed` is the expression whose value is changed; `call` what may change it, where that is not certain, and
    `alone` whether it is called for nothing but its effect. `inside` is the function that does it when it is called.
    """

    name: str
    depth: int
    where: Where
    changed: ast.expr
    call: ast.Call | None = None
    alone: bool = False
    hidden: bool = False  # a change of the name itself that its statement does not show: `dict.update(d, …)`
    inside: str = ""

    @property
    def is_handed(self) -> bool:
        """Whether the object is given to a function, rather than changed by a method of its own."""
        return self.depth >= HANDED


HANDED = 99  # a depth: what is given to a function may be changed wherever it likes


@dataclass(slots=True)
class Scan:
    """What one body does."""

    links: list[Link] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    bindings: dict[str, list[Where]] = field(default_factory=dict)
    fresh: dict[str, list[Where]] = field(default_factory=dict)  # bindings that keep nothing of the name's old value
    results: list[tuple[str, str, Where]] = field(
        default_factory=list
    )  # names and the functions whose results they are
    definitions: list[ast.stmt] = field(default_factory=list)

    def links_by_name(self) -> dict[str, list[Link]]:
        """The links of every name that has any."""
        found: dict[str, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.one, []).append(link)
            if link.other != link.one:
                found.setdefault(link.other, []).append(link)
        return found


def scanned(body: list[ast.stmt]) -> Scan:
    """The links and the changes of a body, in order; functions and classes are only named."""
    scanner = _Scanner()
    scanner.block(body, (), ())
    return scanner.scan


class _Scanner:
    def __init__(self) -> None:
        self.scan = Scan()
        self._functions: set[int] = set()  # the expressions that are called

    def block(self, body: list[ast.stmt], around: Around, loops: tuple[int, ...]) -> None:
        for statement in body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.scan.definitions.append(statement)
                continue
            where = Where(start_of(statement), around, loops)
            self._statement(statement, where)
            inner = (*loops, id(statement)) if isinstance(statement, ast.For | ast.AsyncFor | ast.While) else loops
            for name in ("body", "orelse", "finalbody"):
                block = getattr(statement, name, None)
                if isinstance(block, list):
                    self.block(block, (*around, (id(statement), name)), inner)
            for number, part in enumerate([*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]):
                self.block(part.body, (*around, (id(statement), f"part {number}")), inner)

    def _statement(self, node: ast.stmt, where: Where) -> None:
        self._binds(node, where)
        alone = node.value if isinstance(node, ast.Expr) else None
        for each in own_expressions(node):
            self._expression(each, where, each is alone)

    def _binds(self, node: ast.stmt, where: Where) -> None:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for one, other in pairwise(chain(each)[0] for each in targets):
                self.scan.links.append(Link(one, other, "same", where))
            for target in targets:
                if isinstance(target, ast.Name) and called_for(node.value):
                    self.scan.results.append((target.id, called_for(node.value), where))
                self._assigned(target, relations(node.value), where)
        elif isinstance(node, ast.AugAssign):
            self._augmented(node, where)
        elif isinstance(node, ast.For | ast.AsyncFor):
            inside = Where(start_of(node.body[0]), (*where.around, (id(node), "body")), (*where.loops, id(node)))
            self._assigned(node.target, [_element(each) for each in relations(node.iter)], inside)
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if item.optional_vars is not None:
                    self._assigned(item.optional_vars, relations(item.context_expr), where)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self._store(target, where)

    def _assigned(self, target: ast.expr, found: list[tuple[Relation, str, str]], where: Where) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self._assigned(each, [*found, *(_element(one) for one in found)], where)
        elif isinstance(target, ast.Starred):
            self._assigned(target.value, found, where)
        elif isinstance(target, ast.Name):
            self.scan.bindings.setdefault(target.id, []).append(where)
            if not any(name == target.id and relation in ("same", "within") for relation, name, _ in found):
                self.scan.fresh.setdefault(target.id, []).append(where)
            for relation, name, part in found:
                self._link(target.id, relation, name, part, where)
        else:
            self._store(target, where)
            root, _, part = chain(target)
            for relation, name, _ in found:
                if root and relation in ("same", "holds"):
                    self.scan.links.append(Link(name, root, "within", where, part, put=True))
                elif root:
                    self.scan.links.append(Link(root, name, "shares", where))

    def _link(self, target: str, relation: Relation, name: str, part: str, where: Where) -> None:
        if relation == "holds":
            self.scan.links.append(Link(name, target, "within", where, put=True))
        elif target != name or relation != "same":
            self.scan.links.append(Link(target, name, relation, where, part))

    def _augmented(self, node: ast.AugAssign, where: Where) -> None:
        root, steps, _ = chain(node.target)
        if not root:
            return
        self.scan.sites.append(Site(root, steps + 1, where, node.target))
        for _, name, _ in relations(node.value):
            self.scan.links.append(Link(root, name, "shares", where))

    def _store(self, target: ast.expr, where: Where) -> None:
        root, steps, _ = chain(target)
        if root and steps and isinstance(target, ast.Attribute | ast.Subscript):
            self.scan.sites.append(Site(root, steps, where, target.value))

    def _expression(self, node: ast.AST, where: Where, alone: bool) -> None:
        if isinstance(node, ast.NamedExpr):
            self._assigned(node.target, relations(node.value), where)
        elif isinstance(node, ast.Call):
            self._called(node, where, alone)
            self._functions.add(id(node.func))
        elif isinstance(node, ast.Attribute) and node.attr in MUTATORS and id(node) not in self._functions:
            root, steps, _ = chain(node.value)  # `add = names.append`
            self.scan.sites.append(Site(root, steps + 1, where, node.value, hidden=True))

    def _called(self, node: ast.Call, where: Where, alone: bool) -> None:
        function = node.func
        given = [*node.args, *(each.value for each in node.keywords)]
        if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") in _COPIES and node.args:
            root, steps, _ = chain(node.args[0])  # dict.update(d, …)
            self.scan.sites.append(Site(root, steps + 1, where, node.args[0], hidden=True))
            return
        if isinstance(function, ast.Attribute):
            root, steps, part = chain(function.value)
            method = function.attr
            if root and method in MUTATORS:
                self.scan.sites.append(Site(root, steps + 1, where, function.value))
                self._put(root, part, method, given, where)
                return
            if root and method not in HARMLESS and method not in _FRESH:
                self.scan.sites.append(Site(root, steps + 2, where, function.value, node))
            if method in HARMLESS or method in _FRESH or method in MUTATORS:
                return
        elif isinstance(function, ast.Name) and function.id in _NEW | _COPIES | _CHOOSING:
            return
        for each in given:
            inner = each.value if isinstance(each, ast.Starred) else each
            for _, name, _ in relations(inner):
                self.scan.sites.append(Site(name, HANDED, where, inner, node, alone))

    def _put(self, root: str, part: str, method: str, given: list[ast.expr], where: Where) -> None:
        for each in given:
            for relation, name, _ in relations(each):
                if method in _PUTTING and relation in ("same", "holds"):
                    self.scan.links.append(Link(name, root, "within", where, part, put=True))
                elif method in _PUTTING | _POURING:
                    self.scan.links.append(Link(root, name, "shares", where))


def _element(found: tuple[Relation, str, str]) -> tuple[Relation, str, str]:
    """What an element of a value is to a name, from what the value is to it."""
    relation, name, part = found
    return ("same" if relation == "holds" else "within"), name, part


def own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself, less those of the statements within it and of lambdas."""
    stack: list[ast.AST] = [each for each in ast.iter_child_nodes(statement) if _is_own(each)]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.Lambda):
            stack.extend(each for each in ast.iter_child_nodes(node) if _is_own(each))


def _is_own(node: ast.AST) -> bool:
    return isinstance(node, ast.expr | ast.withitem | ast.keyword | ast.comprehension)


def chain(node: ast.expr) -> tuple[str, int, str]:
    """The name that attributes, subscripts and `get` lead away from, how many there are, and the first attribute."""
    steps, part = 0, ""
    while True:
        if isinstance(node, ast.Attribute | ast.Subscript):
            part = node.attr if isinstance(node, ast.Attribute) else ""
            steps += 1
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TAKING:
            steps += 1
            part = ""
            node = node.func.value
        else:
            return (node.id, steps, part) if isinstance(node, ast.Name) else ("", 0, "")


def relations(node: ast.expr) -> list[tuple[Relation, str, str]]:
    """What an expression's value may be to the names in it, each with the attribute that it is."""
    found: list[tuple[Relation, str, str]] = []
    stack: list[tuple[ast.expr, Relation]] = [(node, "same")]
    while stack:
        each, relation = stack.pop()
        if isinstance(each, ast.Name):
            found.append((relation, each.id, ""))
        elif isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Slice):
            stack.append((each.value, "shares"))
        elif isinstance(each, ast.Attribute | ast.Subscript):
            root, _, part = chain(each)
            if root:
                found.append(("within" if relation == "same" else "shares", root, part))
            elif isinstance(each.value, ast.expr):
                stack.append((each.value, "shares"))
        else:
            stack.extend(_parts(each, relation))
    return found


def _parts(node: ast.expr, relation: Relation) -> list[tuple[ast.expr, Relation]]:
    """The expressions whose values an expression gives on, and how."""
    inner: Relation = "holds" if relation in ("same", "holds") else relation
    if isinstance(node, ast.IfExp):
        return [(node.body, relation), (node.orelse, relation)]
    if isinstance(node, ast.BoolOp):
        return [(each, relation) for each in node.values]
    if isinstance(node, ast.NamedExpr | ast.Starred | ast.Await):
        return [(node.value, "shares" if isinstance(node, ast.Starred) else relation)]
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [(each, "shares" if isinstance(each, ast.Starred) else inner) for each in node.elts]
    if isinstance(node, ast.Dict):
        keys = zip(node.keys, node.values, strict=True)
        return [(value, "shares" if key is None else inner) for key, value in keys]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr | ast.Mult):
        return [(node.left, "shares"), (node.right, "shares")]
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        element = node.value if isinstance(node, ast.DictComp) else node.elt
        return [(element, inner), *((each.iter, "shares") for each in node.generators)]
    return _of_call(node, relation) if isinstance(node, ast.Call) else []


def _of_call(node: ast.Call, relation: Relation) -> list[tuple[ast.expr, Relation]]:
    function = node.func
    given = [*node.args, *(each.value for each in node.keywords)]
    if isinstance(function, ast.Attribute):
        if function.attr in _FRESH or function.attr == "deepcopy":
            return []
        if function.attr in _COPYING:
            return [(function.value, "shares")]
        # An element, or anything that an object of the project gives of itself.
        element = ast.Subscript(function.value, ast.Constant(function.attr), ast.Load())
        return [(element, relation), *((each, relation) for each in given)]
    name = function.id if isinstance(function, ast.Name) else ""
    if name in _NEW or name == "deepcopy":
        return []
    if name in _COPIES:
        return [(each, "shares") for each in given]
    # A function may give back whatever it is given; what it finds around itself is told by `returned_by`.
    return [(each, relation) for each in given if not _is_element_for_class(name, each)]


def _is_element_for_class(name: str, given: ast.expr) -> bool:
    """`Celery(broker=SETTINGS["broker"])`: what a class is given of a container is a text or a number, as a rule."""
    return name[:1].isupper() and isinstance(given, ast.Subscript | ast.Call)


def called_for(node: ast.expr) -> str:
    """The function whose result an expression is; empty where it is anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    return function.id if isinstance(function, ast.Name) and function.id not in _NEW | _COPIES | _CHOOSING else ""


def returned_by(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The names from around a function that it may return, or parts of them."""
    scan = scanned(function.body)
    own = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    given = [each.value for each in ast.walk(function) if isinstance(each, ast.Return) and each.value is not None]
    names = {name for each in given for _, name, _ in relations(each)}
    names |= {link.other for link in scan.links if link.one in names}
    names |= {link.one for link in scan.links if link.other in names}
    outer = {name for each in ast.walk(function) if isinstance(each, ast.Global) for name in each.names}
    return frozenset(names - (own | (scan.bindings.keys() - outer)))
