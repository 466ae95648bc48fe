"""Django settings: one module, or a package with a module for each environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oracle.express import expression, literal
from oracle.express.assign import assign
from oracle.express.conditions import condition
from oracle.knobs import any_value
from oracle.sources import Place

VARIABLE = "DJANGO_SETTINGS_MODULE"


def django_settings(place: Place, values: Mapping[str, Any], depth: int) -> None:
    """Writes the settings, and what makes Django take them: in the environment, in the app's module, or both."""
    draw = place.draw
    layout = draw.pick(("module", "package", "package", "chosen", "try local"))
    module = _LAYOUTS[layout](place, dict(values), depth)
    form = draw.pick(("setdefault", "setdefault", "environment", "both", "forced"))
    place.imported("import os")
    if form in ("setdefault", "both"):
        place.write(f"os.environ.setdefault({VARIABLE!r}, {module if form == 'setdefault' else 'proj.settings'!r})")
    if form == "forced":
        place.write(f"os.environ[{VARIABLE!r}] = {module!r}")
    if form in ("environment", "both"):
        place.project.env[VARIABLE] = module


def _start(there: Place) -> Place:
    there.write("SECRET_KEY = 'x'")
    if there.draw.chance(30):
        there.write(f"TIME_ZONE = {there.draw.pick(('UTC', 'Europe/Berlin'))!r}")
    if there.draw.chance(20):
        there.write("USE_TZ = True", "DEBUG = False")
    return there


def _fill(there: Place, values: Mapping[str, Any], depth: int) -> None:
    for name, value in values.items():
        assign(there, name, value, depth)


def _module(place: Place, values: dict[str, Any], depth: int) -> str:
    there = _start(Place(place.project, place.project.module("proj.settings")))
    _fill(there, values, depth)
    return "proj.settings"


def _package(place: Place, values: dict[str, Any], depth: int) -> str:
    """`settings/base.py`, and one for each environment that star-imports it and says some things anew."""
    draw = place.draw
    project = place.project
    project.module("proj.settings", package=True)
    stage = draw.pick(("production", "prod", "local", "dev"))
    top = Place(project, project.module(f"proj.settings.{stage}"))
    middle = Place(project, project.module("proj.settings.common")) if draw.chance(25) else None
    base = _start(Place(project, project.module("proj.settings.base")))
    names = list(values)
    count = draw.number(0, len(names))
    above = {name: values[name] for name in names[count:]}
    below = {name: values[name] for name in names[:count]}
    _fill(base, {**below, **{name: any_value(draw) for name in above if draw.chance(50)}}, depth)
    if middle is not None:
        middle.write("from .base import *")
        _fill(middle, {name: above.pop(name) for name in draw.some(list(above), 0, 2)}, depth)
    top.write(draw.pick(("from .{} import *", "from proj.settings.{} import *")).format("common" if middle else "base"))
    _fill(top, above, depth)
    _from_base(top, below)
    if draw.chance(40):
        other = Place(project, project.module("proj.settings.other_stage"))
        other.write("from .base import *")
        _fill(other, {name: any_value(draw) for name in draw.some(names, 0, 3)}, 0)
    return f"proj.settings.{stage}"


def _from_base(top: Place, below: Mapping[str, Any]) -> None:
    """Changes what the star import brought: a dictionary's item, a number."""
    draw = top.draw
    for name in draw.some(list(below), 0, 2):
        value = below[name]
        if isinstance(value, dict):
            top.write(f"{name} = {{**{name}, 'from_top': {expression(top, any_value(draw), 1)}}}")
        elif isinstance(value, list):
            top.write(f"{name} = {name} + ['more']")
        elif isinstance(value, int):
            top.write(f"{name} = {name} + 1")


def _chosen(place: Place, values: dict[str, Any], depth: int) -> str:
    """A package whose `__init__` chooses by the environment what to import."""
    draw = place.draw
    project = place.project
    init = Place(project, project.module("proj.settings", package=True))
    names = {stage: f"proj.settings.{stage}" for stage in ("production", "development")}
    there = {stage: Place(project, project.module(name)) for stage, name in names.items()}
    right, wrong = draw.shuffled(list(names))
    for each in there.values():
        _start(each)
    _fill(there[right], values, depth)
    _fill(there[wrong], {name: any_value(draw) for name in draw.some(list(values), 0, 4)}, 0)
    init.block(f"if {condition(init, True)}:", f"from .{right} import *")
    init.block("else:", f"from .{wrong} import *")
    if draw.chance(40):
        name = draw.pick(list(values))
        init.write(f"{name} = {literal(init, any_value(draw))}")
    return "proj.settings"


def _try_local(place: Place, values: dict[str, Any], depth: int) -> str:
    """A module that takes local settings where there are some."""
    draw = place.draw
    project = place.project
    there = _start(Place(project, project.module("proj.settings")))
    names = list(values)
    _fill(there, values, depth)
    if draw.chance(50):
        local = Place(project, project.module("proj.local_settings"))
        _fill(local, {name: any_value(draw) for name in draw.some(names, 1, 2)}, depth)
    there.block("try:", draw.pick(("from .local_settings import *", "from proj.local_settings import *")))
    there.block(draw.pick(("except ImportError:", "except ModuleNotFoundError:", "except Exception:")))
    return "proj.settings"


_LAYOUTS = {"module": _module, "package": _package, "chosen": _chosen, "try local": _try_local}
