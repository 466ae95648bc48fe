"""Routers that are called: functions, classes with `route_for_task`, and their dotted names.

celery/app/routes.py:Router, 5.2 to 5.7. What a task is called with is nobody's to know here; its name is.
"""

from __future__ import annotations

from typing import Any

from celerylint.link.evaluate import ClassObject, Evaluator, FunctionObject, InstanceObject, plain
from celerylint.link.evaluate.attributes import maybe_attribute
from celerylint.link.evaluate.calls import called_with
from celerylint.link.evaluate.objects import ModuleObject, PartialObject
from celerylint.origin import Layer, Origin, Span, Unknown, Value, known, unknown

_METHOD = "route_for_task"
_NOWHERE = Span.of_line("")
_CALLED = (FunctionObject, PartialObject, InstanceObject)


def answer(evaluator: Evaluator, router: Value[Any], name: str) -> Value[Any] | None:
    """What a router gives for the task of that name; None where it leaves that to the next one."""
    span = router.origin.span or _NOWHERE
    thing = _named(evaluator, router) if isinstance(router.value, str) else router
    if isinstance(thing.value, Unknown):
        return unknown(thing.value.reason, router.origin.span)
    if not isinstance(thing.value, (*_CALLED, ClassObject, ModuleObject)):
        return unknown("a router in task_routes is no mapping and no function that can be followed", router.origin.span)
    method = maybe_attribute(evaluator, thing, _METHOD, span)
    if method is not None and isinstance(method.value, Unknown) and isinstance(thing.value, _CALLED[:2]):
        method = None  # a function has none
    found = _asked(evaluator, thing if method is None else method, name, span, alone=method is not None)
    if isinstance(found.value, Unknown):
        return unknown(found.value.reason, router.origin.span)
    if found.value is None:
        return None
    if not isinstance(found.value, dict | str):
        data = plain(found)
        reason = data.reason if isinstance(data, Unknown) else "it is no name and no mapping"
        return unknown(f"what a router gives is not known: {reason}", router.origin.span)
    again = _asked(evaluator, thing if method is None else method, name, span, alone=method is not None)
    if found.value is again.value and isinstance(found.value, dict):
        reason = "its router gives one and the same dictionary each time, and Celery writes a call's options into it"
        return unknown(reason, found.origin.span or router.origin.span)
    return found


def _asked(evaluator: Evaluator, target: Value[Any], name: str, span: Span, alone: bool) -> Value[Any]:
    """What a call of it gives; `alone`: by the method of classes, which is told less."""
    given: list[Value[Any]] = [
        known(name, Layer.CODE, span),
        *(unknown(f"a router may look at the {each} of a call") for each in ("args", "kwargs", "options")),
    ]
    if alone:
        return called_with(evaluator, target, (given[:3], {}), span)
    return called_with(evaluator, target, (given, {"task": unknown("a router may look at the task")}), span)


def _named(evaluator: Evaluator, router: Value[Any]) -> Value[Any]:
    """What a dotted name stands for; of a class with the method, an instance (kombu's symbol_by_name)."""
    text: str = router.value if isinstance(router.value, str) else ""
    module, _, attribute = text.rpartition(":" if ":" in text else ".")
    span = router.origin.span
    path = evaluator.modules.find(module, span.path if span is not None else "") if module else None
    found = evaluator.member(path, attribute) if path else None
    if found is None:
        return unknown(f"{text} is not found in the repository", span)
    if (
        isinstance(found.value, ClassObject)
        and maybe_attribute(evaluator, found, _METHOD, span or _NOWHERE) is not None
    ):
        return Value(InstanceObject(found.value), Origin(Layer.CODE, span))
    return found
