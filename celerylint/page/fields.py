"""What an expression may ask of the model: read from the annotations of its dataclasses and properties."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from celerylint.catalog import settings
from celerylint.model import Settings, Version
from celerylint.origin import Span, Value
from celerylint.page.types import ANY, BOOL, FLOAT, INT, NONE, SETTINGS, STR, VERSION, Type, tuple_of

_PLAIN = {bool: BOOL, int: INT, float: FLOAT, str: STR, type(None): NONE, Any: ANY}
_SETTING_TYPES = {
    "int": INT,
    "float": FLOAT,
    "bool": BOOL,
    "string": STR,
    "list": tuple_of(ANY),
    "tuple": tuple_of(ANY),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field or property: its type, and whether a `Value` with its origin stands there."""

    type: Type
    traced: bool


@cache
def fields_of(record: type) -> Mapping[str, Field]:
    """The public fields and properties of a record, by name."""
    hints = get_type_hints(record)
    found = {field.name: _field(hints[field.name]) for field in fields(record)}
    for name in dir(record):
        member = getattr(record, name)
        if isinstance(member, property) and member.fget and not name.startswith("_"):
            found[name] = _field(get_type_hints(member.fget).get("return", Any))
    return {name: field for name, field in found.items() if not name.startswith("_")}


def _field(annotation: Any) -> Field:
    if get_origin(annotation) is Value:
        return Field(type_of(get_args(annotation)[0]), True)
    return Field(type_of(annotation), False)


def type_of(annotation: Any) -> Type:
    """The type that an annotation of the model names; `any` for what pages have no word for."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, NewType):
        return Type(annotation.__name__)
    if annotation is Settings:
        return SETTINGS
    if annotation is Version:
        return VERSION
    if isinstance(annotation, type) and is_dataclass(annotation):
        return Type("record", record=annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple_of(type_of(arguments[0]))
    if origin in (Union, types.UnionType) and len(arguments) == 2 and type(None) in arguments:
        return type_of(next(choice for choice in arguments if choice is not type(None))).optional()
    return ANY


def setting_type(name: str) -> Type | None:
    """The type of a Celery setting by the catalogue; None where Celery has no such setting. It may always be None."""
    setting = settings().get(name)
    return _SETTING_TYPES.get(setting.type, ANY).optional() if setting else None


def setting_names() -> tuple[str, ...]:
    """Every setting that Celery knows."""
    return tuple(settings())


@cache
def placed(record: type | None) -> bool:
    """Whether the records have a place of their own."""
    return record is not None and any(
        field.type.record is Span for name, field in fields_of(record).items() if name == "span"
    )
