"""What a call gives: environment readers, conversions, Celery's and kombu's objects, the repository's functions."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celerylint.facts.python.celerys import APP_CLASSES
from celerylint.link.evaluate.attributes import attribute, maybe_attribute
from celerylint.link.evaluate.classes import order_of
from celerylint.link.evaluate.comprehensions import iterated
from celerylint.link.evaluate.displays import elements, members
from celerylint.link.evaluate.effects import is_super
from celerylint.link.evaluate.enums import by_value, family_of
from celerylint.link.evaluate.frame import Frame, moment_of_call, place
from celerylint.link.evaluate.functions import Arguments, called
from celerylint.link.evaluate.initialising import super_object
from celerylint.link.evaluate.iterables import first, mapped, of_iterables
from celerylint.link.evaluate.libraries import of_library
from celerylint.link.evaluate.making import applied, made, makes_tasks
from celerylint.link.evaluate.methods import method
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import (
    CALLABLE,
    AppObject,
    ClassObject,
    Either,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    MatchObject,
    ModuleObject,
    Once,
    Raised,
    Record,
    plain,
)
from celerylint.link.evaluate.operations import LARGEST_SIZE
from celerylint.link.evaluate.origins import at, failed, written
from celerylint.link.evaluate.patterns import matching
from celerylint.link.evaluate.pure import computed
from celerylint.link.evaluate.readers import read_environment
from celerylint.link.evaluate.records import named_tuple, of_records
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_PLAIN = (str, bytes, dict, list, tuple, datetime.timedelta, MatchObject)
_OF_TUPLES = frozenset({"index", "count"})
_CONTAINERS = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset"})


def call(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Value[Any]:
    """The value of a call, where it can be followed."""
    span = place(frame, node)
    if isinstance(node.func, ast.Attribute):
        holder = evaluator.expression(node.func.value, frame)
        plainly = isinstance(holder.value, _PLAIN)
        if plainly and not (isinstance(holder.value, Record) and node.func.attr not in _OF_TUPLES):
            arguments = given_arguments(evaluator, node, frame)
            if isinstance(arguments, Unknown):
                return failed(arguments, span, holder)
            return method(holder, node.func.attr, arguments, span)
        target = attribute(evaluator, holder, node.func.attr, place(frame, node.func))
    else:
        target = evaluator.expression(node.func, frame)
    if is_super(node) and not node.args:
        thing = super_object(evaluator, frame)
        return written(thing, span) if thing is not None else unknown("this super() is not followed", span)
    return _called(evaluator, node, target, frame, span)


def _called(evaluator: Evaluator, node: ast.Call, target: Value[Any], frame: Frame, span: Span) -> Value[Any]:
    function = target.value
    if isinstance(function, Unknown):
        return failed(function, span, target)
    if makes_tasks(function):
        return made(evaluator, node, target, frame)
    if _makes_app(evaluator, function):  # whatever it is given
        return written(AppObject(span), span)
    arguments = given_arguments(evaluator, node, frame)
    if isinstance(arguments, Unknown):
        return failed(arguments, span)
    if isinstance(function, ExternalObject):
        return external(evaluator, function, arguments, span, node)
    if isinstance(function, ExternalCall):
        return external(evaluator, ExternalObject(f"{function.name}()", function), arguments, span, node)
    if isinstance(function, FunctionObject):
        seen = moment_of_call(frame, (node.lineno, node.col_offset), function.frame)
        return called(evaluator, function, arguments, span, seen)
    if isinstance(function, ClassObject):
        return instance(evaluator, function, arguments, span)
    return applied(evaluator, target, arguments, span)


def called_with(evaluator: Evaluator, target: Value[Any], arguments: Arguments, span: Span) -> Value[Any]:
    """What something gives when it is called with values that stand nowhere as arguments: by `map`, by a library."""
    function = target.value
    if isinstance(function, ExternalObject):
        return external(evaluator, function, arguments, span)
    return applied(evaluator, target, arguments, span)


def given_arguments(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Arguments | Unknown:
    """The arguments of a call, by position and by name; unknown where unpacked ones are."""
    found = _given(evaluator, node, frame)
    if isinstance(found, Unknown):
        return found
    positional, named = found
    return [_handed(each) for each in positional], {name: _handed(each) for name, each in named.items()}


def _handed(value: Value[Any]) -> Value[Any]:
    """An argument; what sees an instance while that is being made may see less than it becomes."""
    if isinstance(value.value, InstanceObject) and value.value.raw:
        return unknown("it is handed on while it is being made", value.origin.span)
    return value


def _given(evaluator: Evaluator, node: ast.Call, frame: Frame) -> Arguments | Unknown:
    positional: list[Value[Any]] = []
    for each in node.args:
        if isinstance(each, ast.Starred):
            inner = elements(evaluator.expression(each.value, frame))
            if isinstance(inner, Unknown):
                return Unknown("an unpacked argument is not known")
            positional.extend(inner)
        else:
            positional.append(evaluator.expression(each, frame))
    named: dict[str, Value[Any]] = {}
    for keyword in node.keywords:
        value = evaluator.expression(keyword.value, frame)
        if keyword.arg:
            named[keyword.arg] = value
        elif isinstance(value.value, dict) and all(isinstance(key, str) for key in value.value):
            items = value.value.items()
            named |= {key: each if isinstance(each, Value) else Value(each, value.origin) for key, each in items}
        else:
            return Unknown("an unpacked argument is not known")
    return positional, named


def external(
    evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span, node: ast.Call | None = None
) -> Value[Any]:
    """What a call of something from outside the repository gives: itself an object, where nobody here knows it."""
    for reader in _READERS:
        found = reader(evaluator, thing, arguments, span)
        if found is not None:
            return found
    positional, named = arguments
    return Value(ExternalCall(thing.name, tuple(positional), named, node), at(span))


def _builtin(evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span) -> Value[Any] | None:
    positional, named = arguments
    name = thing.name
    if name == "builtins.dict":
        return _dict(positional, named, span)
    if name in _CONTAINERS and len(positional) <= 1 and not named:
        return _container(evaluator, name, positional, span)
    if name == "builtins.len" and len(positional) == 1:
        return _length(evaluator, positional[0], span)
    if name == "builtins.callable" and len(positional) == 1:
        return _callable(positional[0], span)
    if name in ("builtins.getattr", "builtins.hasattr"):
        return _getattr(evaluator, name, positional, span)
    if name == "builtins.isinstance" and len(positional) == 2 and not named:
        return _is_instance(positional[0], positional[1], span)
    if name == "importlib.import_module":
        return _import_module(evaluator, arguments, span)
    if name == "builtins.range":
        return _range(positional, span)
    if name == "builtins.next" and positional and not named:
        return first(arguments, span)
    if name in ("copy.copy", "copy.deepcopy") and len(positional) == 1:
        return positional[0]
    return None


_READERS: tuple[Callable[[Any, ExternalObject, Arguments, Span], Value[Any] | None], ...] = (
    read_environment,
    of_library,
    of_records,
    of_iterables,
    mapped,
    _builtin,
    matching,
    computed,
)


def _dict(positional: list[Value[Any]], named: dict[str, Value[Any]], span: Span) -> Value[Any]:
    base = as_dictionary(positional[0], span) if positional else Value({}, at(span))
    return Value({**base.value, **named}, at(span)) if isinstance(base.value, dict) else base


def as_dictionary(value: Value[Any], span: Span) -> Value[Any]:
    """What `dict()` makes of a dictionary or of pairs."""
    if isinstance(value.value, dict):
        return value
    pairs = elements(value)
    data: dict[Any, Value[Any]] = {}
    for pair in pairs if not isinstance(pairs, Unknown) else ():
        parts = elements(pair)
        key = plain(parts[0]) if not isinstance(parts, Unknown) and len(parts) == 2 else None
        if not isinstance(key, str | int) or isinstance(parts, Unknown):
            return unknown("what dict() is given is not known", span)
        data[key] = parts[1]
    if isinstance(pairs, Unknown):
        return unknown("what dict() is given is not known", span)
    return Value(data, at(span, value))


def _container(evaluator: Evaluator, name: str, positional: list[Value[Any]], span: Span) -> Value[Any]:
    if positional and isinstance(positional[0].value, str):
        text = positional[0].value
        items: list[Value[Any]] | Unknown = [Value(each, positional[0].origin) for each in text[:LARGEST_SIZE]]
    else:
        items = iterated(evaluator, positional[0], span) if positional else []
    if isinstance(items, Unknown):
        return unknown(f"what {name.rpartition('.')[2]}() is given is not known", span)
    if name in ("builtins.set", "builtins.frozenset"):
        return members(items, span)
    return Value(tuple(items) if name == "builtins.tuple" else items, at(span))


def _length(evaluator: Evaluator, value: Value[Any], span: Span) -> Value[Any]:
    if isinstance(value.value, ClassObject) and family_of(evaluator, value.value) is not None:
        every = iterated(evaluator, value, span)
        return failed(every, span, value) if isinstance(every, Unknown) else Value(len(every), at(span, value))
    if isinstance(value.value, str | list | tuple | dict) and not isinstance(value.value, Once):
        return Value(len(value.value), at(span, value))
    why = value.value if isinstance(value.value, Unknown) else Unknown("its length is not known")
    return failed(why, span, value)


def _callable(value: Value[Any], span: Span) -> Value[Any]:
    if isinstance(value.value, CALLABLE):
        return written(True, span)
    data = plain(value)
    return failed(data, span, value) if isinstance(data, Unknown) else written(False, span)


def _range(positional: list[Value[Any]], span: Span) -> Value[Any]:
    bounds = [plain(each) for each in positional]
    if not bounds or not all(type(each) is int for each in bounds) or len(bounds) > 3 or 0 in bounds[2:]:
        return unknown("this range is not known", span)
    numbers = range(*bounds)
    if len(numbers) > LARGEST_SIZE // 100:
        return unknown("this range is too long to be followed", span)
    return Value([written(each, span) for each in numbers], at(span))


def _getattr(evaluator: Evaluator, name: str, positional: list[Value[Any]], span: Span) -> Value[Any]:
    """`getattr(holder, "name", default)`, `hasattr(…)`."""
    wanted = plain(positional[1]) if len(positional) > 1 else None
    if not isinstance(wanted, str):
        return unknown("the name of an attribute is not known", span)
    thing = positional[0].value
    found = maybe_attribute(evaluator, positional[0], wanted, span)
    if found is None and isinstance(thing, ModuleObject):
        frame = evaluator.frame(thing.path)
        found = evaluator.lookup(frame, ANY) if frame else unknown(f"{thing.path} cannot be read", span)
    if name == "builtins.hasattr":
        if found is not None and isinstance(found.value, Unknown | ExternalObject):
            return unknown(f"whether it has {wanted} is not known", span)
        return written(found is not None, span)
    if found is None and len(positional) > 2:
        return positional[2]
    return found if found is not None else failed(Raised(f"it has no {wanted}", exception="AttributeError"), span)


_KINDS: dict[str, type] = {f"builtins.{kind.__name__}": kind for kind in (str, int, float, bool, list, tuple, dict)}


def _is_instance(value: Value[Any], kinds: Value[Any], span: Span) -> Value[Any]:
    """`isinstance(value, str)` of plain data and Python's own types."""
    named = elements(kinds) if isinstance(kinds.value, tuple) else [kinds]
    names = [] if isinstance(named, Unknown) else [getattr(each.value, "name", "") for each in named]
    data = plain(value)
    if isinstance(data, Unknown):
        return failed(data, span, value)
    if not names or not all(each in _KINDS for each in names) or type(data) not in (*_KINDS.values(), type(None)):
        return unknown("whether it is an instance of that is not followed", span)
    return written(isinstance(data, tuple(_KINDS[each] for each in names)), span)


