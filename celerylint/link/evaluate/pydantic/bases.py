"""Which of pydantic's bases a class has, and which of its own methods keep it from being followed."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from celerylint.link.evaluate.classes import Order, is_plain_base, methods_of
from celerylint.link.evaluate.objects import ClassObject, ExternalObject

_SETTINGS = frozenset({"pydantic_settings.BaseSettings", "pydantic_settings.main.BaseSettings"})
# pydantic 2 has no BaseSettings of its own any more: who imports it from there has pydantic 1.
_OLD_SETTINGS = frozenset(
    {"pydantic.BaseSettings", "pydantic.v1.BaseSettings", "pydantic.env_settings.BaseSettings"}
    | {"pydantic.v1.env_settings.BaseSettings"}
)
_MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel"})
_OLD_MODELS = frozenset({"pydantic.v1.BaseModel", "pydantic.v1.main.BaseModel"})

_UNFOLLOWED = frozenset(
    {"__init__", "__new__", "__getattribute__", "__getattr__", "__setattr__", "__init_subclass__", "__call__"}
    | {"__get_pydantic_core_schema__", "__pydantic_init_subclass__", "__get_validators__", "_settings_build_values"}
    | {"settings_customise_sources", "customise_sources", "model_construct", "__prepare__"}
)


@dataclass(frozen=True, slots=True)
class Base:
    """pydantic's base of a class: whether it reads the environment, and which of the two major releases it is of.

    `old` is None where either may be meant: a plain model does not tell.
    """

    settings: bool
    old: bool | None
    problem: str = ""  # why instances of the class are not followed


def base_of(order: Order) -> Base | None:
    """pydantic's base among a class's bases; None where there is none."""
    names = [each.name for each in order if isinstance(each, ExternalObject)]
    if any(name in _SETTINGS for name in names):
        return Base(True, False, _problem(order))
    if any(name in _OLD_SETTINGS for name in names):
        return Base(True, True, _problem(order))
    if any(name in _MODELS | _OLD_MODELS for name in names):
        return Base(False, True if any(name in _OLD_MODELS for name in names) else None, _problem(order))
    return None


def _problem(order: Order) -> str:
    ours = _SETTINGS | _OLD_SETTINGS | _MODELS | _OLD_MODELS
    for each in order:
        if isinstance(each, ExternalObject):
            if each.name not in ours and not is_plain_base(each):
                return f"it extends {each.name}, which is not in the repository"
            continue
        strange = next((method.name for method in methods_of(each) if method.name in _UNFOLLOWED), "")
        if strange:
            return f"{each.node.name} has a {strange}, which is not followed"
        if each.node.decorator_list:
            return f"{each.node.name} has a decorator that is not followed"
        if any(keyword.arg in (None, "metaclass") for keyword in each.node.keywords):
            return f"{each.node.name} has a metaclass that is not followed"
    return ""


def classes_of(order: Order) -> list[ClassObject]:
    """The classes of the repository among them, the most derived first."""
    return [each for each in order if isinstance(each, ClassObject)]


def declaration(of: ClassObject, name: str) -> ast.AnnAssign | None:
    """`name: type = …` in a class's body; the last one where there are several."""
    found = None
    for each in of.node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.target.id == name:
            found = each
    return found


def is_bound_elsewhere(of: ClassObject, name: str) -> bool:
    """Whether an `if`, a loop or the like within a class's body may bind the name too."""
    compound = (ast.If, ast.For, ast.While, ast.Try, ast.TryStar, ast.With, ast.Match)
    return any(
        isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Store)
        for each in of.node.body
        if isinstance(each, compound)
        for inner in ast.walk(each)
    )
