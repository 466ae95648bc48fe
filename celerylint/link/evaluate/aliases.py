"""Lists and dictionaries that are changed under another name, or by a function that they are handed to."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.effects import HARMLESS, root_of
from celerylint.link.evaluate.frame import Frame, ModuleFrame, Position, place, start_of
from celerylint.link.evaluate.names import statements_for
from celerylint.link.evaluate.objects import ClassObject, ExternalObject, FunctionObject, InstanceObject
from celerylint.origin import Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None

_CHANGES = re.compile(
    r"^[ \t]*(\w+)[ \t]*(?:\[[^\]\n]*\][ \t]*)+(?:[-+|]?=(?!=)|\.)"
    r"|^[ \t]*(\w+)\.(?:update|append|extend|insert|setdefault|pop|clear|remove)\(",
    re.M,
)
_IMPORTS = re.compile(r"^[ \t]*from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n]*)", re.M)
_WORD = re.compile(r"\w+")

# Methods and functions that read what they are given, or keep it without changing it.
_READING = HARMLESS | frozenset(
    {"update", "append", "extend", "insert", "add", "setdefault", "config_from_object", "add_defaults", "dictConfig"}
    | {
        "print",
        "len",
        "sorted",
        "dict",
        "list",
        "tuple",
        "set",
        "str",
        "repr",
        "max",
        "min",
        "sum",
        "any",
        "all",
        "zip",
    }
    | {"debug", "info", "warning", "error", "exception", "critical", "log", "enumerate", "isinstance", "bool", "iter"}
    | {"autodiscover_tasks", "from_mapping", "from_object", "join", "deepcopy", "dumps", "pprint", "fromkeys", "map"}
    | {"load_dotenv", "getattr", "hasattr", "Celery", "filter", "reversed", "frozenset", "ChainMap", "range", "format"}
)


def changed_elsewhere(evaluator: Evaluator, frame: Frame, name: str, state: State, before: Position | None) -> State:
    """A container's state, unknown where the file may change it under another name or by a call."""
    changeable = state is not None and isinstance(state.value, list | dict | ClassObject | InstanceObject)
    if state is None or not changeable or not isinstance(frame, ModuleFrame):
        return state
    is_data = isinstance(state.value, list | dict)
    changer = _changer(evaluator, frame, name) if is_data and before is None else ""
    if changer:
        return unknown(f"{changer} may change {name}", state.origin.span)
    pattern = re.compile(rf"(?:[(,=]\s*\*{{0,2}}{re.escape(name)}\s*(?:[,)]|$))", re.M)
    for statement in frame.module.mentioning(pattern) if pattern.search(frame.module.text.text) else ():
        if before is not None and start_of(statement) >= before:
            break
        reason = _by_alias(evaluator, statement, name, frame) or _by_call(evaluator, statement, name, frame, is_data)
        if reason:
            return unknown(reason, place(frame, statement))
    return state


def _changer(evaluator: Evaluator, frame: ModuleFrame, name: str) -> str:
    """The file that imports a container by its name and changes it; empty where none does."""
    results = evaluator.shared.results
    if _CHANGES not in results:
        results[_CHANGES] = _index(evaluator)
    importers: dict[str, list[tuple[str, str]]] = results[_CHANGES]
    for path, module in importers.get(name, ()):
        if path != frame.path and evaluator.modules.find(module, path) == frame.path:
            return path
    return ""


def _index(evaluator: Evaluator) -> dict[str, list[tuple[str, str]]]:
    """By name: the files that import it and change what it stands for, with the module that they import it from."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in evaluator.shared.speaking:
        text = evaluator.modules.tree.text(path)
        changed = {each[1] or each[2] for each in _CHANGES.finditer(text.text)} if text else set()
        for imported in _IMPORTS.finditer(text.text) if text and changed else ():
            for name in changed & set(_WORD.findall(imported["names"])):
                found.setdefault(name, []).append((path, imported["module"]))
    return found


def _by_alias(evaluator: Evaluator, statement: ast.stmt, name: str, frame: ModuleFrame) -> str:
    """`other = name`, where a statement changes `other` in place."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or not _is_name(statement.value, name):
        return ""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        other = target.id if isinstance(target, ast.Name) else ""
        for each in statements_for(evaluator.shared, frame, other) if other and other != name else ():
            if other in evaluator.shared.effects(each).changes or isinstance(each, ast.AugAssign):
                return f"{name} is changed under the name {other} (line {each.lineno})"
    return ""


def _by_call(evaluator: Evaluator, statement: ast.stmt, name: str, frame: ModuleFrame, is_data: bool) -> str:
    """`function(name)`, where the function may change what it is given."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return ""
    for call in ast.walk(statement):
        if not isinstance(call, ast.Call):
            continue
        given = [*call.args, *(each.value for each in call.keywords if each.arg)]
        if not any(_is_name(each, name) for each in given):
            continue
        function = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
        if function not in _READING and _may_change(evaluator, statement, call, name, frame, is_data):
            return f"{name} is handed to {function or 'a function'}(), which may change it (line {call.lineno})"
    return ""


def _may_change(
    evaluator: Evaluator, statement: ast.stmt, call: ast.Call, name: str, frame: ModuleFrame, is_data: bool
) -> bool:
    function = evaluator.expression(call.func, frame).value
    if isinstance(function, FunctionObject):
        given = [*call.args, *(each.value for each in call.keywords)]
        return any(_is_name(each, name) and changes_argument(evaluator, function, call, each) for each in given)
    if not is_data:
        return False
    # What is called for its effect alone may be meant to change it; what gives a value commonly only reads.
    for_effect = isinstance(statement, ast.Expr) and statement.value is call
    merges = isinstance(function, ExternalObject) and "merge" in function.name
    return merges or (for_effect and not isinstance(function, ClassObject))


def changes_argument(evaluator: Evaluator, function: FunctionObject, call: ast.Call, given: ast.expr) -> bool:
    """Whether a function may change what a call gives it, or hand it on to something that does."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return True
    parameters = [*node.args.posonlyargs, *node.args.args][1 if function.receiver is not None else 0 :]
    names = [each.arg for each, argument in zip(parameters, call.args, strict=False) if argument is given]
    names += [each.arg for each in call.keywords if each.arg and each.value is given]
    if not names:
        return True
    return any(
        name in evaluator.shared.effects(statement).changes or _hands_on(statement, name)
        for name in names
        for statement in node.body
    )


def _hands_on(statement: ast.stmt, name: str) -> bool:
    for each in ast.walk(statement):
        if isinstance(each, ast.Call) and any(root_of(given) == name for given in each.args):
            function = getattr(each.func, "attr", "") or getattr(each.func, "id", "")
            if function not in _READING:
                return True
    return False


def _is_name(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
