"""`holder.name`."""

from __future__ import annotations

import ast
import datetime
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import class_attribute, enum_of, order_of
from celerylint.link.evaluate.instances import instance_attribute
from celerylint.link.evaluate.making import name_of_task
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import (
    AppMember,
    AppObject,
    ClassObject,
    EnumMember,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    ModuleObject,
    TaskObject,
    outside,
)
from celerylint.link.evaluate.origins import at, failed, written
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

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
        frame = evaluator.frame(thing.path)
        opened = evaluator.lookup(frame, ANY) if frame else None
        why = f": {opened.reason}" if opened is not None else ""
        return unknown(f"{thing.path} does not define {name}{why}", span)
    of = thing.of if isinstance(thing, InstanceObject) else thing
    return unknown(f"{getattr(getattr(of, 'node', None), 'name', 'it')} does not define {name}", span)


def maybe_attribute(evaluator: Evaluator, holder: Value[Any], name: str, span: Span) -> Value[Any] | None:
    """The attribute of a value; None where a module, class or instance of the repository has none."""
    thing = holder.value
    if isinstance(thing, Unknown):
        return failed(thing, span, holder)
    if isinstance(thing, ModuleObject):
        return thing.attributes.get(name) or evaluator.member(thing.path, name)
    if isinstance(thing, ClassObject):
        return _of_class(evaluator, thing, name, span)
    if isinstance(thing, InstanceObject):
        return instance_attribute(evaluator, holder, thing, name, span)
    if isinstance(thing, ExternalObject | ExternalCall | AppObject):
        return _of_external(evaluator, thing, name, span)
    if isinstance(thing, AppMember):
        return written(ExternalObject(f"celery.Celery().{thing.name}.{name}"), span)
    if isinstance(thing, FunctionObject | TaskObject) and name == "name":
        return name_of_task(evaluator, thing, span)
    if isinstance(thing, EnumMember) and name in ("value", "_value_"):
        return thing.value
    if isinstance(thing, EnumMember) and name == "name":
        return written(thing.name, span)
    if isinstance(thing, datetime.timedelta) and name in _OF_TIME:
        return Value(getattr(thing, name), at(span, holder))
    return unknown(f".{name} is not followed", span)


def _of_class(evaluator: Evaluator, of: ClassObject, name: str, span: Span) -> Value[Any] | None:
    found = class_attribute(evaluator, of, name)
    order = order_of(evaluator, of)
    kind = None if isinstance(order, Unknown) else enum_of(order)
    if kind is None or found is None or isinstance(order, Unknown):
        if found is not None and any(keyword.arg == "metaclass" for keyword in of.node.keywords):
            return unknown(f"{of.node.name} has a metaclass, which may change {name}", span)
        return found
    if isinstance(found.value, FunctionObject | Unknown) or name.startswith("_"):
        return found
    if any(isinstance(each, ClassObject) and _makes_members(each) for each in order):
        return unknown(f"{of.node.name} makes its members by itself", span)
    # A tuple is unpacked into the mixin's arguments; and a Django choice is its value with a label.
    value = found
    if isinstance(found.value, tuple):
        django = any(isinstance(each, ExternalObject) and each.name.startswith("django.") for each in order)
        if not django or not found.value:
            return unknown(f"the value of {of.node.name}.{name} is not followed", span)
        value = found.value[0]
    return Value(EnumMember(of.node.name, name, value, *kind), at(span, found))


def _makes_members(of: ClassObject) -> bool:
    names = {each.name for each in of.node.body if isinstance(each, ast.FunctionDef)}
    return bool(names & {"__new__", "__init__", "__str__", "__format__", "__eq__", "_generate_next_value_"})


def _of_external(
    evaluator: Evaluator, thing: ExternalObject | ExternalCall | AppObject, name: str, span: Span
) -> Value[Any] | None:
    if isinstance(thing, AppObject):
        return written(AppMember(thing, name), span)
    if isinstance(thing, ExternalCall):
        return written(ExternalObject(f"{thing.name}().{name}", thing), span)
    if thing.name == DJANGO_SETTINGS and evaluator.django is not None and name.isupper():
        return _of_django(evaluator, name, span)
    return written(outside(f"{thing.name}.{name}", thing.of), span)


def _of_django(evaluator: Evaluator, name: str, span: Span) -> Value[Any] | None:
    """A setting of the Django settings module that the process uses."""
    assert evaluator.django is not None  # the caller asked
    evaluator.environment_reads += 1  # which module it is depends on the environment
    frame = evaluator.django()
    if isinstance(frame, Unknown):
        return unknown(frame.reason, span)
    found = evaluator.lookup(frame, name)
    if found is not None:
        return Value(found.value, at(span, found))
    opened = evaluator.lookup(frame, ANY)
    if opened is None and name.startswith(_NOT_DJANGOS):
        return None
    return unknown(f"{frame.path} does not set {name}" if opened is None else opened.reason, span)
