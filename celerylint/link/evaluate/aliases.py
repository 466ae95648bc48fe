"""Lists, dictionaries and objects that are changed under another name, or by a function that they are handed to."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import class_frame, methods_of
from celerylint.link.evaluate.effects import HARMLESS
from celerylint.link.evaluate.elsewhere import changer
from celerylint.link.evaluate.frame import Frame, LocalFrame, ModuleFrame, Position, place, start_of
from celerylint.link.evaluate.handing import is_followed
from celerylint.link.evaluate.initialising import changed_by
from celerylint.link.evaluate.objects import (
    AppMember,
    AppObject,
    ClassObject,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    ModuleObject,
    Namespace,
    TaskObject,
)
from celerylint.link.evaluate.reaching import Candidate, Passes, candidates, connected, keeps
from celerylint.link.evaluate.sharing import Link, Scan, Site, returned_by, scanned
from celerylint.origin import Layer, Origin, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator, Shared

State = Value[Any] | None

MOST_NAMES = 60  # that share something with one another; a file in which more do is not followed
_OUTSIDE = (AppMember, AppObject, ExternalObject, ModuleObject, FunctionObject, TaskObject)
_PLAIN = (str, int, float, bool, bytes, type(None))

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
    """An object's state, unknown where it may be changed under another name, by a call, or by another file."""
    if state is None or not is_shareable(state.value):
        return state
    if before is None and isinstance(frame, ModuleFrame) and isinstance(state.value, list | dict):
        other = changer(evaluator, frame, name)
        if other:
            return unknown(f"{other} may change {name}", state.origin.span)
    key = (_body_of(frame), name)
    if key in evaluator.compared:
        evaluator.cut()
        return state
    evaluator.compared.add(key)
    try:
        return _compared(evaluator, frame, name, state, before)
    finally:
        evaluator.compared.discard(key)


def is_shareable(data: Any) -> bool:
    """Whether an object may be changed in place, under whatever name."""
    return isinstance(data, list | dict | ClassObject | InstanceObject | Namespace)


def _body_of(frame: Frame) -> object:
    return frame if isinstance(frame, ModuleFrame) else next(iter(frame.body), frame)


def _compared(evaluator: Evaluator, frame: Frame, name: str, state: Value[Any], before: Position | None) -> State:
    key = ("shares", frame, name, _is_deep(state.value))
    found = evaluator.remembered(key, lambda: _candidates(evaluator, frame, name, state), _is_module(frame), whole=True)
    original = state
    for each in found:
        if before is not None and each.site.where.at >= before:
            continue
        reason = _decided(evaluator, each.site, name, original, frame)
        if not reason:
            continue
        why = unknown(reason, place(frame, each.site.changed))
        if not each.part or not isinstance(state.value, ClassObject | InstanceObject | Namespace):
            return why
        attributes = {**state.value.attributes, each.part: why}
        state = Value(replace(state.value, attributes=attributes), state.origin)
    return state


def _is_module(frame: Frame) -> bool:
    return isinstance(frame, ModuleFrame)


def _decided(evaluator: Evaluator, site: Site, name: str, state: Value[Any], frame: Frame) -> str:
    key = ("changes", site, name, frame)
    return evaluator.remembered(
        key, lambda: _reason(evaluator, site, name, state, frame), _is_module(frame), whole=True
    )


def _is_deep(data: Any) -> bool:
    """Whether something in an object can be changed as well; of a part that is not known nobody minds."""
    if not isinstance(data, list | dict | tuple):
        return True
    items = data.values() if isinstance(data, dict) else data
    held = (each.value if isinstance(each, Value) else each for each in items)
    return any(isinstance(each, list | dict | tuple | InstanceObject | ClassObject | Namespace) for each in held)


def _candidates(evaluator: Evaluator, frame: Frame, name: str, state: Value[Any]) -> list[Candidate]:
    """What may change the object that a name stands for."""
    deep = _is_deep(state.value)

    def passes(link: Link, other: str) -> bool:
        if not deep and link.kind == "within" and link.other == name and other == link.one:
            return False
        if not deep and link.kind == "shares" and name in (link.one, link.other):
            return False
        return _may_share(evaluator, frame, link, other)

    cyclic = isinstance(frame, LocalFrame) and frame.kind == "block"
    if isinstance(frame, ModuleFrame):
        return candidates(_of_module(evaluator.shared, frame, name, passes), name, cyclic, passes)
    return candidates(_of_body(evaluator.shared, frame.body), name, cyclic, passes)


