"""The app: how it is made, and what it is given when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oracle.express import expression, literal
from oracle.knobs import any_value
from oracle.sources import Place
from oracle.styles.conf import configure

_PARAMETERS = {"broker_url": "broker", "result_backend": "backend"}


@dataclass
class Making:
    """What the call that makes the app is given."""

    values: Mapping[str, Any]  # settings, by name
    depth: int
    further: list[str] = field(default_factory=list)  # arguments as text


def make_app(place: Place, making: Making, name: str) -> None:
    """Binds the app to a name of this module."""
    draw = place.draw
    form = draw.pick(("call",) * 6 + ("factory", "factory", "class", "alias", "factory elsewhere"))
    if form == "factory":
        _factory(place, place, making, name)
    elif form == "factory elsewhere" and "proj.factory" not in place.project.modules:
        _factory(place, Place(place.project, place.project.module("proj.factory")), making, name)
    elif form == "class":
        celery = _celery(place)
        own = place.fresh("ShopCelery", "App")
        body = draw.pick((["pass"], ["def gen_task_name(self, name, module):", "    return f'{module}.{name}'"]))
        place.block(f"class {own}({celery}):", *body)
        place.write(f"{name} = {own}({_arguments(place, making)})")
    elif form == "alias":
        other = place.fresh("celery", "celery_app")
        arguments = _arguments(place, making)
        place.write(f"{other} = {_celery(place)}({arguments})", f"{name} = {other}")
    else:
        arguments = _arguments(place, making)
        place.write(f"{name} = {_celery(place)}({arguments})")


def _celery(place: Place) -> str:
    form = place.draw.pick(("from",) * 6 + ("module", "as", "base"))
    if form == "module":
        place.imported("import celery as celery_library")
        return "celery_library.Celery"
    if form == "as":
        place.imported("from celery import Celery as CeleryApp")
        return "CeleryApp"
    place.imported("from celery.app.base import Celery" if form == "base" else "from celery import Celery")
    return "Celery"


def _factory(place: Place, there: Place, making: Making, name: str) -> None:
    """`make_celery`, which configures what it makes."""
    draw = place.draw
    function = there.fresh("make_celery", "create_app", "build_celery")
    body = there.inside()
    inner = draw.pick(("app", "celery", "instance"))
    values = dict(making.values)
    kept = {each: values.pop(each) for each in draw.some(list(values), 0, len(values))}
    by_argument = "name" if draw.chance(30) else ""
    arguments = _arguments(body, Making(kept, making.depth, making.further), by_argument or "'proj'")
    body.write(f"{inner} = {_celery(there)}({arguments})")
    configure(body, inner, values, making.depth)
    if draw.chance(15):
        body.block("if False:", f"{inner}.conf.task_acks_late = 'never'")
    body.write(f"return {inner}")
    there.define(f"def {function}({by_argument}):", body)
    if there is not place:
        alias = place.fresh(function)
        place.imported(f"from {there.module.name} import {function} as {alias}")
        function = alias
    place.write(f"{name} = {function}({repr('proj') if by_argument else ''})")


def _arguments(place: Place, making: Making, main: str = "'proj'") -> str:
    """The arguments of the call: keywords, `changes`, unpacked dictionaries."""
    draw = place.draw
    words: list[str] = []
    rest: dict[str, str] = {}
    for name, value in making.values.items():
        text = expression(place, value, making.depth)
        if name in _PARAMETERS and draw.chance(70):
            words.append(f"{_PARAMETERS[name]}={text}")
        elif draw.chance(75):
            words.append(f"{name}={text}")
        else:
            rest[name] = text
    if rest:
        items = ", ".join(f"{name!r}: {text}" for name, text in rest.items())
        form = draw.pick(("changes", "changes", "spread", "named"))
        if form == "named":
            named = place.fresh("CHANGES", "given")
            place.write(f"{named} = {{{items}}}")
            words.append(f"changes={named}")
            if draw.chance(20):
                place.write(f"{named}[{next(iter(rest))!r}] = {literal(place, any_value(draw))}")
        else:
            words.append(f"changes={{{items}}}" if form == "changes" else f"**{{{items}}}")
    names = [f"main={main}"] if draw.chance(10) else [main] if draw.chance(85) else []
    return ", ".join([*names, *draw.shuffled([*words, *making.further])])
