"""The words of a command line that Python code puts together: lists, texts, what is added to them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from celerylint.facts.launch import Word
from celerylint.facts.manifests.interpolation import Interpolated, Part
from celerylint.facts.processes.program import under_shell
from celerylint.facts.python.names import dotted, span_of
from celerylint.link.code import Code, evaluated
from celerylint.link.evaluate.frame import start_of, within
from celerylint.origin import Unknown, Value
from celerylint.sources.text import Text

_DEPTH = 20  # variables within variables
_SIMPLE = re.compile(r"[\w.()]{1,60}")
_PERCENT = re.compile(r"%%|%(?:\([^)]*\))?[-#0 +]*[0-9*]*(?:\.[0-9*]+)?[a-zA-Z]")
_BRACES = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
_SHELL = frozenset(";|&<>`$(\n")
_OPAQUE = "the code puts it together only when it runs"


@dataclass(frozen=True, slots=True)
class _Step:
    """One statement that makes (`first`) or lengthens a variable: by a list or text, or by one item.

    `condition` says in words under which one it stands; `lost`: it does something that is not followed.
    """

    statement: ast.stmt
    node: ast.expr
    first: bool = False
    item: bool = False
    lost: bool = False
    condition: str = ""


@dataclass(slots=True)
class Argv:
    """Reads the expressions of one scope; `used` are the nodes that turned out to be parts of a command line."""

    code: Code
    path: str
    scope: tuple[ast.AST, ...]
    before: ast.expr | ast.stmt  # what uses the variables
    used: set[int] = field(default_factory=set)

    def words(self, node: ast.expr, depth: int = 0) -> tuple[Word, ...]:
        """The words of a list, or of a text that is split."""
        self.used.add(id(node))
        if depth > _DEPTH:
            return (self._opaque(node, _OPAQUE),)
        if isinstance(node, ast.List | ast.Tuple):
            return tuple(word for item in node.elts for word in self.word(item, depth))
        split = _split(node)
        if split is not None:
            return self.words(split, depth + 1)
        if isinstance(node, ast.Name) and (steps := self._steps(node.id)):
            return tuple(word for step in steps for word in self._added(step, depth + 1))
        if self.is_text(node):
            return Interpolated(tuple(self._parts(node, depth))).words(self._text.span)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return (*self.words(node.left, depth + 1), *self.words(node.right, depth + 1))
        return self._from(evaluated(self.code.evaluator(), self.path, node, self.scope), node)

    def word(self, node: ast.expr, depth: int = 0) -> tuple[Word, ...]:
        """An item of a list; one with a star may be several words."""
        if isinstance(node, ast.Starred):
            return self.words(node.value, depth + 1)
        self.used.add(id(node))
        return (Interpolated(tuple(self._parts(node, depth))).word(self._text.span),)

    def shell(self, node: ast.expr) -> tuple[Word, ...]:
        """A text that a shell reads; where a part of it is not known and it needs no shell, its words."""
        joined = _split(node, "join")
        if joined is not None:
            return self.words(joined)
        if not self.is_text(node):
            return self.words(node)
        self.used.add(id(node))
        parts = tuple(self._parts(node, 0))
        whole = Interpolated(parts)
        if whole.reason and not _SHELL & set(whole.text):
            return whole.words(self._text.span)
        # A part that is not known stands there as one that the shell cannot resolve either.
        shown = (replace(part, text="$(…)", reason="") if part.reason else part for part in parts)
        return under_shell(Interpolated(tuple(shown)).word(self._text.span))

    def option(self, flag: str, node: ast.expr) -> Word:
        """A keyword as an option with its value: a list is joined by commas."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            parts = [part for item in node.elts for part in (*self._parts(item, 0), Part(",", *self._bounds(item)))]
            parts = parts[:-1]
        else:
            parts = list(self._parts(node, 0))
        start = self._bounds(node)[0]
        return Interpolated((Part(flag, start, start), *parts)).word(self._text.span)

    def flag(self, flag: str, node: ast.expr) -> Iterator[Word]:
        """A keyword that is a flag: nothing where it is false."""
        value = evaluated(self.code.evaluator(), self.path, node, self.scope)
        span = span_of(self.path, node)
        if isinstance(value.value, Unknown):
            yield Word(flag, span, expansions=True, reason=value.reason)
        elif value.value:
            yield Word(flag, span)

    def is_text(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether an expression is a text by its form."""
        if isinstance(node, ast.JoinedStr):
            return True
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str)
        if isinstance(node, ast.BinOp):
            return self.is_text(node.left, depth) or (isinstance(node.op, ast.Add) and self.is_text(node.right, depth))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            return self.is_text(node.func.value, depth)
        if isinstance(node, ast.Name) and depth < _DEPTH:
            steps = self._steps(node.id)
            return bool(steps) and self._at(steps[0]).is_text(steps[0].node, depth + 1)
        return False

    @property
    def _text(self) -> Text:
        text = self.code.tree.text(self.path)
        assert text is not None  # the file was read
        return text

    def _bounds(self, node: ast.expr) -> tuple[int, int]:
        text = self._text
        start = text.offset(node.lineno, node.col_offset + 1)
        end = text.offset(node.end_lineno or node.lineno, (node.end_col_offset or node.col_offset) + 1)
        return start, max(start, end)

    def _at(self, step: _Step) -> Argv:
        """The same, where a step is taken: what it reads is what was made before it."""
        return replace(self, before=step.statement)

    def _added(self, step: _Step, depth: int) -> tuple[Word, ...]:
        there = self._at(step)
        words = there.word(step.node, depth) if step.item else there.words(step.node, depth)
        if not step.condition:
            return words
        return tuple(replace(word, expansions=True, reason=word.reason or step.condition) for word in words)

    def _parts(self, node: ast.expr, depth: int) -> Iterator[Part]:
        """The parts of a text, by offsets of the file."""
        self.used.add(id(node))
        start, end = self._bounds(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            quote = 1 if self._text.text[start + 1 : end - 1] == node.value else 0
            yield Part(node.value, start + quote, end - quote)
        elif isinstance(node, ast.JoinedStr):
            for value in node.values:
                plain = (
                    isinstance(value, ast.FormattedValue)
                    and value.format_spec is None
                    and value.conversion in (-1, 115)
                )
                yield from self._parts(value.value if isinstance(value, ast.FormattedValue) and plain else value, depth)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and self.is_text(node):
            yield from (*self._parts(node.left, depth), *self._parts(node.right, depth))
        elif isinstance(node, ast.Name) and depth < _DEPTH and self.is_text(node) and (steps := self._steps(node.id)):
            for step in steps:
                for part in self._at(step)._parts(step.node, depth + 1):
                    yield replace(part, reason=part.reason or step.condition)
        else:
            yield from self._value(node, start, end)

    def _value(self, node: ast.expr, start: int, end: int) -> Iterator[Part]:
        """What an expression gives: its text, or as much of it as is written."""
        value = evaluated(self.code.evaluator(), self.path, node, self.scope)
        data = value.value
        if isinstance(data, str | int | float) and not isinstance(data, bool):
            yield Part(str(data), start, end)
            return
        template, fields = _template(node)
        if template is not None and fields is not None:
            yield from self._filled(template, fields, value.reason or _OPAQUE)
            return
        yield Part(self._shown(start, end), start, end, "", value.reason or _OPAQUE)

    def _from(self, value: Value[Any], node: ast.expr) -> tuple[Word, ...]:
        """The words of a list that is made elsewhere."""
        data = value.value
        if not isinstance(data, list | tuple):
            return (self._opaque(node, value.reason or _OPAQUE),)
        words = []
        for item in data:
            own = item if isinstance(item, Value) else replace(value, value=item)
            if isinstance(own.value, str | int | float) and not isinstance(own.value, bool):
                words.append(Word(str(own.value), own.origin.span or span_of(self.path, node)))
            else:
                words.append(self._opaque(node, own.reason or _OPAQUE))
        return tuple(words)

    def _opaque(self, node: ast.expr, reason: str) -> Word:
        start, end = self._bounds(node)
        return Word(self._shown(start, end), span_of(self.path, node), True, True, reason=reason)

    def _filled(self, template: ast.Constant, fields: re.Pattern[str], reason: str) -> Iterator[Part]:
        """A text with fields that are not known: the rest of it is."""
        text = str(template.value)
        start, end = self._bounds(template)
        simple = self._text.text[start + 1 : end - 1] == text
        at = 0
        for match in fields.finditer(text):
            yield self._piece(text, at, match.start(), start, end, simple)
            doubled = match[0] in ("%%", "{{", "}}")
            shown = match[0][0] if doubled else match[0]
            low, high = (start + 1 + match.start(), start + 1 + match.end()) if simple else (start, end)
            yield Part(shown, low, high, "", "" if doubled else reason)
            at = match.end()
        yield self._piece(text, at, len(text), start, end, simple)

    def _piece(self, text: str, low: int, high: int, start: int, end: int, simple: bool) -> Part:
        return Part(text[low:high], *((start + 1 + low, start + 1 + high) if simple else (start, end)))

    def _shown(self, start: int, end: int) -> str:
        """An expression in the place of its value, as an f-string has it; a long one is left out."""
        written = self._text.text[start:end]
        return f"{{{written if _SIMPLE.fullmatch(written) else '…'}}}"

    def _steps(self, name: str) -> list[_Step]:
        """How a variable of the function is made, as far as the call; empty where it is not made here, or anyhow."""
        function = next((node for node in reversed(self.scope) if isinstance(node, ast.FunctionDef)), None)
        if function is None:
            return []
        steps: list[_Step] = []
        for statement, condition in _statements(function.body, "", self.before):
            if (statement.lineno, statement.col_offset) >= (self.before.lineno, self.before.col_offset):
                break
            step = _made(statement, name)
            if step is None:
                continue
            if step.lost or (step.first and condition):
                return []
            steps = [] if step.first else steps
            steps.append(replace(step, condition=condition))
        return steps


def _statements(body: list[ast.stmt], condition: str, before: ast.expr | ast.stmt) -> Iterator[tuple[ast.stmt, str]]:
    """Statements in order, each with the condition that it stands under, and that `before` does not stand under."""
    for statement in body:
        yield statement, condition
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "handlers", "finalbody"):
            inner = getattr(statement, name, [])
            blocks = [handler.body for handler in inner] if name == "handlers" else [inner]
            for block in blocks:
                shared = within(block, start_of(before))
                yield from _statements(block, condition if shared else condition or _condition(statement, name), before)


def _condition(statement: ast.stmt, part: str) -> str:
    if isinstance(statement, ast.With | ast.AsyncWith) or (isinstance(statement, ast.Try) and part != "handlers"):
        return ""
    line = statement.lineno
    return f"a condition at line {line} decides whether it is given" if isinstance(statement, ast.If) else _OPAQUE


def _made(statement: ast.stmt, name: str) -> _Step | None:
    """What a statement does to a variable; None where it does nothing to it."""
    if isinstance(statement, ast.Assign):
        return (
            _Step(statement, statement.value, first=True)
            if any(_is(each, name) for each in statement.targets)
            else None
        )
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return _Step(statement, statement.value, first=True) if _is(statement.target, name) else None
    if isinstance(statement, ast.AugAssign):
        return _Step(statement, statement.value) if _is(statement.target, name) else None
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return None
    call = statement.value
    holder, _, method = dotted(call.func).rpartition(".")
    if holder != name:
        return None
    if method not in ("append", "extend") or not call.args:
        return _Step(statement, call, lost=True)
    return _Step(statement, call.args[0], item=method == "append")


def _is(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _inner(value: ast.expr) -> ast.expr:
    """What stands in the braces of an f-string, where it is put in as it is."""
    plain = isinstance(value, ast.FormattedValue) and value.format_spec is None and value.conversion in (-1, 115)
    return value.value if isinstance(value, ast.FormattedValue) and plain else value


def _split(node: ast.expr, method: str = "split") -> ast.expr | None:
    """What is split in `text.split()` and `shlex.split(text)`, or joined by a blank."""
    if not isinstance(node, ast.Call):
        return None
    if dotted(node.func) in (f"shlex.{method}", method) and node.args:
        return node.args[0]
    if not isinstance(node.func, ast.Attribute) or node.func.attr != method:
        return None
    if method == "join":
        blank = isinstance(node.func.value, ast.Constant) and node.func.value.value == " "
        return node.args[0] if blank and node.args else None
    blank = not node.args or (isinstance(node.args[0], ast.Constant) and node.args[0].value == " ")
    return node.func.value if blank else None


def _template(node: ast.expr) -> tuple[ast.Constant | None, re.Pattern[str] | None]:
    """The text of `"--x={}".format(…)` or `"--x=%s" % …`, and what its fields look like."""
    pattern = _PERCENT
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        node, pattern = node.func.value, _BRACES
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        node = node.left
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node, pattern
    return None, None
