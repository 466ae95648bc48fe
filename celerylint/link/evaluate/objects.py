"""What a Python expression can come to besides plain data. Containers hold `Value`s, so that places survive."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from celerylint.origin import Span, Unknown, Value


@dataclass(frozen=True, slots=True)
class ModuleObject:
    """A module of the repository."""

    path: str


@dataclass(frozen=True, slots=True, eq=False)
class FunctionObject:
    """A function of the repository, with what surrounds it."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    frame: Any  # the evaluate.frame.Frame that it was defined in


@dataclass(frozen=True, slots=True, eq=False)
class ClassObject:
    """A class of the repository."""

    node: ast.ClassDef
    frame: Any


@dataclass(frozen=True, slots=True, eq=False)
class InstanceObject:
    """An instance of a class of the repository."""

    of: ClassObject


@dataclass(frozen=True, slots=True)
class ExternalObject:
    """Something that another distribution or the standard library defines, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class ExternalCall:
    """What a call of something external gives: `kombu.Queue("a")`, `celery.schedules.crontab(minute=0)`."""

    name: str
    arguments: tuple[Value[Any], ...] = ()
    keywords: Mapping[str, Value[Any]] = field(default_factory=dict)
    node: ast.Call | None = None


@dataclass(frozen=True, slots=True)
class AppObject:
    """A Celery app, told apart by the place of the call that makes it."""

    span: Span


@dataclass(frozen=True, slots=True)
class TaskObject:
    """A task, told apart by the place of its function's name."""

    path: str
    function: str


OBJECTS = (
    ModuleObject,
    FunctionObject,
    ClassObject,
    InstanceObject,
    ExternalObject,
    ExternalCall,
    AppObject,
    TaskObject,
)


def plain(value: Value[Any]) -> Any:
    """Plain data with every inner `Value` taken off; Unknown as soon as one of them is unknown or is no data."""
    return _plain(value.value)


def _plain(data: Any) -> Any:
    if isinstance(data, Value):
        return _plain(data.value)
    if isinstance(data, dict):
        items = {key: _plain(item) for key, item in data.items()}
        return next((item for item in items.values() if isinstance(item, Unknown)), items)
    if isinstance(data, list | tuple | set | frozenset):
        parts = [_plain(item) for item in data]
        bad = next((part for part in parts if isinstance(part, Unknown)), None)
        return bad if bad is not None else _rebuilt(data, parts)
    if isinstance(data, OBJECTS):
        return Unknown("it is no plain value")
    return data


def _rebuilt(like: Any, parts: list[Any]) -> Any:
    if isinstance(like, list):
        return parts
    try:
        return type(like)(parts)
    except TypeError:
        return parts
