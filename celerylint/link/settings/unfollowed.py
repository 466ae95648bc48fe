"""What may set a setting in a way that no fact tells: `app.conf.x["k"] = v`, `setattr(app.conf, …)`, …"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from celerylint.link.code import Code, evaluated
from celerylint.link.evaluate import AppObject, Evaluator, ExternalCall, ExternalObject, FunctionObject
from celerylint.link.evaluate.aliases import changes_argument
from celerylint.link.evaluate.effects import HARMLESS
from celerylint.link.settings.names import meanings
from celerylint.link.settings.operation import Position
from celerylint.link.settings.reached import is_dead, loads
from celerylint.origin import Span, Unknown
from celerylint.sources.python import PythonModule, PythonSyntaxError

_CONF = re.compile(r"\.\s*conf\b")
_WRITERS = frozenset({"clear", "pop", "popitem", "setdefault", "add_defaults", "swap_with", "__setitem__", "update"})
_READERS = HARMLESS | frozenset({"table", "humanize", "find_option", "find_value_for_key", "get_by_parts", "first"})
_READERS |= frozenset({"without_defaults", "value_set_for", "finalize", "maybe_warn_deprecated_settings", "bind_to"})
# What an app is called where nobody can follow which one it is.
_APP_NAMES = frozenset({"app", "current_app", "sender", "capp"})

_NO_APP = (None,)


@dataclass(frozen=True, slots=True)
class Write:
    """A place that may set settings; `names` is empty where it may be any, `app` None where it may be of any app.

    `places` are those that set them, where that is done under another name of the configuration.
    """

    path: str
    span: Span
    names: tuple[str, ...]
    app: Span | None
    places: tuple[Position, ...] = ()

    @property
    def reason(self) -> str:
        """Why the settings are not known."""
        return f"it may be set at {self.path}:{self.span.line} in a way that is not followed"


def unfollowed_writes(code: Code) -> tuple[Write, ...]:
    """Every such place of the repository, in order; the same in every environment."""
    found: tuple[Write, ...] | None = code.shared.results.get(Write)
    if found is None:
        evaluator = code.evaluator()
        found = tuple(write for facts in code.files for write in _in_file(code, evaluator, facts.path))
        code.shared.results[Write] = found
    return found


def _in_file(code: Code, evaluator: Evaluator, path: str) -> Iterator[Write]:
    module = code.tree.python(path)
    if module is None or not _CONF.search(module.text.text):
        return
    try:
        statements = module.mentioning(_CONF)
    except PythonSyntaxError:
        return
    for statement in statements:
        yield from _Statement(evaluator, module, statement).writes()


class _Statement:
    """One top-level statement with the way upwards from its nodes."""

    def __init__(self, evaluator: Evaluator, module: PythonModule, statement: ast.stmt) -> None:
        self.evaluator = evaluator
        self.module = module
        self.nodes = list(ast.walk(statement))
        self.parents = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    def writes(self) -> Iterator[Write]:
        """The places in it that may set settings."""
        for node in self.nodes:
            if not isinstance(node, ast.Attribute) or node.attr != "conf":
                continue
            names = self._names(node)
            if names is None:
                continue
            app = self._app(node.value, names.names)
            if app == _NO_APP or (names.followed and app) or self._is_never_executed(node):
                continue
            place = _span(self.module.path, node)
            yield Write(self.module.path, place, names.names, app[0] if app else None, names.places)

    def _is_never_executed(self, node: ast.expr) -> bool:
        scope = self._scope(node)
        if any(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) for each in scope):
            return is_dead(self.evaluator, self.module.path, scope)
        return loads(self.evaluator, self.module.path) is False

    def _names(self, conf: ast.Attribute) -> _Names | None:
        """What a mention of `.conf` may set; None where it only reads."""
        use = self.parents.get(conf)
        if isinstance(use, ast.Attribute):
            return self._method(use) if use.attr in _WRITERS | _READERS else self._setting(use, use.attr)
        if isinstance(use, ast.Subscript) and use.value is conf:
            constant = use.slice.value if isinstance(use.slice, ast.Constant) else None
            return self._setting(use, constant if isinstance(constant, str) else "")
        return self._bare(conf, use)

    def _method(self, use: ast.Attribute) -> _Names | None:
        call = self.parents.get(use)
        if use.attr in _READERS:
            return None
        if not isinstance(call, ast.Call) or call.func is not use:
            return _Names(())
        if use.attr == "update":
            spread = call.args or any(each.arg is None for each in call.keywords)
            return _Names(() if spread else tuple(each.arg for each in call.keywords if each.arg), followed=True)
        first = call.args[0] if call.args else None
        constant = first.value if isinstance(first, ast.Constant) else None
        return _Names((constant,) if isinstance(constant, str) else ())

    def _setting(self, use: ast.Attribute | ast.Subscript, name: str) -> _Names | None:
        """`conf.name`: set itself, or changed in place."""
        names = (name,) if name else ()
        if not isinstance(use.ctx, ast.Load):
            statement = self.parents.get(use)
            plain = isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(use.ctx, ast.Store)
            return _Names(names, followed=plain and bool(name))
        node: ast.AST = use
        above = self.parents.get(node)
        while isinstance(above, ast.Attribute | ast.Subscript) and above.value is node:
            call = self.parents.get(above)
            called = isinstance(above, ast.Attribute) and isinstance(call, ast.Call) and call.func is above
            method = above.attr if called and isinstance(above, ast.Attribute) else ""
            if not isinstance(above.ctx, ast.Load) or (method and method not in HARMLESS):
                return _Names(names)
            node, above = above, call
        return None

    def _bare(self, conf: ast.Attribute, use: ast.AST | None) -> _Names | None:
        """`c = app.conf`, `setattr(app.conf, …)`, `configure(app.conf)`."""
        if isinstance(use, ast.Assign | ast.AnnAssign | ast.NamedExpr) and use.value is conf:
            targets = use.targets if isinstance(use, ast.Assign) else [use.target]
            places = tuple(place for each in targets for place in self._written(each))
            return _Names((), places=places) if places else None
        if not isinstance(use, ast.Call) or conf not in use.args:
            return None
        function = use.func.id if isinstance(use.func, ast.Name) else ""
        if function in ("setattr", "delattr"):
            constant = use.args[1].value if len(use.args) > 1 and isinstance(use.args[1], ast.Constant) else None
            return _Names((constant,) if isinstance(constant, str) else ())
        thing = evaluated(self.evaluator, self.module.path, use.func, self._scope(use)).value
        changes = isinstance(thing, FunctionObject) and changes_argument(self.evaluator, thing, use, conf)
        return _Names(()) if changes else None

    def _written(self, target: ast.expr) -> Iterator[Position]:
        """The places where the file sets anything through another name of `conf`."""
        name = re.escape(ast.unparse(target))
        pattern = rf"(?<![\w.]){name}\s*(?:\.\s*\w+|\[[^\]]*\])+\s*(?:[-+|]?=(?!=)|\()|[(,]\s*({name})\s*[,)]"
        text = self.module.text
        for found in re.finditer(pattern, text.text):
            line, column = text.position(found.start(1) if found[1] else found.start())
            yield self.module.path, line, column

    def _app(self, holder: ast.expr, names: tuple[str, ...]) -> tuple[Span | None, ...]:
        """The app that a configuration belongs to; empty where it may be any, `_NO_APP` where it is no app's."""
        thing = evaluated(self.evaluator, self.module.path, holder, self._scope(holder)).value
        if isinstance(thing, AppObject):
            return (thing.span,)
        outside = isinstance(thing, ExternalObject | ExternalCall) and thing.name.startswith("celery.")
        word = getattr(holder, "attr", getattr(holder, "id", ""))
        # Whatever an argument is called: what gets a setting of Celery's by name is an app.
        called_so = word in _APP_NAMES or "celery" in word.lower() or any(name in meanings("") for name in names)
        return () if outside or (isinstance(thing, Unknown) and called_so) else _NO_APP

    def _scope(self, node: ast.AST) -> tuple[ast.AST, ...]:
        """The functions and classes around a node, outermost first."""
        around: list[ast.AST] = []
        above = self.parents.get(node)
        while above is not None:
            if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                around.append(above)
            above = self.parents.get(above)
        return tuple(reversed(around))


@dataclass(frozen=True, slots=True)
class _Names:
    """The settings that a use may set (none: any); `followed` where a fact says what it sets, if its app is known."""

    names: tuple[str, ...]
    followed: bool = False
    places: tuple[Position, ...] = ()


def _span(path: str, node: ast.expr) -> Span:
    end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
    return Span(path, node.lineno, node.col_offset + 1, node.end_lineno or node.lineno, end + 1)
