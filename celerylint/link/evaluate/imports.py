"""What imports bind."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import Frame, place
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import OBJECTS, ExternalObject, ModuleObject, outside, plain
from celerylint.link.evaluate.origins import at, via
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

State = Value[Any] | None

# Distributions whose star exports hold no settings of Celery's, and rebind nothing that a settings module sets before.
_TAME = frozenset({"django", "celery", "kombu", "typing_extensions", "configurations", "split_settings"})


def import_(evaluator: Evaluator, node: ast.Import, name: str, state: State, frame: Frame) -> State:
    """`import a.b`, `import a.b as c`."""
    for alias in node.names:
        local = alias.asname or alias.name.partition(".")[0]
        if local == name:
            state = _module(evaluator, alias.name if alias.asname else local, frame, node)
    return state


def import_from(evaluator: Evaluator, node: ast.ImportFrom, name: str, state: State, frame: Frame) -> State:
    """`from a import b as c`, `from a import *`."""
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            return _star(evaluator, module, node, name, state, frame)
        if (alias.asname or alias.name) == name:
            state = _imported(evaluator, module, alias.name, frame, node)
    return state


def any_name(name: str, state: State, what: str, span: Span) -> State:
    """A name behind something that may bind any: what a file imports or defines is taken to stay as it is."""
    if name == ANY:
        return unknown(f"{what} may set it", span)
    if state is None or isinstance(state.value, OBJECTS):
        return state
    return unknown(f"{what} may set {name}", span)


def _star(evaluator: Evaluator, module: str, node: ast.ImportFrom, name: str, state: State, frame: Frame) -> State:
    """`from x import *` binds what `__all__` says, else what the module binds without a leading underscore."""
    target = evaluator.modules.find(module, frame.path)
    span = place(frame, node)
    if target is None:
        tame = module.startswith(".") or module.partition(".")[0] in sys.stdlib_module_names | _TAME
        own = evaluator.modules.is_own(module, frame.path)
        what = f"{module}, which is not in the repository,"
        return state if tame or own else any_name(name, state, what, span)
    source = evaluator.frame(target)
    if source is None:
        return any_name(name, state, f"{target}, which cannot be read,", span)
    exported = _exports(evaluator, target, name)
    found = evaluator.lookup(source, name) if exported is not False else None
    if isinstance(exported, Unknown) and found is not None:
        return unknown(f"{target} may export it or not: {exported.reason}", span)
    if found is None:
        opened = evaluator.lookup(source, ANY) if name != ANY and exported is not False else None
        return state if opened is None else any_name(name, state, f"what {target} runs", span)
    return _through(found, span)


def _exports(evaluator: Evaluator, path: str, name: str) -> bool | Unknown:
    """Whether a module's star exports hold a name."""
    frame = evaluator.frame(path)
    names = evaluator.lookup(frame, "__all__") if frame and name != ANY else None
    if names is None:
        return name == ANY or not name.startswith("_")
    listed = plain(names)
    if isinstance(listed, Unknown):
        return listed
    return name in listed if isinstance(listed, list | tuple | set) else Unknown("its __all__ is no list")


def _imported(evaluator: Evaluator, module: str, name: str, frame: Frame, node: ast.stmt) -> Value[Any]:
    path = evaluator.modules.find(module, frame.path)
    span = place(frame, node)
    if path == frame.path and not module.startswith("."):
        path = None
    if path is not None:
        own = path == frame.path  # `from . import x` in the package itself: its name is only being bound
        beside = evaluator.modules.find(f"{module.rstrip('.')}.{name}" if module.strip(".") else module + name, path)
        if own and beside is not None:
            return Value(ModuleObject(beside), at(span))
        found = evaluator.member(path, name)
        if found is None:
            return unknown(f"{path} does not define {name}", span)
        return _through(found, span)
    whole = f"{module}{name}" if module.endswith(".") else f"{module}.{name}"
    submodule = evaluator.modules.find(whole, frame.path)
    if submodule is not None and submodule != frame.path:
        return Value(ModuleObject(submodule), at(span))
    if module.startswith("."):
        return unknown(f"{whole} is not in the repository", span)
    return Value(outside(whole), at(span))


def _through(value: Value[Any], span: Span) -> Value[Any]:
    """An imported value keeps the place where it is written; the import is a step on the way."""
    step, origin = Origin(Layer.CODE, span), value.origin
    if origin.span is None:
        return Value(value.value, Origin(origin.layer, span, origin.via, origin.note), value.shadowed)
    return Value(value.value, Origin(origin.layer, origin.span, via(*origin.via, step), origin.note), value.shadowed)


def _module(evaluator: Evaluator, name: str, frame: Frame, node: ast.stmt) -> Value[Any]:
    path = evaluator.modules.find(name, frame.path)
    thing = ModuleObject(path) if path and path != frame.path else ExternalObject(name)
    return Value(thing, at(place(frame, node)))
