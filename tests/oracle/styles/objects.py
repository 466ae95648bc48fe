"""Configuration objects: modules, classes, instances, dictionaries, Django's settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from oracle.express import expression, literal
from oracle.express.assign import assign
from oracle.express.conditions import condition
from oracle.express.names import relative
from oracle.knobs import any_value
from oracle.sources import Module, Place

Values = Mapping[str, Any]
MODULES = ("celeryconfig", "proj.celeryconfig", "proj.conf", "proj.config.celery_settings", "settings_celery")


def written_object(place: Place, values: Values, depth: int) -> str:
    """What `config_from_object` is given, after all that makes it."""
    return place.draw.pick(_FORMS)(place, values, depth)


def free_module(place: Place, names: tuple[str, ...]) -> Module:
    """A new module by one of these names."""
    project = place.project
    free = [name for name in names if name not in project.modules]
    name = place.draw.pick(free) if free else f"proj.conf_{len(project.modules)}"
    return project.module(name)


def _module(place: Place, values: Values, depth: int) -> str:
    """A module, by its name or imported."""
    draw = place.draw
    module = free_module(place, MODULES)
    fill(Place(place.project, module), values, depth)
    form = draw.pick(("name", "name", "name", "module", "variable", "package"))
    if form == "name":
        return repr(module.name)
    if form == "variable":
        return expression(place, module.name, 1)
    above, _, last = module.name.rpartition(".")
    alias = place.fresh(last)
    renamed = f" as {alias}" if alias != last else ""
    if above:
        place.imported(f"from {relative(place, above)} import {last}{renamed}")
    else:
        place.imported(f"import {last}{renamed}")
    return alias


def fill(place: Place, values: Values, depth: int) -> None:
    """The settings of a module; some of them from a module that it star-imports."""
    draw = place.draw
    names = list(values)
    if len(names) > 1 and draw.chance(35):
        base = free_module(place, ("proj.base_config", "proj.shared_settings", "defaults_of_all"))
        there = Place(place.project, base)
        count = draw.number(1, len(names) - 1)
        for name in names[:count]:
            assign(there, name, values[name], depth)
        for name in draw.some(names[count:], 0, 2):
            there.write(f"{name} = {literal(there, any_value(draw))}")
        if draw.chance(15):
            there.write(f"__all__ = {[each for each in names if draw.chance(70)]!r}")
        place.write(f"from {relative(place, base.name)} import *")
        names = names[count:]
    for name in names:
        assign(place, name, values[name], depth)


def _class(place: Place, values: Values, depth: int) -> str:
    """A class, with or without bases, here or in another module."""
    draw = place.draw
    there = place
    if draw.chance(50):
        there = Place(place.project, free_module(place, ("proj.classes", "proj.config_classes", "settings_objects")))
    name = there.fresh("Config", "CeleryConfig", "Production")
    _define(there, name, values, depth)
    if there is place:
        return name if draw.chance(85) else f"{name}()"
    form = draw.pick(("colon", "dot", "import", "instance"))
    if form in ("colon", "dot"):
        return repr(f"{there.module.name}{':' if form == 'colon' else '.'}{name}")
    place.imported(f"from {there.module.name} import {name} as Imported{name}")
    return f"Imported{name}()" if form == "instance" else f"Imported{name}"


def _define(place: Place, name: str, values: Values, depth: int) -> None:
    draw = place.draw
    names = list(values)
    base = ""
    if len(names) > 1 and draw.chance(50):
        base = place.fresh("Base", "Common")
        count = draw.number(1, len(names))
        shadowed = {each: any_value(draw) for each in draw.some(names[count:], 0, 2)}
        _body(place, f"class {base}:", {**{each: values[each] for each in names[:count]}, **shadowed}, depth)
        names = names[count:]
    later = names.pop() if names and draw.chance(15) else ""
    _body(place, f"class {name}({base}):" if base else f"class {name}:", {each: values[each] for each in names}, depth)
    if later:
        text = expression(place, values[later], depth)
        place.write(draw.pick((f"{name}.{later} = {text}", f"setattr({name}, {later!r}, {text})")))


def _body(place: Place, head: str, values: Values, depth: int) -> None:
    """A class with these attributes, whose values are worked out before it."""
    draw = place.draw
    lines: list[str] = []
    previous = ""
    for name, value in values.items():
        text = expression(place, value, depth)
        form = draw.pick(("plain",) * 6 + ("twice", "own name", "branch", "previous"))
        if form == "twice":
            lines.append(f"{name} = {literal(place, any_value(draw))}")
        elif form == "own name":
            lines.append(f"_{name} = {text}")
            text = f"_{name}"
        elif form == "branch":
            lines += [f"if {condition(place, True)}:", f"    {name} = {text}", "else:", f"    {name} = None"]
            continue
        elif form == "previous" and previous:
            text = f"({previous}, {text})[1]"
        lines.append(f"{name} = {text}")
        previous = name
    place.block(head, *lines)


def _instance(place: Place, values: Values, depth: int) -> str:
    """An instance whose attributes come from its class, its `__init__`, its properties and later statements."""
    draw = place.draw
    name, made = place.fresh("Config", "Options"), place.fresh("config", "settings_object")
    init, others, later = ["def __init__(self, flag=True):", "    self.flag = flag"], [], []
    arguments = ""
    for each, value in values.items():
        text = expression(place, value, depth)
        form = draw.pick(("class", "init", "init", "property", "later", "branch", "argument"))
        if form == "class":
            others.append(f"{each} = {text}")
        elif form == "property":
            others += ["@property", f"def {each}(self):", f"    return {text}"]
        elif form == "later":
            later.append(f"{made}.{each} = {text}")
        elif form == "branch":
            init += ["    if flag:", f"        self.{each} = {text}", "    else:", f"        self.{each} = None"]
        elif form == "argument" and not arguments:
            arguments = f"given={text}"
            init[0] = "def __init__(self, flag=True, given=None):"
            init.append(f"    self.{each} = given")
        else:
            init.append(f"    self.{each} = {text}")
    place.block(f"class {name}:", *others, *init)
    place.write(f"{made} = {name}({arguments})", *later)
    return made


def _dictionary(place: Place, values: Values, depth: int) -> str:
    """A dictionary, which may be changed before or after it is handed over."""
    draw = place.draw
    items = ", ".join(f"{name!r}: {expression(place, value, depth)}" for name, value in values.items())
    if draw.chance(30):
        return f"{{{items}}}"
    name = place.fresh("CONFIG", "settings_dict")
    place.write(f"{name} = {{{items}}}")
    if draw.chance(30):
        each = draw.pick(list(values))
        place.write(f"{name}[{each!r}] = {expression(place, any_value(draw), depth)}")
    return draw.pick((name, name, f"dict({name})", f"{{**{name}}}"))


_FORMS: tuple[Callable[[Place, Values, int], str], ...] = (
    _module,
    _module,
    _module,
    _class,
    _class,
    _instance,
    _dictionary,
)