def _may_share(evaluator: Evaluator, frame: Frame, link: Link, name: str) -> bool:
    """Whether a name may stand for something that can be changed."""
    was_put = link.put and name == link.one

    def ask() -> bool:
        value = evaluator.lookup(frame, name)
        if value is None:
            return isinstance(frame, LocalFrame)  # in a module: a name that it does not bind, of Python's own
        data = value.value
        if isinstance(data, Unknown):
            return not was_put  # what was put somewhere as an unknown is unknown there
        return isinstance(data, list | dict | tuple | InstanceObject | ClassObject | Namespace | ExternalCall)

    return evaluator.remembered(("may share", frame, name, was_put), ask, _is_module(frame), whole=True)


def _of_body(shared: Shared, body: list[ast.stmt]) -> Scan:
    key = ("scan", next(iter(body), None), len(body))
    scan: Scan | None = shared.results.get(key)
    if scan is None:
        scan = shared.results[key] = scanned(body)
    return scan


def _of_module(shared: Shared, frame: ModuleFrame, name: str, passes: Passes) -> Scan:
    """The part of a module that speaks of a name, or of what shares something with it."""
    names, done = {name}, set[str]()
    statements: dict[int, ast.stmt] = {}
    scan = Scan()
    while names - done and len(names) <= MOST_NAMES:
        for each in sorted(names - done):
            for statement in frame.module.naming(each):
                statements.setdefault(id(statement), statement)
        done |= names
        scan = _joined(shared, sorted(statements.values(), key=start_of))
        giving = _results(scan)
        reached = connected(scan, name, passes)
        names |= reached | {function for function, given in giving.items() if given & reached}
        names |= {function for target, function, _ in scan.results if target in reached}
    return scan


def _joined(shared: Shared, statements: list[ast.stmt]) -> Scan:
    """The scan of a body, put together from those of its statements."""
    whole = Scan()
    for each in statements:
        scan = _of_body(shared, [each])
        whole.links.extend(scan.links)
        whole.sites.extend(scan.sites)
        whole.results.extend(scan.results)
        whole.definitions.extend(scan.definitions)
        for mine, other in ((whole.bindings, scan.bindings), (whole.fresh, scan.fresh)):
            for name, places in other.items():
                mine.setdefault(name, []).extend(places)
    return whole


def _results(scan: Scan) -> dict[str, frozenset[str]]:
    """What each function may give back of what is around it; its results share with that."""
    giving = {each.name: returned_by(each) for each in scan.definitions if isinstance(each, ast.FunctionDef)}
    classes = {each.name for each in scan.definitions if isinstance(each, ast.ClassDef)}
    for target, function, where in scan.results:
        scan.links.extend(Link(target, name, "same", where) for name in sorted(giving.get(function, ())))
        if function in classes:
            scan.links.append(Link(target, function, "shares", where))
    return giving


def _reason(evaluator: Evaluator, site: Site, name: str, state: Value[Any], frame: Frame) -> str:
    """Why what a site changes may be what the name stands for; empty where it is not."""
    if site.inside:
        return f"{name} may be changed by {site.inside}() under the name {site.name} (line {site.changed.lineno})"
    if site.is_handed:
        return _handed(evaluator, site, name, frame)
    thing = evaluator.expression(site.changed, frame).value
    if isinstance(thing, (*_PLAIN, *_OUTSIDE)) or (isinstance(thing, ExternalCall) and "collections" not in thing.name):
        return ""
    if site.call is not None and not _method_changes(evaluator, site.call, thing, state):
        return ""
    return f"{name} is changed under the name {site.name} (line {site.changed.lineno})"


def _method_changes(evaluator: Evaluator, call: ast.Call, thing: Any, state: Value[Any]) -> bool:
    """Whether a method that no list or dictionary is changed by may change what it is called on."""
    if isinstance(thing, InstanceObject | ClassObject):
        return changed_by(evaluator, thing, getattr(call.func, "attr", ""))
    return isinstance(thing, Unknown) and _holds_objects(state.value, 0)


