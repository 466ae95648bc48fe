"""Names and attribute chains: what a page reads of the model."""

from __future__ import annotations

import ast
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from celerylint.configuration import did_you_mean
from celerylint.origin import Unknown, Value, unknown
from celerylint.page.error import ExpressionError
from celerylint.page.fields import Field, fields_of, placed, setting_names, setting_type
from celerylint.page.frame import Frame, Read, Run
from celerylint.page.node import Context, Node, refuse

Get = Callable[[Any], Any]


def compile_name(piece: ast.Name, context: Context) -> Node:
    """A variable of the scope, a parameter of the page or the variable of a comprehension."""
    name = piece.id
    if name not in context.names:
        known = ", ".join(f"`{choice}`" for choice in sorted(context.names))
        raise refuse(piece, f"no name `{name}` here (there are {known}){did_you_mean(name, context.names)}")
    return Node(context.names[name], lambda frame: frame.names[name], text=name, root=name)


def compile_attribute(piece: ast.Attribute, context: Context) -> Node:
    """A field or property of a record, or a setting by its name."""
    base = context.node(piece.value)
    if base.type.kind == "settings":
        return _setting(piece, base, context)
    record = base.type.record
    if record is None:
        raise _at_name(piece, f"{base.type} has no fields, so no `{piece.attr}`")
    fields = fields_of(record)
    field = fields.get(piece.attr)
    if field is None:
        hint = did_you_mean(piece.attr, fields)
        raise _at_name(piece, f"{record.__name__} has no field `{piece.attr}`{hint}")
    type_ = field.type.optional(base.type.absent)
    text = f"{base.text}.{piece.attr}" if base.text else piece.attr
    run = _reader(field, base, attrgetter(piece.attr), Read(text, field.type), context)
    return Node(type_, run, text=text, root=base.root)


def _at_name(piece: ast.Attribute, message: str) -> ExpressionError:
    end = piece.end_col_offset or 0
    return ExpressionError(message, end - len(piece.attr.encode()), end)


def _reader(field: Field, base: Node, get: Get, read: Read, context: Context) -> Run:
    if field.traced:
        return _traced(base, get, read, context)
    if field.type.kind == "tuple" and field.type.item and placed(field.type.item.record):
        return _entities(base, get, read, context)
    inner = base.run

    def run(frame: Frame) -> Any:
        holder = inner(frame)
        return holder if holder is None or holder.__class__ is Unknown else get(holder)

    return run


def _traced(base: Node, get: Get, read: Read, context: Context) -> Run:
    inner, witness = base.run, base.root if base.root in context.locals else ""
    text, type_ = read.text, read.type

    def run(frame: Frame) -> Any:
        holder = inner(frame)
        if holder is None or holder.__class__ is Unknown:
            return holder
        value = get(holder)
        frame.reads.append(Read(text, type_, value, (), _name(frame, witness)))
        return value.value

    return run


def _entities(base: Node, get: Get, read: Read, context: Context) -> Run:
    inner, witness = base.run, base.root if base.root in context.locals else ""

    def run(frame: Frame) -> Any:
        holder = inner(frame)
        if holder is None or holder.__class__ is Unknown:
            return holder
        entities = get(holder)
        frame.reads.append(Read(read.text, read.type, None, entities, _name(frame, witness)))
        return entities

    return run


def _name(frame: Frame, witness: str) -> str:
    return str(getattr(frame.names[witness], "name", "")) if witness else ""


def _setting(piece: ast.Attribute, base: Node, context: Context) -> Node:
    name = piece.attr
    type_ = setting_type(name)
    if type_ is None:
        raise _at_name(piece, f"Celery has no setting `{name}`{did_you_mean(name, setting_names())}")
    read = Read(f"{base.text}.{name}", type_)
    return Node(type_, _traced(base, _setting_getter(name), read, context), text=read.text, root=base.root)


def _setting_getter(name: str) -> Get:
    absent: Value[Any] = unknown(f"this version of Celery may not have the setting {name}")

    def get(settings: Any) -> Any:
        return settings.get(name, absent)

    return get
