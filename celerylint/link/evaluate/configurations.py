"""django-configurations: the class that DJANGO_CONFIGURATION names, and its values (configurations/values.py, 2.5)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.classes import Order, class_frame, methods_of, order_of
from celerylint.link.evaluate.conversions import UnclearError
from celerylint.link.evaluate.functions import Arguments
from celerylint.link.evaluate.objects import (
    ClassObject,
    ExternalCall,
    ExternalObject,
    FunctionObject,
    InstanceObject,
    plain,
)
from celerylint.link.evaluate.origins import at, failed, via
from celerylint.link.evaluate.readers import variable_of
from celerylint.origin import Layer, Origin, Span, Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

VARIABLE = "DJANGO_CONFIGURATION"
_BASES = frozenset({"configurations.Configuration", "configurations.base.Configuration"})
_SETUP = frozenset({"pre_setup", "setup", "post_setup", "__init__", "__new__", "__getattribute__", "load_dotenv"})
_TRUE, _FALSE = ("yes", "y", "true", "1"), ("no", "n", "false", "0", "")
_OPTIONS = frozenset({"default", "environ", "environ_name", "environ_prefix", "environ_required", "separator"})


def is_configuration(order: Order) -> bool:
    """Whether a class is one of django-configurations'."""
    return any(isinstance(each, ExternalObject) and each.name in _BASES for each in order)


def configured(
    evaluator: Evaluator, holder: Value[Any], thing: InstanceObject, order: Order, name: str, span: Span
) -> Value[Any] | None:
    """A setting of the chosen class, as the importer puts it into the module (configurations/importer.py)."""
    doubt = _doubt(order)
    if doubt:
        return unknown(f"{thing.of.node.name}.{name} is not followed: {doubt}", span)
    found = _attribute(evaluator, thing.of, name, 0)
    if found is None or isinstance(found.value, Unknown):
        return found
    if isinstance(found.value, FunctionObject):
        return _called(evaluator, holder, found, span)
    return _as_value(evaluator, found, name, span) if is_value(found.value) else found


def _doubt(order: Order) -> str:
    for each in order:
        if isinstance(each, ExternalObject) and each.name not in _BASES and each.name != "builtins.object":
            return f"it extends {each.name}, which is not in the repository"
        for method in methods_of(each) if isinstance(each, ClassObject) else ():
            if method.name in _SETUP:
                return f"it has a {method.name}, which is not followed"
    return ""


def _attribute(evaluator: Evaluator, of: ClassObject, name: str, depth: int) -> Value[Any] | None:
    """Every class holds the settings of its bases, the first base's first (ConfigurationBase.__new__)."""
    found = evaluator.lookup(class_frame(evaluator, of), name)
    for node in of.node.bases if found is None and depth < 20 else ():
        base = evaluator.expression(node, of.frame).value
        found = _attribute(evaluator, base, name, depth + 1) if isinstance(base, ClassObject) else None
        if found is not None:
            break
    return found


def _called(evaluator: Evaluator, holder: Value[Any], found: Value[Any], span: Span) -> Value[Any]:
    """A property, or a method without arguments: both are called."""
    from celerylint.link.evaluate.functions import called
    from celerylint.link.evaluate.instances import bound

    result = bound(evaluator, holder, found, span) or found
    if isinstance(result.value, FunctionObject):
        result = called(evaluator, result.value, ([], {}), span, None)
    return unknown("a value made by a method is not followed", span) if is_value(result.value) else result


def is_value(thing: Any) -> bool:
    """Whether it is one of `configurations.values`."""
    return isinstance(thing, ExternalCall) and thing.name.startswith("configurations.values.")


def of_configurations(
    evaluator: Evaluator, thing: ExternalObject, arguments: Arguments, span: Span
) -> Value[Any] | None:
    """`values.IntegerValue(4, environ_name="N")`: with a name it is its value at once (Value.__new__)."""
    if not thing.name.startswith("configurations.values."):
        return None
    call = ExternalCall(thing.name, tuple(arguments[0]), arguments[1])
    given = Value(call, at(span))
    name = plain(call.keywords["environ_name"]) if "environ_name" in call.keywords else None
    late = "late_binding" in call.keywords
    return _as_value(evaluator, given, name, span) if isinstance(name, str) and not late else given


