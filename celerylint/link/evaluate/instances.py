"""Attributes of instances: what the class says, what `__init__` and its like set, and what is computed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import Order, class_attribute, is_plain_base, methods_of, order_of
from celerylint.link.evaluate.functions import bound_arguments, called
from celerylint.link.evaluate.objects import ClassObject, ExternalCall, ExternalObject, FunctionObject, InstanceObject
from celerylint.link.evaluate.origins import at
from celerylint.link.evaluate.pydantic import base_of, model_attribute
from celerylint.origin import Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_LOOKUPS = frozenset({"__getattribute__", "__setattr__", "__new__", "__init_subclass__"})
_PROPERTIES = frozenset({"property", "cached_property", "computed_field"})
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
    outside = next((each for each in order if isinstance(each, ExternalObject) and not is_plain_base(each)), None)
    if outside is not None:
        return unknown(f"{thing.of.node.name} extends {outside.name}, which may set {name}", span)
    classes = [each for each in order if isinstance(each, ClassObject)]
    doubt = _doubt(evaluator, classes, name)
    if doubt:
        return unknown(doubt, span)
    fields = _dataclass_value(evaluator, thing, classes, name)
    if fields is not None:
        return fields
    stores = [each for one in classes for each in _stores(one, name)]
    if stores:
        return _initialised(evaluator, holder, thing, order, name, stores, span)
    found = class_attribute(evaluator, thing.of, name)
    if found is None and any(method.name == "__getattr__" for one in classes for method in methods_of(one)):
        return unknown(f"{thing.of.node.name} has a __getattr__, which is not followed", span)
    return bound(evaluator, holder, found, span)


def _doubt(evaluator: Evaluator, classes: list[ClassObject], name: str) -> str:
    """Why an instance may hold something else than its class says; empty where it may not."""
    for one in classes:
        for decorator in one.node.decorator_list:
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            thing = evaluator.expression(function, one.frame).value
            if getattr(thing, "name", "") != "dataclasses.dataclass":
                return f"{one.node.name} has a decorator that is not followed"
        if one.node.keywords:
            return f"{one.node.name} has a metaclass that is not followed"
        for method in methods_of(one):
            if method.name in _LOOKUPS:
                return f"{one.node.name} has a {method.name}, which is not followed"
            if any(_is_wholesale(each) for each in ast.walk(method)):
                return f"{one.node.name}.{method.name} may set {name}"
    return ""


def _is_wholesale(node: ast.AST) -> bool:
    """`setattr(self, …)`, `self.__dict__`."""
    if isinstance(node, ast.Attribute):
        return node.attr == "__dict__"
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _WHOLESALE


def _stores(one: ClassObject, name: str) -> list[tuple[ast.FunctionDef, ast.AST]]:
    """The places in a class's methods that assign the attribute."""
    return [
        (method, node)
        for method in methods_of(one)
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load)
    ]


def _initialised(
    evaluator: Evaluator,
    holder: Value[Any],
    thing: InstanceObject,
    order: Order,
    name: str,
    stores: list[tuple[ast.FunctionDef, ast.AST]],
    span: Span,
) -> Value[Any]:
    """`self.name = …` where only `__init__` does it, once and unconditionally."""
    first = next(
        (m for each in order if isinstance(each, ClassObject) for m in methods_of(each) if m.name == "__init__"), None
    )
    method, node = stores[0]
    statement = next((each for each in method.body if isinstance(each, ast.Assign) and node in each.targets), None)
    if len(stores) > 1 or method is not first or statement is None or _hurries(thing, method, statement, order):
        return unknown(f"{name} is set by {method.name}() in a way that is not followed", span)
    owner = next(each for each in order if isinstance(each, ClassObject) and first in each.node.body)
    being_set = {**thing.attributes, name: unknown(f"{name} is being set", span)}
    own = InstanceObject(thing.of, thing.positional, thing.keywords, being_set)
    receiver = Value(own, holder.origin)
    arguments = ([receiver, *thing.positional], dict(thing.keywords))
    function = FunctionObject(method, evaluator.local(owner.frame, owner.node))
    frame = bound_arguments(evaluator, function, arguments, None)
    value = evaluator.expression(statement.value, frame)
    return Value(value.value, at(span, value))


def _hurries(thing: InstanceObject, method: ast.FunctionDef, statement: ast.Assign, order: Order) -> bool:
    """Whether `__init__` may not come to a statement, or reads there what it sets only later."""
    if any(isinstance(each, ast.Return | ast.Global) for each in ast.walk(method)):
        return True
    read = {each.attr for each in ast.walk(statement.value) if isinstance(each, ast.Attribute)}
    classes = [each for each in order if isinstance(each, ClassObject)]
    later = (store for one in classes for attr in read for store in _stores(one, attr))
    return any(getattr(node, "lineno", 0) >= statement.lineno or where is not method for where, node in later)


def _dataclass_value(
    evaluator: Evaluator, thing: InstanceObject, classes: list[ClassObject], name: str
) -> Value[Any] | None:
    """The field of a dataclass: its argument, else its default; None for what is no field."""
    if not any(one.node.decorator_list for one in classes):
        return None
    if any(method.name in ("__init__", "__post_init__") for one in classes for method in methods_of(one)):
        return unknown(f"{thing.of.node.name} sets its fields by itself")
    fields: list[str] = []
    for one in reversed(classes):
        for each in one.node.body:
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.target.id not in fields:
                fields.append(each.target.id)
    if name not in fields:
        return None
    if name in thing.keywords:
        return thing.keywords[name]
    if fields.index(name) < len(thing.positional):
        return thing.positional[fields.index(name)]
    return _field_default(class_attribute(evaluator, thing.of, name))


def _field_default(value: Value[Any] | None) -> Value[Any] | None:
    """`= 1`, `= field(default=1)`."""
    if value is None or not isinstance(value.value, ExternalCall) or value.value.name != "dataclasses.field":
        return value
    given = value.value.keywords.get("default")
    factory = getattr(getattr(value.value.keywords.get("default_factory"), "value", None), "name", "")
    empty: dict[str, Any] = {"builtins.list": [], "builtins.dict": {}}
    if given is None and factory in empty:
        return Value(empty[factory], value.origin)
    return given if given is not None else unknown("the field's default is not followed", value.origin.span)


def bound(evaluator: Evaluator, holder: Value[Any], found: Value[Any] | None, span: Span) -> Value[Any] | None:
    """A function found in the class: a property is called, a method is bound."""
    if found is None or not isinstance(found.value, FunctionObject) or isinstance(found.value.node, ast.Lambda):
        return found
    names = [_decorator(each) for each in found.value.node.decorator_list]
    if "staticmethod" in names:
        return found
    receiver = holder
    if "classmethod" in names and isinstance(holder.value, InstanceObject):
        receiver = Value(holder.value.of, holder.origin)
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