def _holds_objects(data: Any, depth: int) -> bool:
    """Whether an object of the project is in a container, or is one itself."""
    data = data.value if isinstance(data, Value) else data
    if isinstance(data, dict | list | tuple) and depth < 4:
        items = data.values() if isinstance(data, dict) else data
        return any(_holds_objects(each, depth + 1) for each in items)
    return isinstance(data, InstanceObject | ClassObject | Namespace)


def _handed(evaluator: Evaluator, site: Site, name: str, frame: Frame) -> str:
    """`function(name)`, where the function may change what it is given."""
    call = site.call
    function = getattr(call.func, "attr", "") or getattr(call.func, "id", "") if call is not None else ""
    if call is None or function in _READING:
        return ""
    if function == "setattr" and isinstance(call.func, ast.Name) and site.changed not in call.args[:1]:
        return ""
    given = evaluator.expression(site.changed, frame).value
    if isinstance(given, (*_PLAIN, *_OUTSIDE)) or (isinstance(given, Unknown) and site.name != name):
        return ""
    if not _may_change(evaluator, site, call, frame, isinstance(given, list | dict)):
        return ""
    if (
        site.name == name
        and site.alone
        and isinstance(given, list | dict)
        and is_followed(evaluator, call, name, frame)
    ):
        return ""
    return f"{site.name} is handed to {function or 'a function'}(), which may change it (line {call.lineno})"


def _may_change(evaluator: Evaluator, site: Site, call: ast.Call, frame: Frame, is_data: bool) -> bool:
    function = evaluator.expression(call.func, frame).value
    if isinstance(function, FunctionObject):
        return changes_argument(evaluator, function, call, site.changed)
    if isinstance(function, ClassObject):
        own = Value(InstanceObject(function), Origin(Layer.CODE))
        around = class_frame(evaluator, function)
        making = (FunctionObject(each, around, own) for each in methods_of(function) if each.name == "__init__")
        return any(changes_argument(evaluator, each, call, site.changed) for each in making)
    if not is_data:
        return False
    # What is called for its effect alone may be meant to change it; what gives a value commonly only reads.
    return site.alone or (isinstance(function, ExternalObject) and "merge" in function.name)


def changes_argument(evaluator: Evaluator, function: FunctionObject, call: ast.Call, given: ast.expr) -> bool:
    """Whether a function may change what a call gives it, or hand it on to something that does."""
    node = function.node
    if isinstance(node, ast.Lambda):
        return any(isinstance(each, ast.Call | ast.Await) for each in ast.walk(node.body))
    parameters = [*node.args.posonlyargs, *node.args.args][1 if function.receiver is not None else 0 :]
    names = [each.arg for each, argument in zip(parameters, call.args, strict=False) if argument is given]
    every = {each.arg for each in (*parameters, *node.args.kwonlyargs)}
    names += [each.arg for each in call.keywords if each.arg in every and each.value is given]
    if not names:  # it is unpacked, or gathered in `*args`: it may be any of them
        names = [each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    scan = _of_body(evaluator.shared, node.body)
    return any(_is_changed(evaluator.shared, node.body, scan, name) for name in names)


def changes_parameter(evaluator: Evaluator, function: FunctionObject, name: str) -> bool:
    """Whether a function changes what one of its parameters stands for."""
    body = function.node.body
    return isinstance(body, list) and _is_changed(evaluator.shared, body, _of_body(evaluator.shared, body), name)


def _is_changed(shared: Shared, body: list[ast.stmt], scan: Scan, name: str) -> bool:
    """Whether a body changes what a parameter stands for, itself or under another name, or hands it on."""
    own = any(name in shared.effects(statement).changes for statement in body)
    if own and any(site.name == name and not site.is_handed and keeps(scan, site) for site in scan.sites):
        return True
    return any(
        site.call is None or getattr(site.call.func, "attr", getattr(site.call.func, "id", "")) not in _READING
        for site in (each.site for each in candidates(scan, name))
        if site.name != name or keeps(scan, site)
    )