def _as_value(evaluator: Evaluator, given: Value[Any], name: str, span: Span) -> Value[Any]:
    """What a value comes to: the variable converted, else its default."""
    call: Any = given.value
    kind = call.name.rpartition(".")[2]
    options = {key: plain(each) for key, each in call.keywords.items() if key != "default"}
    default = call.arguments[0] if call.arguments else call.keywords.get("default")
    convert = _CONVERSIONS.get(kind)
    strange = call.keywords.keys() - _OPTIONS or len(call.arguments) > 1
    if convert is None or strange or any(isinstance(each, Unknown) for each in options.values()):
        return unknown(f"what configurations.values.{kind} makes of {name} is not followed", span)
    variable = _variable(options, name)
    value = variable_of(evaluator, variable) if options.get("environ", True) else Value(None, given.origin)
    if isinstance(value.value, Unknown):
        return failed(value.value, span, value)
    try:
        if value.value is not None:
            data = convert(value.value, options)
            return Value(data, Origin(Layer.ENVIRONMENT, span, via(value.origin), variable))
        return _defaulted(kind, default, variable, options, span)
    except (UnclearError, ValueError, TypeError):
        return unknown(f"what is made of {variable} is not followed", span, (value.origin,))


def _variable(options: Mapping[str, Any], name: str) -> str:
    prefix = options.get("environ_prefix", "DJANGO")
    own = options.get("environ_name") or name.upper()
    return f"{str(prefix).removesuffix('_')}_{own}" if prefix else str(own)


def _defaulted(
    kind: str, default: Value[Any] | None, variable: str, options: Mapping[str, Any], span: Span
) -> Value[Any]:
    empty: dict[str, Any] = {"ListValue": [], "TupleValue": (), "DictValue": {}}
    if options.get("environ_required") is True:
        return unknown(f"the environment variable {variable} is not set", span)
    if default is None:
        return Value(empty.get(kind), Origin(Layer.CODE, span, (), f"{variable} is not set"))
    if isinstance(default.value, Unknown):
        return default
    if kind in empty and not isinstance(default.value, type(empty[kind])):
        raise UnclearError
    return Value(default.value, Origin(Layer.CODE, span, at(span, default).via, f"{variable} is not set"))


def _boolean(text: str, options: Mapping[str, Any]) -> bool:
    word = text.strip().lower()
    if word not in (*_TRUE, *_FALSE):
        raise UnclearError
    return word in _TRUE


def _parts(text: str, options: Mapping[str, Any]) -> list[str]:
    return [part.strip() for part in text.strip().split(options.get("separator", ",")) if part.strip()]


def _dictionary(text: str, options: Mapping[str, Any]) -> dict[Any, Any]:
    data = ast.literal_eval(text) if text else {}
    if not isinstance(data, dict):
        raise UnclearError
    return data


def _positive(text: str, options: Mapping[str, Any]) -> int:
    if int(text) < 0:
        raise UnclearError
    return int(text)


_CONVERSIONS: dict[str, Callable[[str, Mapping[str, Any]], Any]] = {
    "Value": lambda text, options: text,
    "SecretValue": lambda text, options: text,
    "IntegerValue": lambda text, options: int(text),
    "PositiveIntegerValue": _positive,
    "FloatValue": lambda text, options: float(text),
    "BooleanValue": _boolean,
    "ListValue": _parts,
    "TupleValue": lambda text, options: tuple(_parts(text, options)),
    "DictValue": _dictionary,
}


def chosen(evaluator: Evaluator, path: str, name: str) -> Value[Any] | Unknown:
    """The instance whose attributes become the settings of a module."""
    found = evaluator.member(path, name)
    if found is None or not isinstance(found.value, ClassObject):
        return Unknown(f"{path} has no class {name} that can be followed")
    order = order_of(evaluator, found.value)
    if isinstance(order, Unknown) or not is_configuration(order):
        return Unknown(f"{path}: {name} is no Configuration that can be followed")
    return Value(InstanceObject(found.value), found.origin)
