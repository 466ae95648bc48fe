"""Classes of the repository: the order in which Python looks their attributes up, and what may decide otherwise."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from celerylint.link.evaluate.frame import LocalFrame
from celerylint.link.evaluate.names import ANY
from celerylint.link.evaluate.objects import AppMember, ClassObject, ExternalCall, ExternalObject
from celerylint.link.evaluate.sharing import MUTATORS, chain
from celerylint.origin import Unknown, Value, unknown

if TYPE_CHECKING:
    from celerylint.link.evaluate.evaluator import Evaluator

# Decorators that leave a class's attributes as its body says, or make fields of them that `records` follows.
TAME_DECORATORS = frozenset(
    {"dataclasses.dataclass", "enum.unique", "typing.final", "typing_extensions.final", "functools.total_ordering"}
    | {
        "typing.runtime_checkable",
        "attr.s",
        "attr.attrs",
        "attr.define",
        "attr.dataclass",
        "attr.mutable",
        "attr.frozen",
    }
    | {"attrs.define", "attrs.mutable", "attrs.frozen"}
)
LARGEST_FAMILY = 100  # classes in the order of one class
_ENUMS = {"Enum": "", "StrEnum": "str", "IntEnum": "int", "Flag": "", "IntFlag": "int", "TextChoices": "str"}
_MIXINS = {"builtins.str": "str", "builtins.int": "int"}
# Bases that neither give attributes nor change how they are looked up.
_PLAIN_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"})
_PLAIN_BASES |= {"configurations.Configuration", "configurations.base.Configuration"}
_PLAIN_BASES |= {"pydantic.BaseModel", "pydantic.BaseSettings", "pydantic_settings.BaseSettings"}

# Libraries whose bases make something else of a class's attributes: fields, columns.
_REWORKING = frozenset(
    {"pydantic", "pydantic_settings", "sqlalchemy", "sqlmodel", "traitlets", "attr", "attrs", "msgspec", "marshmallow"}
)

Order = list["ClassObject | ExternalObject"]


def order_of(evaluator: Evaluator, of: ClassObject) -> Order | Unknown:
    """The method resolution order (C3), in which what the repository does not define stands by its name."""
    return _order(evaluator, of, ())


def _order(evaluator: Evaluator, of: ClassObject, below: tuple[ast.ClassDef, ...]) -> Order | Unknown:
    if of.node in below or len(below) > LARGEST_FAMILY:
        return Unknown(f"{of.node.name} extends itself")
    rows: list[Order] = []
    bases: Order = []
    for node in of.node.bases:
        base = _base(evaluator, node, of)
        if isinstance(base, Unknown):
            return Unknown(f"a base of {of.node.name} is not known: {base.reason}")
        bases.append(base)
        row: Order | Unknown = [base]
        if isinstance(base, ClassObject):
            row = _order(evaluator, base, (*below, of.node))
        if isinstance(row, Unknown):
            return row
        rows.append(row)
    return _merged(of, [*rows, bases])


def _base(evaluator: Evaluator, node: ast.expr, of: ClassObject) -> ClassObject | ExternalObject | Unknown:
    if isinstance(node, ast.Subscript):  # Generic[T]
        node = node.value
    thing = evaluator.expression(node, of.frame).value
    if isinstance(thing, ExternalCall):
        return ExternalObject(f"{thing.name}()")
    if isinstance(thing, AppMember):
        return ExternalObject(f"celery.Celery().{thing.name}")
    if isinstance(thing, ClassObject | ExternalObject | Unknown):
        return thing
    return Unknown("it is no class that can be followed")


def _merged(of: ClassObject, rows: list[Order]) -> Order | Unknown:
    """The merge of C3: the first head that stands in no other row's tail."""
    order: Order = [of]
    rows = [list(row) for row in rows if row]
    while rows:
        heads = (row[0] for row in rows)
        head = next((each for each in heads if not any(_is_in(each, row[1:]) for row in rows)), None)
        if head is None or len(order) > LARGEST_FAMILY:
            return Unknown(f"the bases of {of.node.name} have no order")
        order.append(head)
        rows = [[each for each in row if not _same(each, head)] for row in rows]
        rows = [row for row in rows if row]
    return order


def _is_in(one: ClassObject | ExternalObject, row: Order) -> bool:
    return any(_same(one, each) for each in row)


def _same(one: ClassObject | ExternalObject, other: ClassObject | ExternalObject) -> bool:
    if isinstance(one, ClassObject):
        return isinstance(other, ClassObject) and one.node is other.node
    return isinstance(other, ExternalObject) and one.name == other.name


