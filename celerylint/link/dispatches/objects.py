"""What an expression certainly is, where it is no plain data: an instance of a model, a query, a set."""

from __future__ import annotations

import ast

from celerylint.link.bodies.place import Here
from celerylint.link.evaluate import ClassObject, ExternalObject
from celerylint.link.evaluate.classes import methods_of, order_of
from celerylint.origin import Unknown

_DJANGOS = frozenset(
    {
        "django.db.models.Model",
        "django.db.models.base.Model",
        "django.contrib.auth.models.AbstractUser",
        "django.contrib.auth.models.AbstractBaseUser",
        "django.contrib.auth.base_user.AbstractBaseUser",
        "django.contrib.gis.db.models.Model",
        "model_utils.models.TimeStampedModel",
        "mptt.models.MPTTModel",
        "polymorphic.models.PolymorphicModel",
    }
)
_PYDANTICS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
PYDANTIC = "a pydantic model"
_DATACLASS = "dataclasses.dataclass"
_ONE = frozenset({"get", "create", "first", "last", "earliest", "latest"})
_MANY = frozenset(
    {"all", "filter", "exclude", "order_by", "select_related", "prefetch_related", "values", "values_list", "distinct"}
)
_PLUCKED = frozenset({"values", "values_list", "aggregate", "in_bulk", "dates", "datetimes"})
# kombu's JSON knows datetimes, dates, times, decimals, UUIDs and bytes (kombu/utils/json.py, 5.3 to 5.7), not these.
_MADE = {
    "datetime.timedelta": "a timedelta",
    "pathlib.Path": "a path",
    "builtins.set": "a set",
    "builtins.frozenset": "a set",
}
_MANAGER = "objects"
_DEEPEST = 4


def described(here: Here, node: ast.expr, depth: int = 0) -> str:
    """What it is, in words; empty where it may be plain data."""
    if depth > _DEEPEST:
        return ""
    if isinstance(node, ast.Set | ast.SetComp):
        return "a set"
    if isinstance(node, ast.GeneratorExp):
        return "a generator"
    if isinstance(node, ast.Name):
        return _of_name(here, node.id, depth)
    if isinstance(node, ast.Call):
        return _of_call(here, node)
    return ""


def _of_name(here: Here, name: str, depth: int) -> str:
    """What a local name is, whatever it is bound to; an argument is what its annotation says."""
    arguments = here.function.node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    argument = next((each for each in every if each.arg == name), None)
    if argument is not None:
        sole = len(here.function.bound[name]) == 1 and argument.annotation is not None
        of = here.value(argument.annotation) if sole and argument.annotation is not None else None
        return _instance(here, of) if isinstance(of, ClassObject) else ""
    values = here.function.only_values(name)
    words = {described(here, value, depth + 1) for value in values}
    return words.pop() if len(words) == 1 else ""


def _of_call(here: Here, node: ast.Call) -> str:
    if (
        isinstance(node.func, ast.Name)
        and node.func.id in ("set", "frozenset")
        and node.func.id not in here.function.bound
    ):
        return _MADE["builtins.set"] if not here.function.resolved(node.func) else ""
    resolved = here.function.resolved(node.func)
    if resolved in _MADE:
        return _MADE[resolved]
    if isinstance(node.func, ast.Name) or (isinstance(node.func, ast.Attribute) and node.func.attr[:1].isupper()):
        of = here.value(node.func)
        return _instance(here, of) if isinstance(of, ClassObject) else ""
    return _queried(here, node)


def _builtin(here: Here, node: ast.expr) -> str:
    return f"builtins.{node.id}" if isinstance(node, ast.Name) and node.id not in here.function.bound else ""


def _queried(here: Here, node: ast.Call) -> str:
    """`Order.objects.filter(…).first()`: by the class that the chain begins with."""
    methods = _chain(node)[1]
    model = queried_model(here, node)
    if not model:
        return ""
    if methods[0] in _ONE and not _PLUCKED.intersection(methods):
        return f"an instance of the model {model}"
    return f"a query of the model {model}" if methods[0] in _MANY else ""


def queried_model(here: Here, node: ast.Call) -> str:
    """The name of the model whose manager a chain of calls begins with; empty where it is none."""
    first, methods = _chain(node)
    if len(methods) < 2 or methods[-1] != _MANAGER:
        return ""
    of = here.value(first)
    return of.node.name if isinstance(of, ClassObject) and _is_model(here, of) else ""


def _chain(node: ast.Call) -> tuple[ast.expr, list[str]]:
    """What a chain of calls and attributes begins with, at a manager at the latest, and its names from the end."""
    methods: list[str] = []
    current: ast.expr = node
    while isinstance(current, ast.Call | ast.Attribute):
        if isinstance(current, ast.Call):
            current = current.func
        else:
            methods.append(current.attr)
            current = current.value
            if methods[-1] == _MANAGER:
                break
    return current, methods


def _is_model(here: Here, of: ClassObject) -> bool:
    return bool(_bases(here, of) & _DJANGOS)


def _bases(here: Here, of: ClassObject) -> frozenset[str]:
    """The names of the bases from outside the repository; nothing where they are not all known."""
    order = order_of(here.evaluator, of)
    if isinstance(order, Unknown):
        return frozenset()
    return frozenset(each.name for each in order if isinstance(each, ExternalObject))


def _instance(here: Here, of: ClassObject) -> str:
    """What an instance of a class of the repository is to JSON; empty where it may have words for it."""
    order = order_of(here.evaluator, of)
    own = [each for each in order if isinstance(each, ClassObject)] if not isinstance(order, Unknown) else []
    if any(method.name == "__json__" for each in own for method in methods_of(each)):
        return ""
    bases = _bases(here, of)
    if bases & _DJANGOS:
        return f"an instance of the model {of.node.name}"
    if bases & _PYDANTICS:
        return f"an instance of {of.node.name}, {PYDANTIC}"
    decorators = [each.func if isinstance(each, ast.Call) else each for each in of.node.decorator_list]
    names = [here.evaluator.expression(each, of.frame).value for each in decorators]
    if own and not bases and any(isinstance(each, ExternalObject) and each.name == _DATACLASS for each in names):
        return f"an instance of {of.node.name}, a dataclass"
    return ""
