"""`holder.name`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import class_attribute, class_frame
from celerylint.link.evaluate.dynaconf import dynaconf_value, is_dynaconf
from celerylint.link.evaluate.enums import family_of, member
from celerylint.link.evaluate.files import file_attribute
from celerylint.link.evaluate.instances import bound, bound_to_class, instance_attribute, super_attribute
from celerylint.link.evaluate.making import name_of_task
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import (
    AnyOf,
    AppMember,
    AppObject,
    Box,
    ClassObject,
    Either,
    EnumMember,
    ExternalCall,
    ExternalObject,
    FileObject,
    FunctionObject,
    InstanceObject,
    ModuleObject,
    Namespace,
    Record,
    SuperObject,
    TaskObject,
    TreePath,
    outside,
)
from celerylint.link.evaluate.origins import at, failed, written
from celerylint.link.evaluate.paths import path_attribute
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

Reader = Callable[["Evaluator", Value[Any], str, Span], Value[Any] | None]

__all__ = ["attribute", "class_attribute"]

DJANGO_SETTINGS = "django.conf.settings"
# Names that Django has no setting of its own for: without one in the project's module there is none.
_NOT_DJANGOS = ("CELERY", "BROKER")
_OF_TIME = frozenset({"days", "seconds", "microseconds"})


def attribute(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    """The attribute of a value; unknown where it has none that can be followed."""
    found = maybe_attribute(evaluator, holder, name, span)
    if found is not None:
        return found
    thing = holder.value
    if isinstance(thing, ModuleObject):
        opened = _opened(evaluator, thing.path)
        return unknown(f"{thing.path} does not define {name}{': ' + opened if opened else ''}", span)
    of = thing.of if isinstance(thing, InstanceObject) else thing
    return unknown(f"{getattr(getattr(of, 'node', None), 'name', 'it')} does not define {name}", span)


def maybe_attribute(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    """The attribute of a value; None where a module, class or instance of the repository has none."""
    thing = holder.value
    if isinstance(thing, Either):
        return _of_either(evaluator, thing, name, span) or failed(thing, span, holder)
    if isinstance(thing, Unknown):
        return failed(thing, span, holder)
    reader = next((_READERS[kind] for kind in type(thing).__mro__ if kind in _READERS), None)
    if reader is None:
        return unknown(f".{name} is not followed", span)
    return reader(evaluator, holder, name, span)


def _of_either(evaluator: Evaluator, thing: Either, name: str, span: Span) -> Value[Any] | None:
    """The attribute that comes to the same whichever it is of; None where it does not."""
    from celerylint.link.evaluate.blocks import agree

    first, *others = [maybe_attribute(evaluator, each, name, span) for each in thing.ways]
    return first if all(agree(first, each) for each in others) else None


def _of_module(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    thing: Any = holder.value
    return thing.attributes.get(name) or evaluator.member(thing.path, name)


def _of_any(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    """What all give alike; where one of them is not known, its reason is the one to tell."""
    from celerylint.link.evaluate.blocks import agree

    thing: Any = holder.value
    found = [maybe_attribute(evaluator, each, name, span) for each in thing.things]
    if all(each is None for each in found):
        return None
    first = found[0]
    if first is not None and all(agree(first, each) for each in found):
        return first
    unclear = next((each for each in found if each is not None and isinstance(each.value, Unknown)), None)
    return unclear or unknown(f"{thing.reason}, and they differ in {name}", span)


def _of_instance(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    thing: Any = holder.value
    return instance_attribute(evaluator, holder, thing, name, span)


def _of_super(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    thing: Any = holder.value
    return super_attribute(evaluator, thing, name, span)


def _of_namespace(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    thing: Any = holder.value
    return thing.attributes.get(name) or unknown(f"{thing.described} has no {name}", span)


def _of_app(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    thing: Any = holder.value
    return written(ExternalObject(f"celery.Celery().{thing.name}.{name}"), span)


def _of_task(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    thing: Any = holder.value
    return name_of_task(evaluator, thing, span) if name == "name" else unknown(f".{name} is not followed", span)


def _of_member(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    thing: Any = holder.value
    if name in ("value", "_value_"):
        value: Value[Any] = thing.value
        return value
    if name == "name":
        return written(thing.name, span)
    return bound(evaluator, holder, class_attribute(evaluator, thing.of, name), span)


def _of_box(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    data: Any = holder.value
    found = [key for key in data if isinstance(key, str) and key.lower() == name.lower()]
    if len(found) != 1:
        return unknown(f"it has no {name}", span)
    item = data[found[0]]
    value = item if isinstance(item, Value) else Value(item, at(span, holder))
    return Value(Box(value.value), value.origin) if isinstance(value.value, dict) else value


def _of_time(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any]:
    if name not in _OF_TIME:
        return unknown(f".{name} is not followed", span)
    return Value(getattr(holder.value, name), at(span, holder))


def _of_record(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    thing: Any = holder.value
    if name in thing.names:
        item = thing[thing.names.index(name)]
        return item if isinstance(item, Value) else Value(item, at(span, holder))
    found = evaluator.lookup(class_frame(evaluator, thing.of), name) if thing.of is not None else None
    return bound(evaluator, holder, found, span) or unknown(f"the named tuple's {name} is not followed", span)


def _of_class(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    of: Any = holder.value
    if family_of(evaluator, of) is not None:
        one = member(evaluator, of, name, span)
        return one.map(lambda thing: bound_to_class(thing, of, span)) if one is not None else None
    found = class_attribute(evaluator, of, name)
    if found is not None and any(keyword.arg == "metaclass" for keyword in of.node.keywords):
        return unknown(f"{of.node.name} has a metaclass, which may change {name}", span)
    return found.map(lambda thing: bound_to_class(thing, of, span)) if found is not None else None


def _of_external(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    thing: Any = holder.value
    if isinstance(thing, AppObject):
        return written(AppMember(thing, name), span)
    if is_dynaconf(thing) and name != "get":
        return dynaconf_value(evaluator, thing, name, span)
    if isinstance(thing, ExternalCall):
        return written(ExternalObject(f"{thing.name}().{name}", thing), span)
    if thing.name == DJANGO_SETTINGS and name.isupper():
        evaluator.note("django", "")
        if evaluator.django is not None:
            return _of_django(evaluator, name, span)
    return written(outside(f"{thing.name}.{name}", thing.of), span)


def _of_django(evaluator: Evaluator, name: str, span: Span) -> Value[Any] | None:
    """A setting of the Django settings module that the process uses."""
    assert evaluator.django is not None  # the caller asked
    holder = evaluator.django()
    if isinstance(holder, Unknown):
        return unknown(holder.reason, span)
    found = maybe_attribute(evaluator, holder, name, span)
    if found is not None:
        return Value(found.value, at(span, found))
    things = holder.value.things if isinstance(holder.value, AnyOf) else (holder,)
    modules = [each.value.path for each in things if isinstance(each.value, ModuleObject)]
    opened = next((why for path in modules if (why := _opened(evaluator, path))), "")
    if not opened and name.startswith(_NOT_DJANGOS):
        return None
    return unknown(opened or f"{modules[0]} does not set {name}" if modules else f"no setting {name} is given", span)


def _opened(evaluator: Evaluator, path: str) -> str:
    """Why a module may hold more than its text says; empty where it does not."""
    frame = evaluator.frame(path)
    found = evaluator.lookup(frame, ANY) if frame is not None else None
    return found.reason if found is not None else ""


_READERS: dict[type, Reader] = {
    AnyOf: _of_any,
    ModuleObject: _of_module,
    ClassObject: _of_class,
    InstanceObject: _of_instance,
    ExternalObject: _of_external,
    ExternalCall: _of_external,
    AppObject: _of_external,
    AppMember: _of_app,
    FunctionObject: _of_task,
    TaskObject: _of_task,
    SuperObject: _of_super,
    Record: _of_record,
    Namespace: _of_namespace,
    EnumMember: _of_member,
    datetime.timedelta: _of_time,
    TreePath: path_attribute,
    FileObject: file_attribute,
    Box: _of_box,
}
