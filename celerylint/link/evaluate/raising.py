"""Which exceptions statements raise, as far as that is certain."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import methods_of
from celerylint.link.evaluate.exceptions import catches, import_raises, raised_by, suppressing
from celerylint.link.evaluate.flow import Jump, jumps, left
from celerylint.link.evaluate.frame import Frame, moment_of_call, place
from celerylint.link.evaluate.initialising import initialised
from celerylint.link.evaluate.objects import (
    AppMember,
    AppObject,
    ClassObject,
    FunctionObject,
    InstanceObject,
    ModuleObject,
    Raised,
)
from celerylint.link.evaluate.objects import plain as plain_of
from celerylint.link.evaluate.truth import truth
from celerylint.link.evaluate.unpacking import unpacked
from celerylint.origin import Unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

DEEPEST = 6  # functions within functions
Raises = str | None
"""The exception that certainly comes, `` where certainly none does, None where nobody knows."""
Sure = Callable[[ast.stmt, Frame], bool]

_PUTTING = frozenset({"append", "insert", "setdefault", "add"})
_LAZY = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_THERE = (AppObject, ModuleObject, ClassObject, FunctionObject)  # no data, and known all the same
_HARMLESS = (ast.Pass, ast.FunctionDef, ast.AsyncFunctionDef, ast.Global, ast.Nonlocal, ast.Break, ast.Continue)


def raises(evaluator: Evaluator, statement: ast.stmt, frame: Frame, sure: Sure | None = None) -> Raises:
    """The exception that a statement raises; `sure` tells of statements whose outcome somebody else knows."""
    return _Raising(evaluator, sure).statement(statement, frame)


class _Raising:
    """One question, which may lead through functions of the repository."""

    def __init__(self, evaluator: Evaluator, sure: Sure | None) -> None:
        self.evaluator = evaluator
        self.sure = sure
        self.deep = 0

    def statement(self, node: ast.stmt, frame: Frame) -> Raises:
        """What one statement raises."""
        if isinstance(node, _HARMLESS):
            return ""
        if isinstance(node, ast.Raise):
            return raised_by(node)
        handler = _HANDLERS.get(type(node))
        found: Raises = handler(self, node, frame) if handler is not None else None
        return "" if found is None and self.sure is not None and self.sure(node, frame) else found

    def block(self, body: list[ast.stmt], frame: Frame) -> Raises:
        """What statements raise, one after the other, as far as one that leaves."""
        for each in body:
            found = self.statement(each, frame)
            if found != "":
                return found
            if jumps(each) and isinstance(left(self.evaluator, [each], frame), Jump):
                return ""
        return ""

    def value(self, node: ast.expr, frame: Frame) -> Raises:
        """What evaluating an expression raises; putting something into a container raises what its parts do."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _PUTTING:
            holder = self.evaluator.expression(node.func.value, frame)
            if isinstance(holder.value, list | dict) and not node.keywords:
                return self.all(self.value(each, frame) for each in node.args)
        value = self.evaluator.expression(node, frame)
        if isinstance(value.value, InstanceObject):
            return self.made(value.value, node, frame)
        found = "" if isinstance(value.value, _THERE) else plain_of(value)
        if isinstance(found, Raised):
            return found.exception
        if isinstance(found, Unknown):
            return None
        return self.all(self._call(each, frame) for each in _run_now(node) if isinstance(each, ast.Call))

    def made(self, thing: InstanceObject, node: ast.expr, frame: Frame) -> Raises:
        """Making an instance, whose attributes must all be known, and whose `__init__` is plain."""
        whole = initialised(self.evaluator, thing, place(frame, node)).value
        if not isinstance(whole, InstanceObject) or any(not each.known for each in whole.attributes.values()):
            return None
        making = [each for each in methods_of(thing.of) if each.name.startswith(("__init", "__new__", "__post_init"))]
        strange = (ast.Raise, ast.Import, ast.ImportFrom, ast.Assert, ast.Delete)
        return None if any(isinstance(each, strange) for one in making for each in ast.walk(one)) else ""

    def all(self, ways: Any) -> Raises:
        """What comes of several parts: what the first that raises anything does."""
        return next((each for each in ways if each != ""), "")

    def _call(self, call: ast.Call, frame: Frame) -> Raises:
        """What runs in a function of the repository, whose result is known all the same."""
        from celerylint.link.evaluate.calls import given_arguments
        from celerylint.link.evaluate.functions import bound_arguments

        function = self.evaluator.expression(call.func, frame).value
        body = function.node.body if isinstance(function, FunctionObject) else None
        if not isinstance(body, list) or not isinstance(function, FunctionObject):
            return ""
        given = given_arguments(self.evaluator, call, frame)
        if isinstance(given, Unknown) or self.deep >= DEEPEST:
            return None
        seen = moment_of_call(frame, (call.lineno, call.col_offset), function.frame)
        inner = bound_arguments(self.evaluator, function, given, seen)
        self.deep += 1
        found = self.block(body, inner)
        self.deep -= 1
        return found

    def assign(self, node: ast.Assign | ast.AnnAssign | ast.Return | ast.Expr, frame: Frame) -> Raises:
        """A value, and the targets that take it."""
        if node.value is None:
            return ""
        found = self.value(node.value, frame)
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        return found if found or all(self.takes(each, node.value, frame) for each in targets) else None

    def takes(self, target: ast.expr, value: ast.expr, frame: Frame) -> bool:
        """Whether assigning to a target certainly raises nothing."""
        if isinstance(target, ast.Name):
            return True
        if isinstance(target, ast.Tuple | ast.List):
            parts = unpacked(target, self.evaluator.expression(value, frame), place(frame, value))
            return all(isinstance(inner, ast.Name) and part.known for inner, part in parts)
        if not isinstance(target, ast.Attribute | ast.Subscript):
            return False
        holder = self.evaluator.expression(target.value, frame).value
        if isinstance(target, ast.Attribute):
            return isinstance(holder, ClassObject | ModuleObject) or is_conf(holder)
        key = plain_of(self.evaluator.expression(target.slice, frame))
        if type(holder) is list and isinstance(target.slice, ast.Constant):
            return type(key) is int and -len(holder) <= key < len(holder)
        return (isinstance(holder, dict) or is_conf(holder)) and isinstance(key, str | int | float)

    def augmented(self, node: ast.AugAssign, frame: Frame) -> Raises:
        """`x += y`: nothing is raised where its result is known."""
        if not isinstance(node.target, ast.Name):
            return None
        whole = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        ast.copy_location(whole, node)
        ast.copy_location(whole.left, node.target)
        return self.value(whole, frame)

    def branch(self, node: ast.If, frame: Frame) -> Raises:
        """The branch that is taken; of two that may be, both."""
        test = self.evaluator.expression(node.test, frame)
        if isinstance(test.value, Raised):
            return test.value.exception
        holds = truth(self.evaluator, node.test, frame)
        if isinstance(holds, Unknown):
            return None
        return self.block(node.body if holds else node.orelse, frame)

    def loop(self, node: ast.For, frame: Frame) -> Raises:
        """Every round of a loop over what is known."""
        from celerylint.link.evaluate.loops import rounds_of

        rounds = rounds_of(self.evaluator, node, frame)
        if isinstance(rounds, Unknown):
            return None
        found = self.all(self.block(node.body, inner) for inner, _ in rounds.frames)
        return found if found != "" or rounds.left is not None else self.block(node.orelse, frame)

    def once(self, node: ast.While, frame: Frame) -> Raises:
        """A `while` that runs once, or never."""
        holds = truth(self.evaluator, node.test, frame)
        last = node.body[-1] if node.body else None
        if holds is True and isinstance(last, ast.Break | ast.Return | ast.Raise):
            return self.block(node.body, frame)
        return self.block(node.orelse, frame) if holds is False else None

    def tried(self, node: ast.Try | ast.TryStar, frame: Frame) -> Raises:
        """The body, or the handler that catches what it raises."""
        found = self.block(node.body, frame)
        if found is None:
            return None
        if found == "":
            after = self.block(node.orelse, frame)
        else:
            handler = next((each for each in node.handlers if catches(each, found)), None)
            after = self.block(handler.body, frame) if handler is not None else found
        last = self.block(node.finalbody, frame)
        return after if last == "" else last

    def matched(self, node: ast.Match, frame: Frame) -> Raises:
        """The case that holds."""
        from celerylint.link.evaluate.matching import chosen_case

        case = chosen_case(self.evaluator, node, frame)
        return None if isinstance(case, Unknown) else self.block(case.body if case else [], frame)

    def held(self, node: ast.With, frame: Frame) -> Raises:
        """`with suppress(…)`."""
        inner = suppressing(self.evaluator, node)
        return self.tried(inner, frame) if inner is not None else None

    def of_class(self, node: ast.ClassDef, frame: Frame) -> Raises:
        """A class's body, which runs where it stands."""
        parts = [*node.decorator_list, *node.bases, *(each.value for each in node.keywords)]
        if any(isinstance(self.evaluator.expression(each, frame).value, Unknown) for each in parts):
            return None
        return self.block(node.body, self.evaluator.local(frame, node))

    def imported(self, node: ast.Import | ast.ImportFrom, frame: Frame) -> Raises:
        """An import."""
        return import_raises(self.evaluator, node, frame)

    def deleted(self, node: ast.Delete, frame: Frame) -> Raises:
        """`del x` of a name that is bound."""
        for each in node.targets:
            bound = isinstance(each, ast.Name) and self.evaluator.expression(each, frame).known
            if not bound:
                return None
        return ""


