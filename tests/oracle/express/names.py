"""A value through names: variables, other modules, attributes, items."""

from __future__ import annotations

from typing import Any

from oracle.express.ways import deeper, expression, literal, way
from oracle.knobs import any_value, like
from oracle.sources import Module, Place

WORDS = ("LIMIT", "OPTIONS", "DEFAULT", "BASE", "NUMBER", "SIZE", "NAME", "VALUE", "CONFIG", "TIMEOUT", "BACKEND")
MODULES = ("constants", "base", "limits", "values", "conf.shared", "config.common_values", "core.numbers", "env")


@way(often=4)
def by_name(place: Place, value: Any, depth: int) -> str:
    """`LIMIT = …` above, in one of the ways in which a name is bound."""
    draw = place.draw
    name = place.fresh(*WORDS)
    text = expression(place, value, depth)
    if draw.chance(25):
        place.write(f"{name} = {literal(place, like(draw, value))}")
    form = draw.pick(("plain",) * 6 + ("annotated", "chained", "pair", "star", "swapped", "parenthesised"))
    other, decoy = place.fresh("OTHER", "REST"), literal(place, any_value(draw))
    lines = {
        "plain": [f"{name} = {text}"],
        "annotated": [f"{name}: object = {text}"],
        "chained": [f"{other} = {name} = {text}"],
        "pair": [f"{name}, {other} = {text}, {decoy}"],
        "star": [f"{name}, *{other} = [{text}, {decoy}, {decoy}]"],
        "swapped": [f"{other}, {name} = {text}, {decoy}", f"{name}, {other} = {other}, {name}"],
        "parenthesised": [f"({name}) = ({text})"],
    }
    place.write(*lines[form])
    return name


@way(often=2)
def from_module(place: Place, value: Any, depth: int) -> str | None:
    """A name of another module, in any of the ways to import it."""
    module = another_module(place)
    if module is None:
        return None
    there = Place(place.project, module)
    name = there.fresh(*WORDS)
    there.write(f"{name} = {expression(there, value, depth)}")
    return imported_name(place, module, name)


def another_module(place: Place) -> Module | None:
    """A module that this one may import: only later ones, so that none imports another in a circle."""
    project, draw = place.project, place.draw
    made = list(project.modules.values())
    later = [each for each in made[made.index(place.module) + 1 :] if each.name in project_modules(place)]
    if later and draw.chance(60):
        return draw.pick(later)
    word = draw.pick(MODULES)
    name = word if draw.chance(20) else f"proj.{word}"
    return None if name in project.modules else project.module(name)


def project_modules(place: Place) -> set[str]:
    """The names of those that hold values for others."""
    return {*MODULES, *(f"proj.{each}" for each in MODULES)} & place.project.modules.keys()


def imported_name(place: Place, module: Module, name: str) -> str:
    """The name of another module, after an import that this place writes."""
    draw = place.draw
    above, _, last = module.name.rpartition(".")
    form = draw.pick(("from", "from", "as", "module", "module as", "inside", "star", "dynamic"))
    put = place.imported if draw.chance(75) else lambda line: place.write(line)
    if form == "as":
        alias = place.fresh(f"{name}_", "IMPORTED")
        put(f"from {relative(place, module.name)} import {name} as {alias}")
        return alias
    if form == "module":
        put(f"import {module.name}")
        return f"{module.name}.{name}"
    if form == "module as":
        alias = place.fresh(last, f"{last}_module")
        put(f"from {relative(place, above)} import {last} as {alias}" if above else f"import {last} as {alias}")
        return f"{alias}.{name}"
    if form == "dynamic":
        put("import importlib")
        return f"importlib.import_module({module.name!r}).{name}"
    if form == "star" and place.kind == "module" and not name.startswith("_"):
        put(f"from {relative(place, module.name)} import *")
        return name
    if form == "inside":
        function = place.fresh("load", "read")
        place.block(f"def {function}():", f"from {module.name} import {name}", f"return {name}")
        return f"{function}()"
    alias = place.fresh(name)
    put(f"from {relative(place, module.name)} import {name}" + (f" as {alias}" if alias != name else ""))
    return alias


def relative(place: Place, name: str) -> str:
    """A module's name, absolute or as seen from here."""
    package = place.module.package
    if not package or not place.draw.chance(50):
        return name
    level = 1
    while package and not (name == package or name.startswith(f"{package}.")):
        package, level = package.rpartition(".")[0], level + 1
    return "." * level + name[len(package) :].lstrip(".") if package else name


@way()
def from_mapping(place: Place, value: Any, depth: int) -> str:
    """An item of a dictionary."""
    draw = place.draw
    name, key = place.fresh("DEFAULTS", "TABLE", "LIMITS"), draw.pick(("a", "production", "worker.size", "default"))
    other = literal(place, any_value(draw))
    place.write(f"{name} = {{{key!r}: {expression(place, value, depth)}, 'other': {other}}}")
    forms = [f"{name}[{key!r}]", f"{name}.get({key!r})", f"{name}.get({key!r}, {other})", f"{{**{name}}}[{key!r}]"]
    return draw.pick(forms)


@way()
def from_sequence(place: Place, value: Any, depth: int) -> str:
    """An element of a list or tuple."""
    draw = place.draw
    before, after = draw.number(0, 2), draw.number(0, 2)
    parts = [literal(place, any_value(draw)) for _ in range(before)] + [expression(place, value, depth)]
    parts += [literal(place, any_value(draw)) for _ in range(after)]
    text = "[" + ", ".join(parts) + "]" if draw.chance(60) else "(" + ", ".join(parts) + ",)"
    return f"{text}[{before if draw.chance(60) else before - len(parts)}]"


@way()
def of_two(place: Place, value: Any, depth: int) -> str | None:
    """`a or b`, `a and b`, `a if a is not None else b`: the same value in the end."""
    draw = place.draw
    text, decoy = expression(place, value, depth), literal(place, like(draw, value))
    nothing = draw.pick(("None", "''", "0", "[]", "{}"))
    forms = [f"({nothing} or {text})", f"(1 and {text})"]
    if value:
        forms += [f"({text} or {decoy})", f"({text} and {text} or {decoy})"]
    if value is not None:
        name = place.fresh("CHOSEN")
        place.write(f"{name} = {text}")
        forms += [f"({name} if {name} is not None else {decoy})", f"({decoy} if {name} is None else {name})"]
    return draw.pick(forms)


@way()
def by_getattr(place: Place, value: Any, depth: int) -> str | None:
    """`getattr(module, "NAME", default)`."""
    draw = place.draw
    default = expression(place, value, deeper(place, depth))
    module = another_module(place)
    if module is None:
        return None
    there = Place(place.project, module)
    name = there.fresh(*WORDS)
    alias = place.fresh("module", "source")
    place.imported(f"import {module.name} as {alias}")
    if draw.chance(50):
        return f"getattr({alias}, '{name}_ABSENT', {default})"
    there.write(f"{name} = {expression(there, value, depth)}")
    return f"getattr({alias}, {name!r}" + draw.pick((")", f", {literal(place, like(draw, value))})"))
