"""Attributes of instances: what making them sets, what the class says, and what is computed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import (
    changes_attribute,
    class_attribute,
    class_frame,
    is_plain_base,
    methods_of,
    order_of,
)
from celerylint.link.evaluate.configurations import configured, is_configuration
from celerylint.link.evaluate.functions import called
from celerylint.link.evaluate.initialising import initialised
from celerylint.link.evaluate.objects import (
    ClassObject,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    SuperObject,
)
from celerylint.link.evaluate.origins import at
from celerylint.link.evaluate.pydantic import base_of, model_attribute
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_LOOKUPS = frozenset({"__getattribute__", "__setattr__", "__new__", "__init_subclass__"})
_PROPERTIES = frozenset({"property", "cached_property", "computed_field"})
_MAKING = ("__init__", "__post_init__", "__attrs_post_init__")
_WHOLESALE = frozenset({"setattr", "vars"})


def instance_attribute(
    evaluator: Evaluator, holder: Value[Any], thing: InstanceObject, name: str, span: Span
) -> Value[Any] | None:
    """The attribute of an instance; None where it certainly has none."""
    if name in thing.attributes:
        return thing.attributes[name]
    order = order_of(evaluator, thing.of)
    if isinstance(order, Unknown):
        return unknown(order.reason, span)
    base = base_of(order)
    if base is not None:
        return model_attribute(evaluator, holder, thing, order, base, name, span)
    if is_configuration(order):
        return configured(evaluator, holder, thing, order, name, span)
    outside = next((each for each in order if isinstance(each, ExternalObject) and not is_plain_base(each)), None)
    if outside is not None:
        return unknown(f"{thing.of.node.name} extends {outside.name}, which may set {name}", span)
    classes = [each for each in order if isinstance(each, ClassObject)]
    doubt = _doubt(classes, name)
    if doubt:
        return unknown(doubt, span)
    if not thing.raw:
        made = initialised(evaluator, thing, span)
        if not isinstance(made.value, InstanceObject):
            return unknown(made.reason or "how it is made is not followed", span)
        if name in made.value.attributes:
            return made.value.attributes[name]
    elif any(_stores(method, name) for one in classes for method in methods_of(one)):
        return unknown(f"{name} is read before it is set", span)
    found = class_attribute(evaluator, thing.of, name)
    if found is None and any(method.name == "__getattr__" for one in classes for method in methods_of(one)):
        return unknown(f"{thing.of.node.name} has a __getattr__, which is not followed", span)
    return bound(evaluator, holder, found, span)


def _doubt(classes: list[ClassObject], name: str) -> str:
    """Why an instance may hold something else than its class and its making say; empty where it may not."""
    making = _making(classes)
    for one in classes:
        if one.node.keywords:
            return f"{one.node.name} has a metaclass that is not followed"
        for method in methods_of(one):
            if method.name in _LOOKUPS:
                return f"{one.node.name} has a {method.name}, which is not followed"
            if any(_is_wholesale(each) for each in ast.walk(method)):
                return f"{one.node.name}.{method.name} may set {name}"
            if method.name not in making and (_stores(method, name) or _changes(method, name)):
                return f"{name} may be set by {one.node.name}.{method.name}()"
    return ""


def _making(classes: list[ClassObject]) -> set[str]:
    """The names of the methods that run while an instance is made."""
    methods = {method.name: method for one in reversed(classes) for method in methods_of(one)}
    found: set[str] = set()
    ways = [name for name in _MAKING if name in methods]
    while ways:
        name = ways.pop()
        if name in found:
            continue
        found.add(name)
        calls = (each.func for each in ast.walk(methods[name]) if isinstance(each, ast.Call))
        ways.extend(each.attr for each in calls if isinstance(each, ast.Attribute) and each.attr in methods)
    return found


def _is_wholesale(node: ast.AST) -> bool:
    """`setattr(self, …)`, `self.__dict__`."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("__dict__", "__setattr__")
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _WHOLESALE


def _stores(method: ast.FunctionDef, name: str) -> bool:
    """Whether a method assigns an attribute of that name."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(method)
    )


def _changes(method: ast.FunctionDef, name: str) -> bool:
    """Whether a method changes what an attribute of its receiver holds."""
    return any(changes_attribute(node, {"self"}, name) for node in ast.walk(method))


def super_attribute(evaluator: Evaluator, thing: SuperObject, name: str, span: Span) -> Value[Any]:
    """`super().name`: what the classes behind the method's own say."""
    receiver: Any = thing.receiver.value
    order = order_of(evaluator, receiver.of if isinstance(receiver, InstanceObject) else receiver)
    if isinstance(order, Unknown):
        return unknown(order.reason, span)
    nodes = [getattr(each, "node", None) for each in order]
    for each in order[nodes.index(thing.owner.node) + 1 :]:
        if not isinstance(each, ClassObject):
            if is_plain_base(each):
                continue
            return unknown(f"{each.name} is not in the repository and may define {name}", span)
        found = evaluator.lookup(class_frame(evaluator, each), name)
        if found is not None:
            return bound(evaluator, thing.receiver, found, span) or found
    return unknown(f"super() does not define {name}", span)


def bound(evaluator: Evaluator, holder: Value[Any], found: Value[Any] | None, span: Span) -> Value[Any] | None:
    """A function found in the class: a property is called, a method is bound."""
    if found is None or not isinstance(found.value, FunctionObject) or isinstance(found.value.node, ast.Lambda):
        return found
    names = [_decorator(each) for each in found.value.node.decorator_list]
    if "staticmethod" in names:
        return found
    receiver = holder
    of = getattr(holder.value, "of", None)
    if "classmethod" in names and isinstance(of, ClassObject):
        receiver = Value(of, holder.origin)
    method = FunctionObject(found.value.node, found.value.frame, receiver)
    if _PROPERTIES & set(names):
        return called(evaluator, method, ([], {}), span, None)
    return Value(method, found.origin)


def bound_to_class(thing: Any, of: ClassObject, span: Span) -> Any:
    """What a class's attribute is when it is asked of the class: its class methods are bound to it."""
    if not isinstance(thing, FunctionObject) or isinstance(thing.node, ast.Lambda):
        return thing
    if not any(_decorator(each) == "classmethod" for each in thing.node.decorator_list):
        return thing
    return FunctionObject(thing.node, thing.frame, Value(of, at(span)))


def _decorator(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
