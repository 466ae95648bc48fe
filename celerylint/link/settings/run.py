"""What a process does to one app's configuration while it loads the app: statement by statement, in order."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from celerylint.link.code import AppSource, Code
from celerylint.link.evaluate import Evaluator, Frame, LocalFrame, plain
from celerylint.link.evaluate.blocks import leaves
from celerylint.link.evaluate.exceptions import catches, dotted, suppressing
from celerylint.link.evaluate.frame import place
from celerylint.link.evaluate.loops import rounds_of
from celerylint.link.evaluate.matching import chosen_case
from celerylint.link.evaluate.raising import raises
from celerylint.link.evaluate.truth import truth
from celerylint.link.settings.calling import Calling
from celerylint.link.settings.loading import DEEPEST, Loading, imported_by
from celerylint.link.settings.operation import Operation, Position, positions
from celerylint.link.settings.writing import Writing
from celerylint.origin import Unknown
from celerylint.sources.python import PythonSyntaxError

MOST_STATEMENTS = 5_000  # that one run executes; loops and calls could go on for ever
LARGEST_MODULE = 200_000  # characters; nobody writes an app's configuration in a file like that
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LAZY = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

Leaving = str
"""How a block ends: empty where it goes on, else `return`, `raise`, `break` or `continue`."""


class Run:
    """The run of one process, as far as it concerns one app.

    `operations` are what it does, in order; `decided` the places of which it is known what they do: they are executed
    or certainly not. What stands elsewhere, in functions that nobody here calls, may be done by somebody else.
    """

    def __init__(self, code: Code, evaluator: Evaluator, app: AppSource) -> None:
        self.code = code
        self.evaluator = evaluator
        self.app = app
        self.operations: list[Operation] = []
        self.decided: set[Position] = set()
        self.skipped: set[Position] = set()  # those of them that are certainly not executed, in a module that is loaded
        self.modules: set[str] = set()
        self.doubt = ""  # why the statement at hand may not run
        self._lingering = ""  # why the rest of the function may not run
        self._left = MOST_STATEMENTS
        self.writing = Writing(self)
        self.calling = Calling(self)
        self._loading = Loading.of(code)
        self._deep = 0  # modules that are being loaded

    def done(
        self, kind: str, frame: Frame, node: ast.expr | ast.stmt, start: ast.expr | None = None, **more: Any
    ) -> None:
        """Remember an operation; it stands from `start` on."""
        span = place(frame, node)
        if start is not None:
            span = replace(span, line=start.lineno, column=start.col_offset + 1)
        self.operations.append(Operation(kind, frame, node, span, doubt=self.doubt or self._lingering, **more))

    @contextmanager
    def maybe(self, reason: str) -> Iterator[None]:
        """What is executed within may as well not be."""
        before, self.doubt = self.doubt, self.doubt or reason
        try:
            yield
        finally:
            self.doubt = before

    def module(self, path: str) -> None:
        """Load a module and, before it, the packages that it lies in; a module is loaded once."""
        folder, found = "", []
        for part in path.split("/")[:-1]:
            folder = f"{folder}{part}/"
            found.append(f"{folder}__init__.py")
        for each in (*found, path):
            if each in self.code.tree.names and each not in self.modules and self._loading.concerns(each):
                self.modules.add(each)
                self._deep += 1
                self._load(each)
                self._deep -= 1

    def _load(self, path: str) -> None:
        frame = self.evaluator.frame(path)
        if frame is None or len(frame.module.text.text) > LARGEST_MODULE or self._deep > DEEPEST:
            return
        try:
            statements = frame.module.body()
        except PythonSyntaxError:
            return
        before, self._lingering = self._lingering, ""
        try:
            self.block(statements, frame)
        except RecursionError:
            with self.maybe("it is nested too deeply to follow"):
                self.done("open", frame, statements[-1])
        self._lingering = before

    def body(self, statements: list[ast.stmt], frame: LocalFrame) -> None:
        """The body of a function that is called."""
        before, self._lingering = self._lingering, self._lingering
        self.block(statements, frame)
        self._lingering = before

    def block(self, statements: list[ast.stmt], frame: Frame) -> Leaving:
        """Statements in order, as far as one that leaves."""
        for number, statement in enumerate(statements):
            self._left -= 1
            if self._left < 0:
                self._lingering = self._lingering or "it takes too many statements to follow"
                return ""
            leaving = self._statement(statement, frame)
            if leaving:
                self._skip(statements[number + 1 :], frame)
                return leaving
        return ""

    def _statement(self, statement: ast.stmt, frame: Frame) -> Leaving:
        if isinstance(statement, _DEFINITIONS):
            return ""
        handler = _HANDLERS.get(type(statement))
        if handler is not None:
            return handler(self, statement, frame)
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store | ast.Del):
                self.expression(child, frame)
        self.writing.statement(statement, frame)
        return _LEAVING.get(type(statement), "")

    def _skip(self, statements: list[ast.stmt], frame: Frame) -> None:
        """Statements that are certainly not executed."""
        places = set(positions(frame.path, statements))
        self.skipped |= places - self.decided
        self.decided |= places

    def expression(self, node: ast.expr, frame: Frame) -> None:
        """The calls and reads of an expression, in order."""
        if not _is_active(node) or isinstance(node, _LAZY):
            return
        if isinstance(node, ast.BoolOp):
            self._choice(node.values, isinstance(node.op, ast.Or), frame)
        elif isinstance(node, ast.IfExp):
            self.expression(node.test, frame)
            self._branches(node.test, [node.body], [node.orelse], frame)
        else:
            for child in ast.iter_child_nodes(node):
                inner = child.value if isinstance(child, ast.keyword) else child
                if isinstance(node, ast.Call) and inner is node.func and isinstance(inner, ast.Attribute):
                    inner = inner.value  # the method itself is no read
                if isinstance(inner, ast.expr):
                    self.expression(inner, frame)
            if isinstance(node, ast.Call):
                self.calling.call(node, frame)
            else:
                self.writing.read(node, frame)

    def _choice(self, values: list[ast.expr], stops: bool, frame: Frame) -> None:
        """`a and b`: what comes later is evaluated where the earlier parts say so."""
        self.expression(values[0], frame)
        for number, earlier in enumerate(values[:-1], 1):
            rest = values[number:]
            holds = truth(self.evaluator, earlier, frame) if any(_is_active(each) for each in rest) else stops
            if holds is stops:
                self._skip_any(rest, frame)
                return
            with self.maybe(
                "it is a part of an expression that may not be evaluated" if holds is not (not stops) else ""
            ):
                self.expression(rest[0], frame)

    def _branches(self, test: ast.expr, body: Any, orelse: Any, frame: Frame) -> Leaving:
        """Two branches, statements or expressions: the one that the test chooses, or both with a doubt."""
        holds = truth(self.evaluator, test, frame)
        if not isinstance(holds, Unknown):
            self._skip_any(orelse if holds else body, frame)
            return self._any(body if holds else orelse, frame)
        if _only_raises(body):
            return self._any(orelse, frame)
        if _only_raises(orelse):
            return self._any(body, frame)
        with self.maybe(f"it depends on a condition: {holds.reason}"):
            ways = {self._any(body, frame), self._any(orelse, frame)}
        return self._joined(ways, f"it depends on a condition: {holds.reason}")

    def _joined(self, ways: set[Leaving], reason: str) -> Leaving:
        """Where some ways leave and some go on, what follows may not be executed."""
        if len(ways) == 1:
            return next(iter(ways))
        self._lingering = self._lingering or reason
        return ""

    def _any(self, block: Any, frame: Frame) -> Leaving:
        if block and isinstance(block[0], ast.expr):
            self.expression(block[0], frame)
            return ""
        return self.block(block, frame)

    def _skip_any(self, block: Any, frame: Frame) -> None:
        self._skip([ast.Expr(each) if isinstance(each, ast.expr) else each for each in block], frame)

    def _if(self, node: ast.If, frame: Frame) -> Leaving:
        self.expression(node.test, frame)
        return self._branches(node.test, node.body, node.orelse, frame)

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> Leaving:
        self.expression(node.iter, frame)
        rounds = rounds_of(self.evaluator, node, frame) if isinstance(node, ast.For) else Unknown("it is asynchronous")
        if isinstance(rounds, Unknown):
            return self._doubtful_loop(node, frame, rounds.reason)
        for each, _ in rounds.frames:
            leaving = self.block(node.body, each)
            if leaving == "break":
                self._skip(node.orelse, frame)
                return ""
            if leaving in ("return", "raise"):
                return leaving
        if not rounds.frames:
            self._skip(node.body, frame)
        return self.block(node.orelse, frame)

    def _doubtful_loop(self, node: ast.For | ast.AsyncFor | ast.While, frame: Frame, reason: str) -> Leaving:
        reason = f"it is in a loop that is not followed: {reason}"
        with self.maybe(reason):
            leaving = self.block(node.body, frame)
            self.block(node.orelse, frame)
        return self._joined({"", leaving if leaving in ("return", "raise") else ""}, reason)

    def _while(self, node: ast.While, frame: Frame) -> Leaving:
        self.expression(node.test, frame)
        holds = truth(self.evaluator, node.test, frame)
        if holds is False:
            self._skip(node.body, frame)
            return self.block(node.orelse, frame)
        if holds is True and node.body and leaves(node.body):
            leaving = self.block(node.body, frame)
            return leaving if leaving in ("return", "raise") else ""
        return self._doubtful_loop(node, frame, "how often it runs is not known")

    def _with(self, node: ast.With | ast.AsyncWith, frame: Frame) -> Leaving:
        suppressed = suppressing(self.evaluator, node)
        if suppressed is not None:
            return self._try(suppressed, frame)
        suppresses = False
        for item in node.items:
            self.expression(item.context_expr, frame)
            function = getattr(item.context_expr, "func", item.context_expr)
            suppresses = suppresses or dotted(function).rpartition(".")[2] in ("suppress", "raises")
        if not suppresses:
            return self.block(node.body, frame)
        leaving = self._tried(node.body, frame)
        return "" if leaving.startswith(("raise", "maybe")) else leaving

    def _tried(self, body: list[ast.stmt], frame: Frame) -> Leaving:
        """Statements of which nobody knows how many are executed: one that raises ends them."""
        doubtful = ""
        for number, statement in enumerate(body):
            with self.maybe(doubtful):
                leaving = self.block([statement], frame)
            if leaving and leaving != "raise":
                self._skip(body[number + 1 :], frame)
                return self._joined({"", leaving}, doubtful) if doubtful else leaving
            exception = self._raises(statement, frame) if not doubtful else ""
            if leaving == "raise" and not exception:
                self._skip(body[number + 1 :], frame)
                return "maybe an exception comes that is not followed"
            if exception:
                self._skip(body[number + 1 :], frame)
                return f"raise {exception}"
            if exception is None:
                doubtful = "an exception may come before it"
        return f"maybe {doubtful}" if doubtful else ""

    def _raises(self, statement: ast.stmt, frame: Frame) -> str | None:
        """As `raises`; a setting that is set to a known value raises nothing."""
        return raises(self.evaluator, statement, frame, self._is_set)

    def _is_set(self, statement: ast.stmt, frame: Frame) -> bool:
        """Whether a statement does nothing but set settings to known values."""
        values = _values_of(statement)
        start = (frame.path, statement.lineno, statement.col_offset + 1)
        if start not in self.decided or not values:
            return False
        return not any(isinstance(plain(self.evaluator.expression(each, frame)), Unknown) for each in values)

    def _try(self, node: ast.Try | ast.TryStar, frame: Frame) -> Leaving:
        if not any(not leaves(each.body) for each in node.handlers):
            leaving = self.block(node.body, frame) or self.block(node.orelse, frame)
            return self.block(node.finalbody, frame) or leaving
        leaving = self._tried(node.body, frame)
        if leaving.startswith("raise "):
            exception = leaving.removeprefix("raise ")
            caught = next((each for each in node.handlers if catches(each, exception)), None)
            for each in node.handlers:
                if each is not caught:
                    self._skip(each.body, frame)
            self._skip(node.orelse, frame)
            leaving = self.block(caught.body, frame) if caught else "raise"
        elif leaving.startswith("maybe "):
            with self.maybe(leaving.removeprefix("maybe ")):
                ways = {self.block(each.body, frame) for each in node.handlers} | {self.block(node.orelse, frame)}
            leaving = self._joined({way for way in ways if way != "raise"} or {""}, leaving.removeprefix("maybe "))
        elif not leaving:
            for each in node.handlers:
                self._skip(each.body, frame)
            leaving = self.block(node.orelse, frame)
        return self.block(node.finalbody, frame) or leaving

    def _match(self, node: ast.Match, frame: Frame) -> Leaving:
        self.expression(node.subject, frame)
        chosen = chosen_case(self.evaluator, node, frame)
        if not isinstance(chosen, Unknown):
            self._skip([each for case in node.cases if case is not chosen for each in case.body], frame)
            return self.block(chosen.body, frame) if chosen is not None else ""
        reason = "which case of a `match` holds is not known"
        with self.maybe(reason):
            ways = {self.block(case.body, frame) for case in node.cases}
        return self._joined({"", *ways}, reason)

    def _import(self, node: ast.Import | ast.ImportFrom, frame: Frame) -> Leaving:
        """Other modules of the repository are loaded where they are imported first."""
        for name in imported_by(node):
            path = self.code.modules.find(name, frame.path)
            if path is not None:
                self.module(path)
        return ""


def _is_active(node: ast.expr) -> bool:
    """Whether evaluating an expression may do or read anything that concerns a configuration."""
    return any(isinstance(each, ast.Call | ast.Attribute | ast.Subscript) for each in ast.walk(node))


def _values_of(statement: ast.stmt) -> list[ast.expr]:
    """The values that a statement assigns, or hands to a call."""
    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        return [statement.value]
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return [*statement.value.args, *(each.value for each in statement.value.keywords)]
    return []


def _only_raises(block: Any) -> bool:
    """Whether a branch ends the program: whoever goes on did not take it."""
    if not block or isinstance(block[0], ast.expr) or not leaves(block):
        return False
    return not any(isinstance(each, ast.Return | ast.Break | ast.Continue) for one in block for each in ast.walk(one))


_LEAVING: dict[type[ast.stmt], Leaving] = {
    ast.Return: "return",
    ast.Raise: "raise",
    ast.Break: "break",
    ast.Continue: "continue",
}
_HANDLERS: dict[type[ast.stmt], Callable[[Run, Any, Frame], Leaving]] = {
    ast.If: Run._if,
    ast.For: Run._for,
    ast.AsyncFor: Run._for,
    ast.While: Run._while,
    ast.With: Run._with,
    ast.AsyncWith: Run._with,
    ast.Try: Run._try,
    ast.TryStar: Run._try,
    ast.Match: Run._match,
    ast.Import: Run._import,
    ast.ImportFrom: Run._import,
}
