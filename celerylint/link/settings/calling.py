"""Calls on the way of a run: of the app's methods, and of functions of the repository that configure it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from celerylint.link.code import Code
from celerylint.link.evaluate import AppObject, Frame, FunctionObject
from celerylint.link.evaluate.calls import given_arguments
from celerylint.link.evaluate.frame import moment_of_call
from celerylint.link.evaluate.functions import bound_arguments, doubt_about
from celerylint.link.evaluate.objects import AppMember, ModuleObject
from celerylint.origin import Unknown
from celerylint.sources.python import PythonSyntaxError

if TYPE_CHECKING:
    from celerylint.link.settings.run import Run

DEEPEST = 8  # functions within functions
MOST_ROUNDS = 3  # functions that call functions that configure
_CONFIGURES = {"config_from_object": "object", "config_from_envvar": "object", "add_defaults": "defaults"}
_SPEAKING = frozenset({*_CONFIGURES, "conf"})
_WORDS = re.compile(r"\bconf\b|config_from_|add_defaults|Celery\w*\(")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Calling:
    """The calls of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._open: list[ast.AST] = []  # the functions that are being executed
        self._names = configuring_names(run.code)

    def call(self, node: ast.Call, frame: Frame) -> None:
        """What a call does."""
        run, function = self.run, node.func
        if node is run.app.node or (frame.path, node.lineno, node.col_offset + 1) == _start(run.app.span):
            run.done("app", frame, node)
        elif isinstance(function, ast.Attribute) and function.attr in _CONFIGURES and self._is_app(function, frame):
            run.done(_CONFIGURES[function.attr], frame, node)
        elif isinstance(function, ast.Attribute) and run.writing.method(function, node, frame):
            return
        elif not (
            isinstance(function, ast.Name)
            and function.id in ("setattr", "delattr")
            and run.writing.set_attribute(node, frame)
        ):
            self._enter(node, frame)

    def _is_app(self, function: ast.Attribute, frame: Frame) -> bool:
        """Whether a method is the app's own; which app it is of, is decided then."""
        value = self.run.evaluator.expression(function.value, frame).value
        if not isinstance(value, AppObject):
            return False
        self.run.decided.add((frame.path, function.lineno, function.col_offset + 1))
        return value.span == self.run.app.span

    def _enter(self, node: ast.Call, frame: Frame) -> None:
        """Execute a function of the repository, where it may configure the app."""
        run = self.run
        target = run.evaluator.expression(node.func, frame).value
        if getattr(target, "name", "") == "importlib.import_module":
            loaded = run.evaluator.expression(node, frame).value
            if isinstance(loaded, ModuleObject):
                run.module(loaded.path)
        if not isinstance(target, FunctionObject) or not self._concerns(target, node, frame):
            return
        definition = target.node
        if isinstance(definition, ast.AsyncFunctionDef) or definition in self._open or len(self._open) >= DEEPEST:
            return
        seen = moment_of_call(frame, (node.lineno, node.col_offset), target.frame)
        doubt = doubt_about(run.evaluator, target, definition, seen)
        if doubt == "it is a generator":
            return
        given = given_arguments(run.evaluator, node, frame)
        inner = bound_arguments(run.evaluator, target, ([], {}) if isinstance(given, Unknown) else given, seen)
        run.writing.names |= {name for name, value in inner.arguments.items() if isinstance(value.value, AppMember)}
        self._open.append(definition)
        with run.maybe(doubt):
            if isinstance(definition, ast.Lambda):
                run.expression(definition.body, inner)
            else:
                run.body(definition.body, inner)
        self._open.pop()

    def _concerns(self, function: FunctionObject, call: ast.Call, frame: Frame) -> bool:
        node = function.node
        if getattr(node, "name", "") in self._names or isinstance(node, ast.Lambda):
            return True
        given = [*call.args, *(each.value for each in call.keywords)]
        return any(self._is_ours(each, frame) for each in given if isinstance(each, ast.Name | ast.Attribute))

    def _is_ours(self, node: ast.expr, frame: Frame) -> bool:
        value = self.run.evaluator.expression(node, frame).value
        if isinstance(value, AppMember) and value.name == "conf":
            return self.run.writing.is_conf(node, frame)
        return isinstance(value, AppObject) and value.span == self.run.app.span


def _start(span: object) -> tuple[str, int, int]:
    return getattr(span, "path", ""), getattr(span, "line", 0), getattr(span, "column", 0)


def configuring_names(code: Code) -> frozenset[str]:
    """What functions are called that make or configure apps, or call others that do."""
    results = code.shared.results
    if configuring_names not in results:
        names: frozenset[str] = frozenset()
        pattern = _WORDS
        for _ in range(MOST_ROUNDS):
            more = names | frozenset(_functions(code, pattern, names))
            if more == names:
                break
            names = more
            pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")
        results[configuring_names] = names
    found: frozenset[str] = results[configuring_names]
    return found


def _functions(code: Code, pattern: re.Pattern[str], names: frozenset[str]) -> Iterator[str]:
    """The names of the functions that mention one of the names, or (without names) a configuration."""
    for facts in code.files:
        module = code.tree.python(facts.path)
        if module is None or not pattern.search(module.text.text):
            continue
        try:
            statements = module.mentioning(pattern)
        except PythonSyntaxError:
            continue
        for statement in statements:
            for node in ast.walk(statement):
                if isinstance(node, _FUNCTIONS) and any(_mentions(each, names) for each in ast.walk(node)):
                    yield node.name


def _mentions(node: ast.AST, names: frozenset[str]) -> bool:
    word = getattr(node, "attr", getattr(node, "id", ""))
    if not isinstance(node, ast.Attribute | ast.Name):
        return False
    return word in names if names else word in _SPEAKING or "Celery" in word