def class_attribute(evaluator: Evaluator, of: ClassObject, name: str) -> Value[Any] | None:
    """A class's attribute, its own or inherited; None where no class has it, unknown where one outside may."""
    order = order_of(evaluator, of)
    if isinstance(order, Unknown):
        own = own_attribute(evaluator, of, name)
        return own if own is not None else unknown(order.reason)
    doubt = _doubt(evaluator, [each for each in order if isinstance(each, ClassObject)], name)
    if doubt:
        return unknown(doubt)
    reworked = next((each.name for each in order if isinstance(each, ExternalObject) and _reworks(each)), "")
    if reworked:
        return unknown(f"{of.node.name} extends {reworked}, which makes something else of {name}")
    for each in order:
        if isinstance(each, ClassObject):
            found = own_attribute(evaluator, each, name)
            if found is not None:
                return found
        elif not is_plain_base(each) and enum_of(order) is None:
            why = f"{of.node.name} extends {each.name}, which is not in the repository and may define {name}"
            return unknown(why)
    return None


def _doubt(evaluator: Evaluator, classes: list[ClassObject], name: str) -> str:
    """Why a class may hold something else than its body says; empty where it may not."""
    names = frozenset(each.node.name for each in classes)
    for number, each in enumerate(classes):
        if each.attributes.get(name) is not None:
            return ""
        for decorator in each.node.decorator_list:
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            if getattr(evaluator.expression(target, each.frame).value, "name", "") not in TAME_DECORATORS:
                return f"{each.node.name} has a decorator that is not followed"
        for method in methods_of(each):
            if method.name == "__init_subclass__" and number:
                return f"{each.node.name} has a __init_subclass__, which is not followed"
            if _sets_class(method, names, name):
                return f"{name} may be set by {each.node.name}.{method.name}()"
    return ""


def _sets_class(method: ast.FunctionDef, names: frozenset[str], name: str) -> bool:
    """Whether a method assigns an attribute of its class, or changes what it holds."""
    parameters = [*method.args.posonlyargs, *method.args.args]
    receivers = names | {each.arg for each in parameters[:1] if each.arg == "cls"}
    for node in ast.walk(method):
        if isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load):
            if getattr(node.value, "id", "") in receivers:
                return True
        elif changes_attribute(node, receivers | {"self"}, name):
            return True
    return False


def changes_attribute(node: ast.AST, receivers: frozenset[str] | set[str], name: str) -> bool:
    """`self.name[…] = …`, `self.name.append(…)`."""
    changed: ast.expr | None = None
    if isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(node.ctx, ast.Load):
        changed = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
        changed = node.func.value
    if changed is None:
        return False
    root, _, part = chain(changed)
    return root in receivers and part == name


def _reworks(base: ExternalObject) -> bool:
    return base.name.partition(".")[0] in _REWORKING or base.name.startswith("django.db.models.Model")


def is_plain_base(base: ExternalObject) -> bool:
    """Whether a base from outside the repository gives its subclasses no attributes that settings could be."""
    return base.name in _PLAIN_BASES


def own_attribute(evaluator: Evaluator, of: ClassObject, name: str) -> Value[Any] | None:
    """What a class's own body, or an assignment after it, says of an attribute; None where they say nothing."""
    if name in of.attributes:
        return of.attributes[name]
    frame = class_frame(evaluator, of)
    found = evaluator.lookup(frame, name)
    return found if found is not None else evaluator.lookup(frame, ANY)


def class_frame(evaluator: Evaluator, of: ClassObject) -> LocalFrame:
    """The class's body as a place to look names up."""
    return evaluator.local(of.frame, of.node)


def enum_of(order: Order) -> tuple[str, bool] | None:
    """For an enum: the plain type that its members are too (or nothing), and whether `str()` gives the value."""
    names = [each.name for each in order if isinstance(each, ExternalObject)]
    kinds = [name.rpartition(".")[2] for name in names if name.rpartition(".")[0] in ("enum", "django.db.models")]
    kind = next((each for each in kinds if each in _ENUMS), None)
    if kind is None:
        return None
    mixin = _ENUMS[kind] or next((_MIXINS[name] for name in names if name in _MIXINS), "")
    return mixin, kind in ("StrEnum", "IntEnum", "TextChoices")


def methods_of(of: ClassObject) -> list[ast.FunctionDef]:
    """The functions that stand in a class's body."""
    return [each for each in of.node.body if isinstance(each, ast.FunctionDef)]