def is_conf(thing: Any) -> bool:
    """Whether it is an app or its configuration, which take whatever they are assigned."""
    return isinstance(thing, AppObject) or (isinstance(thing, AppMember) and thing.name == "conf")


def _run_now(node: ast.expr) -> Iterator[ast.AST]:
    """The parts of an expression that are evaluated with it."""
    stack: list[ast.AST] = [node]
    while stack:
        each = stack.pop()
        yield each
        if not isinstance(each, _LAZY):
            stack.extend(ast.iter_child_nodes(each))


_HANDLERS: dict[type[ast.stmt], Callable[[_Raising, Any, Frame], Raises]] = {
    ast.Import: _Raising.imported,
    ast.ImportFrom: _Raising.imported,
    ast.If: _Raising.branch,
    ast.AugAssign: _Raising.augmented,
    ast.Assign: _Raising.assign,
    ast.AnnAssign: _Raising.assign,
    ast.Return: _Raising.assign,
    ast.Expr: _Raising.assign,
    ast.For: _Raising.loop,
    ast.While: _Raising.once,
    ast.Try: _Raising.tried,
    ast.TryStar: _Raising.tried,
    ast.Match: _Raising.matched,
    ast.With: _Raising.held,
    ast.ClassDef: _Raising.of_class,
    ast.Delete: _Raising.deleted,
}
