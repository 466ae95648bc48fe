"""The types of page expressions: plain ones, units, records of the model, tuples; which of them go together."""

from __future__ import annotations

from dataclasses import dataclass, replace

UNITS = ("Seconds", "Bytes", "KiB", "Cpus")
NUMBERS = ("int", "float")


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression may be. `absent` says that it may be None, `literal` that it stands in the page itself."""

    kind: str  # bool, int, float, str, a unit, Version, tuple, record, settings, any, none
    item: Type | None = None  # of a tuple
    record: type | None = None
    absent: bool = False
    literal: bool = False

    def __str__(self) -> str:
        if self.kind == "tuple":
            text = f"tuple of {self.item}" if self.item else "tuple"
        else:
            text = self.record.__name__ if self.record else self.kind
        return f"{text} or None" if self.absent and self.kind not in ("any", "none") else text

    @property
    def plain_number(self) -> bool:
        """A number without a unit."""
        return self.kind in NUMBERS

    @property
    def unit(self) -> bool:
        """A number with a unit."""
        return self.kind in UNITS

    @property
    def number(self) -> bool:
        """Anything to calculate with."""
        return self.plain_number or self.unit

    def optional(self, absent: bool = True) -> Type:
        """The same, and perhaps None."""
        return replace(self, absent=True) if absent and not self.absent else self

    def present(self) -> Type:
        """The same, and surely not None."""
        return replace(self, absent=False) if self.absent else self

    def of_model(self) -> Type:
        """The same, no longer a literal of the page."""
        return replace(self, literal=False) if self.literal else self


BOOL = Type("bool")
INT = Type("int")
FLOAT = Type("float")
STR = Type("str")
ANY = Type("any", absent=True)
NONE = Type("none", absent=True)
SETTINGS = Type("settings")
VERSION = Type("Version")


def tuple_of(item: Type | None) -> Type:
    """A tuple of equal items; None where it is empty."""
    return Type("tuple", item=item)


def unify(first: Type, second: Type) -> Type | None:
    """The one type that holds both, as for the branches of a conditional; None where there is none."""
    absent = first.absent or second.absent
    if first.kind == "none" or second.kind == "none":
        return (second if first.kind == "none" else first).optional()
    if first.kind == "any" or second.kind == "any":
        return ANY
    joined = _join(first, second)
    return joined.optional(absent) if joined else None


def _join(first: Type, second: Type) -> Type | None:
    if first.number and second.number:
        return _join_numbers(first, second)
    if first.kind == second.kind == "tuple":
        if first.item is None or second.item is None:
            return first if second.item is None else second
        item = unify(first.item, second.item)
        return tuple_of(item) if item else None
    if first.kind == second.kind and first.record is second.record:
        return replace(first, literal=first.literal and second.literal)
    return None


def _join_numbers(first: Type, second: Type) -> Type | None:
    if first.unit or second.unit:
        unit, other = (first, second) if first.unit else (second, first)
        return unit if other.kind == unit.kind or other.literal else None
    kind = "int" if first.kind == second.kind == "int" else "float"
    return Type(kind, literal=first.literal and second.literal)


def arithmetic(operator: str, first: Type, second: Type) -> Type | None:
    """The type of `first operator second`; None where the units forbid it. None with anything is None."""
    absent = first.absent or second.absent
    for one, other in ((first, second), (second, first)):
        if one.kind == "none":
            return NONE if other.number or other.kind in ("none", "any") else None
        if one.kind == "any":
            return ANY if other.number or other.kind == "any" else None
    if not (first.number and second.number):
        return None
    result = _calculated(operator, first, second)
    return result.present().optional(absent) if result else None


def _calculated(operator: str, first: Type, second: Type) -> Type | None:
    if first.unit and second.unit:
        if first.kind != second.kind or operator == "*":
            return None
        return FLOAT if operator in ("/", "//") else first
    if not first.unit and not second.unit:
        joined = _join_numbers(first, second)
        return replace(FLOAT, literal=bool(joined and joined.literal)) if operator == "/" else joined
    unit, plain = (first, second) if first.unit else (second, first)
    if operator == "*":
        return unit
    if operator in ("+", "-"):
        return unit if plain.literal else None
    return unit if first.unit else None


def comparable(first: Type, second: Type, ordered: bool) -> bool:
    """Whether `<` (ordered) or `==` between the two has a meaning."""
    if "any" in (first.kind, second.kind):
        return True
    if "none" in (first.kind, second.kind):
        return not ordered
    if "Version" in (first.kind, second.kind):
        return {first.kind, second.kind} == {"Version", "str"}
    joined = unify(first.present(), second.present())
    if joined is None:
        return False
    return not ordered or joined.number or joined.kind == "str"