def _import_module(evaluator: Evaluator, arguments: Arguments, span: Span) -> Value[Any] | None:
    """`importlib.import_module("proj.base")`; None for a module that is not in the repository."""
    positional, named = arguments
    if positional and isinstance(positional[0].value, Either):
        which = positional[0].value
        found = [_import_module(evaluator, ([each, *positional[1:]], named), span) for each in which.ways]
        ways = tuple(each for each in found if each is not None and each.known)
        whole = len(ways) == len(found)
        return Value(Either(which.reason, ways=ways), at(span)) if whole else failed(which, span, positional[0])
    name = plain(positional[0]) if positional else None
    package = plain(named["package"]) if "package" in named else plain(positional[1]) if len(positional) > 1 else ""
    if not isinstance(name, str) or not isinstance(package, str):
        return unknown("the name of the imported module is not known", span)
    level = len(name) - len(name.lstrip("."))
    if level:
        parts = package.split(".")
        name = ".".join([*parts[: len(parts) - level + 1], name.lstrip(".")])
    path = evaluator.modules.find(name, span.path)
    return written(ModuleObject(path), span) if path is not None else None


def _makes_app(evaluator: Evaluator, thing: Any) -> bool:
    """Whether it is Celery's class, or a subclass of the repository's own."""
    if isinstance(thing, ExternalObject):
        return thing.name in APP_CLASSES
    order = order_of(evaluator, thing) if isinstance(thing, ClassObject) else Unknown("")
    return not isinstance(order, Unknown) and any(getattr(each, "name", "") in APP_CLASSES for each in order)


def instance(evaluator: Evaluator, of: ClassObject, arguments: Arguments, span: Span) -> Value[Any]:
    """An instance; of an enum: a member."""
    order = order_of(evaluator, of)
    positional, named = arguments
    record = None if isinstance(order, Unknown) else named_tuple(evaluator, of, order, arguments, span)
    if record is not None:
        return record
    if family_of(evaluator, of) is not None:
        one = len(positional) == 1 and not named
        return by_value(evaluator, of, positional[0], span) if one else unknown("this enum is not followed", span)
    return Value(InstanceObject(of, tuple(positional), named), at(span))
