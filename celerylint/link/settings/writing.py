"""What statements and methods do to an app's configuration: `app.conf.x = …`, `conf["x"] = …`, `conf.update(…)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate import Frame, plain
from celerylint.link.evaluate.effects import HARMLESS
from celerylint.link.evaluate.frame import place
from celerylint.link.evaluate.objects import AppMember
from celerylint.link.evaluate.unpacking import unpacked
from celerylint.origin import Value

if TYPE_CHECKING:
    from celerylint.link.settings.run import Run

_CHANGING = frozenset({"clear", "pop", "popitem", "swap_with", "__setitem__", "__delitem__", "add_defaults"})


class Writing:
    """The writes of one run to its app's configuration, under whatever name."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.names: set[str] = set()  # what the configuration is called besides `….conf`

    def is_conf(self, node: ast.expr, frame: Frame) -> bool:
        """Whether an expression is the app's configuration; what it is, is decided then."""
        if not self.may_be_conf(node):
            return False
        value = self.run.evaluator.expression(node, frame).value
        if not isinstance(value, AppMember) or value.name != "conf":
            return False
        self.run.decided.add((frame.path, node.lineno, node.col_offset + 1))
        return value.app.span == self.run.app.span

    def may_be_conf(self, node: ast.expr) -> bool:
        """Whether an expression looks like a configuration."""
        if isinstance(node, ast.Name):
            return node.id in self.names
        return isinstance(node, ast.Attribute) and node.attr == "conf"

    def statement(self, statement: ast.stmt, frame: Frame) -> None:
        """What a simple statement assigns or deletes."""
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._target(target, statement.value, statement, frame)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self._target(statement.target, statement.value, statement, frame)
        elif isinstance(statement, ast.AugAssign):
            self._change(statement.target, statement, frame)
        elif isinstance(statement, ast.Delete):
            for target in statement.targets:
                self._change(target, statement, frame)

    def _target(
        self, target: ast.expr, node: ast.expr, statement: ast.stmt, frame: Frame, value: Value[Any] | None = None
    ) -> None:
        """One target; `value` is what it gets where that is a part of the expression's value."""
        if isinstance(target, ast.Tuple | ast.List):
            if any(isinstance(each, ast.Attribute | ast.Subscript) for each in ast.walk(target)):
                whole = self.run.evaluator.expression(node, frame)
                for inner, part in unpacked(target, whole, place(frame, statement)):
                    self._target(inner, node, statement, frame, part)
        elif isinstance(target, ast.Name):
            if value is None and self.is_conf(node, frame):
                self.names.add(target.id)
        elif isinstance(target, ast.Attribute | ast.Subscript) and self.is_conf(target.value, frame):
            name = self._name(target, frame)
            kind, names = ("set", (name,)) if name else ("open", ())
            self.run.done(kind, frame, node, start=target, names=names, value=value)
        else:
            self._change(target, statement, frame)

    def _name(self, target: ast.Attribute | ast.Subscript, frame: Frame) -> str:
        """The setting that `conf.x` or `conf["x"]` is; empty where it is not known."""
        if isinstance(target, ast.Attribute):
            return target.attr
        key = plain(self.run.evaluator.expression(target.slice, frame))
        return key if isinstance(key, str) else ""

    def _change(self, target: ast.expr, node: ast.expr | ast.stmt, frame: Frame) -> None:
        """What changes a setting's own value: `conf.x += …`, `conf.x["a"] = …`, `del conf["x"]`."""
        steps: list[ast.Attribute | ast.Subscript] = []
        while isinstance(target, ast.Attribute | ast.Subscript):
            steps.append(target)
            target = target.value
            if self.is_conf(target, frame):
                name = self._name(steps[-1], frame)
                kind, names = ("change", (name,)) if name else ("open", ())
                self.run.done(kind, frame, node, names=names, of=steps[-1])
                return

    def read(self, node: ast.expr, frame: Frame) -> None:
        """`conf.x`, `conf["x"]`: reading any setting loads the configuration."""
        if isinstance(node, ast.Attribute | ast.Subscript) and self.is_conf(node.value, frame):
            self.run.done("read", frame, node)

    def method(self, function: ast.Attribute, node: ast.Call, frame: Frame) -> bool:
        """A method of the configuration, or of a setting's value; False where it is neither."""
        if self.is_conf(function.value, frame):
            self._method(function.attr, node, frame)
            return True
        if function.attr not in HARMLESS and isinstance(function.value, ast.Attribute | ast.Subscript):
            before = len(self.run.operations)
            self._change(function.value, node, frame)
            return len(self.run.operations) > before
        return False

    def _method(self, name: str, node: ast.Call, frame: Frame) -> None:
        if name == "update":
            self.run.done("update", frame, node)
        elif name == "setdefault" and node.args and not node.keywords:
            key = plain(self.run.evaluator.expression(node.args[0], frame))
            if isinstance(key, str) and len(node.args) == 2:
                self.run.done("setdefault", frame, node.args[1], names=(key,))
            else:
                self.run.done("open", frame, node)
        elif name in _CHANGING or name == "setdefault":
            self.run.done("open", frame, node)
        else:
            self.run.done("read", frame, node)

    def set_attribute(self, node: ast.Call, frame: Frame) -> bool:
        """`setattr(conf, "x", value)`; False where it is no configuration's attribute."""
        if not node.args or not self.is_conf(node.args[0], frame):
            return False
        key = plain(self.run.evaluator.expression(node.args[1], frame)) if len(node.args) == 3 else None
        if isinstance(key, str):
            self.run.done("set", frame, node.args[2], names=(key,))
        else:
            self.run.done("open", frame, node)
        return True
