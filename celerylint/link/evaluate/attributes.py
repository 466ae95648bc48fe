"""`holder.name`."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import class_attribute
from celerylint.link.evaluate.enums import family_of, member
from celerylint.link.evaluate.instances import bound_to_class, instance_attribute
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
    Namespace,
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
    if isinstance(thing, Namespace):
        return thing.attributes.get(name) or unknown(f"{thing.described} has no {name}", span)
    if isinstance(thing, EnumMember) and name in ("value", "_value_"):
        return thing.value
    if isinstance(thing, EnumMember) and name == "name":
        return written(thing.name, span)
    if isinstance(thing, datetime.timedelta) and name in _OF_TIME:
        return Value(getattr(thing, name), at(span, holder))
    return unknown(f".{name} is not followed", span)


def _of_class(evaluator: Evaluator, of: ClassObject, name: str, span: Span) -> Value[Any] | None:
    if family_of(evaluator, of) is not None:
        return member(evaluator, of, name, span)
    found = class_attribute(evaluator, of, name)
    if found is not None and any(keyword.arg == "metaclass" for keyword in of.node.keywords):
        return unknown(f"{of.node.name} has a metaclass, which may change {name}", span)
    return found.map(lambda thing: bound_to_class(thing, of, span)) if found is not None else None


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
