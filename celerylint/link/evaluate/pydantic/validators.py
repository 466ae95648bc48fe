"""Validators: which fields they touch, and what they make of a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import Order, class_frame, methods_of
from celerylint.link.evaluate.functions import outcome
from celerylint.link.evaluate.objects import ClassObject, FunctionObject, Namespace
from celerylint.link.evaluate.pydantic.bases import classes_of
from celerylint.origin import Layer, Origin, Span, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

_OF_FIELDS = frozenset({"field_validator", "validator"})
_OF_MODELS = frozenset({"model_validator", "root_validator"})
_AFTER = frozenset({"model_post_init"})
_OTHERS = frozenset({"validates", "validate_arguments"})


@dataclass(frozen=True, slots=True)
class Validator:
    """One validator of a field; `early` where it sees the value before its type is looked at."""

    method: ast.FunctionDef
    of: ClassObject
    early: bool
    old: bool  # pydantic 1's `validator`
    problem: str = ""


def validators_of(order: Order, name: str) -> list[Validator]:
    """The validators that a field has, in the order in which they are written."""
    return [
        _read(of, method, call)
        for of in reversed(classes_of(order))
        for method in methods_of(of)
        for decorator, call in _decorators(method)
        if decorator in _OF_FIELDS and call is not None and _names_it(call, name)
    ]


def _decorators(method: ast.FunctionDef) -> Iterator[tuple[str, ast.Call | None]]:
    for each in method.decorator_list:
        target = each.func if isinstance(each, ast.Call) else each
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        yield name, each if isinstance(each, ast.Call) else None


def _names_it(call: ast.Call, name: str) -> bool:
    """Whether a validator is of the field; one whose names are not written out may be of any."""
    names = [each.value if isinstance(each, ast.Constant) else None for each in call.args]
    return name in names or "*" in names or None in names


def _read(of: ClassObject, method: ast.FunctionDef, call: ast.Call) -> Validator:
    options = {each.arg: each.value for each in call.keywords}
    mode = getattr(options.get("mode"), "value", "after" if "mode" not in options else "")
    old = any(name == "validator" for name, _ in _decorators(method))
    early = mode == "before" or getattr(options.get("pre"), "value", False) is True
    strange = options.keys() - {"mode", "pre", "always", "check_fields", "allow_reuse"}
    names_all = all(isinstance(each, ast.Constant) for each in call.args)
    followed = not strange and mode in ("before", "after") and names_all
    others = [name for name, _ in _decorators(method) if name not in _OF_FIELDS and name != "classmethod"]
    problem = "" if followed and not others else f"the validator {method.name} is not followed"
    return Validator(method, of, early, old, problem)


def doubt_of_model(order: Order, name: str) -> str:
    """What runs when the model has been made and may set the field; empty where nothing does."""
    for of in classes_of(order):
        for method in methods_of(of):
            decorators = [each for each, _ in _decorators(method)]
            for_model = any(each in _OF_MODELS for each in decorators) or method.name in _AFTER
            if any(each in _OTHERS for each in decorators):
                return f"{of.node.name}.{method.name} may set it"
            if for_model and (_takes_values(method) or _may_set(method, name)):
                return f"the validator {of.node.name}.{method.name} may set it"
            if not for_model and any(_stores(each, name) for each in ast.walk(method)):
                return f"{of.node.name}.{method.name} may set it"
    return ""


def _takes_values(method: ast.FunctionDef) -> bool:
    """Whether it is given the values before there is a model: whatever it returns is then taken."""
    receiver = method.args.args[0].arg if method.args.args else ""
    return receiver != "self"


def _may_set(method: ast.FunctionDef, name: str) -> bool:
    """Whether the field is assigned or changed, or anything at all may be."""
    for each in ast.walk(method):
        if _stores(each, name) or (isinstance(each, ast.Attribute) and each.attr == "__dict__"):
            return True
        if isinstance(each, ast.Call):
            function = getattr(each.func, "id", getattr(each.func, "attr", ""))
            if function in ("setattr", "__setattr__", "vars", "model_copy", "copy", "construct", "model_construct"):
                return True
        if isinstance(each, ast.Return) and each.value is not None and getattr(each.value, "id", "") != "self":
            return True
    return name in _changed(method)


def _changed(method: ast.FunctionDef) -> set[str]:
    """The attributes of `self` on which methods are called, or whose parts are assigned."""
    places: list[ast.expr] = []
    for each in ast.walk(method):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            places.append(each.func.value)
        elif isinstance(each, ast.Subscript | ast.Attribute) and not isinstance(each.ctx, ast.Load):
            places.append(each.value)
    return {_first_step(each) for each in places}


def _first_step(node: ast.expr) -> str:
    """`queues` of `self.queues[0].name`."""
    step = ""
    while isinstance(node, ast.Attribute | ast.Subscript):
        step = node.attr if isinstance(node, ast.Attribute) else step
        node = node.value
    return step


def _stores(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load)


def applied(
    evaluator: Evaluator, validator: Validator, value: Value[Any], earlier: Mapping[str, Value[Any]], span: Span
) -> Value[Any]:
    """What a validator returns for a value; `earlier` are the fields that have been validated before."""
    if validator.problem:
        return unknown(validator.problem, span)
    frame = class_frame(evaluator, validator.of)
    origin = Origin(Layer.CODE, span)
    data: Value[Any] = Value(dict(earlier), origin)
    parameters = [each.arg for each in validator.method.args.args]
    named: dict[str, Value[Any]] = {}
    if validator.old:
        named = {each: data for each in parameters[2:] if each == "values"}
    elif len(parameters) > 2:
        named = {parameters[2]: Value(Namespace("the validation's information", {"data": data}), origin)}
    positional = [value]
    receiver = Value(validator.of, origin) if parameters[:1] == ["cls"] else None
    if receiver is None:
        return unknown(f"the validator {validator.method.name} is not followed", span)
    function = FunctionObject(validator.method, frame, receiver)
    return outcome(evaluator, function, (positional, named), span, None)
